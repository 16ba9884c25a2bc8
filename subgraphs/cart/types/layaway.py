"""Layaways as clients see them."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.cart.loaders import InstalmentsOf, LayawayById
from subgraphs.cart.models import LayawayRow
from subgraphs.cart.types.enums import LayawayStatus
from subgraphs.cart.types.stubs import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.types.stubs import Location, Reservation
from subgraphs.kit.types.values import Money

if TYPE_CHECKING:
    from subgraphs.cart.types.customer import Customer

STAFF = ("staff:store", "staff:agent")


@strawberry.type(description="Goods of a layaway.")
class LayawayLine:
    variant: ProductVariant = field(description="Variant.")
    quantity: int = field(description="Units.")
    unit_price: Money = field(description="Price fixed when it was opened.")

    @classmethod
    def of(cls, stored: dict[str, Any], currency: str) -> Self:
        """A line as it was kept."""
        return cls(
            variant=ProductVariant(id=strawberry.ID(stored["variantId"])),
            quantity=stored["quantity"],
            unit_price=Money.of(Decimal(stored["unitPrice"]), currency),
        )


@strawberry.type(description="One part of a layaway.")
class LayawayInstalment:
    due_on: date = field(description="Day it is due.")
    amount: Money = field(description="Amount.")
    paid_at: datetime | None = field(description="When it was paid.")


@strawberry.federation.type(description="Goods kept while they are paid in parts.", keys=["id"])
class Layaway:
    row: strawberry.Private[LayawayRow]
    id: strawberry.ID = field(description="Global id.")
    number: str = field(description="Readable number.")
    status: LayawayStatus = field(description="State.")

    @field(description="Customer.")
    def customer(self) -> Annotated["Customer", strawberry.lazy("subgraphs.cart.types.customer")]:
        from subgraphs.cart.types.customer import Customer  # a layaway shows its customer, and a customer layaways

        return Customer(id=strawberry.ID(self.row.customer_id))

    @field(description="Store that keeps the goods.")
    def location(self) -> Location:
        return Location(id=strawberry.ID(self.row.location_id))

    @field(description="Goods.", size=list_size(assumed=2))
    def lines(self) -> list[LayawayLine]:
        return [LayawayLine.of(line, self.row.currency) for line in self.row.lines]

    @field(description="Price of all goods.")
    def total(self) -> Money:
        return Money.of(self.row.total, self.row.currency)

    @field(description="Paid so far.")
    def paid(self) -> Money:
        return Money.of(self.row.paid, self.row.currency)

    @field(description="Still to pay.")
    def balance(self) -> Money:
        return Money.of(self.row.total - self.row.paid, self.row.currency)

    @field(description="Parts with their days.", size=list_size(assumed=4))
    async def instalments(self, info: Info) -> list[LayawayInstalment]:
        rows = await info.context.loader(InstalmentsOf).load(self.row.id) or ()
        return [
            LayawayInstalment(due_on=row.due_on, amount=Money.of(row.amount, self.row.currency), paid_at=row.paid_at)
            for row in rows
        ]

    @field(description="Holds on the goods.", size=list_size(assumed=2))
    def reservations(self) -> list[Reservation]:
        return [Reservation(id=strawberry.ID(each)) for each in self.row.reservations]

    @classmethod
    def of(cls, row: LayawayRow) -> Self:
        """A layaway from its row; whoever calls has checked that the caller may see it."""
        return cls(row=row, id=strawberry.ID(row.id), number=row.number, status=LayawayStatus(row.status))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A layaway by its id; not there unless it is the caller's, or the caller is staff."""
        row, viewer = await info.context.loader(LayawayById).load(str(id)), info.context.viewer
        seen = row is not None and (viewer.is_customer(row.customer_id) or viewer.has_any(*STAFF))
        return cls.of(row) if row is not None and seen else None
