"""What can go wrong with orders, beside what can go wrong everywhere (`subgraphs.kit.errors`).

Refusal
├── InvalidInput
│   └── UnbalancedOrder     INVALID_INPUT
├── UnknownCodes            INVALID_INPUT       detail: codes
├── ReturnNotAllowed        RETURN_NOT_ALLOWED  detail: policy
└── EvidenceRequired        EVIDENCE_REQUIRED   detail: missing, policy
"""

from __future__ import annotations

from subgraphs.kit.errors import InvalidInput, Refusal


class UnbalancedOrder(InvalidInput):
    """The lines, offers and delivery of an order do not come to its total: it is not placed."""


class UnknownCodes(Refusal):
    """Codes of a recorded sale belong to nothing we know; `codes` lists them."""

    code = "INVALID_INPUT"


class ReturnNotAllowed(Refusal):
    """The policy in force does not allow a return; `policy` is that policy."""

    code = "RETURN_NOT_ALLOWED"


class EvidenceRequired(Refusal):
    """The policy in force wants to see something first: `missing`; `policy` is that policy."""

    code = "EVIDENCE_REQUIRED"
