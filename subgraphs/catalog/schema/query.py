"""What can be asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from subgraphs.catalog.loaders.goods import CategoriesBelow, CategoryById, ProductById, VariantById, VariantBySku
from subgraphs.catalog.loaders.shop import SegmentsOf, line_of, shop_of
from subgraphs.catalog.models import ProductRow as GoodsRow
from subgraphs.catalog.rules.slots import Audience
from subgraphs.catalog.rules.words import query_words
from subgraphs.catalog.rules.words import slug as as_slug
from subgraphs.catalog.schema.staff import StaffQuery
from subgraphs.catalog.service import feeding, lookup
from subgraphs.catalog.service.searches import tally_of
from subgraphs.catalog.types.customer import Customer
from subgraphs.catalog.types.experience import Experience, ProductRow, blocks
from subgraphs.catalog.types.feed import FeedItemConnection, feed_connection
from subgraphs.catalog.types.node import STUBS, Node
from subgraphs.catalog.types.product import Product
from subgraphs.catalog.types.review import Review
from subgraphs.catalog.types.search import (
    BarcodeScanResult,
    FacetFilterInput,
    Order,
    ProductSearchConnection,
    ProductSort,
    SearchSuggestion,
    filters_of,
    find,
    scan,
    wanted_in,
)
from subgraphs.catalog.types.shop import Brand, Channel, ChannelKind, ChannelStatus
from subgraphs.catalog.types.tree import Category, Collection
from subgraphs.catalog.types.variant import ProductVariant
from subgraphs.kit.context import Context, Info
from subgraphs.kit.errors import BadUserInput, Forbidden
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.ids import type_of
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode

MOST_IDS = 100
MOST_SEGMENTS = 20
_NODES: dict[str, type[Product | ProductVariant | Category | Collection | Review | Experience]] = {
    kind.__name__: kind for kind in (Product, ProductVariant, Category, Collection, Review, Experience)
}


@strawberry.type
class Query(StaffQuery):
    """Reading; every list is bounded before any SQL is sent."""

    @field(description="Any object by global id; null when it does not exist or is not visible.")
    async def node(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Node | None:
        """Of this service, or a stub of another's."""
        return await node_of(info, id)

    @field(description="Objects by global id, in the order asked, null where missing.", size=list_size(assumed=20))
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], argument("Global ids, up to 100.")]
    ) -> list[Node | None]:
        """Each kind of thing costs one statement."""
        import asyncio

        if len(ids) > MOST_IDS:
            msg = f"nodes takes at most {MOST_IDS} ids, not {len(ids)}"
            raise BadUserInput(msg)
        return list(await asyncio.gather(*(node_of(info, one) for one in ids)))

    @field(description="Channels, by default those that are live.", size=list_size(assumed=20))
    async def channels(
        self,
        info: Info,
        status: Annotated[list[ChannelStatus] | None, argument("States to keep.")] = [ChannelStatus.LIVE],  # noqa: B006 - a GraphQL default, never changed
        kinds: Annotated[list[ChannelKind] | None, argument("Kinds to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[Channel]:
        """In display order."""
        states, wanted = {one.name for one in status or ()}, {one.name for one in kinds or ()}
        found = (Channel.of(row) for row in (await shop_of(info.context)).channels.values())
        return [
            one
            for one in found
            if (not states or one.status.name in states) and (not wanted or one.kind.name in wanted)
        ]

    @field(description="One channel; null when there is none.")
    async def channel(self, info: Info, code: Annotated[ChannelCode, argument("Channel code.")]) -> Channel | None:
        """By code."""
        return await Channel.resolve_reference(info, code)

    @field(description="Brands of the group.", size=list_size(assumed=10))
    async def brands(self, info: Info) -> list[Brand]:
        """In display order."""
        return [Brand.of(row) for row in (await shop_of(info.context)).brands.values()]

    @field(description="One brand; null when there is none.")
    async def brand(self, info: Info, code: Annotated[str, argument("Brand code.")]) -> Brand | None:
        """By code."""
        return await Brand.resolve_reference(info, code)

    @field(description="One product by id; null when there is none.", tags=("tv",))
    async def product(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Product | None:
        """By id."""
        row = await info.context.loader(ProductById).load(id)
        return _looked_at(info.context, row)

    @field(
        description="One product by its readable identifier, the channel's own brand first; null when there is none."
    )
    async def product_by_slug(
        self,
        info: Info,
        slug: Annotated[str, argument("Readable identifier, as Product.slug has it.")],
        channel: Annotated[
            ChannelCode | None, argument("Channel to look in; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> Product | None:
        """The channel's own brand's first: two brands may use one slug."""
        channels = await line_of(info.context, channel or None)
        brand = (await shop_of(info.context)).channels[channels[0]].brand_code
        row = await info.context.database.read(lookup.product_by_slug, slug, brand, channels)
        return _looked_at(info.context, row)

    @field(description="One variant by id; null when there is none.", tags=("watch",))
    async def variant(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> ProductVariant | None:
        """By id."""
        row = await info.context.loader(VariantById).load(id)
        return None if row is None else ProductVariant.of(row)

    @field(description="One variant by stock-keeping unit; null when there is none.")
    async def variant_by_sku(
        self, info: Info, sku: Annotated[str, argument("Stock-keeping unit, as ProductVariant.sku has it.")]
    ) -> ProductVariant | None:
        """By SKU."""
        row = await info.context.loader(VariantBySku).load(sku)
        return None if row is None else ProductVariant.of(row)

    @field(description="What a scanned code is. Accepts EAN, UPC, GTIN-14 and GS1 Digital Link addresses.")
    async def variant_by_barcode(
        self, info: Info, code: Annotated[str, argument("Code exactly as scanned.")]
    ) -> BarcodeScanResult:
        """Whatever is scanned has an answer."""
        return await scan(info.context, code)

    @field(description="Search and browse, with facets.", cost=10, size=connection_size())
    async def search_products(
        self,
        info: Info,
        query: Annotated[str | None, argument("Words to look for; left out to browse.")] = strawberry.UNSET,
        filters: Annotated[
            list[FacetFilterInput] | None, argument("Facets to narrow by, up to 20.")
        ] = strawberry.UNSET,
        category_id: Annotated[
            strawberry.ID | None, argument("Category to stay within; all when left out.")
        ] = strawberry.UNSET,
        channel: Annotated[
            ChannelCode | None, argument("Channel to search in; the request's channel when left out.")
        ] = strawberry.UNSET,
        sort: Annotated[ProductSort | None, argument("Order of the hits.")] = ProductSort.RELEVANCE,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 24,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> ProductSearchConnection:
        """What the channel sells or shows; a category that does not exist holds nothing."""
        from dataclasses import replace

        context = info.context
        channels = await line_of(context, channel or None)
        wanted = wanted_in(channels, (await shop_of(context)).currency(channels[0]))
        typed = (query or "").strip()
        words = query_words(typed)
        wanted = replace(wanted, words=words, wordless=bool(typed) and not words, filters=filters_of(filters or None))
        if category_id:
            category = await context.loader(CategoryById).load(category_id)
            if category is None:
                msg = f"There is no category {category_id[:60]!r}"
                raise BadUserInput(msg)
            wanted = replace(wanted, category=category)
        order = Order((sort or ProductSort.RELEVANCE).name, bounded(first, default=24, most=100), after or None)
        return await find(context, wanted, order)

    @field(description="Completions while typing or speaking.", size=list_size(slicing=["first"]))
    async def search_suggestions(
        self,
        info: Info,
        prefix: Annotated[str, argument("Text so far.")],
        first: Annotated[int | None, argument("Most to return, up to 20.")] = 8,
    ) -> list[SearchSuggestion]:
        """Categories first, then products, of the caller's channel."""
        count = bounded(first, default=8, most=20)
        words = query_words(prefix)
        if not words or not count:
            return []
        channels = await line_of(info.context, None)
        database = info.context.database
        categories = await database.read(lookup.categories_named, as_slug(prefix)[:40], min(count, 3))
        products = await database.read(lookup.completions, words, channels, count)
        found = [SearchSuggestion(text=row.name, product=None, category=Category.of(row)) for row in categories]
        found += [SearchSuggestion(text=row.name, product=Product.of(row), category=None) for row in products]
        return found[:count]

    @field(description="Top categories, or one subtree.", size=list_size(assumed=20))
    async def categories(
        self,
        info: Info,
        parent_id: Annotated[
            strawberry.ID | None, argument("Category whose children to return; the top of the tree when left out.")
        ] = strawberry.UNSET,
    ) -> list[Category]:
        """One level at a time."""
        if parent_id:
            rows = await info.context.loader(CategoriesBelow).load(parent_id) or ()
        else:
            rows = await info.context.database.read(lookup.top_categories)
        return [Category.of(row) for row in rows]

    @field(description="One category by its readable identifier; null when there is none.")
    async def category_by_slug(
        self, info: Info, slug: Annotated[str, argument("Readable identifier, as Category.slug has it.")]
    ) -> Category | None:
        """By slug."""
        row = await info.context.database.read(lookup.category_by_slug, slug)
        return None if row is None else Category.of(row)

    @field(description="One collection by its readable identifier; null when there is none.", tags=("tv",))
    async def collection_by_slug(
        self, info: Info, slug: Annotated[str, argument("Readable identifier, as Collection.slug has it.")]
    ) -> Collection | None:
        """By slug."""
        row = await info.context.database.read(lookup.collection_by_slug, slug)
        return None if row is None else Collection.of(row)

    @field(
        description="A composed page or screen; null when nothing is published under the code.", tags=("tv",), cost=10
    )
    async def experience(
        self,
        info: Info,
        code: Annotated[str, argument("Page code, e.g. home.")],
        channel: Annotated[
            ChannelCode | None, argument("Channel to compose for; the request's channel when left out.")
        ] = strawberry.UNSET,
        preview: Annotated[bool | None, argument("Show the draft instead of the published page.")] = False,
        segment_codes: Annotated[
            list[str] | None,
            argument("Segments to preview for, as their people would see it; with preview, all blocks when left out."),
        ] = strawberry.UNSET,
    ) -> Experience | None:
        """The nearest channel's page, chosen for the caller; a preview is for those who write content."""
        segments = None if segment_codes is strawberry.UNSET or segment_codes is None else tuple(segment_codes)
        if segments is not None and (not preview or len(segments) > MOST_SEGMENTS):
            msg = f"segmentCodes goes with preview: true, and names at most {MOST_SEGMENTS} segments"
            raise BadUserInput(msg)
        return await page_of(info.context, code, channel or None, preview=bool(preview), segments=segments)

    @field(
        description="Rows for a screen driven by a remote control; a flat view of the channel's home experience.",
        tags=("tv",),
        size=list_size(slicing=["first"]),
    )
    async def browse_rows(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most rows, up to 20.")] = 6,
        channel: Annotated[
            ChannelCode | None, argument("Channel to browse; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> list[ProductRow]:
        """The product rows of the page `home`."""
        count = bounded(first, default=6, most=20)
        home = await page_of(info.context, "home", channel or None, preview=False)
        if home is None:
            return []
        return [block for block in await blocks(info.context, home) if isinstance(block, ProductRow)][:count]

    @field(
        description="Lines of a product feed for a marketplace.",
        tags=("feed", "staff"),
        size=connection_size(),
        scopes=[["feed:read"]],
    )
    async def feed_items(
        self,
        info: Info,
        channel: Annotated[ChannelCode, argument("Channel to feed.")],
        updated_since: Annotated[
            datetime | None, argument("Keep only lines that changed since; all when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 500.")] = 100,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> FeedItemConnection:
        """Variants the channel sells, by id."""
        count = bounded(first, default=100, most=500)
        position = decode_cursor(after or None, str)
        channels = await line_of(info.context, channel)
        last = None if position is None else position[0]
        read = info.context.database.read
        rows = await read(feeding.feed_variants, channels, updated_since or None, count, last)
        found = page(rows, count, after or None, lambda row: (row.id,))
        return await feed_connection(info.context, channels, updated_since or None, found)


def _looked_at(context: Context, row: GoodsRow | None) -> Product | None:
    """The product; that it was found by the caller's last search is counted."""
    if row is None:
        return None
    tally_of(context.database).view(datetime.now(UTC), context.viewer.customer_id)
    return Product.of(row)


async def node_of(info: Info, id: str) -> Node | None:
    """The object with this global id: of this service, or a stub of another's."""
    name = type_of(id) or ""
    if name in STUBS:
        return STUBS[name].of(id)  # type: ignore[return-value]  # every stub is a Node, beside its base
    if name == "Customer":
        return await Customer.resolve_reference(id)
    kind = _NODES.get(name)
    return None if kind is None else await kind.resolve_reference(info, id)


async def page_of(
    context: Context, code: str, channel: str | None, *, preview: bool, segments: tuple[str, ...] | None = None
) -> Experience | None:
    """The edition of a page for a channel and the caller; a preview shows all of it, or what people of segments see."""
    viewer = context.viewer
    if preview and not viewer.has_any("content:write", "marketing:read", "marketing:write"):
        raise Forbidden("A preview needs the scope content:write or marketing:read")
    channels = await line_of(context, channel)
    row = await context.database.read(lookup.edition, code, channels, datetime.now(UTC), preview=preview)
    if row is None:
        return None
    if segments is not None:
        return Experience.of(row, channels, Audience(segments))
    customer = viewer.customer_id
    mine = () if customer is None else await context.loader(SegmentsOf).load(customer) or ()
    return Experience.of(row, channels, Audience(tuple(mine), everything=preview))
