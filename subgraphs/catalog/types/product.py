"""Products: what shoppers look at."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.catalog.loaders.content import CollectionsOf, RelatedTo
from subgraphs.catalog.loaders.goods import CategoryById, ProductById, VariantsOf
from subgraphs.catalog.loaders.listing import ListingsOf
from subgraphs.catalog.loaders.offer import StatesOf
from subgraphs.catalog.loaders.shop import line_of, shop_of
from subgraphs.catalog.models import ProductRow, VariantRow
from subgraphs.catalog.rules.channels import OPEN, nearest
from subgraphs.catalog.rules.choices import closest_choice
from subgraphs.catalog.rules.words import cut, plain_text
from subgraphs.catalog.types.choices import (
    ProductAccess,
    ProductAttribute,
    ProductOption,
    RelatedIntent,
    SelectedOptionInput,
)
from subgraphs.catalog.types.links import (
    TheBrand,
    TheCategory,
    TheChannel,
    TheCollection,
    TheListing,
    TheProduct,
)
from subgraphs.catalog.types.media import Media, MediaImage, MediaKind, asset, image
from subgraphs.catalog.types.node import Node
from subgraphs.catalog.types.prices import PriceRange, price_range
from subgraphs.catalog.types.review import RatingSummary, ReviewConnection, ReviewSort, reviews_of
from subgraphs.catalog.types.variant import ProductVariant, ProductVariantConnection, ProductVariantEdge
from subgraphs.kit.context import Context, Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode, CurrencyCode
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.stubs import OWNER_TEXT

LONGEST_LIST = 50
"""Most items of the short lists of a product."""


@strawberry.federation.type(description=OWNER_TEXT["Product"], keys=["id"])
class Product(Node):
    """A product, owned here."""

    row: strawberry.Private[ProductRow]
    id: strawberry.ID = field(description="Global id.", tags=("tv", "feed"))
    slug: str = field(description="Readable identifier, unique within a brand.", tags=("tv",))
    name: str = field(description="Name shown to people.", tags=("watch", "tv", "feed"))
    manufacturer: str | None = field(
        description="Maker's name when it differs from the selling brand; else null.", tags=("feed",)
    )
    rating: RatingSummary | None = field(
        description="Average rating and count over all channels; null while nobody has rated it.", tags=("tv",)
    )
    badges: list[str] = field(
        description="Short markers such as New or Members only.", tags=("tv",), size=list_size(assumed=2)
    )
    updated_at: datetime = field(description="When it was last changed.", tags=("feed",))

    @field(description="Description as plain text or HTML.", tags=("feed",))
    def description(
        self,
        truncate_at: Annotated[
            int | None, argument("Longest text to return, in characters; HTML that is longer comes as plain text.")
        ] = strawberry.UNSET,
        html: Annotated[bool | None, argument("True for HTML, false for plain text.")] = False,
    ) -> str:
        """HTML is never cut in the middle of a tag: a text that is too long comes as plain text in one paragraph."""
        markup = self.row.description_html
        if html and (not truncate_at or len(markup) <= truncate_at):
            return markup
        text = plain_text(markup)
        return cut(text, bounded(truncate_at, default=0, most=100_000, name="truncateAt")) if truncate_at else text

    @field(description="Brand that sells it.", tags=("tv", "feed"))
    async def brand(self, info: Info) -> TheBrand:
        """The brand."""
        from subgraphs.catalog.types.shop import Brand

        return Brand.of((await shop_of(info.context)).brands[self.row.brand_code])

    @field(description="Main category; a product is in one.", tags=("feed",))
    async def category(self, info: Info) -> TheCategory:
        """The category."""
        from subgraphs.catalog.types.tree import Category

        row = await info.context.loader(CategoryById).load(self.row.category_id)
        if row is None:
            raise AssertionError("a product's category is kept as long as the product")
        return Category.of(row)

    @field(description="Collections it is part of.", size=list_size(slicing=["first"]))
    async def collections(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 50.")] = 10
    ) -> list[TheCollection]:
        """In display order."""
        from subgraphs.catalog.types.tree import Collection

        count = bounded(first, default=10, most=LONGEST_LIST)
        rows = await info.context.loader(CollectionsOf).load(self.row.id) or ()
        return [Collection.of(row) for row in rows[:count]]

    @field(description="Axes on which variants differ, e.g. Shade or Size.", size=list_size(assumed=3))
    def options(self) -> list[ProductOption]:
        """In display order."""
        return [ProductOption.of(option) for option in self.row.options]

    @field(description="Variants that are still sold, in display order.", size=connection_size())
    async def variants(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> ProductVariantConnection:
        """Those still sold, in display order."""
        count = bounded(first, default=20, most=100)
        rows = [row for row in await variants_of(info.context, self.row) if not row.discontinued]
        position = decode_cursor(after or None, int, str)
        rest = rows if position is None else [row for row in rows if (row.position, row.id) > position]
        found = page(rest[: count + 1], count, after or None, lambda row: (row.position, row.id))
        return connection(ProductVariantConnection, ProductVariantEdge, found, ProductVariant.of, total_count=len(rows))

    @field(
        description="Variant for a full or partial choice of options; the closest one sold when none is exact,"
        " null when none is sold."
    )
    async def variant_for(
        self, info: Info, selected: Annotated[list[SelectedOptionInput], argument("Chosen options.")]
    ) -> ProductVariant | None:
        """The variant that has most of the choices, the first named weighing most."""
        rows = [row for row in await variants_of(info.context, self.row) if not row.discontinued]
        offered = [{one["name"]: one["value"] for one in row.options} for row in rows]
        index = closest_choice([(one.name, one.value) for one in selected], offered)
        return None if index is None else ProductVariant.of(rows[index])

    @field(description="Variant to show before any choice is made.", tags=("tv",))
    async def default_variant(self, info: Info) -> ProductVariant:
        """The first that is still sold."""
        return ProductVariant.of((await variants_of(info.context, self.row))[0])

    @field(description="Ids of all variants; lets the inventory service total availability.", inaccessible=True)
    async def variant_ids(self, info: Info) -> list[strawberry.ID]:
        """Those still sold."""
        rows = await variants_of(info.context, self.row)
        return [strawberry.ID(row.id) for row in rows if not row.discontinued]

    @field(description="Lead picture; null when there is none.", tags=("watch", "tv", "feed"))
    def image(self) -> MediaImage | None:
        """The first picture."""
        return image(next((one for one in self.row.media if one["kind"] == "IMAGE"), None))

    @field(description="All assets in display order.", tags=("tv",), size=list_size(slicing=["first"]))
    def media(
        self,
        first: Annotated[int | None, argument("Most to return, up to 50.")] = 8,
        kinds: Annotated[list[MediaKind] | None, argument("Kinds to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[Media]:
        """Pictures, films and models."""
        kept = {kind.name for kind in kinds} if kinds else None
        found = [one for one in self.row.media if kept is None or one["kind"] in kept]
        return [asset(one) for one in found[: bounded(first, default=8, most=LONGEST_LIST)]]

    @field(
        description="Lowest and highest price over the variants; over all channels' prices where this one does"
        " not sell it.",
        tags=("tv",),
    )
    async def price_range(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel to price for; the request's channel when left out.")
        ] = strawberry.UNSET,
        currency: Annotated[
            CurrencyCode | None, argument("Currency to price in; the channel's default when left out.")
        ] = strawberry.UNSET,
    ) -> PriceRange:
        """Where the channel does not sell it, the range of those that do."""
        channels = await line_of(info.context, channel or None)
        rows = [row for row in await variants_of(info.context, self.row) if not row.discontinued]
        found = await price_range(info.context, rows, channels, currency or None)
        if found is None:
            msg = f"{self.row.name} has no price in {currency or 'the currency of the channel'}"
            raise BadUserInput(msg)
        return found

    @field(description="Reviews, the most helpful first.", size=connection_size())
    async def reviews(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 50.")] = 10,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
        min_stars: Annotated[
            int | None, argument("Keep only reviews with at least this many stars, 1 to 5; all when left out.")
        ] = strawberry.UNSET,
        sort: Annotated[ReviewSort | None, argument("Order of the reviews.")] = ReviewSort.HELPFUL,
    ) -> ReviewConnection:
        """A page of reviews from every channel."""
        count = bounded(first, default=10, most=50)
        fewest = None if min_stars is strawberry.UNSET else min_stars
        order = (sort or ReviewSort.HELPFUL).name
        return await reviews_of(info.context, self.row.id, count, after or None, fewest, order)

    @field(description="Facts such as material, finish or battery life.", size=list_size(assumed=12))
    def attributes(
        self,
        codes: Annotated[list[str] | None, argument("Codes to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[ProductAttribute]:
        """In display order."""
        facts = self.row.attributes
        return [ProductAttribute.of(fact) for fact in facts if not codes or fact["code"] in codes]

    @field(description="Who may buy it and from when.")
    def access(self) -> ProductAccess:
        """The terms, for everyone to read."""
        return ProductAccess.of(self.row)

    @field(
        description="Other products to show with this one, of those the channel sells.",
        size=list_size(slicing=["first"]),
        cost=5,
    )
    async def related(
        self,
        info: Info,
        intent: Annotated[RelatedIntent | None, argument("Why they are shown.")] = RelatedIntent.SIMILAR,
        first: Annotated[int | None, argument("Most to return, up to 30.")] = 8,
    ) -> list[TheProduct]:
        """Only what the caller's channel sells."""
        count = bounded(first, default=8, most=30)
        key = (self.row.id, (intent or RelatedIntent.SIMILAR).name, await line_of(info.context, None))
        rows = await info.context.loader(RelatedTo).load(key) or ()
        return [Product.of(row) for row in rows[:count]]

    @field(
        description="State of this product in marketplaces and social shops.",
        tags=("staff",),
        size=list_size(assumed=5),
        scopes=[["catalog:write"], ["analytics:read"]],
    )
    async def listings(self, info: Info) -> list[TheListing]:
        """By channel and variant."""
        from subgraphs.catalog.types.listing import ChannelListing

        return [ChannelListing.of(row) for row in await info.context.loader(ListingsOf).load(self.row.id) or ()]

    @field(description="Channels the product is sold in.", size=list_size(assumed=8))
    async def sold_in(self, info: Info) -> list[TheChannel]:
        """Open channels that sell it, by their own word or by inheritance."""
        from subgraphs.catalog.types.shop import Channel

        shop = await shop_of(info.context)
        states = await info.context.loader(StatesOf).load(self.row.id) or {}
        rows = [row for row in shop.channels.values() if shop.status(row.code) in OPEN]
        return [Channel.of(row) for row in rows if nearest(states, shop.line(row.code)) == "SOLD"]

    @classmethod
    def of(cls, row: ProductRow) -> Self:
        """The product as stored."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            slug=row.slug,
            name=row.name,
            manufacturer=row.manufacturer,
            rating=RatingSummary.of(row),
            badges=list(row.badges),
            updated_at=row.updated_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The product with this id."""
        row = await info.context.loader(ProductById).load(id)
        return None if row is None else cls.of(row)


async def variants_of(context: Context, row: ProductRow) -> list[VariantRow]:
    """All variants of a product, those no longer sold last; never empty."""
    found = list(await context.loader(VariantsOf).load(row.id) or ())
    if not found:
        raise AssertionError("a product is written together with its variants")
    return found
