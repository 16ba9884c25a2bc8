"""Questions about orders, policies and how the trade goes."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from subgraphs.fulfilment.loaders.orders import OrderById
from subgraphs.fulfilment.models import FulfilmentRow
from subgraphs.fulfilment.service import lookup
from subgraphs.fulfilment.service.reading import orders_of
from subgraphs.fulfilment.service.reports.buckets import ReportAsked
from subgraphs.fulfilment.service.reports.carriers import carrier_report
from subgraphs.fulfilment.service.reports.pickups import pickup_report
from subgraphs.fulfilment.service.reports.returns import returns_report
from subgraphs.fulfilment.service.reports.sales import sales_report
from subgraphs.fulfilment.types.customer import Customer
from subgraphs.fulfilment.types.fulfilment import PickupFulfilment
from subgraphs.fulfilment.types.inputs import CardLookupInput
from subgraphs.fulfilment.types.order import Order, OrderConnection, OrderEdge
from subgraphs.fulfilment.types.place import Location, ReturnPolicy
from subgraphs.fulfilment.types.reports import CarrierPerformance, PickupStat, ReturnsPoint, SalesPoint
from subgraphs.fulfilment.types.results import PickupLookupResult, PickupReady, PickupRefusedError
from subgraphs.fulfilment.types.returns import Return
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, page
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.errors import ErrorCode, NotFoundError
from subgraphs.kit.types.values import DateRangeInput, ReportGrain

_ME = (
    "The caller, guest or signed in; null when nothing is known. The customer, cart and fulfilment services answer this "
    "from the verified token, so that most personal queries need no extra hop."
)
MOST_DAYS = 3_700
"""Ten years: the longest span of a report."""
MOST_FOUND = 100


@strawberry.type
class Query:
    @field(description=_ME, shareable=True, tags=("watch", "tv"))
    def me(self, info: Info) -> Customer | None:
        customer_id = info.context.viewer.customer_id
        return Customer(id=strawberry.ID(customer_id)) if customer_id else None

    @field(
        description="One order; null when there is none or the caller may not see it.",
        authenticated=True,
        tags=("watch",),
    )
    async def order(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Order | None:
        return await Order.visible(info, str(id))

    @field(
        description="An order followed by a guest with the token from the message; null when the token opens none.",
        tags=("watch",),
    )
    async def order_by_token(self, info: Info, token: Annotated[str, argument("Token from the link.")]) -> Order | None:
        row = await info.context.database.read(lookup.by_token, token, datetime.now(UTC))
        if row is None:
            return None
        info.context.loader(OrderById).prime(row.id, row)
        return Order.of(row)

    @field(
        description="The order a shopper shows at the counter, by QR, barcode or short code.",
        scopes=[["staff:store"]],
        tags=("staff",),
    )
    async def order_by_pickup_code(
        self,
        info: Info,
        payload: Annotated[str, argument("What was scanned or typed.")],
        location_id: Annotated[strawberry.ID, argument("Store of the till.")],
    ) -> PickupLookupResult:
        found = await info.context.database.read(lookup.scan, payload, datetime.now(UTC))
        if found is None:
            return NotFoundError(code=ErrorCode.NOT_FOUND, message="This is no pass for an order.", path=["payload"])
        info.context.loader(OrderById).prime(found.order.id, found.order)
        ready = [part for part in found.parts if part.status == "READY" and part.location_id == location_id]
        if ready and found.fresh:
            return PickupReady(order=Order.of(found.order), fulfilment=PickupFulfilment.of(ready[0]))
        return _refused(found, str(location_id))

    @field(
        description="Find orders at a till or on the phone, by a number, a contact or a card; the newest first.",
        scopes=[["staff:store"], ["staff:agent"]],
        tags=("staff",),
        cost=5,
        size=connection_size(),
    )
    async def order_lookup(
        self,
        info: Info,
        number: Annotated[str | None, argument("Order number or receipt number.")] = strawberry.UNSET,
        contact: Annotated[str | None, argument("E-mail, phone or loyalty number.")] = strawberry.UNSET,
        card: Annotated[
            CardLookupInput | None, argument("Last four digits of the card and day of purchase.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 10,
    ) -> OrderConnection:
        clues = lookup.Clues(
            number=number or None,
            contact=contact or None,
            last_four=card.last_four if card else None,
            day=card.day if card else None,
        )
        if clues == lookup.Clues():
            raise BadUserInput("Give a number, a contact or a card to look for")
        most = bounded(first, default=10, most=MOST_FOUND)
        rows = await info.context.database.read(orders_of, clues, most, None)
        loader = info.context.loader(OrderById)
        for row in rows:
            loader.prime(row.id, row)
        found = page(rows, most, None, lambda row: (row.placed_at, row.id))
        return connection(OrderConnection, OrderEdge, found, Order.of, wanted=clues)

    @field(description="The policy that would decide; of several that reach that far, the narrowest.")
    async def return_policy(
        self,
        info: Info,
        brand_code: Annotated[str, argument("Brand of the goods.")],
        location_id: Annotated[
            strawberry.ID | None, argument("Store they would be handed back in; by post when left out.")
        ] = strawberry.UNSET,
    ) -> ReturnPolicy:
        return await ReturnPolicy.in_force(info, brand_code, str(location_id) if location_id else None)

    @field(
        name="return",
        description="One return; null when there is none or the caller may not see its order.",
        authenticated=True,
    )
    async def return_(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Return | None:
        return await Return.resolve_reference(info, id)

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
        range: Annotated[DateRangeInput, argument("Days to look at, up to ten years.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.WEEK,
        by_channel: Annotated[bool | None, argument("Split by channel.")] = True,
        by_brand: Annotated[bool | None, argument("Split by brand.")] = False,
    ) -> list[SalesPoint]:
        asked = _asked(range, grain or ReportGrain.WEEK, by_channel=bool(by_channel), by_brand=bool(by_brand))
        return [SalesPoint.of(point) for point in await info.context.database.read(sales_report, asked)]

    @field(
        description="How collections did, and what people bought on the way.",
        size=list_size(assumed=100),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def pickup_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at, up to ten years.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.WEEK,
        by_location: Annotated[bool | None, argument("Split by store.")] = False,
    ) -> list[PickupStat]:
        asked = _asked(range, grain or ReportGrain.WEEK)
        points = await info.context.database.read(pickup_report, asked, bool(by_location))
        return [PickupStat.of(point) for point in points]

    @field(
        description="How carriers did.",
        size=list_size(assumed=8),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def carrier_report(
        self, info: Info, range: Annotated[DateRangeInput, argument("Days to look at, up to ten years.")]
    ) -> list[CarrierPerformance]:
        asked = _asked(range, ReportGrain.TOTAL)
        return [CarrierPerformance.of(each) for each in await info.context.database.read(carrier_report, asked)]

    @field(
        description="How many goods came back, and in which channel.",
        size=list_size(assumed=50),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def returns_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at, up to ten years.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.MONTH,
    ) -> list[ReturnsPoint]:
        asked = _asked(range, grain or ReportGrain.MONTH)
        return [ReturnsPoint.of(each) for each in await info.context.database.read(returns_report, asked)]


def _asked(
    span: DateRangeInput, grain: ReportGrain, *, by_channel: bool = False, by_brand: bool = False
) -> ReportAsked:
    if span.to < span.from_:
        raise BadUserInput("range.to must not be before range.from")
    if (span.to - span.from_).days > MOST_DAYS:
        raise BadUserInput(f"range must not be longer than {MOST_DAYS} days")
    return ReportAsked(span.from_, span.to, str(grain.value), by_channel, by_brand)


def _refused(found: lookup.Found, location_id: str) -> PickupRefusedError:
    """Why a genuine pass is of no use here and now.

    1. The pass is an old picture.  2. It waits, or will, in another store.  3. It is not ready.  4. It is gone.
    """

    def refused(
        code: ErrorCode, message: str, waits: FulfilmentRow | None = None, ready_at: datetime | None = None
    ) -> PickupRefusedError:
        place = Location.of(waits.location_id, waits.location_name) if waits and waits.location_id else None
        return PickupRefusedError(code=code, message=message, path=["payload"], waits_at=place, ready_at=ready_at)

    waiting = [part for part in found.parts if part.status not in {"DONE", "CANCELLED"}]
    here = [part for part in waiting if part.location_id == location_id]
    if waiting and not found.fresh:
        return refused(ErrorCode.EXPIRED, "This pass has run out; ask for a fresh one.")
    if here:
        message = "It is not ready to collect yet."
        return refused(ErrorCode.WRONG_STATE, message, ready_at=here[0].estimated_at)
    if waiting:
        where = waiting[0].location_name or "another store"
        return refused(ErrorCode.LOCATION_UNAVAILABLE, f"It waits at {where}.", waiting[0])
    if any(part.status == "DONE" for part in found.parts):
        return refused(ErrorCode.WRONG_STATE, "It was collected already.")
    return refused(ErrorCode.WRONG_STATE, "There is nothing to collect.")
