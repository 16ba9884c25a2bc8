"""What the fulfilment service adds to a customer."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.fulfilment.loaders.orders import OrderById
from subgraphs.fulfilment.rules.access import may_see
from subgraphs.fulfilment.service.purchases import PurchasesAsked, purchases
from subgraphs.fulfilment.service.reading import OrderFilter, orders_of
from subgraphs.fulfilment.types.enums import OrderStatus
from subgraphs.fulfilment.types.order import Order, OrderConnection, OrderEdge
from subgraphs.fulfilment.types.stubs import PurchasedItem
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.stubs import OWNER_TEXT

MOST_ORDERS = 100


@strawberry.federation.type(description=OWNER_TEXT["Customer"], keys=["id"])
class Customer:
    id: strawberry.ID = field(description="Global id.")

    @field(
        description="Purchases in every channel, the newest first; empty for anyone else's.",
        size=connection_size(),
        authenticated=True,
        tags=("watch",),
    )
    async def orders(
        self,
        info: Info,
        status: Annotated[list[OrderStatus] | None, argument("States to keep; all when left out.")] = strawberry.UNSET,
        channels: Annotated[
            list[ChannelCode] | None, argument("Channels to keep; all when left out.")
        ] = strawberry.UNSET,
        open_only: Annotated[bool | None, argument("Keep only orders that are not finished.")] = False,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 10,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> OrderConnection:
        most = bounded(first, default=10, most=MOST_ORDERS)
        position = decode_cursor(after or None, datetime, str)
        # Another customer's purchases are not there: an empty page, and nothing counted.
        owner = str(self.id) if may_see(info.context.viewer, str(self.id)) else ""
        wanted = OrderFilter(
            owner,
            tuple(each.value for each in status) if status else None,
            tuple(channels) if channels else None,
            bool(open_only),
        )
        rows = await info.context.database.read(orders_of, wanted, most, position)
        loader = info.context.loader(OrderById)
        for row in rows:
            loader.prime(row.id, row)
        found = page(rows, most, after or None, lambda row: (row.placed_at, row.id))
        return connection(OrderConnection, OrderEdge, found, Order.of, wanted=wanted)

    @field(
        description="Things bought before, once each, the newest first: the shade or size that fitted.",
        size=list_size(slicing=("first",)),
        authenticated=True,
    )
    async def purchased_items(
        self,
        info: Info,
        category_id: Annotated[
            strawberry.ID | None, argument("Category to stay within; all when left out.")
        ] = strawberry.UNSET,
        product_id: Annotated[
            strawberry.ID | None, argument("Product to look for; all when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
    ) -> list[PurchasedItem]:
        most = bounded(first, default=20, most=MOST_ORDERS)
        if not may_see(info.context.viewer, str(self.id)):
            return []
        asked = PurchasesAsked(
            str(self.id), str(category_id) if category_id else None, str(product_id) if product_id else None
        )
        return [PurchasedItem.of(each) for each in await info.context.database.read(purchases, asked, most)]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A customer by id; what belongs to another customer is left out field by field."""
        return cls(id=id)
