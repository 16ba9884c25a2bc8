"""What this subgraph adds to orders."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Self, cast

import strawberry

from subgraphs.customer.rules.loyalty import points_for
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import field
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import Money


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=["id"])
class Order:
    id: strawberry.ID = field(description="Global id.")
    grand_total: Money = field(description="Amount paid in the end; read from the fulfilment service.", external=True)

    @field(description="Points earned or to be earned by the order.", requires=["grandTotal { amount currency }"])
    def points_earned(self) -> int:
        if not isinstance(self.grand_total, Money):
            raise BadUserInput(
                "pointsEarned needs grandTotal { amount currency }, which the gateway reads from the order's owner"
            )
        return points_for(self.grand_total.amount, self.grand_total.currency)

    @classmethod
    def of(cls, order_id: str, grand_total: Money | None = None) -> Self:
        """The order with this id; its total only where someone brought it along."""
        # The schema has a total for every order; whoever asks for it here is sent to its owner by the gateway.
        return cls(id=strawberry.ID(order_id), grand_total=cast("Money", grand_total))

    @classmethod
    async def resolve_reference(cls, id: str, grand_total: Any = None) -> Self:
        """Every id is an order's: nothing of it is kept here but what its points are made of."""
        if grand_total is None:
            return cls.of(id)
        try:
            return cls.of(id, Money.of(Decimal(str(grand_total["amount"])), str(grand_total["currency"])))
        except (KeyError, TypeError, InvalidOperation):
            raise BadUserInput("grandTotal in a representation needs amount and currency") from None
