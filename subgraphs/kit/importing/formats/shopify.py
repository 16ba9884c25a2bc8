"""Shopify's product CSV: a product's first row has its texts, the following rows of the same handle its other variants.

The file states no currency; it is read as pounds. A compare-at price above the price makes the price an offer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.formats.offer import offer
from subgraphs.kit.importing.records import OfferRecord, Refused
from subgraphs.kit.importing.source import Feed

BATCH = 1_000
CURRENCY = "GBP"
_OPTIONS = {"color": "color", "colour": "color", "size": "size", "material": "material", "pattern": "pattern"}


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time."""
    with feed.text() as (text, raw):
        reader = csv.DictReader(text)
        names = reader.fieldnames or ()
        if "Handle" not in names or "Variant Price" not in names:
            message = f"{feed.path}: row 1 names no columns Handle and Variant Price; this is not a Shopify product CSV"
            raise FeedUnreadable(message)
        records: list[OfferRecord] = []
        refused: list[Refused] = []
        product: Mapping[str, str] = {}
        row, read_rows = 1, 0
        for given in reader:
            row, read_rows = row + 1, read_rows + 1
            values = {name: value for name, value in given.items() if isinstance(value, str)}
            if values.get("Handle") != product.get("Handle") or values.get("Title"):
                product = values
            if values.get("Variant Price", "").strip():
                try:
                    records.append(_offer(row, product, values))
                except Wrong as wrong:
                    refused.append(Refused(row, wrong.column or None, wrong.reason))
            if len(records) >= BATCH:
                yield Rows(tuple(records), tuple(refused), read_rows, raw.tell())
                records, refused, read_rows = [], [], 0
        yield Rows(tuple(records), tuple(refused), read_rows, raw.tell())


def _offer(row: int, product: Mapping[str, str], values: Mapping[str, str]) -> OfferRecord:
    handle = product.get("Handle", "").strip()
    price, before = values.get("Variant Price", "").strip(), values.get("Variant Compare At Price", "").strip()
    fields: dict[str, list[str]] = {
        "id": [values.get("Variant SKU", "").strip().lstrip("'") or f"{handle}-{row}"],
        "item_group_id": [handle],
        "title": [product.get("Title", "")],
        "description": [product.get("Body (HTML)", "")],
        "brand": [product.get("Vendor", "")],
        "product_type": [product.get("Type", "") or product.get("Product Category", "")],
        "price": [f"{before if _is_higher(before, price) else price} {CURRENCY}"],
        "sale_price": [f"{price} {CURRENCY}"] if _is_higher(before, price) else [],
        "image_link": [values.get("Variant Image", "") or product.get("Image Src", "")],
        "gtin": [values.get("Variant Barcode", "").strip().lstrip("'")],
        "shipping_weight": [f"{values['Variant Grams'].strip()} g"] if values.get("Variant Grams", "").strip() else [],
    }
    for place in ("1", "2", "3"):
        name = _OPTIONS.get(product.get(f"Option{place} Name", "").strip().lower())
        if name:
            fields[name] = [values.get(f"Option{place} Value", "")]
    return offer(row, fields)


def _is_higher(before: str, price: str) -> bool:
    try:
        return Decimal(before) > Decimal(price)
    except ArithmeticError:
        return False


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"Handle,") and b"Variant" in head


FORMAT = Format("shopify", read, _matches)
