"""Pages that marketing composes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self

import strawberry

from subgraphs.catalog.loaders.content import ContentById, PromotionTimes, PublishedPages
from subgraphs.catalog.loaders.goods import ProductById
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import ContentRow, ExperienceRow, PromotionRow
from subgraphs.catalog.models import ProductRow as ProductRecord
from subgraphs.catalog.rules.slots import Audience, shown_slots
from subgraphs.catalog.service.picks import best_sellers, newest, pick
from subgraphs.catalog.types.links import TheChannel, TheProduct
from subgraphs.catalog.types.media import MediaImage, MediaVideo, image
from subgraphs.catalog.types.node import Node, Promotion
from subgraphs.catalog.types.pages import ProductConnection, product_connection
from subgraphs.catalog.types.tree import collected
from subgraphs.kit.context import Context, Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.ids import type_of
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import URL

LONGEST_ROW = 30


@strawberry.federation.type(description="Large lead banner.")
class HeroBanner:
    """A picture with words on it."""

    headline: str = field(description="Headline to set over the picture.", tags=("tv",))
    image: MediaImage | None = field(description="Picture behind the words; null when there is none.", tags=("tv",))
    call_to_action: str | None = field(description="Words of the button; null when there is no button.", tags=("tv",))
    target: URL | None = field(description="Address the banner leads to; null when it leads nowhere.")


@strawberry.federation.type(description="A titled row of products.")
class ProductRow:
    """A row; each pages alone."""

    channels: strawberry.Private[tuple[str, ...]]
    segments: strawberry.Private[tuple[str, ...]]
    id: strawberry.ID = field(description="Row id, stable for focus handling on TV.", tags=("tv",))
    title: str = field(description="Title shown over the row.", tags=("tv",))
    source: str = field(description="Why it is here: BESTSELLERS, RECOMMENDED, NEW, or the id of a collection.")

    @field(description="Products of the row that the channel sells.", tags=("tv",), size=connection_size())
    async def products(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 30.")] = 10,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> ProductConnection:
        """What the channel sells of the source; rows of collections asked for alike cost one statement together."""
        count = bounded(first, default=10, most=LONGEST_ROW)
        if type_of(self.source) == "Collection":
            return await collected(info.context, self.source, self.channels, count, after or None)
        return await self._picked(info.context, count, after or None)

    async def _picked(self, context: Context, first: int, after: str | None) -> ProductConnection:
        """A row made by rule; its cursor is the place in the row, which the rule orders anew each time."""
        position = decode_cursor(after, int)
        start = 0 if position is None else min(max(position[0] + 1, 0), 1_000)
        rows: list[ProductRecord]
        if self.source == "RECOMMENDED":
            customer = context.viewer.customer_id
            every = await context.database.read(pick, self.channels, self.segments, customer, start + first + 1)
            rows = every[start:]
        elif self.source == "NEW":
            rows = list(await context.database.read(newest, self.channels, first + 1, start))
        else:
            rows = list(await context.database.read(best_sellers, self.channels, None, first + 1, start))
        found = page(list(enumerate(rows, start)), first, after, lambda item: (item[0],))

        async def count() -> int:
            return start + len(rows)

        return product_connection([row for _, row in found.items], found, count)


@strawberry.federation.type(description="Editorial text from the content system.")
class EditorialBlock:
    """A text."""

    headline: str = field(description="Headline.", tags=("tv",))
    body: str = field(description="Text as HTML.")
    image: MediaImage | None = field(description="Picture beside the text; null when there is none.", tags=("tv",))


@strawberry.federation.type(
    description="A banner for a running promotion; the offer itself comes from the promotions engine."
)
class PromotionBanner:
    """A banner; what it promises, the cart service knows."""

    headline: str = field(description="Headline.", tags=("tv",))
    image: MediaImage | None = field(description="Picture; null when there is none.", tags=("tv",))
    promotion: Promotion = field(description="The promotion; its terms come from the cart service.")


@strawberry.federation.type(description="A video with the products seen in it.")
class VideoBlock:
    """A film."""

    content: strawberry.Private[ContentRow]
    title: str = field(description="Title.", tags=("tv",))
    video: MediaVideo = field(description="The video.", tags=("tv",))

    @field(
        description="Products seen in it, in the order they appear.", tags=("tv",), size=list_size(slicing=["first"])
    )
    async def featured(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 30.")] = 10
    ) -> list[TheProduct]:
        """In the order they appear."""
        from subgraphs.catalog.types.product import Product

        ids = self.content.featured[: bounded(first, default=10, most=LONGEST_ROW)]
        rows = await info.context.loader(ProductById).load_many(ids)
        return [Product.of(row) for row in rows if isinstance(row, ProductRecord)]


ExperienceSlot = Annotated[
    HeroBanner | ProductRow | EditorialBlock | PromotionBanner | VideoBlock,
    strawberry.federation.union(name="ExperienceSlot", description="One block of an experience.", tags=["tv"]),
]


@strawberry.federation.type(description="Experiment arm applied by the experience.")
class ExperimentArmRef:
    """An arm."""

    experiment_key: str = field(description="Key of the experiment.")
    arm_key: str = field(description="Key of the arm the caller is in.")


@strawberry.federation.type(
    description="A page or screen that marketing composes from content, products and promotions.", keys=["id"]
)
class Experience(Node):
    """An edition of a page, as one channel and one caller see it."""

    row: strawberry.Private[ExperienceRow]
    channels: strawberry.Private[tuple[str, ...]]
    audience: strawberry.Private[Audience]
    id: strawberry.ID = field(description="Global id.")
    code: str = field(description="Code of the page, e.g. home or tv-home.")
    published_at: datetime | None = field(description="When it went live; null in a preview of what has not yet.")

    @field(description="Channel it was composed for.")
    async def channel(self, info: Info) -> TheChannel:
        """The channel asked for; its page may be inherited."""
        from subgraphs.catalog.types.shop import Channel

        return Channel.of((await shop_of(info.context)).channels[self.channels[0]])

    @field(
        description="Blocks in display order, already chosen for the caller's segments and experiment arms.",
        tags=("tv",),
        size=list_size(assumed=8),
    )
    async def slots(self, info: Info) -> list[ExperienceSlot]:
        """Blocks whose content is there and that are meant for the caller."""
        return await blocks(info.context, self)

    @field(description="Experiment arms that shaped it, to be reported as exposures.", size=list_size(assumed=2))
    def experiment_arms(self) -> list[ExperimentArmRef]:
        """Arms named by the blocks shown, as `experiment:arm`."""
        arms = dict.fromkeys(slot["arm"] for slot in shown_slots(self.row.slots, self.audience) if slot["arm"])
        pairs = (arm.partition(":") for arm in arms)
        return [ExperimentArmRef(experiment_key=key, arm_key=arm) for key, _, arm in pairs]

    @classmethod
    def of(cls, row: ExperienceRow, channels: tuple[str, ...], audience: Audience) -> Self:
        """An edition for a channel and a caller."""
        published = row.publish_at if row.publish_at <= datetime.now(UTC) else None
        return cls(
            row=row,
            channels=channels,
            audience=audience,
            id=strawberry.ID(row.page_id),
            code=row.code,
            published_at=published,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The published edition of the page with this id, in the page's own channel."""
        row = await info.context.loader(PublishedPages).load(id)
        if row is None:
            return None
        return cls.of(row, (await shop_of(info.context)).line(row.channel_code), Audience())


