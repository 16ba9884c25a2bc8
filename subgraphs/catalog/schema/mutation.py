"""What can be changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, cast

import strawberry

from subgraphs.catalog.loaders.content import EditionById, ReviewById
from subgraphs.catalog.loaders.goods import ProductById
from subgraphs.catalog.loaders.listing import JobById
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import ProductRow
from subgraphs.catalog.rules.slots import Audience
from subgraphs.catalog.service import channels, jobs, listings, publishing, reviews, upserting
from subgraphs.catalog.service.upserting import MOST_PRODUCTS
from subgraphs.catalog.types.entries import (
    ChannelLaunchInput,
    ChannelResult,
    ChannelSuccess,
    ExperiencePublishInput,
    ExperiencePublishResult,
    ExperienceSuccess,
    ListingsSyncResult,
    ListingsSyncSuccess,
    ProductsImportResult,
    ProductsImportSuccess,
    ProductsUpsertResult,
    ProductsUpsertSuccess,
    ProductUpsertInput,
    ReviewSubmitInput,
    ReviewSubmitResult,
    ReviewSuccess,
)
from subgraphs.catalog.types.experience import Experience
from subgraphs.catalog.types.jobs import ImportFormat, ImportJob
from subgraphs.catalog.types.product import Product
from subgraphs.catalog.types.review import Review
from subgraphs.catalog.types.shop import Channel
from subgraphs.kit.context import Context, Info
from subgraphs.kit.errors import BadUserInput, NotPermitted, Refusal
from subgraphs.kit.fields import argument, mutation
from subgraphs.kit.scalars import URL, ChannelCode, IdempotencyKey
from subgraphs.kit.types.errors import shown


@strawberry.federation.type(tags=["write"])
class Mutation:
    """Writing; expected refusals are types of the answer."""

    @mutation(
        description="Open a new channel on existing products, prices, stock and customers.",
        tags=("staff",),
        scopes=[["catalog:write"]],
    )
    async def channel_launch(
        self, info: Info, input: Annotated[ChannelLaunchInput, argument("What to open.")]
    ) -> ChannelResult:
        """One row; it sells what it inherits at once."""
        key, wanted = input.idempotency_key, input.launch()
        return await _channel(info.context, channels.launch, _caller(info.context), key, wanted, datetime.now(UTC))

    @mutation(description="Close a channel without touching any other.", tags=("staff",), scopes=[["catalog:write"]])
    async def channel_retire(
        self,
        info: Info,
        code: Annotated[ChannelCode, argument("Channel to close.")],
        at: Annotated[datetime | None, argument("When it becomes read-only; now when left out.")] = strawberry.UNSET,
    ) -> ChannelResult:
        """Read-only for thirty days, then history."""
        return await _channel(info.context, channels.retire, code, at or None, datetime.now(UTC))

    @mutation(
        description="Tie a channel to an account in a marketplace or social shop.",
        tags=("staff",),
        scopes=[["catalog:write"]],
    )
    async def channel_connect(
        self,
        info: Info,
        code: Annotated[ChannelCode, argument("Channel.")],
        provider: Annotated[str, argument("Kind of shop.")],
        account: Annotated[str, argument("Account name there.")],
        secret_ref: Annotated[
            str, argument("Name under which the secret is kept in the secret store; never the secret itself.")
        ],
    ) -> ChannelResult:
        """The secret never comes here."""
        return await _channel(info.context, channels.connect, code, provider, account, secret_ref)

    @mutation(
        description="Publish a composed page to one or more channels.",
        tags=("staff",),
        scopes=[["content:write"]],
    )
    async def experience_publish(
        self, info: Info, input: Annotated[ExperiencePublishInput, argument("What to publish.")]
    ) -> ExperiencePublishResult:
        """A new edition each; the one before stays until its successor's time has come."""
        context, key = info.context, input.idempotency_key
        try:
            ids = await context.write(publishing.publish, _caller(context), key, input.draft(), datetime.now(UTC))
        except Refusal as refusal:
            return cast(Any, shown(refusal))
        rows = [row for row in await context.loader(EditionById).load_many(ids) if row is not None]
        shop = await shop_of(context)
        everything = Audience(everything=True)
        return ExperienceSuccess(
            experiences=[
                Experience.of(cast(Any, row), shop.line(cast(Any, row).channel_code), everything) for row in rows
            ]
        )

    @mutation(description="Write a review, from any channel.", authenticated=True)
    async def review_submit(
        self, info: Info, input: Annotated[ReviewSubmitInput, argument("The review.")]
    ) -> ReviewSubmitResult:
        """Once per customer and product; the mark of a verified purchase comes from the orders of every channel."""
        context = info.context
        customer = context.viewer.customer_id
        try:
            if customer is None:
                raise NotPermitted("Reviews are written by customers")
            channel = (await shop_of(context)).line(context.channel)[0]
            key, draft, now = input.idempotency_key, input.draft(), datetime.now(UTC)
            review_id = await context.write(reviews.submit, customer, channel, key, draft, now)
        except Refusal as refusal:
            return cast(Any, shown(refusal))
        row = await context.loader(ReviewById).load(review_id)
        return ReviewSuccess(review=Review.of(cast(Any, row)))

    @mutation(
        description="Create or change products once for all channels.", tags=("staff",), scopes=[["catalog:write"]]
    )
    async def products_upsert(
        self,
        info: Info,
        input: Annotated[list[ProductUpsertInput], argument("Products, up to 100.")],
        idempotency_key: Annotated[IdempotencyKey, argument("Key for safe replay.")],
    ) -> ProductsUpsertResult:
        """All of them, or none."""
        context = info.context
        if len(input) > MOST_PRODUCTS:
            msg = f"productsUpsert takes at most {MOST_PRODUCTS} products, not {len(input)}"
            raise BadUserInput(msg)
        try:
            entries = [one.entry(place) for place, one in enumerate(input)]
            now = datetime.now(UTC)
            ids = await context.write(upserting.upsert_products, _caller(context), idempotency_key, entries, now)
        except Refusal as refusal:
            return cast(Any, shown(refusal))
        rows = await context.loader(ProductById).load_many(ids)
        return ProductsUpsertSuccess(products=[Product.of(row) for row in rows if isinstance(row, ProductRow)])

    @mutation(description="Import products from a standard feed file.", tags=("staff",), scopes=[["catalog:write"]])
    async def products_import(
        self,
        info: Info,
        address: Annotated[URL, argument("Where the file is.", name="source")],
        format: Annotated[ImportFormat, argument("Its format.")],
        dry_run: Annotated[bool | None, argument("Only check, write nothing.")] = True,
    ) -> ProductsImportResult:
        """Queued; `importJob` tells how it goes."""
        context = info.context
        now, dry = datetime.now(UTC), dry_run is not False
        job_id = await context.write(jobs.start, address, format.name, dry_run=dry, now=now)
        row = await context.loader(JobById).load(job_id)
        return ProductsImportSuccess(job=ImportJob.of(cast(Any, row)))

    @mutation(
        description="Send changed products to a connected marketplace account.",
        tags=("staff",),
        scopes=[["catalog:write"]],
    )
    async def listings_sync(
        self,
        info: Info,
        channel: Annotated[ChannelCode, argument("Marketplace or social channel.")],
        variant_ids: Annotated[
            list[strawberry.ID] | None, argument("Variants to send; all that changed when left out.")
        ] = strawberry.UNSET,
    ) -> ListingsSyncResult:
        """Queued; sending goes on beside."""
        wanted = None if variant_ids is strawberry.UNSET or variant_ids is None else list(variant_ids)
        if wanted is not None and len(wanted) > listings.MOST_VARIANTS:
            msg = f"listingsSync takes at most {listings.MOST_VARIANTS} variants, not {len(wanted)}"
            raise BadUserInput(msg)
        try:
            queued = await info.context.write(listings.queue, channel, wanted, datetime.now(UTC))
        except Refusal as refusal:
            return cast(Any, shown(refusal))
        return ListingsSyncSuccess(queued=queued)


def _caller(context: Context) -> str:
    """Whose idempotency keys these are: the person's; all callers without one are the house's own systems."""
    return context.viewer.customer_id or "staff"


async def _channel(context: Context, work: Any, *args: Any) -> Any:
    """Run a service function that gives a channel's code, and show the channel or the refusal."""
    try:
        code = await context.write(work, *args)
    except Refusal as refusal:
        return shown(refusal)
    return ChannelSuccess(channel=Channel.of((await shop_of(context)).channels[code]))
