"""What the customer's trade refuses, beside the kit's refusals."""

from __future__ import annotations

from subgraphs.kit.errors import NotPermitted, Refusal


class IdentityTaken(Refusal):
    """The e-mail, phone or other identity is already someone's."""

    code = "INVALID_INPUT"


class ConsentMissing(Refusal):
    """The customer has not agreed; `detail["purpose"]` says to what."""

    code = "CONSENT_MISSING"


class NotEnoughPoints(Refusal):
    """Too few points; `detail["missing"]` says how many more are needed."""

    code = "WRONG_STATE"


class AlreadyCustomer(NotPermitted):
    """The caller has an account already."""
