"""What callers give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import strawberry

from subgraphs.inventory.rules.count import Scan
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.types.enums import ReservationKind
from subgraphs.kit.scalars import IdempotencyKey

T = TypeVar("T")


@strawberry.input(description="A variant and how many units of it.")
class VariantQuantityInput:
    variant_id: strawberry.ID = strawberry.field(description="Variant in question.")
    quantity: int = strawberry.field(description="Units of it.", default=1)


@strawberry.input(description="A hold to make.")
class ReservationCreateInput:
    kind: ReservationKind = strawberry.field(
        description="Why the goods are held; only TRY_ON and PULL are open to customers."
    )
    location_id: strawberry.ID = strawberry.field(description="Store to hold them in.")
    items: list[VariantQuantityInput] = strawberry.field(
        description="Variants and units to hold; up to six units of each for a customer."
    )
    hold_for: timedelta | None = strawberry.field(
        description="How long to hold; the kind's usual time when left out (TRY_ON 2 hours, PULL 4), never longer"
        " than the kind and the store allow.",
        default=strawberry.UNSET,
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="A transfer to ask for.")
class TransferRequestInput:
    quote_id: strawberry.ID = strawberry.field(description="Offer taken from transferOptions.")
    order_id: strawberry.ID | None = strawberry.field(
        description="Order it serves, when already placed.", default=strawberry.UNSET
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="Units read with a scanner.")
class StockScanInput:
    location_id: strawberry.ID = strawberry.field(description="Place where it was scanned.")
    code: str = strawberry.field(description="Code exactly as scanned.")
    counted: int | None = strawberry.field(
        description="Units found in all, for a count; give either this or change.", default=strawberry.UNSET
    )
    change: int | None = strawberry.field(
        description="Units added, or taken when negative, for a receipt or write-off; give either this or counted.",
        default=strawberry.UNSET,
    )
    scanned_at: datetime = strawberry.field(
        description="When it was scanned; earlier than now for a device that was offline."
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def scan(self) -> Scan:
        """The scan as the rules read it."""
        return Scan(
            location_id=str(self.location_id),
            code=self.code,
            counted=given(self.counted),
            change=given(self.change),
            scanned_at=self.scanned_at,
            key=str(self.idempotency_key),
        )


@strawberry.federation.input(description="Units of a variant to hold, and where.", inaccessible=True)
class StockHoldItemInput:
    variant_id: strawberry.ID = strawberry.field(description="Variant to hold.")
    quantity: int = strawberry.field(description="Units to hold.")
    location_id: strawberry.ID | None = strawberry.field(
        description="Place to hold them at; wherever orders of the brand are prepared when left out.",
        default=strawberry.UNSET,
    )
    transfer_quote_id: strawberry.ID | None = strawberry.field(
        description="Offer of transferOptions by which the goods are to be brought to another store; they are held"
        " at the sending one, and the transfer begins when the holds are assigned to an order.",
        default=strawberry.UNSET,
    )


@strawberry.federation.input(
    description="Units to hold for a cart, order or layaway, by the system that owns it.", inaccessible=True
)
class StockHoldInput:
    key: IdempotencyKey = strawberry.field(
        description="Key for safe replay; the holds are assigned, released and sold by it."
    )
    items: list[StockHoldItemInput] = strawberry.field(description="Variants, units and places to hold.")
    kind: ReservationKind = strawberry.field(description="Why they are held.", default=ReservationKind.CART)
    brand_code: str | None = strawberry.field(
        description="Brand whose places may send; left out: that of the request's channel.", default=strawberry.UNSET
    )
    customer_id: strawberry.ID | None = strawberry.field(
        description="Customer they are held for; left out for a guest.", default=strawberry.UNSET
    )
    cart_id: strawberry.ID | None = strawberry.field(description="Cart it serves.", default=strawberry.UNSET)
    holder: strawberry.ID | None = strawberry.field(
        description="Order or layaway it serves, when there is no cart.", default=strawberry.UNSET
    )
    hold_for: timedelta | None = strawberry.field(
        description="How long to hold; the kind's usual time when left out, never longer than the kind allows.",
        default=strawberry.UNSET,
    )


def lines_of(items: Sequence[VariantQuantityInput]) -> tuple[Line, ...]:
    """Items as the rules read them."""
    return tuple(Line(str(item.variant_id), item.quantity) for item in items)


def given(value: T | None) -> T | None:
    """None for a member that was left out as well as for null."""
    return None if value is strawberry.UNSET else value
