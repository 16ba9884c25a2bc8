"""Being in a store."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from subgraphs.customer.loaders.pages import visitors
from subgraphs.customer.models import CustomerRow, VisitRow
from subgraphs.customer.types.kinds import PresenceMethod
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.types.stubs import OWNER_TEXT

if TYPE_CHECKING:
    from subgraphs.customer.types.customer import Customer


@strawberry.federation.type(description=OWNER_TEXT["Location"], keys=["id"])
class Location:
    id: strawberry.ID = field(description="Global id.")

    @field(
        description="Customers who are in the store now and agreed to be recognised.",
        size=list_size(slicing=["first"]),
        scopes=[["staff:store"]],
        tags=["staff"],
    )
    async def visitors(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 100.")] = 20
    ) -> list[StoreVisitor]:
        rows = await info.context.database.read(visitors, self.id, bounded(first, default=20, most=100))
        return [StoreVisitor.of(customer, visit) for customer, visit in rows]

    @classmethod
    def of(cls, location_id: str) -> Self:
        """The location with this id."""
        return cls(id=strawberry.ID(location_id))

    @classmethod
    async def resolve_reference(cls, id: str) -> Self:
        """Every id is a location's: what is known of it here stands behind `visitors`."""
        return cls.of(id)


@strawberry.federation.type(description="A visit to a store.")
class StoreVisit:
    location: Location = field(description="Store visited.")
    arrived_at: datetime = field(description="When the person came in.")
    noticed_by: PresenceMethod = field(description="How it was noticed.")

    @classmethod
    def of(cls, row: VisitRow) -> Self:
        """The visit of this row."""
        return cls(
            location=Location.of(row.location_id), arrived_at=row.arrived_at, noticed_by=PresenceMethod[row.noticed_by]
        )


@strawberry.federation.type(description="A customer who is in a store now.")
class StoreVisitor:
    customer: Annotated[Customer, strawberry.lazy("subgraphs.customer.types.customer")] = field(
        description="Who it is."
    )
    visit: StoreVisit = field(description="Since when, and how it was noticed.")

    @classmethod
    def of(cls, customer: CustomerRow | None, visit: VisitRow) -> Self:
        """The visitor of these rows."""
        from subgraphs.customer.types.customer import Customer

        person = Customer.of(customer) if customer else Customer.guest(visit.customer_id)
        return cls(customer=person, visit=StoreVisit.of(visit))
