"""Work in the store as clients see it."""

from datetime import datetime
from typing import Self

import strawberry

from subgraphs.fulfilment.loaders.tasks import PickLinesOf, TaskById
from subgraphs.fulfilment.models import PickLineRow, PickTaskRow
from subgraphs.fulfilment.types.customer import Customer
from subgraphs.fulfilment.types.enums import PickTaskKind, PickTaskStatus
from subgraphs.fulfilment.types.order import Order
from subgraphs.fulfilment.types.place import Location
from subgraphs.fulfilment.types.stubs import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.types.stubs import Reservation


@strawberry.type(description="One thing to fetch.")
class PickLine:
    variant: ProductVariant = field(description="Variant to fetch.")
    quantity: int = field(description="Units wanted.")
    picked: int = field(description="Units found.")

    @classmethod
    def of(cls, row: PickLineRow) -> Self:
        """A line from its row."""
        variant = ProductVariant.resolve_reference(strawberry.ID(row.variant_id))
        return cls(variant=variant, quantity=row.quantity, picked=row.picked)


@strawberry.federation.type(description="Something an associate has to fetch or prepare.", keys=["id"])
class PickTask:
    row: strawberry.Private[PickTaskRow]
    id: strawberry.ID = field(description="Global id.")
    kind: PickTaskKind = field(description="Why it has to be done.")
    status: PickTaskStatus = field(description="How far it has come.")

    @field(description="Store it is to be done in.")
    def location(self) -> Location:
        return Location.of(self.row.location_id)

    @field(description="Order, when there is one.")
    async def order(self, info: Info) -> Order | None:
        return await Order.visible(info, self.row.order_id) if self.row.order_id else None

    @field(description="Hold, when there is one.")
    def reservation(self) -> Reservation | None:
        return Reservation(id=strawberry.ID(self.row.reservation_id)) if self.row.reservation_id else None

    @field(description="Customer it is for; null when that is not known.")
    def customer(self) -> Customer | None:
        return Customer(id=strawberry.ID(self.row.customer_id)) if self.row.customer_id else None

    @field(description="What to fetch.", size=list_size(assumed=3))
    async def lines(self, info: Info) -> list[PickLine]:
        return [PickLine.of(row) for row in await info.context.loader(PickLinesOf).load(self.row.id) or ()]

    assignee: str | None = field(description="Who took it; null while nobody has.")
    due_at: datetime = field(description="When it should be done.")
    customer_waiting: bool = field(description="True when the customer is already in the store.")

    @classmethod
    def of(cls, row: PickTaskRow) -> Self:
        """A task from its row; whoever calls has checked that the caller may see it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            kind=PickTaskKind(row.kind),
            status=PickTaskStatus(row.status),
            assignee=row.assignee,
            due_at=row.due_at,
            customer_waiting=row.customer_waiting,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A task by its id, for staff and for the customer it serves."""
        row = await info.context.loader(TaskById).load(str(id))
        viewer = info.context.viewer
        if row is None:
            return None
        mine = row.customer_id is not None and viewer.is_customer(row.customer_id)
        return cls.of(row) if mine or viewer.has_any("staff:store", "system:write") else None
