"""Collections, pages, content and reviews of the sample world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from subgraphs.catalog.models import (
    CollectedRow,
    CollectionRow,
    ContentRow,
    ExperienceRow,
    ListingRow,
    Record,
    RedirectRow,
    ReviewRow,
)
from subgraphs.catalog.samples.goods import offered
from subgraphs.catalog.samples.pictures import picture, video
from subgraphs.catalog.samples.reviews import REVIEWS
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import PRODUCTS, VARIANTS, customer, promotion_id

PUBLISHED = datetime(2026, 11, 2, 6, tzinfo=UTC)

_HOME = (
    "stoneware-mug",
    "haven-sofa",
    "hearth-casserole",
    "washed-linen-bedding",
    "glow-table-lamp",
    "lambswool-throw",
    "ripple-tumblers",
    "stem-vase",
    "rush-basket",
    "pour-over-kettle",
)
_COOK = (
    "hearth-casserole",
    "hearth-frying-pan",
    "slate-chef-knife",
    "pour-over-kettle",
    "burr-grinder",
    "stoneware-plate",
    "stoneware-bowl",
    "satin-cutlery",
    "ripple-tumblers",
)
_OUT = (
    "drift-rain-jacket",
    "summit-down-jacket",
    "trail-runner",
    "chelsea-boot",
    "commuter-backpack",
    "insulated-bottle",
    "ribbed-beanie",
    "merino-sweater",
    "field-watch",
    "pacer-edition-one",
)
_FACE = (
    "velvet-foundation",
    "dew-cushion-foundation",
    "soft-concealer",
    "loose-powder",
    "matte-lipstick",
    "dusk-eye-palette",
    "volume-mascara",
    "brush-set",
    "night-serum",
    "fig-eau-de-parfum",
)
_SMALL = (
    "stoneware-mug",
    "cedar-candle",
    "rush-basket",
    "waffle-towel",
    "velvet-cushion",
    "oak-frame",
    "beck-shelf",
    "stem-vase",
)
_CHEAP = (
    "stoneware-mug",
    "cedar-candle",
    "blending-sponge",
    "sheer-lip-balm",
    "lip-liner",
    "oak-frame",
    "waffle-towel",
    "insulated-bottle",
    "ribbed-beanie",
    "stoneware-bowl",
)
_CARE = (
    "oat-cleanser",
    "night-serum",
    "barrier-cream",
    "daily-sunscreen",
    "fig-eau-de-parfum",
    "loose-powder",
    "blending-sponge",
    "sheer-lip-balm",
)

# slug, title, segment, products
_COLLECTIONS: tuple[tuple[str, str, str | None, tuple[str, ...]], ...] = (
    ("at-home", "At home this autumn", "home-makers", _HOME),
    ("cook-slow", "Cook slowly", None, _COOK),
    ("out-all-day", "Out all day", "young-urban", _OUT),
    ("face-first", "Face first", "beauty-lovers", _FACE),
    ("small-spaces", "For small spaces", None, _SMALL),
    ("under-thirty", "Under £30", "deal-hunters", _CHEAP),
    ("kind-to-skin", "Kind to skin", None, _CARE),
)  # fmt: skip


def collection_id(slug: str) -> str:
    """Global id of a sample collection."""
    return stable_id("Collection", slug)


def content_id(slug: str) -> str:
    """Global id of a piece of sample content."""
    return stable_id("Content", slug)


def page_id(code: str, channel: str) -> str:
    """Global id of a page of a channel."""
    return stable_id("Experience", code, channel)


def content_rows() -> Sequence[Sequence[Record]]:
    """Rows table by table, those pointed at first."""
    slugs = {product.slug: product.id for product in PRODUCTS}
    collections = [
        CollectionRow(
            id=collection_id(slug),
            slug=slug,
            title=title,
            segment_code=segment,
            position=place,
            image=picture(f"collections/{slug}", title),
        )
        for place, (slug, title, segment, _) in enumerate(_COLLECTIONS)
    ]
    collected = [
        CollectedRow(collection_id=collection_id(slug), position=place, product_id=slugs[one])
        for slug, _, _, products in _COLLECTIONS
        for place, one in enumerate(products)
    ]
    return collections, collected, _content(slugs), _pages(), _reviews(slugs), _listings(), _redirects()


def _content(slugs: dict[str, str]) -> list[ContentRow]:
    return [
        ContentRow(
            id=content_id("hero-autumn"),
            image=picture("content/hero-autumn", "A sofa by the window, a throw over its arm"),
            call_to_action="See the living room",
            target="https://www.alder-and-ash.example/c/at-home",
        ),
        ContentRow(
            id=content_id("hero-velvet"),
            image=picture("content/hero-velvet", "Ten shades of foundation on ten wrists"),
            call_to_action="Find your shade",
            target="https://www.velvet-lane.example/c/face-first",
        ),
        ContentRow(
            id=content_id("story-rush"),
            body_html="<p>Every July the rush is cut from boats on the Great Ouse. It dries for a fortnight, is wetted again, and becomes a basket.</p>",
            image=picture("content/story-rush", "Bundles of rush drying against a barn"),
        ),
        ContentRow(id=content_id("banner-home"), image=picture("content/banner-home", "A lit room behind rain on a window")),
        ContentRow(
            id=content_id("film-kettle"),
            video=video("ALD-KET-POU", "Pour-Over Kettle", 65),
            featured=[slugs["pour-over-kettle"], slugs["burr-grinder"], slugs["stoneware-mug"]],
        ),
    ]  # fmt: skip


def _pages() -> list[ExperienceRow]:
    autumn = _slot("hero", "HERO", "Come in, warm up", content_id("hero-autumn"))
    best = _slot("bestsellers", "PRODUCT_ROW", "Best sellers", None)
    yours = _slot("for-you", "PRODUCT_ROW", "Picked for you", "RECOMMENDED")
    home = _row("at-home")
    offer = _slot(
        "autumn-home",
        "PROMOTION",
        "15 % off everything for the home",
        promotion_id("autumn-home"),
        image=content_id("banner-home"),
    )
    story = _slot("rush", "EDITORIAL", "From river to basket", content_id("story-rush"))
    film = _slot("kettle", "VIDEO", "A slow pour", content_id("film-kettle"))
    beauty = _row("face-first", segments=["beauty-lovers"])
    deals = _row("under-thirty", segments=["deal-hunters"])
    pages = {
        "web": [autumn, best, home, offer, beauty, deals, story, film],
        "app": [autumn, yours, offer, home, beauty, deals, _row("out-all-day")],
        "tv": [
            autumn,
            best,
            home,
            _row("cook-slow"),
            _row("out-all-day"),
            _row("face-first"),
            _row("small-spaces"),
            film,
        ],
        "velvet-web": [
            _slot("hero", "HERO", "Find your shade", content_id("hero-velvet")),
            _row("face-first"),
            _row("kind-to-skin"),
            _slot("lips", "PROMOTION", "Three for two on lip colours", promotion_id("three-for-two-lips")),
        ],
    }
    return [
        ExperienceRow(
            id=stable_id("Experience", "home", channel, "1"),
            page_id=page_id("home", channel),
            code="home",
            channel_code=channel,
            slots=slots,
            publish_at=PUBLISHED,
        )
        for channel, slots in pages.items()
    ]


def _row(collection: str, segments: list[str] | None = None) -> dict[str, Any]:
    title = next(title for slug, title, _, _ in _COLLECTIONS if slug == collection)
    return _slot(collection, "PRODUCT_ROW", title, collection_id(collection), segments=segments)


def _slot(
    key: str, kind: str, title: str, source: str | None, *, segments: list[str] | None = None, image: str | None = None
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "title": title,
        "source": source,
        "segments": segments or [],
        "arm": None,
        "content": image,
    }


def _reviews(slugs: dict[str, str]) -> list[ReviewRow]:
    return [
        ReviewRow(
            id=stable_id("Review", slug, str(one.number)),
            product_id=slugs[slug],
            author_id=customer(one.author).id if one.author else None,
            author_name=one.author_name,
            stars=one.stars,
            title=one.title,
            body=one.body,
            verified_purchase=one.verified,
            channel_code=one.channel,
            created_at=one.created_at,
            helpful_count=one.helpful,
            reply=one.reply,
        )
        for slug, reviews in REVIEWS.items()
        for one in reviews
    ]


def _redirects() -> list[RedirectRow]:
    """What people type who look for help, not for goods; and one that means a collection."""
    help_at = {"return": "https://alder.example/help/returns", "delivery": "https://alder.example/help/delivery"}
    found = [RedirectRow(words=words, channel_code="web", address=address) for words, address in help_at.items()]
    found.append(RedirectRow(words="shade finder", channel_code="velvet-web", address="https://velvet.example/shades"))
    return found


def _listings() -> list[ListingRow]:
    """Twelve variants at Google: in step but for one behind and one refused."""
    states = {3: "STALE", 7: "REJECTED"}
    listed = [one for one in VARIANTS if one.brand == "alder"][:12]
    return [
        ListingRow(
            id=stable_id("ChannelListing", "marketplace", one.sku),
            channel_code="marketplace",
            variant_id=one.id,
            status=states.get(place, "SYNCED"),
            external_id=f"online:en:GB:{one.sku}",
            external_url=f"https://shopping.example/product/{one.sku}",
            synced_at=PUBLISHED,
            issues=[{"attribute": "image_link", "message": "The picture is smaller than 250 × 250 pixels"}]
            if place == 7
            else [],
            # The one behind was sent before its offer began.
            sent={"price": str(one.gbp if place == 3 else offered(one)), "currency": "GBP"},
        )
        for place, one in enumerate(listed)
    ]
