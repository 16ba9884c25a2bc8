"""Lines of orders, and what reaches the customer in one go."""

from datetime import UTC, datetime
from typing import Any, Self

import strawberry

from subgraphs.fulfilment.loaders.orders import (
    CarrierByCode,
    EventsOf,
    FulfilmentById,
    LineById,
    OrderById,
    PartsOf,
)
from subgraphs.fulfilment.models import FulfilmentRow, OrderLineRow
from subgraphs.fulfilment.rules import links, passes
from subgraphs.fulfilment.rules.access import PARCEL
from subgraphs.fulfilment.types.enums import FulfilmentStatus
from subgraphs.fulfilment.types.place import Location
from subgraphs.fulfilment.types.stubs import ProductVariant
from subgraphs.fulfilment.types.visible import visible_order
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Forbidden
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import URL, CountryCode
from subgraphs.kit.types.stubs import OWNER_TEXT, Transfer
from subgraphs.kit.types.values import Money, PostalAddress


@strawberry.federation.type(description="One line of an order.", keys=["id"])
class OrderLine:
    row: strawberry.Private[OrderLineRow]
    id: strawberry.ID = field(description="Global id.")

    @field(description="Variant; name and SKU are kept as they were when sold.", provides=["name sku"], tags=("watch",))
    def variant(self) -> ProductVariant:
        row = self.row
        return ProductVariant.sold(row.variant_id or row.id, row.sku, row.name)

    quantity: int = field(description="Units bought.", tags=("watch",))
    returned_quantity: int = field(description="Units sent back so far.")

    @field(description="Price of one unit before offers.")
    async def unit_price(self, info: Info) -> Money:
        return Money.of(self.row.unit_price, await _currency(info, self.row.order_id))

    @field(description="Price of all units less the offers on the line.")
    async def total(self, info: Info) -> Money:
        row = self.row
        return Money.of(row.unit_price * row.quantity - row.discount, await _currency(info, row.order_id))

    @classmethod
    def of(cls, row: OrderLineRow) -> Self:
        """A line from its row."""
        return cls(row=row, id=strawberry.ID(row.id), quantity=row.quantity, returned_quantity=row.returned_quantity)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A line by its id; not there unless the caller may see its order."""
        row = await info.context.loader(LineById).load(str(id))
        return None if row is None or await visible_order(info, row.order_id) is None else cls.of(row)


@strawberry.type(description="Units of one order line within a fulfilment.")
class FulfilmentLine:
    order_line: OrderLine = field(description="Line the units belong to.")
    quantity: int = field(description="Units of it in this fulfilment.")


@strawberry.federation.interface(description=OWNER_TEXT["Fulfilment"], keys=["id"])
class Fulfilment:
    row: strawberry.Private[FulfilmentRow]
    id: strawberry.ID = field(description="Global id.")
    status: FulfilmentStatus = field(description="How far it has come.", tags=("watch",))

    @field(description="Goods in it.")
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        self.for_the_customer()
        return await _parts(info, self.row.id)

    @field(description="Where the goods come from.", name="from")
    def from_(self) -> Location:
        return Location.of(self.row.from_id)

    promised_at: datetime | None = field(
        description="When it should be with the customer, or ready to collect, as promised; null when nothing was."
    )
    estimated_at: datetime | None = field(
        description="When it should be with the customer, or ready to collect, as seen now; null when nothing was"
        " promised.",
        tags=("watch",),
    )
    carried: strawberry.Private[frozenset[str]] = frozenset()

    def for_the_customer(self) -> None:
        """Raise `Forbidden` for a carrier: what goods and to whom is on the label, and not here."""
        if self.carried:
            raise Forbidden("A carrier sees the number, state and events of what it carries")

    @classmethod
    def of(cls, row: FulfilmentRow, *, carried: frozenset[str] = frozenset()) -> Self:
        """A fulfilment from its row; `carried` by these carriers when one of them is told of it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            status=FulfilmentStatus(row.status),
            promised_at=row.promised_at,
            estimated_at=row.estimated_at,
            carried=carried,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Fulfilment | None":
        """A fulfilment by its id; not there unless the caller may see its order."""
        row = await info.context.loader(FulfilmentById).load(str(id))
        if row is None or await visible_order(info, row.order_id) is None:
            return None
        return fulfilment(row)


@strawberry.federation.type(description="A carrier or delivery partner.", keys=["code"])
class Carrier:
    code: str = field(description="Stable code.")
    name: str = field(description="Name shown to people.")

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """A carrier by its code."""
        row = await info.context.loader(CarrierByCode).load(code)
        return None if row is None else cls(code=row.code, name=row.name)


