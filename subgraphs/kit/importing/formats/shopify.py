"""Shopify's product CSV: a product's first row has its texts, the following rows of the same handle its other variants.

The file states no currency unless it has our own column Variant Currency; it is read as pounds. A compare-at price above the price makes the price an offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Batch, Wrong
from subgraphs.kit.importing.formats.offer import DETAILS, offer, sku_of
from subgraphs.kit.importing.formats.table import cells_of, rows
from subgraphs.kit.importing.records import OfferRecord
from subgraphs.kit.importing.source import Feed

CURRENCY = "GBP"
FORMULA = frozenset("=+-@\t\r'")
"""What a cell begins with that a spreadsheet would run, or take for a mark of its own."""
_OPTIONS = {"color": "Colour", "colour": "Colour", "size": "Size", "material": "Material", "pattern": "Pattern"}


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time."""
    with feed.text() as (text, raw):
        table = rows(feed, text, ",")
        _, names = next(table, (1, None))
        if names is None or "Handle" not in names or "Variant Price" not in names:
            message = f"{feed.path}: row 1 names no columns Handle and Variant Price; this is not a Shopify product CSV"
            raise FeedUnreadable(message)
        batch = Batch()
        product: Mapping[str, str] = {}
        for row, cells in table:
            try:
                values = {name: _plain(cell) for name, cell in cells_of(names, cells).items()}
            except Wrong as wrong:
                batch.take(row, partial(_refuse, wrong))
                continue
            if values.get("Handle") != product.get("Handle") or values.get("Title"):
                product = values
            batch.take(row, partial(_offers, row, product, values))
            if batch.full():
                yield from batch.rows(raw.tell())
        yield from batch.rows(raw.tell())


def _refuse(wrong: Wrong) -> Iterable[OfferRecord]:
    raise wrong


def _offers(row: int, product: Mapping[str, str], values: Mapping[str, str]) -> Iterable[OfferRecord]:
    """The row's variant; a row without a price is one more picture."""
    return (_offer(row, product, values),) if values.get("Variant Price", "").strip() else ()


def _offer(row: int, product: Mapping[str, str], values: Mapping[str, str]) -> OfferRecord:
    handle = product.get("Handle", "").strip()
    currency = values.get("Variant Currency", "").strip() or CURRENCY
    cost = values.get("Cost per item", "").strip()
    price, before = values.get("Variant Price", "").strip(), values.get("Variant Compare At Price", "").strip()
    fields: dict[str, list[str]] = {
        "id": [values.get("Variant SKU", "").strip().lstrip("'") or f"{handle}-{row}"],
        "item_group_id": [handle],
        "title": [product.get("Title", "")],
        "description": [product.get("Body (HTML)", "")],
        "brand": [product.get("Vendor", "")],
        "product_type": [product.get("Type", "") or product.get("Product Category", "")],
        "price": [f"{before if _is_higher(before, price) else price} {currency}"],
        "sale_price": [f"{price} {currency}"] if _is_higher(before, price) else [],
        "image_link": [values.get("Variant Image", "") or product.get("Image Src", "")],
        "cost_of_goods_sold": [f"{cost} {currency}"] if cost else [],
        "gtin": [values.get("Variant Barcode", "").strip().lstrip("'")],
        "shipping_weight": [f"{values['Variant Grams'].strip()} g"] if values.get("Variant Grams", "").strip() else [],
    }
    options = [
        f"{DETAILS}:{_OPTIONS.get(name.lower(), name)}:{value}"
        for place in "123"
        if (name := product.get(f"Option{place} Name", "").strip().replace(":", " "))
        and (value := values.get(f"Option{place} Value", ""))
        and (name, value) != ("Title", "Default Title")  # Shopify's way to say that there is no option
    ]
    return offer(row, {**fields, "product_detail": options})


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _is_higher(before: str, price: str) -> bool:
    try:
        return Decimal(before) > Decimal(price)
    except ArithmeticError:
        return False


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"Handle,") and b"Variant" in head


FORMAT = Format("shopify", read, _matches, sku_of)
