"""What a payment adapter promises, so that a checkout can be resumed without taking money twice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Charge:
    """One amount to take, major units.

    key     idempotency key: the same key is the same charge, however often it is sent
    token   what the provider gave the client in place of a card; None for cash
    """

    key: str
    kind: str
    amount: Decimal
    currency: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The money was taken, or is promised at the counter; `reference` is the provider's own."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The money was refused; nothing was taken.

    message     fit to show to the shopper
    retryable   whether trying again, perhaps with the same card, may work
    """

    message: str
    retryable: bool


class PaymentUnanswered(Exception):  # noqa: N818 - neither taken nor declined: not known
    """The provider gave no answer. The charge may have happened: ask for its status, or send it again under its key."""


class PaymentAdapter(Protocol):
    """Takes and gives back money of some kinds of payment.

    A charge that was given back is void: sent again, or arriving late, it is declined and takes nothing.
    """

    async def take(self, charge: Charge) -> Taken | Declined:
        """Take the amount once, however often the charge is sent; raise `PaymentUnanswered` when it is not known."""

    async def give_back(self, charge: Charge, amount: Decimal) -> Taken:
        """Give back up to what was taken, once a key, nothing where nothing was; raise `PaymentUnanswered` when it is not known."""
