"""Orders, and what reaches the customer in one go."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.fulfilment.loaders.orders import (
    CarrierByCode,
    EventsOf,
    FulfilmentById,
    FulfilmentsOf,
    LineById,
    LinesOf,
    OrderById,
    OrderByNumber,
    PartsOf,
    PaymentsOf,
)
from subgraphs.fulfilment.models import FulfilmentRow, OrderEventRow, OrderLineRow, OrderPaymentRow, OrderRow
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.rules.access import may_see, may_see_order
from subgraphs.fulfilment.rules.status import Part, status_line
from subgraphs.fulfilment.types.enums import FulfilmentStatus, OrderEventKind, OrderStatus
from subgraphs.fulfilment.types.stubs import Cart, Location, ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.scalars import URL, CountryCode
from subgraphs.kit.types.stubs import OWNER_TEXT, Brand, Channel, Transfer
from subgraphs.kit.types.values import Money, PageInfo, PostalAddress

if TYPE_CHECKING:
    from subgraphs.fulfilment.types.customer import Customer

MOST_EVENTS = 200


@strawberry.federation.type(description="One line of an order.", keys=["id"])
class OrderLine:
    row: strawberry.Private[OrderLineRow]
    id: strawberry.ID = field(description="Global id.")

    @field(description="Variant; name and SKU are kept as they were when sold.", provides=["name sku"], tags=("watch",))
    def variant(self) -> ProductVariant:
        row = self.row
        return ProductVariant.sold(row.variant_id or row.id, row.sku, row.name)

    quantity: int = field(description="Units.", tags=("watch",))
    returned_quantity: int = field(description="Units sent back.")

    @field(description="Price of one unit.")
    async def unit_price(self, info: Info) -> Money:
        return Money.of(self.row.unit_price, await _currency(info, self.row.order_id))

    @field(description="Line amount.")
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
        return None if row is None or await Order.visible(info, row.order_id) is None else cls.of(row)


@strawberry.type(description="How an order was paid.")
class OrderPayment:
    row: strawberry.Private[OrderPaymentRow]
    currency: strawberry.Private[str]
    label: str = field(description="Masked label.")

    @field(description="Amount.")
    def amount(self) -> Money:
        return Money.of(self.row.amount, self.currency)

    @field(description="Amount given back.")
    def refunded(self) -> Money:
        return Money.of(self.row.refunded, self.currency)


@strawberry.type(description="Lines of a fulfilment.")
class FulfilmentLine:
    order_line: OrderLine = field(description="Order line.")
    quantity: int = field(description="Units.")


@strawberry.federation.interface(description=OWNER_TEXT["Fulfilment"], keys=["id"])
class Fulfilment:
    row: strawberry.Private[FulfilmentRow]
    id: strawberry.ID = field(description="Global id.")
    status: FulfilmentStatus = field(description="State.", tags=("watch",))

    @field(description="Lines and units.")
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        return await _parts(info, self.row.id)

    @field(description="Where the goods come from.", name="from")
    def from_(self) -> Location:
        return Location.of(self.row.from_id)

    promised_at: datetime | None = field(description="Expected by, as promised.")
    estimated_at: datetime | None = field(description="Expected by, as seen now.", tags=("watch",))

    @classmethod
    def of(cls, row: FulfilmentRow) -> Self:
        """A fulfilment from its row."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            status=FulfilmentStatus(row.status),
            promised_at=row.promised_at,
            estimated_at=row.estimated_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Fulfilment | None":
        """A fulfilment by its id; not there unless the caller may see its order."""
        row = await info.context.loader(FulfilmentById).load(str(id))
        if row is None or await Order.visible(info, row.order_id) is None:
            return None
        return fulfilment(row)


@strawberry.federation.type(description="A carrier or delivery partner.", keys=["code"])
class Carrier:
    code: str = field(description="Code.")
    name: str = field(description="Name.")

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """A carrier by its code."""
        row = await info.context.loader(CarrierByCode).load(code)
        return None if row is None else cls(code=row.code, name=row.name)


