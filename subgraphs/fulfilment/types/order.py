"""Orders as clients see them."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.fulfilment.loaders.orders import (
    EventsOf,
    FulfilmentById,
    FulfilmentsOf,
    LinesOf,
    OrderById,
    OrderByNumber,
    PaymentsOf,
)
from subgraphs.fulfilment.loaders.returns import ReturnsOf
from subgraphs.fulfilment.models import FulfilmentRow, OrderEventRow, OrderPaymentRow, OrderRow
from subgraphs.fulfilment.rules import links, passes
from subgraphs.fulfilment.rules.access import carries, may_see
from subgraphs.fulfilment.rules.status import Part, order_status, status_line
from subgraphs.fulfilment.service.reading import count_orders
from subgraphs.fulfilment.types.enums import OrderEventKind, OrderStatus
from subgraphs.fulfilment.types.fulfilment import Fulfilment, OrderLine, fulfilment
from subgraphs.fulfilment.types.place import Brand, Location
from subgraphs.fulfilment.types.stubs import Cart
from subgraphs.fulfilment.types.visible import visible_order
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Forbidden
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.scalars import URL
from subgraphs.kit.types.stubs import OWNER_TEXT, Channel
from subgraphs.kit.types.values import Money, PageInfo

if TYPE_CHECKING:
    from subgraphs.fulfilment.types.customer import Customer
    from subgraphs.fulfilment.types.returns import Return, ReturnOption

MOST_EVENTS = 200


@strawberry.type(description="How an order was paid.")
class OrderPayment:
    row: strawberry.Private[OrderPaymentRow]
    currency: strawberry.Private[str]
    label: str = field(description="Masked label, e.g. Visa •••• 4242.")

    @field(description="Amount that was paid by it.")
    def amount(self) -> Money:
        return Money.of(self.row.amount, self.currency)

    @field(description="Amount given back of it.")
    def refunded(self) -> Money:
        return Money.of(self.row.refunded, self.currency)


@strawberry.type(description="What a shopper shows to collect an order.")
class PickupPass:
    code: str = field(description="Short code to read out.", tags=("watch",))
    qr_payload: str = field(
        description="Text to draw as a QR code; signed and short-lived, so a photograph is no use for long.",
        tags=("watch",),
    )
    barcode: str = field(description="Text to draw as a Code 128 barcode, for older scanners.")
    refresh_at: datetime = field(description="When the pass must be fetched anew.", tags=("watch",))
    collector: str | None = field(
        description="Other person allowed to collect; null when nobody was named.", tags=("pii",)
    )


@strawberry.type(description="One thing that happened to an order.")
class OrderEvent:
    row: strawberry.Private[OrderEventRow]
    kind: OrderEventKind = field(description="What kind of thing it was.")
    at: datetime = field(description="When it happened.")
    summary: str = field(description="One line fit to show.")

    carried: strawberry.Private[frozenset[str]] = frozenset()

    @field(description="Place where it happened; null when it was at none.")
    def location(self) -> Location | None:
        return Location.of(self.row.location_id) if self.row.location_id else None

    @field(description="Delivery or collection concerned; null when it concerns the whole order.")
    async def fulfilment(self, info: Info) -> Fulfilment | None:
        if self.row.fulfilment_id is None:
            return None
        row = await info.context.loader(FulfilmentById).load(self.row.fulfilment_id)
        return None if row is None else fulfilment(row, carried=self.carried)


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=["id", "number"])
class Order:
    row: strawberry.Private[OrderRow]
    id: strawberry.ID = field(description="Global id.", tags=("watch",))
    number: str = field(description="Number printed on receipts.", tags=("watch",))
    status: OrderStatus = field(description="How far it has come, as a shopper understands it.", tags=("watch",))

    @field(description="One short line for small screens, e.g. Ready today at Oxford Street.", tags=("watch",))
    async def status_line(self, info: Info) -> str:
        rows = await info.context.loader(FulfilmentsOf).load(self.row.id) or ()
        rows = [row for row in rows if not self.carried or self._carries(row)]
        parts = [Part(row.kind, row.status, row.location_name, row.estimated_at) for row in rows]
        # A carrier is told of its part: where the rest waits is not its business.
        return status_line(order_status(parts) if self.carried else self.row.status, parts, datetime.now(UTC))

    placed_at: datetime = field(description="When it was placed.")

    @field(description="Brand that sold it.")
    def brand(self) -> Brand:
        return Brand(code=self.row.brand_code)

    @field(description="Channel it was placed in.")
    def channel(self) -> Channel:
        return Channel.of(self.row.channel)

    @field(description="Store it was rung up at; null for what was bought elsewhere.")
    def sold_at(self) -> Location | None:
        return Location.of(self.whole.sold_at_id) if self.whole.sold_at_id else None

    @field(description="Associate who helped, for store and assisted sales; else null.", tags=("staff",))
    def sold_by(self) -> str | None:
        return self.whole.sold_by

    @field(description="Number in the marketplace, till system or ERP it came from; null for orders placed here.")
    def external_number(self) -> str | None:
        return self.whole.external_number

    @field(description="Cart it came from; null for a sale made elsewhere.")
    def cart(self) -> Cart | None:
        return Cart.of(self.whole.cart_id) if self.whole.cart_id else None

    @field(description="Customer who bought; null when the guest gave no details.")
    def customer(self) -> Annotated["Customer", strawberry.lazy("subgraphs.fulfilment.types.customer")] | None:
        from subgraphs.fulfilment.types.customer import Customer  # an order shows its customer, and a customer orders

        return Customer(id=strawberry.ID(self.whole.customer_id)) if self.whole.customer_id else None

    @field(description="Goods bought.", size=list_size(assumed=4), tags=("watch",))
    async def lines(self, info: Info) -> list[OrderLine]:
        rows = await info.context.loader(LinesOf).load(self.whole.id) or ()
        return [OrderLine.of(row) for row in rows if row.variant_id is not None]

    @field(description="Units over all lines.", tags=("watch",))
    async def total_quantity(self, info: Info) -> int:
        rows = await info.context.loader(LinesOf).load(self.whole.id) or ()
        return sum(row.quantity for row in rows if row.variant_id is not None)

    @field(description="Sum of the lines before offers.")
    def subtotal(self) -> Money:
        return Money.of(self.whole.subtotal, self.whole.currency)

    @field(description="Sum of all offers, as a positive amount.")
    def discount(self) -> Money:
        return Money.of(self.whole.discount, self.whole.currency)

    @field(description="Price of delivery.")
    def delivery_charge(self) -> Money:
        return Money.of(self.whole.delivery, self.whole.currency)

    @field(description="Tax within the total.")
    def tax(self) -> Money:
        return Money.of(self.whole.tax, self.whole.currency)

    @field(description="Amount paid in the end, tax included.", tags=("watch",))
    def grand_total(self) -> Money:
        return Money.of(self.whole.total, self.whole.currency)

    @field(description="Means of payment it was paid with.", size=list_size(assumed=1))
    async def payments(self, info: Info) -> list[OrderPayment]:
        rows = await info.context.loader(PaymentsOf).load(self.whole.id) or ()
        return [OrderPayment(row=row, currency=self.whole.currency, label=row.label) for row in rows]

    @field(
        description="Deliveries and collections; more than one when the order is split.",
        size=list_size(assumed=2),
        tags=("watch",),
    )
    async def fulfilments(self, info: Info) -> list[Fulfilment]:
        rows = await info.context.loader(FulfilmentsOf).load(self.row.id) or ()
        return [fulfilment(row, carried=self.carried) for row in rows if not self.carried or self._carries(row)]

    @field(description="Pass to collect it with; null when there is nothing to collect.", tags=("watch",))
    async def pickup_pass(self, info: Info) -> PickupPass | None:
        rows = await info.context.loader(FulfilmentsOf).load(self.whole.id) or ()
        waiting = [row for row in rows if row.kind == "PICKUP" and row.status not in {"DONE", "CANCELLED"}]
        secret = self.whole.pickup_secret
        if not waiting or secret is None:
            return None
        now = datetime.now(UTC)
        code = passes.short_code(self.whole.id, secret)
        return PickupPass(
            code=code,
            qr_payload=passes.payload(self.whole.id, secret, now),
            barcode=f"P{code}",
            refresh_at=passes.refresh_at(now),
            collector=self.whole.collector,
        )

    @field(description="What happened, oldest first.", size=list_size(slicing=("first",)))
    async def events(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 200.")] = 50
    ) -> list[OrderEvent]:
        most = bounded(first, default=50, most=MOST_EVENTS)
        rows = await info.context.loader(EventsOf).load(self.row.id) or ()
        if self.carried:
            shipments = await info.context.loader(FulfilmentsOf).load(self.row.id) or ()
            on_the_road = {part.id for part in shipments if self._carries(part)}
            rows = [row for row in rows if row.fulfilment_id in on_the_road]
        return [
            OrderEvent(row=row, kind=OrderEventKind(row.kind), at=row.at, summary=row.summary, carried=self.carried)
            for row in rows[:most]
        ]

    promised_at: datetime | None = field(
        description="When all of it should be with the customer, as promised when placed; null when nothing was"
        " promised."
    )
    estimated_at: datetime | None = field(
        description="When all of it should be with the customer, as seen now; null when nothing was promised.",
        tags=("watch",),
    )
    carried: strawberry.Private[frozenset[str]] = frozenset()

    def _carries(self, row: FulfilmentRow) -> bool:
        return carries(self.carried, row.kind, row.carrier_code)

    @property
    def whole(self) -> OrderRow:
        """The row, for whoever may see all of it.

        Raises  Forbidden for a carrier, who sees numbers, states and events of what is on the road and nothing else
        """
        if self.carried:
            raise Forbidden("A carrier sees the number, state and events of what it carries")
        return self.row

    @field(
        description="How much earlier than promised it is expected; negative when late, null when nothing was"
        " promised.",
        tags=("watch",),
    )
    def ahead_by(self) -> timedelta | None:
        row = self.row
        return row.promised_at - row.estimated_at if row.promised_at and row.estimated_at else None

    @field(description="Returns asked for or taken in.", size=list_size(assumed=1))
    async def returns(
        self, info: Info
    ) -> list[Annotated["Return", strawberry.lazy("subgraphs.fulfilment.types.returns")]]:
        from subgraphs.fulfilment.types.returns import Return  # a return shows its order, and an order its returns

        return [Return.of(row) for row in await info.context.loader(ReturnsOf).load(self.whole.id) or ()]

    @field(description="What may still be returned and under which policy.", size=list_size(assumed=4), cost=3)
    async def return_options(
        self,
        info: Info,
        location_id: Annotated[
            strawberry.ID | None, argument("Store it would be handed back in; by post when left out.")
        ] = strawberry.UNSET,
    ) -> list[Annotated["ReturnOption", strawberry.lazy("subgraphs.fulfilment.types.returns")]]:
        from subgraphs.fulfilment.types.returns import options_of

        return await options_of(info, self.whole, str(location_id) if location_id else None)

    @field(description="Address of the receipt as a PDF; null when there is none.")
    def receipt_url(self) -> URL | None:
        link = links.receipt(self.whole.id, self.whole.number, self.whole.pickup_secret)
        return URL(link) if link else None

    @classmethod
    def of(cls, row: OrderRow, *, carried: frozenset[str] = frozenset()) -> Self:
        """An order from its row; whoever calls has checked that the caller may see it, or that it carries it.

        carried     carriers the caller reports for, and of whose part alone it is told; empty: the caller may see all
        """
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            number=row.number,
            status=OrderStatus(row.status),
            placed_at=row.placed_at,
            promised_at=row.promised_at,
            estimated_at=row.estimated_at,
            carried=carried,
        )

    @classmethod
    async def visible(cls, info: Info, order_id: str) -> Self | None:
        """The order, if it is there and the caller may see it: one answer for both."""
        row = await visible_order(info, order_id)
        return None if row is None else cls.of(row)

    @classmethod
    async def moved(cls, info: Info, order_id: str, carriers: frozenset[str]) -> Self | None:
        """The order a carrier has just reported of: all of it if the caller may see it, else what these carriers may."""
        if await visible_order(info, order_id) is not None:
            carriers = frozenset()
        row = await info.context.loader(OrderById).load(order_id)
        return None if row is None else cls.of(row, carried=carriers)

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
        return await info.context.database.read(count_orders, self.wanted)
