"""Categories, products, variants, prices, assortments of the sample world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from subgraphs.catalog.models import (
    AssortmentRow,
    BarcodeRow,
    CategoryRow,
    FacetRow,
    PastPriceRow,
    PriceRow,
    ProductRow,
    Record,
    RelatedRow,
    TermRow,
    VariantRow,
)
from subgraphs.catalog.rules.index import Indexed, facets, terms
from subgraphs.catalog.samples.pictures import model, picture, video
from subgraphs.catalog.samples.reviews import REVIEWS
from subgraphs.catalog.samples.texts import DETAILS, Details
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import BRANDS, PRODUCTS, VARIANTS, SampleProduct, SampleVariant

MADE = datetime(2025, 2, 3, 8, tzinfo=UTC)
OFFERS_FROM = datetime(2026, 10, 1, tzinfo=UTC)
OFFERS_UNTIL = datetime(2029, 12, 31, 23, 59, tzinfo=UTC)

# slug, name, parent, Google's number
_CATEGORIES: tuple[tuple[str, str, str | None, int | None], ...] = (
    ("home", "Home", None, 536),
    ("furniture", "Furniture", "home", 436),
    ("sofas", "Sofas", "furniture", 460),
    ("chairs", "Chairs", "furniture", 443),
    ("tables", "Tables", "furniture", 6392),
    ("storage", "Shelves and baskets", "furniture", 636),
    ("lighting", "Lighting", "home", 594),
    ("kitchen", "Kitchen", "home", 638),
    ("cookware", "Cookware", "kitchen", 654),
    ("tableware", "Tableware", "kitchen", 672),
    ("textiles", "Home textiles", "home", 4171),
    ("decoration", "Decoration", "home", 696),
    ("fashion", "Fashion", None, 166),
    ("clothing", "Clothing", "fashion", 1604),
    ("outerwear", "Jackets", "clothing", 203),
    ("knitwear", "Knitwear", "clothing", 212),
    ("shoes", "Shoes", "fashion", 187),
    ("accessories", "Accessories", "fashion", 167),
    ("watches", "Watches", "accessories", 201),
    ("bags", "Bags and bottles", "accessories", 5181),
    ("beauty", "Beauty", None, 469),
    ("make-up", "Make-up", "beauty", 477),
    ("foundation", "Foundation", "make-up", 477),
    ("lips", "Lips", "make-up", 477),
    ("eyes", "Eyes", "make-up", 477),
    ("tools", "Brushes and tools", "make-up", 473),
    ("skin-care", "Skin care", "beauty", 567),
    ("fragrance", "Fragrance", "beauty", 479),
)

COLOURS: Mapping[str, tuple[str, str | None]] = {
    "Sand": ("#D9C7A7", None), "Moss": ("#5E6B4A", None), "Ink": ("#27344A", None), "Clay": ("#B4694C", None),
    "White": ("#F7F5F0", None), "Black": ("#1C1B1A", None), "Brass": ("#B8924A", None), "Steel": ("#A9ADB0", None),
    "Ember": ("#A8382B", None), "Oak": ("#C79F6B", None), "Ash": ("#DDCDB1", None), "Brown": ("#5A3A28", None),
    "Leather": ("#7A4E2D", None), "Canvas": ("#8C8467", None),
    "110 Porcelain": ("#F6E2D3", "cool"), "130 Ivory": ("#F1D9C0", "neutral"), "160 Light Beige": ("#E8C8A6", "warm"),
    "200 Natural": ("#DDB58E", "neutral"), "240 Warm Beige": ("#CFA078", "warm"), "280 Honey": ("#BE8A5E", "warm"),
    "320 Caramel": ("#A87249", "neutral"), "360 Amber": ("#8E5B38", "warm"), "400 Chestnut": ("#6E432A", "cool"),
    "440 Cocoa": ("#4E2E1F", "neutral"),
    "Rosewood": ("#9E4B52", "cool"), "Cherry": ("#A3122B", "cool"), "Coral": ("#E2695A", "warm"),
    "Nude": ("#C48A7A", "neutral"), "Plum": ("#5C2343", "cool"),
}  # fmt: skip
"""Option value → colour and, for cosmetics, undertone."""

_STORE_PRICES = {"VEL-FND-240": "35.00", "ALD-KET-POU-STL": "84.00", "ALD-MUG-STO-MOS": "13.00"}
_APP_PRICES = {"ALD-SHO-CAN-40": "59.00", "ALD-SHO-CAN-42": "59.00"}
_OFFERS = {
    "nook-loveseat": 20, "glow-table-lamp": 25, "hearth-casserole": 15, "stoneware-mug": 25, "velvet-cushion": 30,
    "drift-rain-jacket": 20, "trail-runner": 15, "matte-lipstick": 20, "night-serum": 15, "brush-set": 25,
}  # fmt: skip
"""Slug → percent off while the offer runs."""
_RELATED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("haven-sofa", "COMPLETE_THE_LOOK", ("velvet-cushion", "lambswool-throw", "fern-coffee-table", "arc-floor-lamp", "jute-rug", "stem-vase")),
    ("haven-sofa", "ACCESSORY", ("velvet-cushion", "lambswool-throw")),
    ("nook-loveseat", "UPGRADE", ("haven-sofa",)),
    ("otter-dining-chair", "COMPLETE_THE_LOOK", ("longacre-dining-table", "harbour-pendant", "stoneware-plate")),
    ("pour-over-kettle", "COMPLETE_THE_LOOK", ("burr-grinder", "stoneware-mug")),
    ("velvet-foundation", "COMPLETE_THE_LOOK", ("loose-powder", "blending-sponge", "brush-set", "soft-concealer", "matte-lipstick", "volume-mascara")),
    ("velvet-foundation", "ACCESSORY", ("blending-sponge", "brush-set")),
    ("velvet-foundation", "UPGRADE", ("dew-cushion-foundation",)),
    ("matte-lipstick", "COMPLETE_THE_LOOK", ("lip-liner", "dusk-eye-palette")),
    ("trail-runner", "COMPLETE_THE_LOOK", ("drift-rain-jacket", "insulated-bottle", "ribbed-beanie")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Item:
    """A product with its variants and texts."""

    position: int
    product: SampleProduct
    variants: tuple[SampleVariant, ...]
    details: Details


def category_id(slug: str) -> str:
    """Global id of a sample category."""
    return stable_id("Category", slug)


def product_id(slug: str) -> str:
    """Global id of a sample product."""
    return next(product.id for product in PRODUCTS if product.slug == slug)


def offered(one: SampleVariant) -> Decimal:
    """What is asked for a variant in pounds while the offers run."""
    percent = _OFFERS.get(one.product_slug, 0)
    return (one.gbp * (100 - percent) / 100).quantize(Decimal("0.01"))


def goods_rows() -> Sequence[Sequence[Record]]:
    """Rows table by table, those pointed at first."""
    items = [
        _Item(position, product, tuple(one for one in VARIANTS if one.product_id == product.id), DETAILS[product.slug])
        for position, product in enumerate(PRODUCTS)
    ]
    products = [_product(item) for item in items]
    variants = [_variant(item, place, one) for item in items for place, one in enumerate(item.variants)]
    prices = [price for item in items for one in item.variants for price in _prices(item.product, one)]
    past = [past for price in prices for past in _past(price)]
    assortment = [row for item in items for row in _assortment(item.product)]
    indexed = [_indexed(item, row) for item, row in zip(items, products, strict=True)]
    return (
        *_categories(),
        products,
        variants,
        [BarcodeRow(gtin=one.gtin, variant_id=one.id) for one in VARIANTS] + _cases(),
        prices,
        past,
        assortment,
        [
            FacetRow(product_id=one.product_id, code=f[0], value=f[1], label=f[2])
            for one in indexed
            for f in facets(one)
        ],
        [TermRow(term=t, product_id=one.product_id, weight=w) for one in indexed for t, w in terms(one).items()],
        [
            RelatedRow(product_id=product_id(slug), intent=intent, position=place, related_id=product_id(other))
            for slug, intent, others in _RELATED
            for place, other in enumerate(others)
        ],
    )


def _categories() -> Sequence[Sequence[CategoryRow]]:
    trails: dict[str, str] = {}
    levels: list[list[CategoryRow]] = [[], [], []]
    for position, (slug, name, parent, number) in enumerate(_CATEGORIES):
        trails[slug] = f"{trails[parent] if parent else ''}{category_id(slug)}/"
        row = CategoryRow(
            id=category_id(slug),
            slug=slug,
            name=name,
            parent_id=category_id(parent) if parent else None,
            trail=trails[slug],
            google_category_id=number,
            image=picture(f"categories/{slug}", name),
            position=position,
        )
        levels[trails[slug].count("/") - 1].append(row)
    return levels


def _product(item: _Item) -> ProductRow:
    product, details, stars = item.product, item.details, REVIEWS[item.product.slug]
    counts = [sum(1 for review in stars if review.stars == number) for number in range(1, 6)]
    average = sum(review.stars for review in stars) * 1000 // len(stars) if stars else 0
    member_only = product.slug == "pacer-edition-one"
    media: list[dict[str, Any]] = [
        picture(f"goods/{product.stem}/{shot}", f"{product.name}, {how}") for shot, how in details.shots
    ]
    media += [video(product.stem, product.name, seconds) for seconds in details.film]
    media += [model(product.stem, details.model, details.size_mm)] if details.model else []
    return ProductRow(
        id=product.id,
        brand_code=product.brand,
        slug=product.slug,
        name=product.name,
        description_html=details.html,
        manufacturer=details.maker,
        category_id=category_id(product.category),
        options=_options(item),
        attributes=[dict(zip(("code", "label", "value", "unit"), fact, strict=False)) for fact in details.facts],
        media=media,
        badges=list(details.badges),
        members_only=member_only,
        member_release_at=datetime(2026, 3, 1, 9, tzinfo=UTC) if member_only else None,
        public_release_at=datetime(2030, 1, 1, 9, tzinfo=UTC) if member_only else None,
        rating_milli=average,
        stars=counts,
        units_sold=(len(PRODUCTS) - item.position) * 7 + len(stars) * 23,
        created_at=MADE + timedelta(days=item.position * 5),
        updated_at=MADE + timedelta(days=item.position * 5, hours=3),
    )


def _options(item: _Item) -> list[dict[str, Any]]:
    if item.product.option is None:
        return []
    return [
        {"name": item.product.option, "values": [{"value": value, **_chip(value)} for _, value in item.product.values]}
    ]


def _chip(value: str) -> dict[str, str]:
    hex_code, undertone = COLOURS.get(value, (None, None))
    return {name: text for name, text in (("hex", hex_code), ("undertone", undertone)) if text}


def _variant(item: _Item, place: int, one: SampleVariant) -> VariantRow:
    chip = _chip(one.value or "")
    worn = item.details.model == "ON_BODY"
    return VariantRow(
        id=one.id,
        sku=one.sku,
        product_id=one.product_id,
        name=one.name,
        options=[{"name": one.option, "value": one.value}] if one.option and one.value else [],
        gtins=[one.gtin],
        mpn=f"{one.sku.replace('-', '')}26",
        image=picture(f"goods/{one.sku}/1", one.name) if chip else None,
        swatch=chip or None,
        spatial=[model(one.sku, "ON_BODY", None)]
        if worn
        else [model(one.sku, "IN_ROOM", item.details.size_mm)]
        if item.details.model
        else [],
        online_only=one.product_slug in {"arc-floor-lamp", "jute-rug"},
        size_mm=list(item.details.size_mm) if item.details.size_mm else None,
        measure=_measure(one, item.details),
        weight_grams=one.weight_grams,
        shipping_class=one.shipping_class,
        unit_cost=(one.gbp * Decimal("0.42")).quantize(Decimal("0.01")),
        unit_cost_currency="GBP",
        position=place,
        updated_at=MADE + timedelta(days=item.position * 5, minutes=place),
    )


def _measure(one: SampleVariant, details: Details) -> list[Any] | None:
    amount, _, unit = (one.value or "").partition(" ")
    if unit == "ml":
        return [int(amount), unit]
    return list(details.measure) if details.measure else None


def _prices(product: SampleProduct, one: SampleVariant) -> list[PriceRow]:
    percent = _OFFERS.get(product.slug)
    channels = ("web", "velvet-web") if one.brand == "velvet" else ("web",)
    rows = [
        _price(channel, one, currency, regular, percent)
        for channel in channels
        for currency, regular in (("GBP", one.gbp), ("EUR", one.eur))
    ]
    if one.sku in _STORE_PRICES:
        rows.append(_price("store", one, "GBP", Decimal(_STORE_PRICES[one.sku]), None))
    if one.sku in _APP_PRICES:
        rows.append(_price("app", one, "GBP", Decimal(_APP_PRICES[one.sku]), None))
    return rows


def _price(channel: str, one: SampleVariant, currency: str, regular: Decimal, percent: int | None) -> PriceRow:
    cents = Decimal("0.01")
    has_member_price = one.brand == "velvet" or one.product_slug.startswith(("trail", "chelsea", "canvas", "pacer"))
    return PriceRow(
        channel_code=channel,
        variant_id=one.id,
        currency=currency,
        regular=regular,
        offer=(regular * (100 - percent) / 100).quantize(cents) if percent else None,
        offer_from=OFFERS_FROM if percent else None,
        offer_until=OFFERS_UNTIL if percent else None,
        member=(regular * Decimal("0.9")).quantize(cents) if has_member_price else None,
        updated_at=MADE,
    )


def _past(price: PriceRow) -> list[PastPriceRow]:
    """The regular price since the start, a week's lower one before the offer began, and the offer."""
    steps = [(MADE, price.regular)]
    if price.offer is not None:
        dip = (price.regular * Decimal("0.95")).quantize(Decimal("0.01"))
        steps += [
            (OFFERS_FROM - timedelta(days=20), dip),
            (OFFERS_FROM - timedelta(days=13), price.regular),
            (OFFERS_FROM, price.offer),
        ]
    key = {"channel_code": price.channel_code, "variant_id": price.variant_id, "currency": price.currency}
    return [PastPriceRow(**key, since=since, asked=asked) for since, asked in steps]