@strawberry.type(description="One scan on the way.")
class TrackingEvent:
    at: datetime = field(description="When.")
    summary: str = field(description="Text.")
    place: str | None = field(description="Town.")


@strawberry.federation.type(description="Goods sent to an address, from a warehouse or a store.", keys=["id"])
class ShipmentFulfilment(Fulfilment):
    @field(description="Lines and units.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        return await _parts(info, self.row.id)

    @field(description="Where to.")
    async def address(self, info: Info) -> PostalAddress:
        order = await info.context.loader(OrderById).load(self.row.order_id)
        stored: dict[str, Any] = (order.shipping_address if order else None) or {}
        return PostalAddress(
            lines=stored.get("lines", []),
            city=stored.get("city", ""),
            region=stored.get("region"),
            postcode=stored.get("postcode"),
            country=CountryCode(stored.get("country", "GB")),
        )

    @field(description="Carrier.")
    async def carrier(self, info: Info) -> Carrier:
        code = self.row.carrier_code or "parcel"
        return await Carrier.resolve_reference(info, code) or Carrier(code=code, name=code)

    @field(description="Tracking number.")
    def tracking_number(self) -> str | None:
        return self.row.tracking_number

    @field(description="Tracking page.")
    def tracking_url(self) -> URL | None:
        number = self.row.tracking_number
        return URL(f"https://track.example/{self.row.carrier_code}/{number}") if number else None

    @field(description="Scans on the way, oldest first.", size=list_size(assumed=6))
    async def tracking_events(self, info: Info) -> list[TrackingEvent]:
        events = await info.context.loader(EventsOf).load(self.row.order_id) or ()
        mine = [event for event in events if event.fulfilment_id == self.row.id]
        return [TrackingEvent(at=event.at, summary=event.summary, place=None) for event in mine]


@strawberry.federation.type(description="Goods collected in a store.", keys=["id"])
class PickupFulfilment(Fulfilment):
    @field(description="Lines and units.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        return await _parts(info, self.row.id)

    @field(description="Where the goods come from; another place when they are transferred first.", name="from")
    def from_(self) -> Location:
        return Location.of(self.row.from_id)

    @field(description="Where to collect; the name is kept with the order.", provides=["name"], tags=("watch",))
    def location(self) -> Location:
        return Location.of(self.row.location_id or self.row.from_id)

    @field(description="Transfer that brings the goods.")
    def transfer(self) -> Transfer | None:
        return Transfer(id=strawberry.ID(self.row.transfer_id)) if self.row.transfer_id else None

    @field(description="Last moment to collect.", tags=("watch",))
    def hold_until(self) -> datetime | None:
        return self.row.hold_until

    @field(description="True when it is brought to the car.")
    def kerbside(self) -> bool:
        return self.row.kerbside


@strawberry.federation.type(description="Goods taken away at once from a till or after scan and pay.", keys=["id"])
class CarryOutFulfilment(Fulfilment):
    @field(description="Lines and units.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[FulfilmentLine]:
        return await _parts(info, self.row.id)

    @field(description="What the door check scans.")
    async def exit_pass(self, info: Info) -> str:
        order = await info.context.loader(OrderById).load(self.row.order_id)
        secret = order.pickup_secret if order else None
        return passes.short_code(self.row.order_id, secret or self.row.id)


@strawberry.type(description="What a shopper shows to collect an order.")
class PickupPass:
    code: str = field(description="Short code to read out.", tags=("watch",))
    qr_payload: str = field(
        description="Text to draw as a QR code; signed and short-lived, so a photograph is no use for long.",
        tags=("watch",),
    )
    barcode: str = field(description="Text to draw as a Code 128 barcode, for older scanners.")
    refresh_at: datetime = field(description="When the pass must be fetched anew.", tags=("watch",))
    collector: str | None = field(description="Other person allowed to collect.", tags=("pii",))


@strawberry.type(description="One thing that happened to an order.")
class OrderEvent:
    row: strawberry.Private[OrderEventRow]
    kind: OrderEventKind = field(description="Kind.")
    at: datetime = field(description="When.")
    summary: str = field(description="One line fit to show.")

    @field(description="Where.")
    def location(self) -> Location | None:
        return Location.of(self.row.location_id) if self.row.location_id else None

    @field(description="Fulfilment concerned.")
    async def fulfilment(self, info: Info) -> Fulfilment | None:
        if self.row.fulfilment_id is None:
            return None
        row = await info.context.loader(FulfilmentById).load(self.row.fulfilment_id)
        return None if row is None else fulfilment(row)


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=["id", "number"])
class Order:
    row: strawberry.Private[OrderRow]
    id: strawberry.ID = field(description="Global id.", tags=("watch",))
    number: str = field(description="Number printed on receipts.", tags=("watch",))
    status: OrderStatus = field(description="State.", tags=("watch",))

    @field(description="One short line for small screens, e.g. Ready today at Oxford Street.", tags=("watch",))
    async def status_line(self, info: Info) -> str:
        rows = await info.context.loader(FulfilmentsOf).load(self.row.id) or ()
        parts = [Part(row.kind, row.status, row.location_name, row.estimated_at) for row in rows]
        return status_line(self.row.status, parts, datetime.now(UTC))

    placed_at: datetime = field(description="When it was placed.")

    @field(description="Brand.")
    def brand(self) -> Brand:
        return Brand(code=self.row.brand_code)

    @field(description="Channel it was placed in.")
    def channel(self) -> Channel:
        return Channel.of(self.row.channel)

    @field(description="Store and till it was rung up at, for store sales.")
    def sold_at(self) -> Location | None:
        return Location.of(self.row.sold_at_id) if self.row.sold_at_id else None

    @field(description="Associate who helped, for store and assisted sales.", tags=("staff",))
    def sold_by(self) -> str | None:
        return self.row.sold_by

    @field(description="Number in the marketplace, till system or ERP it came from; null for orders placed here.")
    def external_number(self) -> str | None:
        return self.row.external_number

    @field(description="Cart it came from.")
    def cart(self) -> Cart | None:
        return Cart.of(self.row.cart_id) if self.row.cart_id else None

    @field(description="Customer; null when the guest gave no details.")
    def customer(self) -> Annotated["Customer", strawberry.lazy("subgraphs.fulfilment.types.customer")] | None:
        from subgraphs.fulfilment.types.customer import Customer  # an order shows its customer, and a customer orders

        return Customer(id=strawberry.ID(self.row.customer_id)) if self.row.customer_id else None

    @field(description="Lines.", size=list_size(assumed=4), tags=("watch",))
    async def lines(self, info: Info) -> list[OrderLine]:
        rows = await info.context.loader(LinesOf).load(self.row.id) or ()
        return [OrderLine.of(row) for row in rows if row.variant_id is not None]

    @field(description="Units over all lines.", tags=("watch",))
    async def total_quantity(self, info: Info) -> int:
        rows = await info.context.loader(LinesOf).load(self.row.id) or ()
        return sum(row.quantity for row in rows if row.variant_id is not None)

    @field(description="Sum of lines.")
    def subtotal(self) -> Money:
        return Money.of(self.row.subtotal, self.row.currency)

    @field(description="Offers, as a positive amount.")
    def discount(self) -> Money:
        return Money.of(self.row.discount, self.row.currency)

    @field(description="Delivery.")
    def delivery_charge(self) -> Money:
        return Money.of(self.row.delivery, self.row.currency)

    @field(description="Tax.")
    def tax(self) -> Money:
        return Money.of(self.row.tax, self.row.currency)

    @field(description="Paid in the end.", tags=("watch",))
    def grand_total(self) -> Money:
        return Money.of(self.row.total, self.row.currency)

    @field(description="How it was paid.", size=list_size(assumed=1))
    async def payments(self, info: Info) -> list[OrderPayment]:
        rows = await info.context.loader(PaymentsOf).load(self.row.id) or ()
        return [OrderPayment(row=row, currency=self.row.currency, label=row.label) for row in rows]

    @field(
        description="Deliveries and collections; more than one when the order is split.",
        size=list_size(assumed=2),
        tags=("watch",),
    )
    async def fulfilments(self, info: Info) -> list[Fulfilment]:
        return [fulfilment(row) for row in await info.context.loader(FulfilmentsOf).load(self.row.id) or ()]

    @field(description="Pass to collect it with; null when there is nothing to collect.", tags=("watch",))
    async def pickup_pass(self, info: Info) -> PickupPass | None:
        rows = await info.context.loader(FulfilmentsOf).load(self.row.id) or ()
        waiting = [row for row in rows if row.kind == "PICKUP" and row.status not in {"DONE", "CANCELLED"}]
        secret = self.row.pickup_secret
        if not waiting or secret is None:
            return None
        now = datetime.now(UTC)
        code = passes.short_code(self.row.id, secret)
        return PickupPass(
            code=code,
            qr_payload=passes.payload(self.row.id, secret, now),
            barcode=f"P{code}",
            refresh_at=passes.refresh_at(now),
            collector=self.row.collector,
        )

    @field(description="What happened, oldest first.", size=list_size(slicing=("first",)))
    async def events(
        self, info: Info, first: Annotated[int | None, argument("Most to return.")] = 50
    ) -> list[OrderEvent]:
        most = bounded(first, default=50, most=MOST_EVENTS)
        rows = await info.context.loader(EventsOf).load(self.row.id) or ()
        return [
            OrderEvent(row=row, kind=OrderEventKind(row.kind), at=row.at, summary=row.summary) for row in rows[:most]
        ]

    promised_at: datetime | None = field(description="Expected by, as promised when placed.")
    estimated_at: datetime | None = field(description="Expected by, as seen now.", tags=("watch",))

    @field(description="How much earlier than promised; negative when late.", tags=("watch",))
    def ahead_by(self) -> timedelta | None:
        row = self.row
        return row.promised_at - row.estimated_at if row.promised_at and row.estimated_at else None

    @field(description="Receipt as a PDF.")
    def receipt_url(self) -> URL | None:
        return None

    @classmethod
    def of(cls, row: OrderRow) -> Self:
        """An order from its row; whoever calls has checked that the caller may see it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            number=row.number,
            status=OrderStatus(row.status),
            placed_at=row.placed_at,
            promised_at=row.promised_at,
            estimated_at=row.estimated_at,
        )

    @classmethod
    async def visible(cls, info: Info, order_id: str) -> Self | None:
        """The order, if it is there and the caller may see it: one answer for both."""
        row = await info.context.loader(OrderById).load(order_id)
        if row is None or not may_see_order(info.context.viewer, row.customer_id, row.placed_at, datetime.now(UTC)):
            return None
        return cls.of(row)

    @classmethod
    async def resolve_reference(
        cls, info: Info, id: strawberry.ID | None = None, number: str | None = None
    ) -> Self | None:
        """An order by its id or by the number on its receipt."""
        if id is not None:
            return await cls.visible(info, str(id))
        row = await info.context.loader(OrderByNumber).load(number or "")
        return cls.of(row) if row is not None and may_see(info.context.viewer, row.customer_id) else None


@strawberry.type(description="One order in a connection.")
class OrderEdge:
    cursor: str = field(description="Cursor of the item.")
    node: Order = field(description="The order.", tags=("watch",))


@strawberry.type(description="A page of orders.")
class OrderConnection:
    edges: list[OrderEdge] = field(description="Items with cursors.")
    nodes: list[Order] = field(description="Items alone.", tags=("watch",))
    page_info: PageInfo = field(description="Where the page sits.")
    wanted: strawberry.Private[Any]

    @field(description="How many there are in all.")
    async def total_count(self, info: Info) -> int:
        from subgraphs.fulfilment.service.reading import count_orders

        return await info.context.database.read(count_orders, self.wanted)


def fulfilment(row: FulfilmentRow) -> Fulfilment:
    """A fulfilment as its own type."""
    kinds = {"PICKUP": PickupFulfilment, "CARRY_OUT": CarryOutFulfilment}
    return kinds.get(row.kind, ShipmentFulfilment).of(row)


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
