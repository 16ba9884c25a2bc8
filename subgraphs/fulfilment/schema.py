"""Entry points of the fulfilment service."""

from datetime import UTC, datetime
from typing import Annotated, cast

import strawberry

from subgraphs.fulfilment.service.placing import place
from subgraphs.fulfilment.service.reports import ReportAsked, sales_report
from subgraphs.fulfilment.types.customer import Customer
from subgraphs.fulfilment.types.order import (
    Carrier,
    CarryOutFulfilment,
    Order,
    OrderLine,
    PickupFulfilment,
    ShipmentFulfilment,
)
from subgraphs.fulfilment.types.placing import OrderPlaceInput, OrderPlaceResult, OrderSuccess
from subgraphs.fulfilment.types.reports import SalesPoint
from subgraphs.fulfilment.types.stubs import Cart, CartLine, Location, Product, ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput, Refusal
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import argument, field, list_size, mutation
from subgraphs.kit.types.errors import shown
from subgraphs.kit.types.values import DateRangeInput, ReportGrain

_ME = (
    "The caller, guest or signed in; null when nothing is known. The customer, cart and fulfilment services answer this "
    "from the verified token, so that most personal queries need no extra hop."
)
MOST_DAYS = 3_700
"""Ten years: the longest span of a report."""


@strawberry.type
class Query:
    @field(description=_ME, shareable=True, tags=("watch", "tv"))
    def me(self, info: Info) -> Customer | None:
        customer_id = info.context.viewer.customer_id
        return Customer(id=strawberry.ID(customer_id)) if customer_id else None

    @field(description="One order.", authenticated=True, tags=("watch",))
    async def order(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Order | None:
        return await Order.visible(info, str(id))

    @field(
        description="Sales, average order value and contribution by channel and brand.",
        size=list_size(assumed=100),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def sales_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.WEEK,
        by_channel: Annotated[bool | None, argument("Split by channel.")] = True,
        by_brand: Annotated[bool | None, argument("Split by brand.")] = False,
    ) -> list[SalesPoint]:
        if range.to < range.from_:
            raise BadUserInput("range.to must not be before range.from")
        if (range.to - range.from_).days > MOST_DAYS:
            raise BadUserInput(f"range must not be longer than {MOST_DAYS} days")
        width = (grain or ReportGrain.WEEK).value
        asked = ReportAsked(range.from_, range.to, str(width), bool(by_channel), bool(by_brand))
        return [SalesPoint.of(point) for point in await info.context.database.read(sales_report, asked)]


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(
        description="Place the order that a checkout has come to; the same key gives the same order.",
        inaccessible=True,
        scopes=[["system:write"]],
    )
    async def order_place(
        self, info: Info, input: Annotated[OrderPlaceInput, argument("The order.")]
    ) -> OrderPlaceResult:
        try:
            order_id = await info.context.write(place, input.placed(), input.idempotency_key, datetime.now(UTC))
        except Refusal as refusal:
            return cast(OrderPlaceResult, shown(refusal))
        order = await Order.visible(info, order_id)
        if order is None:
            msg = f"order {order_id} went away while it was being placed"
            raise LookupError(msg)
        return OrderSuccess(order=order)


schema = FederatedSchema(
    query=Query,
    mutation=Mutation,
    types=[
        Cart,
        CartLine,
        Carrier,
        CarryOutFulfilment,
        Location,
        OrderLine,
        PickupFulfilment,
        Product,
        ProductVariant,
        ShipmentFulfilment,
    ],
)