def _assortment(product: SampleProduct) -> list[AssortmentRow]:
    """The vintage watch is kept by the stores alone: the web shows it, and does not sell it."""
    if product.slug == "vintage-diver-1968":
        return [
            AssortmentRow(channel_code=code, product_id=product.id, state=state)
            for code, state in (("web", "SHOWN"), ("store", "SOLD"), ("marketplace", "HIDDEN"))
        ]
    codes = ("web", "velvet-web") if product.brand == "velvet" else ("web",)
    return [AssortmentRow(channel_code=code, product_id=product.id, state="SOLD") for code in codes]


def _cases() -> list[BarcodeRow]:
    """Cases of twelve mugs: the same number behind the indicator digit 1, with a check digit of its own."""
    from subgraphs.kit.scalars import gtin_check_digit

    mugs = [one for one in VARIANTS if one.product_slug == "stoneware-mug"]
    stems = [(one, "1" + one.gtin[1:13]) for one in mugs]
    return [BarcodeRow(gtin=stem + gtin_check_digit(stem), variant_id=one.id, pack_size=12) for one, stem in stems]


def _indexed(item: _Item, row: ProductRow) -> Indexed:
    category = next(name for slug, name, _, _ in _CATEGORIES if slug == item.product.category)
    return Indexed(
        product_id=row.id,
        name=row.name,
        brand_code=row.brand_code,
        brand_name=BRANDS[row.brand_code],
        category_slug=item.product.category,
        category_name=category,
        description_html=row.description_html,
        options=tuple((one.option, one.value) for one in item.variants if one.option and one.value),
        attributes=tuple((fact[0], fact[1], fact[2]) for fact in item.details.facts),
        skus=tuple(one.sku for one in item.variants),
    )
