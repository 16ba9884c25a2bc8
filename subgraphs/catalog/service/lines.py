"""Taking products in our own words: what the mutation checks, row by row, so that one that is wrong spoils no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.service.goods import ProductDraft, VariantDraft, barcodes_taken, tell_changed, write_goods
from subgraphs.catalog.service.pricing import PriceDraft
from subgraphs.catalog.service.upserting import ProductEntry, check_barcodes, draft_of, learn, set_assortment
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import ProductRecord, Refused, Tally


async def take_products(session: AsyncSession, records: Sequence[ProductRecord], *, checking: bool = False) -> Tally:
    """Create or change products; each that is refused says why.

    checking    write nothing
    """
    entries = [_entry(record) for record in records]
    known = await learn(session, entries)
    codes = await barcodes_taken(session, [one for entry in entries for one in entry.variants])
    tally, kept, skus = Tally(), list[tuple[ProductEntry, ProductDraft]](), set[str]()
    for record, entry in zip(records, entries, strict=True):
        try:
            draft = draft_of(0, entry, known)
            check_barcodes(0, entry, codes)
            _check_skus(entry, skus)
        except (InvalidInput, NotFound) as refusal:
            tally.refused.append(_refused(record.row, refusal))
        else:
            kept.append((entry, draft))
            skus |= {one.sku for one in entry.variants}
    if checking:
        return tally
    drafts = [draft for _, draft in kept]
    done = await write_goods(session, drafts, datetime.now(UTC))
    for entry, draft in kept:
        await set_assortment(session, entry, draft)
    await tell_changed(session, drafts, done)
    tally.merge(done.tally())
    return tally


def _entry(record: ProductRecord) -> ProductEntry:
    variants = tuple(
        VariantDraft(
            id=stable_id("ProductVariant", one.sku),
            sku=one.sku,
            name="",
            options=one.options,
            gtins=one.gtins,
            weight_grams=one.weight_grams,
            prices=tuple(
                PriceDraft(price.channel, price.currency, price.regular, price.offer, price.offer_until)
                for price in one.prices
            ),
        )
        for one in record.variants
    )
    return ProductEntry(
        record.slug, record.brand, record.name, record.category, record.description_html, record.sold_in, variants
    )


def _check_skus(entry: ProductEntry, before: set[str]) -> None:
    own: set[str] = set()
    for index, one in enumerate(entry.variants):
        if one.sku in before or one.sku in own:
            raise InvalidInput("This SKU occurs twice", ("input", "0", "variants", str(index), "sku"))
        own.add(one.sku)


def _refused(row: int, refusal: InvalidInput | NotFound) -> Refused:
    """A refusal as of a row: `input.0.variants.1.sku` is its column `variants[1].sku`."""
    column = ""
    for step in refusal.path[2:]:
        column += f"[{step}]" if step.isdigit() else f".{step}" if column else step
    advice = "make it first, or correct the name" if isinstance(refusal, NotFound) else "correct it and import again"
    return Refused(row, column or None, str(refusal), advice)
