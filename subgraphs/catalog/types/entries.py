"""What staff and customers send, and what they are answered."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from subgraphs.catalog.service.channels import Launch
from subgraphs.catalog.service.goods import VariantDraft
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.catalog.service.publishing import PageDraft, SlotDraft
from subgraphs.catalog.service.reviews import ReviewDraft
from subgraphs.catalog.service.upserting import ProductEntry
from subgraphs.catalog.types.choices import SelectedOptionInput
from subgraphs.catalog.types.experience import Experience
from subgraphs.catalog.types.jobs import ImportJob
from subgraphs.catalog.types.product import Product
from subgraphs.catalog.types.review import Review
from subgraphs.catalog.types.shop import Channel, ChannelCapability, ChannelKind
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.fields import field
from subgraphs.kit.ids import stable_id
from subgraphs.kit.scalars import GTIN, ChannelCode, CurrencyCode, IdempotencyKey, Locale
from subgraphs.kit.types.errors import InvalidInputError, NotFoundError, NotPermittedError, WrongStateError
from subgraphs.kit.types.values import MoneyInput


@strawberry.input(description="What to open a channel with.")
class ChannelLaunchInput:
    """A channel is data: this is all there is to it."""

    code: ChannelCode = strawberry.field(description="New code.")
    name: str = strawberry.field(description="Name.")
    kind: ChannelKind = strawberry.field(description="Kind.")
    brand_code: str = strawberry.field(description="Brand code.")
    inherits_from: ChannelCode | None = strawberry.field(
        description="Channel to inherit assortment, prices and content from.", default=strawberry.UNSET
    )
    currencies: list[CurrencyCode] = strawberry.field(description="Currencies, the default first.")
    locales: list[Locale] = strawberry.field(description="Languages, the default first.")
    capabilities: list[ChannelCapability] = strawberry.field(description="Capabilities.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def launch(self) -> Launch:
        """What the service is asked for."""
        return Launch(
            code=self.code,
            name=self.name,
            kind=self.kind.name,
            brand_code=self.brand_code,
            inherits_from=self.inherits_from or None,
            currencies=tuple(dict.fromkeys(self.currencies)),
            locales=tuple(dict.fromkeys(self.locales)),
            capabilities=tuple(dict.fromkeys(one.name for one in self.capabilities)),
        )


@strawberry.federation.type(description="The channel after a change.")
class ChannelSuccess:
    """Done."""

    channel: Channel = field(description="The channel.")


ChannelResult = Annotated[
    ChannelSuccess | InvalidInputError | NotFoundError | WrongStateError,
    strawberry.union(name="ChannelResult", description="Outcome of opening or closing a channel."),
]


@strawberry.enum(description="Kind of block.")
class ExperienceSlotKind(Enum):
    """See the descriptions."""

    HERO = strawberry.enum_value("HERO", description="Lead banner.")
    PRODUCT_ROW = strawberry.enum_value("PRODUCT_ROW", description="Row of products.")
    EDITORIAL = strawberry.enum_value("EDITORIAL", description="Editorial text.")
    PROMOTION = strawberry.enum_value("PROMOTION", description="Promotion banner.")
    VIDEO = strawberry.enum_value("VIDEO", description="Video.")


@strawberry.input(description="One block to publish.")
class ExperienceSlotInput:
    """A block."""

    kind: ExperienceSlotKind = strawberry.field(description="Kind.")
    title: str = strawberry.field(description="Headline or title.")
    source_id: strawberry.ID | None = strawberry.field(
        description="Content, collection, promotion or video id the block shows.", default=strawberry.UNSET
    )
    segment_codes: list[str] | None = strawberry.field(
        description="Segments that see it; everyone when left out.", default=strawberry.UNSET
    )
    experiment_arm: str | None = strawberry.field(description="Experiment arm that sees it.", default=strawberry.UNSET)


@strawberry.input(description="What to publish as a page.")
class ExperiencePublishInput:
    """A page."""

    code: str = strawberry.field(description="Page code.")
    channels: list[ChannelCode] = strawberry.field(description="Channels to publish to.")
    slots: list[ExperienceSlotInput] = strawberry.field(description="Blocks in order.")
    publish_at: datetime | None = strawberry.field(
        description="When to go live; now when left out.", default=strawberry.UNSET
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def draft(self) -> PageDraft:
        """What the service is asked for."""
        slots = tuple(
            SlotDraft(
                kind=one.kind.name,
                title=one.title,
                source=one.source_id or None,
                segments=tuple(dict.fromkeys(one.segment_codes or ())),
                arm=one.experiment_arm or None,
            )
            for one in self.slots
        )
        return PageDraft(self.code, tuple(self.channels), slots, self.publish_at or None)


@strawberry.federation.type(description="The page after publishing.")
class ExperienceSuccess:
    """Done."""

    experiences: list[Experience] = field(description="The page, one per channel.")


ExperiencePublishResult = Annotated[
    ExperienceSuccess | InvalidInputError | NotFoundError,
    strawberry.union(name="ExperiencePublishResult", description="Outcome of publishing a page."),
]


@strawberry.input(description="A review to submit.")
class ReviewSubmitInput:
    """A review."""

    product_id: strawberry.ID = strawberry.field(description="Product reviewed.")
    stars: int = strawberry.field(description="Stars, 1 to 5.")
    title: str | None = strawberry.field(description="Title, when there is one.", default=strawberry.UNSET)
    body: str = strawberry.field(description="Text of the review.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def draft(self) -> ReviewDraft:
        """What the service is asked for."""
        return ReviewDraft(self.product_id, self.stars, (self.title or "").strip() or None, self.body.strip())


@strawberry.federation.type(description="The review after submitting.")
class ReviewSuccess:
    """Done."""

    review: Review = field(description="The review.")


ReviewSubmitResult = Annotated[
    ReviewSuccess | InvalidInputError | NotFoundError | NotPermittedError,
    strawberry.union(name="ReviewSubmitResult", description="Outcome of submitting a review."),
]


@strawberry.input(description="A price for one channel.")
class PriceInput:
    """A price."""

    channel: ChannelCode = strawberry.field(description="Channel that asks the price.")
    regular: MoneyInput = strawberry.field(description="Price when no offer runs.")
    offer: MoneyInput | None = strawberry.field(
        description="Price while the offer runs; no offer when left out.", default=strawberry.UNSET
    )
    offer_until: datetime | None = strawberry.field(
        description="End of the offer; open-ended when left out.", default=strawberry.UNSET
    )

    def draft(self, path: tuple[str, ...]) -> PriceDraft:
        """What the service is asked for; `InvalidInput` when regular and offer are in two currencies."""
        offer = self.offer or None
        if offer is not None and offer.currency != self.regular.currency:
            raise InvalidInput("An offer is in the currency of the regular price", (*path, "offer", "currency"))
        amount = None if offer is None else offer.amount
        return PriceDraft(self.channel, self.regular.currency, self.regular.amount, amount, self.offer_until or None)


@strawberry.input(description="Variant data to create or change.")
class VariantUpsertInput:
    """A variant."""

    sku: str = strawberry.field(description="SKU; decides whether it is new.")
    options: list[SelectedOptionInput] | None = strawberry.field(
        description="Chosen value of each option; they stay as they are when left out.", default=strawberry.UNSET
    )
    gtins: list[GTIN] | None = strawberry.field(
        description="Barcodes, the consumer unit first; they stay as they are when left out.", default=strawberry.UNSET
    )
    weight_grams: int | None = strawberry.field(
        description="Packed weight in grams; stays as it is when left out.", default=strawberry.UNSET
    )
    prices: list[PriceInput] | None = strawberry.field(
        description="Prices per channel; those of channels not named stay as they are.", default=strawberry.UNSET
    )

    def draft(self, path: tuple[str, ...]) -> VariantDraft:
        """What the service is asked for; what was left out stays as it is."""
        prices = enumerate(self.prices or ())
        return VariantDraft(
            id=stable_id("ProductVariant", self.sku),
            sku=self.sku,
            name="",
            options=tuple((one.name, one.value) for one in self.options)
            if self.options is not None and self.options is not strawberry.UNSET
            else None,
            gtins=tuple(dict.fromkeys(self.gtins))
            if self.gtins is not None and self.gtins is not strawberry.UNSET
            else None,
            weight_grams=None if self.weight_grams is strawberry.UNSET else self.weight_grams,
            prices=tuple(one.draft((*path, "prices", str(place))) for place, one in prices),
        )


@strawberry.input(description="Product data to create or change, kept once for every channel.")
class ProductUpsertInput:
    """A product."""

    slug: str = strawberry.field(description="Slug; decides whether it is new.")
    brand_code: str = strawberry.field(description="Brand code.")
    name: str = strawberry.field(description="Name shown to people.")
    description_html: str | None = strawberry.field(
        description="Description as HTML; stays as it is when left out.", default=strawberry.UNSET
    )
    category_slug: str = strawberry.field(description="Category slug.")
    sold_in: list[ChannelCode] | None = strawberry.field(
        description="Channels to sell in; they stay as they are when left out.", default=strawberry.UNSET
    )
    variants: list[VariantUpsertInput] = strawberry.field(description="Variants.")

    def entry(self, place: int) -> ProductEntry:
        """What the service is asked for."""
        sold_in = None if self.sold_in is strawberry.UNSET or self.sold_in is None else tuple(self.sold_in)
        path = ("input", str(place), "variants")
        return ProductEntry(
            slug=self.slug,
            brand=self.brand_code,
            name=self.name,
            category=self.category_slug,
            description_html=None if self.description_html is strawberry.UNSET else self.description_html,
            sold_in=sold_in,
            variants=tuple(one.draft((*path, str(index))) for index, one in enumerate(self.variants)),
        )


@strawberry.federation.type(description="Products after a change.")
class ProductsUpsertSuccess:
    """Done."""

    products: list[Product] = field(description="The products.")


ProductsUpsertResult = Annotated[
    ProductsUpsertSuccess | InvalidInputError | NotFoundError,
    strawberry.union(name="ProductsUpsertResult", description="Outcome of changing products."),
]


@strawberry.federation.type(description="The import that was started.")
class ProductsImportSuccess:
    """Started."""

    job: ImportJob = field(description="The run.")


ProductsImportResult = Annotated[
    ProductsImportSuccess | InvalidInputError,
    strawberry.union(name="ProductsImportResult", description="Outcome of starting an import."),
]


@strawberry.federation.type(description="The listings that were queued.")
class ListingsSyncSuccess:
    """Queued."""

    queued: int = field(description="Listings queued.")


ListingsSyncResult = Annotated[
    ListingsSyncSuccess | NotFoundError,
    strawberry.union(name="ListingsSyncResult", description="Outcome of syncing listings."),
]
