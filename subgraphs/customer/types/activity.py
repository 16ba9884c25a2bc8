"""What people did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.customer.loaders.keys import WishesOf, WishlistById
from subgraphs.customer.models import BrowsedRow, TouchRow, TryOnRow, WishlistRow, WishRow
from subgraphs.customer.rules.access import may_see
from subgraphs.customer.types.kinds import TimelineKind
from subgraphs.customer.types.order import Order
from subgraphs.customer.types.place import Location
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.ids import type_of
from subgraphs.kit.scalars import URL
from subgraphs.kit.types.stubs import Cart, Channel, Product, ProductVariant
from subgraphs.kit.types.values import PageInfo

TimelineSubject = Annotated[
    Product | ProductVariant | Order | Cart | Location,
    strawberry.union(name="TimelineSubject", description="What an event was about."),
]

Subject = Product | ProductVariant | Order | Cart | Location

_SUBJECTS: dict[str, Callable[[str], Subject]] = {
    "Product": lambda text: Product(id=strawberry.ID(text)),
    "ProductVariant": lambda text: ProductVariant(id=strawberry.ID(text)),
    "Order": Order.of,
    "Cart": lambda text: Cart(id=strawberry.ID(text)),
    "Location": Location.of,
}


@strawberry.federation.type(description="One thing that happened.")
class TimelineEvent:
    id: strawberry.ID = field(description="Global id.")
    kind: TimelineKind = field(description="What kind of thing it was.")
    channel: Channel = field(description="Channel it happened in.")
    at: datetime = field(description="When it happened.")
    summary: str = field(description="One line fit to show to an agent.", tags=["pii"])
    subject: TimelineSubject | None = field(
        description="Product, variant, order, cart or store it was about; null when it was about none of them."
    )
    source: str | None = field(description="Campaign, advertisement or page that led here; null when none did.")

    @classmethod
    def of(cls, row: TouchRow) -> Self:
        """The event of this row."""
        show = _SUBJECTS.get(type_of(row.subject_id or "") or "")
        return cls(
            id=strawberry.ID(row.id),
            kind=TimelineKind[row.kind],
            channel=Channel.of(row.channel),
            at=row.at,
            summary=row.summary,
            subject=show(row.subject_id or "") if show else None,
            source=row.source,
        )


@strawberry.federation.type(description="One event in a connection.")
class TimelineEdge:
    cursor: str = field(description="Cursor of the item.")
    node: TimelineEvent = field(description="The event.")


@strawberry.federation.type(description="A page of events.")
class TimelineConnection:
    edges: list[TimelineEdge] = field(description="Items with cursors.")
    nodes: list[TimelineEvent] = field(description="Items alone.")
    page_info: PageInfo = field(description="Where the page sits.")


@strawberry.federation.type(description="A product looked at.")
class BrowsedProduct:
    product: Product = field(description="Product looked at.")
    channel: Channel = field(description="Channel of the last look.")
    at: datetime = field(description="When it was last looked at.")
    views: int = field(description="How often it was looked at.")

    @classmethod
    def of(cls, row: BrowsedRow) -> Self:
        """The product of this row."""
        product = Product(id=strawberry.ID(row.product_id))
        return cls(product=product, channel=Channel.of(row.channel), at=row.at, views=row.views)


@strawberry.federation.type(description="One wish.")
class WishlistItem:
    variant: ProductVariant = field(description="Variant wished for.")
    added_at: datetime = field(description="When it was added.")
    added_in: Channel = field(description="Channel it was added in.")

    @classmethod
    def of(cls, row: WishRow) -> Self:
        """The wish of this row."""
        variant = ProductVariant(id=strawberry.ID(row.variant_id))
        return cls(variant=variant, added_at=row.added_at, added_in=Channel.of(row.added_in))


@strawberry.federation.type(description="A wish list.", keys=["id"])
class Wishlist:
    id: strawberry.ID = field(description="Global id.")
    name: str = field(description="Name the person gave it.")

    @field(description="Items, the newest first.", size=list_size(assumed=10))
    async def items(self, info: Info) -> list[WishlistItem]:
        return [WishlistItem.of(row) for row in await info.context.loader(WishesOf).load(self.id) or ()]

    @classmethod
    def of(cls, row: WishlistRow) -> Self:
        """The list of this row."""
        return cls(id=strawberry.ID(row.id), name=row.name)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The list, for whom its customer is visible to."""
        row = await info.context.loader(WishlistById).load(id)
        return cls.of(row) if row is not None and may_see(info.context.viewer, row.customer_id) else None


@strawberry.federation.type(description="A saved virtual try-on.")
class TryOn:
    id: strawberry.ID = field(description="Id of the try-on; unique for the person.")
    variant: ProductVariant = field(description="Variant tried.")
    channel: Channel = field(description="Channel it was tried in: phone, smart mirror and so on.")
    image_url: URL | None = field(description="Picture; null unless the person chose to keep one.", tags=["pii"])
    at: datetime = field(description="When it was tried.")

    @classmethod
    def of(cls, row: TryOnRow) -> Self:
        """The try-on of this row."""
        return cls(
            id=strawberry.ID(row.id),
            variant=ProductVariant(id=strawberry.ID(row.variant_id)),
            channel=Channel.of(row.channel),
            image_url=URL(row.image_url) if row.image_url else None,
            at=row.at,
        )