@strawberry.type(description="One scan on the way.")
class TrackingEvent:
    at: datetime = field(description="When it was scanned.")
    summary: str = field(description="What happened, fit to show.")
    place: str | None = field(description="Town; null when the carrier does not say.")


@strawberry.federation.type(description="Goods sent to an address, from a warehouse or a store.", keys=["id"])
class ShipmentFulfilment(Fulfilment):
    @field(description="Goods in it.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        self.for_the_customer()
        return await _parts(info, self.row.id)

    @field(description="Where it is sent.")
    async def address(self, info: Info) -> PostalAddress:
        self.for_the_customer()
        order = await info.context.loader(OrderById).load(self.row.order_id)
        stored: dict[str, Any] = (order.shipping_address if order else None) or {}
        return PostalAddress(
            lines=stored.get("lines", []),
            city=stored.get("city", ""),
            region=stored.get("region"),
            postcode=stored.get("postcode"),
            country=CountryCode(stored.get("country", "GB")),
        )

    @field(description="Carrier who brings it.")
    async def carrier(self, info: Info) -> Carrier:
        code = self.row.carrier_code or PARCEL
        return await Carrier.resolve_reference(info, code) or Carrier(code=code, name=code)

    @field(description="Tracking number; null until the carrier has it.")
    def tracking_number(self) -> str | None:
        return self.row.tracking_number

    @field(description="Address of the carrier's tracking page; null until there is a number.")
    def tracking_url(self) -> URL | None:
        link = links.tracking(self.row.carrier_code, self.row.tracking_number)
        return URL(link) if link else None

    @field(description="Scans on the way, oldest first.", size=list_size(assumed=6))
    async def tracking_events(self, info: Info) -> list[TrackingEvent]:
        events = await info.context.loader(EventsOf).load(self.row.order_id) or ()
        mine = [event for event in events if event.fulfilment_id == self.row.id]
        return [TrackingEvent(at=event.at, summary=event.summary, place=None) for event in mine]


@strawberry.federation.type(description="Goods collected in a store.", keys=["id"])
class PickupFulfilment(Fulfilment):
    @field(description="Goods in it.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        self.for_the_customer()
        return await _parts(info, self.row.id)

    @field(description="Where the goods come from; another place when they are transferred first.", name="from")
    def from_(self) -> Location:
        return Location.of(self.row.from_id)

    @field(description="Where to collect; the name is kept with the order.", provides=["name"], tags=("watch",))
    def location(self) -> Location:
        return Location.of(self.row.location_id or self.row.from_id, self.row.location_name)

    @field(description="Transfer that brings the goods; null when they are there already.")
    def transfer(self) -> Transfer | None:
        return Transfer(id=strawberry.ID(self.row.transfer_id)) if self.row.transfer_id else None

    @field(description="Last moment to collect; null when no end is set.", tags=("watch",))
    def hold_until(self) -> datetime | None:
        return self.row.hold_until

    @field(description="True when it is brought to the car.")
    def kerbside(self) -> bool:
        return self.row.kerbside


@strawberry.federation.type(description="Goods taken away at once from a till or after scan and pay.", keys=["id"])
class CarryOutFulfilment(Fulfilment):
    @field(description="Goods in it.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        self.for_the_customer()
        return await _parts(info, self.row.id)

    @field(description="What the door check scans: text to draw as a code, good once.")
    async def exit_pass(self, info: Info) -> str:
        self.for_the_customer()
        order = await info.context.loader(OrderById).load(self.row.order_id)
        secret = order.pickup_secret if order else None
        return passes.payload(self.row.order_id, secret or self.row.id, datetime.now(UTC))


def fulfilment(row: FulfilmentRow, *, carried: frozenset[str] = frozenset()) -> Fulfilment:
    """A fulfilment as its own type; `carried` by these carriers when one of them is told of it."""
    kinds = {"PICKUP": PickupFulfilment, "CARRY_OUT": CarryOutFulfilment}
    return kinds.get(row.kind, ShipmentFulfilment).of(row, carried=carried)


async def _parts(info: Info, fulfilment_id: str) -> list[FulfilmentLine]:
    rows = await info.context.loader(PartsOf).load(fulfilment_id) or ()
    lines = await info.context.loader(LineById).load_many([row.order_line_id for row in rows])
    return [
        FulfilmentLine(order_line=OrderLine.of(line), quantity=row.quantity)
        for row, line in zip(rows, lines, strict=True)
        if line is not None
    ]


async def _currency(info: Info, order_id: str) -> str:
    row = await info.context.loader(OrderById).load(order_id)
    return row.currency if row else "GBP"
