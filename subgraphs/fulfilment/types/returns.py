"""Returns as clients see them, and what may be returned."""

from datetime import UTC, date, datetime
from typing import Self

import strawberry

from subgraphs.fulfilment.loaders.orders import (
    FulfilmentsOf,
    LineById,
    LinesOf,
    OrderById,
    PartsOf,
)
from subgraphs.fulfilment.loaders.returns import OpenUnits, PlaceById, PolicyById, ReturnById, ReturnLinesOf
from subgraphs.fulfilment.models import FulfilmentRow, OrderLineRow, OrderRow, ReturnLineRow, ReturnRow
from subgraphs.fulfilment.rules import links, returning
from subgraphs.fulfilment.service.policies import place_of
from subgraphs.fulfilment.service.returns import bought, received_on
from subgraphs.fulfilment.types.enums import ReturnReason, ReturnRequirement, ReturnStatus
from subgraphs.fulfilment.types.fulfilment import OrderLine
from subgraphs.fulfilment.types.order import Order
from subgraphs.fulfilment.types.place import Location, ReturnPolicy, policy_in_force
from subgraphs.fulfilment.types.visible import visible_order
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import URL
from subgraphs.kit.types.stubs import OWNER_TEXT, Channel
from subgraphs.kit.types.values import Money


@strawberry.type(description="Whether a line may be returned.")
class ReturnOption:
    line: OrderLine = field(description="Line of the order.")
    allowed: bool = field(description="True when it may be returned here and now.")
    quantity: int = field(description="Units that may go back.")
    requirements: list[ReturnRequirement] = field(description="What must be shown first.", size=list_size(assumed=1))
    until: date | None = field(description="Last day to hand it back; null until the goods are received.")
    refund: Money = field(description="Money the customer gets back for those units, fees taken off.")
    policy: ReturnPolicy = field(description="Policy that decided, so that staff can point to it.")
    reason: str | None = field(description="Why it may not, fit to show; null when it may.")


@strawberry.type(description="One line handed back.")
class ReturnLine:
    row: strawberry.Private[ReturnLineRow]

    @field(description="Order line.")
    async def order_line(self, info: Info) -> OrderLine:
        row = await info.context.loader(LineById).load(self.row.order_line_id)
        if row is None:
            msg = f"line {self.row.order_line_id} of a return is gone"
            raise LookupError(msg)
        return OrderLine.of(row)

    quantity: int = field(description="Units handed back.")
    reason: ReturnReason = field(description="Why they go back.")
    evidence_urls: list[URL] = field(description="Pictures of a fault.", size=list_size(assumed=1))
    disposition: str | None = field(
        description="Where the units went: SHELF, REPAIR or SCRAP; null until they were looked at."
    )

    @classmethod
    def of(cls, row: ReturnLineRow) -> Self:
        """A line from its row."""
        return cls(
            row=row,
            quantity=row.quantity,
            reason=ReturnReason(row.reason),
            evidence_urls=[URL(each) for each in row.evidence_urls],
            disposition=row.disposition,
        )


