"""What must be put right before a cart is paid. Nothing is changed silently: a problem is shown, the shopper decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from subgraphs.cart.rules.quantities import summed


class Problem(StrEnum):
    """Kinds of problem; the names are the schema's."""

    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    PRICE_CHANGED = "PRICE_CHANGED"
    NOT_SOLD_IN_CHANNEL = "NOT_SOLD_IN_CHANNEL"
    MEMBERS_ONLY = "MEMBERS_ONLY"
    PICKUP_UNAVAILABLE = "PICKUP_UNAVAILABLE"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    VOUCHER_NOT_APPLICABLE = "VOUCHER_NOT_APPLICABLE"
    ADDRESS_MISSING = "ADDRESS_MISSING"
    PAYMENT_MISSING = "PAYMENT_MISSING"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as the checks see it.

    price_now   None when the catalogue does not sell it in this channel
    held        it is sold from a hold, so that the stock of others does not concern it
    hold_ended  … which has run out
    store_can   whether the store it is collected in can hand it out; None: not asked, or nobody said
    """

    line_id: str
    variant_id: str
    quantity: int
    price_added: Decimal
    price_now: Decimal | None
    members_only: bool
    held: bool = False
    hold_ended: bool = False
    store_can: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A problem with the lines concerned; empty when it is the whole cart's."""

    code: Problem
    message: str
    line_ids: tuple[str, ...] = ()
    available: int | None = None
    price_before: Decimal | None = None
    price_now: Decimal | None = None


def line_problems(lines: Sequence[Wanted], available: Mapping[str, int], *, member: bool) -> tuple[Found, ...]:
    """Everything wrong with the lines, in their order.

    available   variant → units that can be promised; a variant that is absent was not asked about and is not judged
    """
    found: list[Found] = []
    units = summed((line.variant_id, line.quantity) for line in lines if not line.held)
    for line in lines:
        if line.price_now is None:
            found.append(Found(Problem.NOT_SOLD_IN_CHANNEL, "This item is not sold in this channel.", (line.line_id,)))
            continue
        if line.members_only and not member:
            found.append(Found(Problem.MEMBERS_ONLY, "This item is for members only.", (line.line_id,)))
        if line.price_now != line.price_added:
            moved = "gone up" if line.price_now > line.price_added else "come down"
            found.append(
                Found(
                    Problem.PRICE_CHANGED,
                    f"The price has {moved} since you added it.",
                    (line.line_id,),
                    price_before=line.price_added,
                    price_now=line.price_now,
                )
            )
        if line.hold_ended:
            text = "The hold has run out; remove the item and take it anew."
            found.append(Found(Problem.HOLD_EXPIRED, text, (line.line_id,)))
        if line.store_can is False:
            text = "This store cannot hand it out any more; choose another one, or have it sent."
            found.append(Found(Problem.PICKUP_UNAVAILABLE, text, (line.line_id,)))
        left = None if line.held else available.get(line.variant_id)
        if left is not None and units[line.variant_id] > left:
            text = "None is left." if left <= 0 else f"Only {left} left."
            found.append(Found(Problem.INSUFFICIENT_STOCK, text, (line.line_id,), available=max(0, left)))
    return tuple(found)


def checkout_problems(*, needs_address: bool, has_address: bool, unpaid: Decimal) -> tuple[Found, ...]:
    """What a checkout still lacks, once the lines are right; `unpaid`: what no means of payment covers."""
    found: list[Found] = []
    if needs_address and not has_address:
        found.append(Found(Problem.ADDRESS_MISSING, "Tell us where to send it."))
    if unpaid > 0:
        found.append(Found(Problem.PAYMENT_MISSING, "Choose how to pay."))
    return tuple(found)


BLOCKING = frozenset(Problem) - {Problem.PRICE_CHANGED}
"""Problems that stop a checkout by themselves. A changed price does not: the total agreed to is compared instead."""
