"""Holds and the outcome of making and ending them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.inventory import errors
from subgraphs.inventory.loaders.holds import HoldById, HoldsOfCustomer
from subgraphs.inventory.models import ReservationRow
from subgraphs.inventory.rules.privacy import may_see_hold
from subgraphs.inventory.rules.reservation import seen_status
from subgraphs.inventory.types.clock import now
from subgraphs.inventory.types.enums import ReservationKind, ReservationStatus
from subgraphs.inventory.types.place import Location
from subgraphs.inventory.types.stock import ProductVariant, location_of
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.types.errors import (
    BusinessError,
    ErrorFields,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    shows,
)
from subgraphs.kit.types.stubs import OWNER_TEXT

_ACTIVE = [ReservationStatus.ACTIVE]


@strawberry.federation.type(description="Units held for someone until a set time.", keys=["id"])
class Reservation:
    row: strawberry.Private[ReservationRow]
    id: strawberry.ID = field(description="Global id.")
    kind: ReservationKind = field(description="Why the units are held.")
    status: ReservationStatus = field(description="Whether the hold still stands, and how it ended if not.")

    @field(description="Variant held.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.row.variant_id))

    quantity: int = field(description="Units held.")

    @field(description="Place where they are held.")
    async def location(self, info: Info) -> Location:
        return await location_of(info, self.row.location_id)

    @field(description="Customer they are held for; null when that is not known.")
    def customer(self) -> Customer | None:
        return None if self.row.customer_id is None else Customer(id=strawberry.ID(self.row.customer_id))

    expires_at: datetime | None = field(
        description="When the hold runs out by itself; null for orders, whose holds do not."
    )
    created_at: datetime = field(description="When it was made.")

    @classmethod
    def of(cls, row: ReservationRow) -> Self:
        """The hold as its customer and staff see it; whoever calls this has checked that the caller is one of them."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            kind=ReservationKind(row.kind),
            status=seen_status(ReservationStatus(row.status), row.expires_at, now()),
            quantity=row.quantity,
            expires_at=row.expires_at,
            created_at=row.created_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """A hold by its id, if it is the caller's."""
        row = await info.context.loader(HoldById).load(id)
        viewer = info.context.viewer
        visible = row is not None and may_see_hold(row.customer_id, viewer.customer_id, viewer.scopes)
        return cls.of(row) if row is not None and visible else None


@strawberry.federation.type(description=OWNER_TEXT["Customer"], keys=["id"])
class Customer:
    id: strawberry.ID = field(description="Global id.")

    @field(
        description="Units held for the customer; empty for anyone else's.",
        size=list_size(slicing=["first"]),
        authenticated=True,
    )
    async def reservations(
        self,
        info: Info,
        status: Annotated[
            list[ReservationStatus] | None, argument("States to keep; those still held when left out.")
        ] = _ACTIVE,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
    ) -> list[Reservation]:
        most = bounded(first, default=20, most=100)
        viewer = info.context.viewer
        if not may_see_hold(self.id, viewer.customer_id, viewer.scopes):
            return []
        states = frozenset(status or [ReservationStatus.ACTIVE])
        rows = await info.context.loader(HoldsOfCustomer).load((str(self.id), frozenset(map(str, states)), most)) or []
        return [Reservation.of(row) for row in rows]

    @classmethod
    async def resolve_reference(cls, id: str) -> Self:
        """A customer by id; what is theirs is checked field by field."""
        return cls(id=strawberry.ID(id))


@shows(errors.InsufficientStock)
@strawberry.federation.type(description="Fewer units can be promised than asked for.", shareable=True)
class InsufficientStockError(ErrorFields, BusinessError):
    available_quantity: int = field(description="Most units that can be promised now.")


@shows(errors.LocationUnavailable)
@strawberry.type(description="The place does not offer this, is closed, or belongs to another brand.")
class LocationUnavailableError(ErrorFields, BusinessError):
    alternative_id: strawberry.Private[str | None] = None

    @field(description="Nearest place that could; null when none is known.")
    async def alternative(self, info: Info) -> Location | None:
        return None if self.alternative_id is None else await location_of(info, self.alternative_id)


@strawberry.type(description="Holds after a change.")
class ReservationSuccess:
    reservations: list[Reservation] = field(description="The holds, one per item.")

    @classmethod
    async def load(cls, info: Info, hold_ids: list[str]) -> Self:
        """The holds with these ids, which the caller just changed."""
        rows = await info.context.loader(HoldById).load_many(hold_ids)
        return cls(reservations=[Reservation.of(row) for row in rows if row is not None])


ReservationResult = Annotated[
    ReservationSuccess
    | InsufficientStockError
    | LocationUnavailableError
    | NotFoundError
    | NotPermittedError
    | InvalidInputError,
    strawberry.union(name="ReservationResult", description="Outcome of making, extending or giving back holds."),
]