@strawberry.federation.type(description=OWNER_TEXT["Return"], keys=["id"])
class Return:
    row: strawberry.Private[ReturnRow]
    id: strawberry.ID = field(description="Global id.")
    number: str = field(description="Number to write on the parcel.")

    @field(description="Order the goods were bought by.")
    async def order(self, info: Info) -> Order:
        return Order.of(await _order(info, self.row.order_id))

    @field(description="Lines and units handed back.", size=list_size(assumed=2))
    async def lines(self, info: Info) -> list[ReturnLine]:
        return [ReturnLine.of(row) for row in await info.context.loader(ReturnLinesOf).load(self.row.id) or ()]

    status: ReturnStatus = field(description="How far it has come.")

    @field(description="Channel it was asked for in.")
    def channel(self) -> Channel:
        return Channel.of(self.row.channel)

    @field(description="Store it is handed back in; null by post.")
    def location(self) -> Location | None:
        return Location.of(self.row.location_id) if self.row.location_id else None

    @field(description="Policy that decided.")
    async def policy(self, info: Info) -> ReturnPolicy:
        policy = await info.context.loader(PolicyById).load(self.row.policy_id)
        return ReturnPolicy.of(policy or returning.GROUP_POLICY)

    @field(description="Money the customer gets back, fees taken off.")
    def refund(self) -> Money:
        return Money.of(self.row.refund, self.row.currency)

    @field(description="Order sent in exchange; null when money is given back instead.")
    async def exchange_order(self, info: Info) -> Order | None:
        return await Order.visible(info, self.row.exchange_order_id) if self.row.exchange_order_id else None

    @field(description="Address of the label to print, by post and once agreed; else null.")
    async def label_url(self, info: Info) -> URL | None:
        if self.row.location_id is not None or self.row.status != "APPROVED":
            return None
        order = await _order(info, self.row.order_id)
        link = links.label(order.id, self.row.number, order.pickup_secret)
        return URL(link) if link else None

    decline_reason: str | None = field(description="Why it was refused, fit to show; null unless it was.")

    @classmethod
    def of(cls, row: ReturnRow) -> Self:
        """A return from its row; whoever calls has checked that the caller may see its order."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            number=row.number,
            status=ReturnStatus(row.status),
            decline_reason=row.decline_reason,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A return by its id; not there unless the caller may see its order."""
        row = await info.context.loader(ReturnById).load(str(id))
        return None if row is None or await visible_order(info, row.order_id) is None else cls.of(row)


async def options_of(info: Info, order: OrderRow, location_id: str | None) -> list[ReturnOption]:
    """What may still be returned of an order at a place, line by line; as many queries for one order as for fifty."""
    lines = [line for line in await info.context.loader(LinesOf).load(order.id) or () if line.variant_id and line.sold]
    received = await _receptions(info, order, lines)
    open_units = await info.context.loader(OpenUnits).load_many([line.id for line in lines])
    policy = await policy_in_force(info, order.brand_code, location_id)
    place = None
    if location_id is not None:
        place = place_of(location_id, await info.context.loader(PlaceById).load(location_id))
    today = datetime.now(UTC).date()
    found = []
    for line, spoken_for in zip(lines, open_units, strict=True):
        mine = bought(order, line, received.get(line.id), spoken_for or 0)
        refused = returning.why_not(mine, policy, place, today)
        units = 0 if refused else mine.left
        refund = returning.refund(mine, units, policy, order.currency)
        found.append(
            ReturnOption(
                line=OrderLine.of(line),
                allowed=refused is None,
                quantity=units,
                requirements=[ReturnRequirement(each) for each in policy.requirements],
                until=returning.until(mine, policy),
                refund=Money.of(refund, order.currency),
                policy=ReturnPolicy.of(policy),
                reason=refused,
            )
        )
    return found


async def _receptions(info: Info, order: OrderRow, lines: list[OrderLineRow]) -> dict[str, date | None]:
    """Order line → the day it was with the customer."""
    parts = await info.context.loader(FulfilmentsOf).load(order.id) or ()
    if not parts:
        return {line.id: received_on(order, ()) for line in lines}
    carried = await info.context.loader(PartsOf).load_many([part.id for part in parts])
    by_line: dict[str, list[FulfilmentRow]] = {}
    for part, rows in zip(parts, carried, strict=True):
        for row in rows or ():
            by_line.setdefault(row.order_line_id, []).append(part)
    return {line_id: received_on(order, mine) for line_id, mine in by_line.items()}


async def _order(info: Info, order_id: str) -> OrderRow:
    row = await info.context.loader(OrderById).load(order_id)
    if row is None:
        msg = f"order {order_id} of a return is gone"
        raise LookupError(msg)
    return row
