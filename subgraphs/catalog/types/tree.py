"""The category tree and collections."""

from __future__ import annotations

from typing import Annotated, Self

import strawberry

from subgraphs.catalog.loaders.content import CollectionById, CollectionCounts, CollectionPages
from subgraphs.catalog.loaders.goods import CategoriesBelow, CategoryById
from subgraphs.catalog.loaders.shop import line_of
from subgraphs.catalog.models import CategoryRow, CollectionRow
from subgraphs.catalog.types.links import TheCategory
from subgraphs.catalog.types.media import MediaImage, image
from subgraphs.catalog.types.node import Node
from subgraphs.catalog.types.pages import ProductConnection, product_connection
from subgraphs.kit.context import Context, Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page


@strawberry.federation.type(description="A node of the category tree.", keys=["id"])
class Category(Node):
    """A category; its path costs one look-up for all categories of an answer."""

    row: strawberry.Private[CategoryRow]
    id: strawberry.ID = field(description="Global id.", tags=("tv",))
    slug: str = field(description="Readable identifier, unique over the tree.", tags=("tv",))
    name: str = field(description="Name shown to people.", tags=("tv", "feed"))
    google_category_id: int | None = field(
        description="Number in the Google product taxonomy, for feeds; null when none fits.", tags=("feed",)
    )
    image: MediaImage | None = field(description="Lead picture; null when there is none.", tags=("tv",))

    @field(description="Categories from the root down to this one.", tags=("feed",), size=list_size(assumed=4))
    async def path(self, info: Info) -> list[TheCategory]:
        """Those above, and itself."""
        return [Category.of(row) for row in await trail_of(info.context, self.row)]

    @field(description="Categories right below, in display order; empty at a leaf.", size=list_size(assumed=12))
    async def children(self, info: Info) -> list[TheCategory]:
        """In display order."""
        return [Category.of(row) for row in await info.context.loader(CategoriesBelow).load(self.row.id) or ()]

    @classmethod
    def of(cls, row: CategoryRow) -> Self:
        """The category as stored."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            slug=row.slug,
            name=row.name,
            google_category_id=row.google_category_id,
            image=image(row.image),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The category with this id."""
        row = await info.context.loader(CategoryById).load(id)
        return None if row is None else cls.of(row)


async def trail_of(context: Context, row: CategoryRow) -> list[CategoryRow]:
    """The categories from the root down to this one."""
    loader = context.loader(CategoryById)
    return [found for found in await loader.load_many(row.trail.split("/")[:-1]) if isinstance(found, CategoryRow)]


@strawberry.federation.type(description="A hand-picked or rule-made set of products.", keys=["id"])
class Collection(Node):
    """A collection; it shows what the caller's channel sells."""

    row: strawberry.Private[CollectionRow]
    id: strawberry.ID = field(description="Global id.", tags=("tv",))
    slug: str = field(description="Readable identifier, unique over the group.", tags=("tv",))
    title: str = field(description="Title shown to people.", tags=("tv",))
    image: MediaImage | None = field(description="Lead picture; null when there is none.", tags=("tv",))

    @field(description="Products the channel sells, in merchandised order.", tags=("tv",), size=connection_size())
    async def products(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> ProductConnection:
        """A page of what the channel sells of it."""
        count = bounded(first, default=20, most=100)
        return await collected(info.context, self.row.id, await line_of(info.context, None), count, after or None)

    @classmethod
    def of(cls, row: CollectionRow) -> Self:
        """The collection as stored."""
        return cls(row=row, id=strawberry.ID(row.id), slug=row.slug, title=row.title, image=image(row.image))

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The collection with this id."""
        row = await info.context.loader(CollectionById).load(id)
        return None if row is None else cls.of(row)


async def collected(
    context: Context, collection_id: str, channels: tuple[str, ...], first: int, after: str | None
) -> ProductConnection:
    """A page of a collection as a channel sells it; many collections asked for alike cost one statement."""
    position = decode_cursor(after, int)
    key = (collection_id, channels, first, -1 if position is None else position[0])
    rows = await context.loader(CollectionPages).load(key) or ()

    async def count() -> int:
        return await context.loader(CollectionCounts).load((collection_id, channels)) or 0

    found = page(rows, first, after, lambda item: (item[0],))
    return product_connection([row for _, row in found.items], found, count)
