"""Products entered once for every channel: the mutation's input, checked whole before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.models import AssortmentRow, BrandRow, CategoryRow, ChannelRow, PriceRow, ProductRow, VariantRow
from subgraphs.catalog.rules.channels import line
from subgraphs.catalog.rules.markup import safe_html
from subgraphs.catalog.rules.words import slug as as_slug
from subgraphs.catalog.service.goods import ProductDraft, VariantDraft, barcodes_taken, tell_changed, write_goods
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.catalog.service.reading import chunks
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import stable_id
from subgraphs.kit.money import exponent, is_exact

MOST_PRODUCTS = 100
MOST_VARIANTS = 200
LONGEST_NAME = 200
LONGEST_HTML = 50_000
MOST_WEIGHT_GRAMS = 2_000_000

_SKU = re.compile(r"[!-~]{1,50}")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product as entered: `category` and `brand` by slug and code; `sold_in` None leaves it where it is sold."""

    slug: str
    brand: str
    name: str
    category: str
    description_html: str | None
    sold_in: tuple[str, ...] | None
    variants: tuple[VariantDraft, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What entries may refer to.

    categories  slug → id
    owners      SKU → id of the product it is a variant of
    names       brand/slug → id of the product, stored or to be made
    priced      variant id → channels it has a price in
    """

    brands: frozenset[str]
    categories: Mapping[str, str]
    channels: Mapping[str, ChannelRow]
    owners: Mapping[str, str]
    names: Mapping[str, str]
    priced: Mapping[str, frozenset[str]]


async def upsert_products(
    session: AsyncSession, caller: str, key: str, entries: Sequence[ProductEntry], now: datetime
) -> list[str]:
    """Create or change products; gives their ids in the order of the entries. All of them, or none.

    Raises  `InvalidInput` or `NotFound` with the path of the first entry's field that is at fault.
    """

    async def work() -> list[str]:
        known = await learn(session, entries)
        drafts = [draft_of(place, entry, known) for place, entry in enumerate(entries)]
        taken = await barcodes_taken(session, [one for entry in entries for one in entry.variants])
        for place, entry in enumerate(entries):
            check_barcodes(place, entry, taken)
        _check_repeated(entries)
        done = await write_goods(session, drafts, now)
        for entry, draft in zip(entries, drafts, strict=True):
            await set_assortment(session, entry, draft)
        await tell_changed(session, drafts, done)
        return [draft.id for draft in drafts]

    arguments = [_plain(asdict(entry)) for entry in entries]
    return [str(one) for one in await once(session, f"productsUpsert:{caller}", key, arguments, work)]


async def learn(session: AsyncSession, entries: Sequence[ProductEntry]) -> Known:
    """Read what entries refer to, and what is there of them already."""
    slugs = sorted({entry.category for entry in entries})
    skus = sorted({one.sku for entry in entries for one in entry.variants})
    brands = (await session.execute(select(col(BrandRow.code)))).scalars()
    categories = await session.execute(select(CategoryRow).where(col(CategoryRow.slug).in_(slugs)))
    channels = (await session.execute(select(ChannelRow))).scalars()
    owners: dict[str, str] = {}
    for chunk in chunks(skus):
        query = select(col(VariantRow.sku), col(VariantRow.product_id)).where(col(VariantRow.sku).in_(chunk))
        owners |= {row[0]: row[1] for row in await session.execute(query)}
    ids = [stable_id("Product", entry.brand, entry.slug) for entry in entries]
    stored = await session.execute(
        select(col(ProductRow.id), col(ProductRow.brand_code), col(ProductRow.slug)).where(
            col(ProductRow.slug).in_([e.slug for e in entries])
        )
    )
    # A product that a feed brought has an id of the feed's making; its slug finds it all the same.
    names = {f"{brand}/{slug}": product_id for product_id, brand, slug in stored}
    priced: dict[str, set[str]] = {}
    for chunk in chunks(sorted({stable_id("ProductVariant", sku) for sku in skus})):
        rows = select(col(PriceRow.variant_id), col(PriceRow.channel_code)).where(col(PriceRow.variant_id).in_(chunk))
        for variant_id, channel in await session.execute(rows):
            priced.setdefault(variant_id, set()).add(channel)
    return Known(
        frozenset(brands),
        {row.slug: row.id for row in categories.scalars()},
        {row.code: row for row in channels},
        owners,
        {
            f"{entry.brand}/{entry.slug}": names.get(f"{entry.brand}/{entry.slug}", one)
            for entry, one in zip(entries, ids, strict=True)
        },
        {one: frozenset(codes) for one, codes in priced.items()},
    )


def draft_of(place: int, entry: ProductEntry, known: Known) -> ProductDraft:
    """The entry as it is written.

    Raises  `InvalidInput` or `NotFound` with the path of the first field that is at fault.
    """
    path: Path = ("input", str(place))
    if entry.slug != as_slug(entry.slug) or not entry.slug:
        raise InvalidInput("A slug is made of small letters, digits and hyphens", (*path, "slug"))
    if not entry.name.strip() or len(entry.name) > LONGEST_NAME:
        message = f"A name has 1 to {LONGEST_NAME} characters"
        raise InvalidInput(message, (*path, "name"))
    if entry.description_html is not None and len(entry.description_html) > LONGEST_HTML:
        message = f"A description has at most {LONGEST_HTML} characters"
        raise InvalidInput(message, (*path, "descriptionHtml"))
    if entry.brand not in known.brands:
        raise NotFound("There is no such brand", (*path, "brandCode"))
    if entry.category not in known.categories:
        raise NotFound("There is no such category", (*path, "categorySlug"))
    for index, code in enumerate(entry.sold_in or ()):
        if code not in known.channels:
            raise UnknownChannel("There is no such channel", (*path, "soldIn", str(index)))
    if not 1 <= len(entry.variants) <= MOST_VARIANTS:
        message = f"A product has 1 to {MOST_VARIANTS} variants"
        raise InvalidInput(message, (*path, "variants"))
    product_id = known.names[f"{entry.brand}/{entry.slug}"]
    variants = tuple(
        _variant(one, product_id, entry.name.strip(), (*path, "variants", str(index)), known)
        for index, one in enumerate(entry.variants)
    )
    _check_sellable(entry, variants, path, known)
    return ProductDraft(
        id=product_id,
        brand_code=entry.brand,
        slug=entry.slug,
        name=entry.name.strip(),
        category_id=known.categories[entry.category],
        description_html=None if entry.description_html is None else safe_html(entry.description_html),
        variants=variants,
        sold_in=entry.sold_in or (),
    )


def _variant(one: VariantDraft, product_id: str, product_name: str, path: Path, known: Known) -> VariantDraft:
    if not _SKU.fullmatch(one.sku):
        raise InvalidInput("A SKU is 1 to 50 characters without spaces", (*path, "sku"))
    if known.owners.get(one.sku, product_id) != product_id:
        raise InvalidInput("This SKU is a variant of another product", (*path, "sku"))
    if one.weight_grams is not None and not 0 < one.weight_grams <= MOST_WEIGHT_GRAMS:
        message = f"A packed weight is between 1 and {MOST_WEIGHT_GRAMS} grams"
        raise InvalidInput(message, (*path, "weightGrams"))
    names = [name for name, _ in one.options or ()]
    if (
        len(names) > 5
        or len(set(names)) < len(names)
        or not all(value.strip() for pair in one.options or () for value in pair)
    ):
        raise InvalidInput("A variant has at most five options, each named once and given a value", (*path, "options"))
    for index, price in enumerate(one.prices):
        _check_price(price, (*path, "prices", str(index)), known)
    suffix = ", ".join(value for _, value in one.options or ())
    return replace(one, name=f"{product_name} - {suffix}" if suffix else product_name)


def _check_price(price: PriceDraft, path: Path, known: Known) -> None:
    channel = known.channels.get(price.channel)
    if channel is None:
        raise UnknownChannel("There is no such channel", (*path, "channel"))
    if price.currency not in channel.currencies:
        message = f"Prices in this channel are kept in {', '.join(channel.currencies)}"
        raise InvalidInput(message, (*path, "regular", "currency"))
    for name, amount in (("regular", price.regular), ("offer", price.offer)):
        if amount is None:
            continue
        if amount < 0 or amount >= Decimal(10) ** 9 or not is_exact(amount, price.currency):
            message = (
                f"An amount is not negative, below a thousand million, and has {exponent(price.currency)} decimals"
            )
            raise InvalidInput(message, (*path, name, "amount"))
    if price.offer is not None and price.offer >= price.regular:
        raise InvalidInput("An offer is lower than the regular price", (*path, "offer"))


def _check_repeated(entries: Sequence[ProductEntry]) -> None:
    seen: set[str] = set()
    slugs: set[tuple[str, str]] = set()
    for place, entry in enumerate(entries):
        if (entry.brand, entry.slug) in slugs:
            raise InvalidInput("This product occurs twice", ("input", str(place), "slug"))
        slugs.add((entry.brand, entry.slug))
        for index, one in enumerate(entry.variants):
            if one.sku in seen:
                raise InvalidInput("This SKU occurs twice", ("input", str(place), "variants", str(index), "sku"))
            seen.add(one.sku)


def check_barcodes(place: int, entry: ProductEntry, taken: Mapping[str, str]) -> None:
    """Refuse barcodes of others, which `barcodes_taken` has found."""
    for index, one in enumerate(entry.variants):
        if any(taken.get(gtin, one.id) != one.id for gtin in one.gtins or ()):
            raise InvalidInput(
                "This barcode is another variant's", ("input", str(place), "variants", str(index), "gtins")
            )


async def set_assortment(session: AsyncSession, entry: ProductEntry, draft: ProductDraft) -> None:
    """Channels no longer named stop selling it by their own word."""
    if entry.sold_in is not None:
        gone = delete(AssortmentRow).where(
            col(AssortmentRow.product_id) == draft.id,
            col(AssortmentRow.state) == "SOLD",
            col(AssortmentRow.channel_code).not_in(entry.sold_in),
        )
        await session.execute(gone)


def _check_sellable(entry: ProductEntry, variants: Sequence[VariantDraft], path: Path, known: Known) -> None:
    """What is sold somewhere has a price there, by its own or by inheritance."""
    parents = {row.code: row.inherits_from for row in known.channels.values()}
    priced = set().union(*(known.priced.get(one.id, ()) for one in variants)) | {
        price.channel for one in variants for price in one.prices
    }
    for index, code in enumerate(entry.sold_in or ()):
        if not priced & set(line(code, parents)):
            raise InvalidInput("No variant has a price in this channel", (*path, "soldIn", str(index)))


def _plain(value: Any) -> Any:
    """The entry as JSON, amounts as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value
