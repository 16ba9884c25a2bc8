"""Variants: what is stocked, scanned and bought."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Self

import strawberry

from subgraphs.catalog.loaders.goods import ProductById, VariantById, VariantBySku
from subgraphs.catalog.loaders.offer import PricesOf
from subgraphs.catalog.loaders.shop import TierOf, line_of, shop_of
from subgraphs.catalog.models import ProductRow, VariantRow
from subgraphs.catalog.rules.access import Access, eligibility
from subgraphs.catalog.rules.channels import OPEN
from subgraphs.catalog.types.choices import SelectedOption, Swatch
from subgraphs.catalog.types.links import TheProduct
from subgraphs.catalog.types.media import Dimensions, MediaImage, SpatialModel, image
from subgraphs.catalog.types.node import Node
from subgraphs.catalog.types.prices import VariantPrice, is_sold, price_in
from subgraphs.kit.context import Context, Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.scalars import GTIN, ChannelCode, CurrencyCode
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import Money, PageInfo


@strawberry.enum(description="Why a variant can or cannot be bought.")
class PurchaseBar(Enum):
    """See the descriptions."""

    NONE = strawberry.enum_value("NONE", description="Nothing stands in the way.")
    NOT_SOLD_IN_CHANNEL = strawberry.enum_value("NOT_SOLD_IN_CHANNEL", description="Not sold in the channel.")
    MEMBERS_ONLY = strawberry.enum_value("MEMBERS_ONLY", description="Only for members.")
    NOT_RELEASED = strawberry.enum_value("NOT_RELEASED", description="Not on sale yet.")
    DISCONTINUED = strawberry.enum_value("DISCONTINUED", description="No longer sold.")


@strawberry.federation.type(description="Whether a variant can be bought by this caller in this channel.")
class PurchaseEligibility:
    """The verdict of `rules.access`."""

    allowed: bool = field(description="True when it can be bought.")
    bar: PurchaseBar = field(description="What stands in the way.")
    lifts_at: datetime | None = field(
        description="When the bar lifts for this caller; null when that is not known, or nothing stands in the way."
    )


@strawberry.federation.type(description=OWNER_TEXT["ProductVariant"], keys=["id", "sku"])
class ProductVariant(Node):
    """A variant, owned here."""

    row: strawberry.Private[VariantRow]
    id: strawberry.ID = field(description="Global id.", tags=("watch", "tv", "feed"))
    sku: str = field(description="Stock-keeping unit.", tags=("feed", "watch"), shareable=True)
    name: str = field(
        description="Full name with options, e.g. Velvet Foundation - 240 Warm Beige.",
        tags=("watch", "tv", "feed"),
        shareable=True,
    )
    mpn: str | None = field(description="Maker's part number; null when it is not known.", tags=("feed",))
    online_only: bool = field(description="True when no store keeps it and it can only be sent.", tags=("feed",))
    weight_grams: int | None = field(
        description="Packed weight in grams; null when it was not weighed.", tags=("feed",)
    )
    shipping_class: str = field(description="Shipping class used to quote delivery.", inaccessible=True)

    @field(description="Product it belongs to.", tags=("tv", "feed"))
    async def product(self, info: Info) -> TheProduct:
        """The product."""
        from subgraphs.catalog.types.product import Product

        return Product.of(await product_row(info.context, self.row))

    @field(description="Chosen option values.", tags=("feed",), size=list_size(assumed=3))
    def options(self) -> list[SelectedOption]:
        """In the order of the product's options."""
        return [SelectedOption(name=one["name"], value=one["value"]) for one in self.row.options]

    @field(description="Barcodes, the consumer unit first.", tags=("feed",), size=list_size(assumed=2))
    def gtins(self) -> list[GTIN]:
        """Fourteen digits each."""
        return [GTIN(code) for code in self.row.gtins]

    @field(
        description="Lead picture, the product's when it has none of its own; null when neither has one.",
        tags=("watch", "tv", "feed"),
    )
    async def image(self, info: Info) -> MediaImage | None:
        """The variant's own, or the product's first."""
        if self.row.image is not None:
            return MediaImage.of(self.row.image)
        product = await product_row(info.context, self.row)
        return image(next((one for one in product.media if one["kind"] == "IMAGE"), None))

    @field(description="Colour chip, for colours and shades; else null.")
    def swatch(self) -> Swatch | None:
        """The chip of its colour or shade."""
        return Swatch.of(self.row.swatch)

    @field(description="3D models of this exact variant.", size=list_size(assumed=1))
    def spatial_models(self) -> list[SpatialModel]:
        """In display order."""
        return [SpatialModel.of(one) for one in self.row.spatial]

    @field(
        description="Price in one channel; null when it is not sold there, or has no price in that currency.",
        tags=("watch", "tv", "feed"),
    )
    async def price(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel to price for; the request's channel when left out.")
        ] = strawberry.UNSET,
        currency: Annotated[
            CurrencyCode | None, argument("Currency to price in; the channel's default when left out.")
        ] = strawberry.UNSET,
    ) -> VariantPrice | None:
        """What the channel asks of the caller."""
        channels = await line_of(info.context, channel or None)
        if not await is_sold(info.context, self.row.product_id, channels):
            return None
        row = await price_in(info.context, self.row, channels, currency or None)
        return None if row is None else VariantPrice.of(row, self.row, channels[0])

    @field(
        description="Price in every open channel it is sold in, each in its default currency, to compare them"
        " side by side.",
        size=list_size(assumed=8),
    )
    async def prices_by_channel(self, info: Info) -> list[VariantPrice]:
        """Channels that are open, in display order, each in its default currency."""
        shop = await shop_of(info.context)
        await info.context.loader(PricesOf).load_many([(self.row.id, shop.line(code)) for code in shop.channels])
        found: list[VariantPrice] = []
        for code in shop.channels:
            channels = shop.line(code)
            if shop.status(code) in OPEN and await is_sold(info.context, self.row.product_id, channels):
                price = await price_in(info.context, self.row, channels, None)
                found += [] if price is None else [VariantPrice.of(price, self.row, code)]
        return found

    @field(description="Whether the caller may buy it here and now, and if not why.")
    async def purchasable(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel to judge for; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> PurchaseEligibility:
        """Channel, release and membership together."""
        context = info.context
        channels = await line_of(context, channel or None)
        product = await product_row(context, self.row)
        customer = context.viewer.customer_id
        tier = None if customer is None else await context.loader(TierOf).load((customer, product.brand_code))
        verdict = eligibility(
            Access(product.members_only, product.tiers, product.member_release_at, product.public_release_at),
            sold=await is_sold(context, product.id, channels)
            and await price_in(context, self.row, channels, None) is not None,
            discontinued=product.discontinued or self.row.discontinued,
            tier=tier,
            now=datetime.now(UTC),
        )
        return PurchaseEligibility(
            allowed=verdict.allowed, bar=PurchaseBar[verdict.bar.name], lifts_at=verdict.lifts_at
        )

    @field(description="Outer measures of the packed unit; null when it was not measured.")
    def dimensions(self) -> Dimensions | None:
        """In millimetres."""
        return Dimensions.of(self.row.size_mm)

    @field(
        description="What one unit costs the group; null when it is not known.",
        tags=("analyst",),
        scopes=[["analytics:read"]],
    )
    def unit_cost(self) -> Money | None:
        """For analysts."""
        cost, currency = self.row.unit_cost, self.row.unit_cost_currency
        return None if cost is None or currency is None else Money.of(cost, currency)

    @classmethod
    def of(cls, row: VariantRow) -> Self:
        """The variant as stored."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            sku=row.sku,
            name=row.name,
            mpn=row.mpn,
            online_only=row.online_only,
            weight_grams=row.weight_grams,
            shipping_class=row.shipping_class,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str | None = None, sku: str | None = None) -> Self | None:
        """The variant with this id, or with this SKU."""
        if id is not None:
            row = await info.context.loader(VariantById).load(id)
        else:
            row = await info.context.loader(VariantBySku).load(sku or "")
        return None if row is None else cls.of(row)


@strawberry.federation.type(description="One variant in a connection.")
class ProductVariantEdge:
    """A variant and its place."""

    cursor: str = field(description="Cursor of the item.")
    node: ProductVariant = field(description="The variant.")


@strawberry.federation.type(description="A page of variants.")
class ProductVariantConnection:
    """All variants of a product are read at once, so the count is at hand."""

    edges: list[ProductVariantEdge] = field(description="Items with cursors.")
    nodes: list[ProductVariant] = field(description="Items alone, for small payloads.")
    page_info: PageInfo = field(description="Where the page sits.")
    total_count: int = field(description="How many there are in all.")


async def product_row(context: Context, row: VariantRow) -> ProductRow:
    """The product of a variant."""
    found = await context.loader(ProductById).load(row.product_id)
    if found is None:
        raise AssertionError("a variant's product is kept as long as the variant")
    return found