async def blocks(context: Context, page: Experience) -> list[Any]:
    """The blocks of a page, their content read in one statement."""
    slots = shown_slots(page.row.slots, page.audience)
    wanted = {
        source for slot in slots for source in (slot["source"], slot["content"]) if type_of(source or "") == "Content"
    }
    rows = await context.loader(ContentById).load_many(sorted(wanted))
    content = {row.id: row for row in rows if isinstance(row, ContentRow)}
    over = await _over(context, [slot["source"] for slot in slots if slot["kind"] == "PROMOTION" and slot["source"]])
    found = (_block(slot, content, page) for slot in slots if slot["source"] not in over)
    return [block for block in found if block is not None]


async def _over(context: Context, promotions: Sequence[str]) -> set[str]:
    """Those of the promotions that do not run now; costs nothing on a page without banners."""
    rows = await context.loader(PromotionTimes).load_many(promotions) if promotions else ()
    now = datetime.now(UTC)
    return {
        row.id
        for row in rows
        if isinstance(row, PromotionRow)
        and ((row.starts_at is not None and now < row.starts_at) or (row.ends_at is not None and row.ends_at <= now))
    }


def _block(slot: Mapping[str, Any], content: Mapping[str, ContentRow], page: Experience) -> Any:
    """One block; None when what it should show is gone."""
    kind, title, source = slot["kind"], slot["title"], slot["source"]
    if kind == "PRODUCT_ROW":
        return ProductRow(
            channels=page.channels,
            segments=page.audience.segments,
            id=strawberry.ID(f"{page.row.page_id}:{slot['key']}"),
            title=title,
            source=source or "BESTSELLERS",
        )
    shown = content.get(slot["content"] or source or "")
    picture = image(None if shown is None else shown.image)
    if kind == "PROMOTION":
        return PromotionBanner(headline=title, image=picture, promotion=Promotion.of(source)) if source else None
    if kind == "HERO":
        call, target = (None, None) if shown is None else (shown.call_to_action, shown.target)
        return HeroBanner(
            headline=title, image=picture, call_to_action=call, target=None if target is None else URL(target)
        )
    if shown is None:
        return None
    if kind == "VIDEO":
        return None if shown.video is None else VideoBlock(content=shown, title=title, video=MediaVideo.of(shown.video))
    return EditorialBlock(headline=title, body=shown.body_html, image=picture)
