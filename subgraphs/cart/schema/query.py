"""Queries of the cart service."""

from datetime import datetime
from typing import Annotated

import strawberry

from subgraphs.cart.loaders import PromotionById
from subgraphs.cart.service import promotions, recovery, reports
from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.customer import Customer
from subgraphs.cart.types.layaway import Layaway
from subgraphs.cart.types.promotions import Promotion, running_in
from subgraphs.cart.types.reports import CartConnection, CartEdge, CartFunnelPoint, PromotionPerformance
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.values import DateRangeInput, MoneyInput, ReportGrain

_ME = (
    "The caller, guest or signed in; null when nothing is known. The customer, cart and fulfilment services answer this "
    "from the verified token, so that most personal queries need no extra hop."
)
MOST_DAYS = 1_100


@strawberry.type
class Query:
    @field(description=_ME, shareable=True, tags=("watch", "tv"))
    def me(self, info: Info) -> Customer | None:
        customer_id = info.context.viewer.customer_id
        return Customer(id=strawberry.ID(customer_id)) if customer_id else None

    @field(description="One cart. Guests need the secret part of the id they were given.")
    async def cart(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Cart | None:
        return await Cart.visible(info, str(id))

    @field(description="Offers running in a channel.", size=list_size(slicing=("first",)))
    async def promotions(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel; the request's channel when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return.")] = 20,
    ) -> list[Promotion]:
        return await running_in(info, channel or info.context.channel, first)

    @field(description="One layaway.", authenticated=True)
    async def layaway(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Layaway | None:
        return await Layaway.resolve_reference(info, id)

    @field(
        description="Abandoned carts worth following up.",
        size=connection_size(),
        scopes=[["marketing:read"]],
        tags=("staff",),
    )
    async def abandoned_carts(
        self,
        info: Info,
        since: Annotated[datetime, argument("Abandoned since.")],
        started_in: Annotated[
            ChannelCode | None, argument("Channel they were started in; all when left out.")
        ] = strawberry.UNSET,
        min_value: Annotated[MoneyInput | None, argument("Smallest value.")] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 200.")] = 50,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> CartConnection:
        most = bounded(first, default=50, most=200)
        least = (min_value.amount, str(min_value.currency)) if min_value else None
        wanted = recovery.Wanted(since, started_in or None, least)
        behind = decode_cursor(after or None, datetime, str)
        database = info.context.database
        rows = await database.read(recovery.abandoned, wanted, behind, most + 1)
        total = await database.read(recovery.count_abandoned, wanted)
        found = page(rows, most, after or None, lambda row: (row.abandoned_at, row.id))
        return connection(CartConnection, CartEdge, found, Cart.of, total_count=total)

    @field(
        description="How carts ended: abandonment, recovery and finishing in another channel.",
        size=list_size(assumed=50),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def cart_funnel_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.WEEK,
        by_channel: Annotated[bool | None, argument("Split by the channel the cart was started in.")] = True,
        brand_code: Annotated[str | None, argument("Brand to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[CartFunnelPoint]:
        _check(range)
        width = str((grain or ReportGrain.WEEK).value)
        asked = reports.FunnelAsked(range.from_, range.to, width, by_channel is not False, brand_code or None)
        return [CartFunnelPoint.of(point) for point in await info.context.database.read(reports.funnel, asked)]

    @field(
        description="How promotions did, and where they were wrongly refused.",
        size=list_size(assumed=50),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def promotion_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at.")],
        channel: Annotated[ChannelCode | None, argument("Channel to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[PromotionPerformance]:
        _check(range)
        rows = await info.context.database.read(promotions.report, range.from_, range.to, channel or None)
        found = await info.context.loader(PromotionById).load_many([row.promotion_id for row in rows])
        return [
            PromotionPerformance.of(Promotion.of(promotion), row)
            for row, promotion in zip(rows, found, strict=True)
            if promotion is not None
        ]


def _check(days: DateRangeInput) -> None:
    if not 0 <= (days.to - days.from_).days < MOST_DAYS:
        raise BadUserInput(f"range must run from a day to the same or a later one, {MOST_DAYS} days at most")
