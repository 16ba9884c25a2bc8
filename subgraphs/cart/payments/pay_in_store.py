"""Paying at the counter: the till takes the money, so the order is placed as promised to be paid there."""

from __future__ import annotations

from decimal import Decimal

from subgraphs.cart.payments.port import Charge, Declined, Taken


class PayInStore:
    """Cash, and card at a till. Never declines and never waits."""

    async def take(self, charge: Charge) -> Taken | Declined:
        """Promise the amount; the reference is made from the key, so sending it again changes nothing."""
        return Taken(f"counter:{charge.key}")

    async def give_back(self, charge: Charge, amount: Decimal) -> Taken:
        """Nothing was taken here, so nothing moves; the till gives cash back itself."""
        return Taken(f"counter-back:{charge.key}:{amount}")
