"""Google's local inventory feeds (local product inventory data specification): what each store has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.google_items import columns_of, is_xml_feed, read_items
from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.formats.offer import CODE, Fields, one, price
from subgraphs.kit.importing.records import LocalStockRecord
from subgraphs.kit.importing.source import Feed

AVAILABILITIES = frozenset({"in_stock", "limited_availability", "on_display_to_order", "out_of_stock"})
_EMPTY = frozenset({"out_of_stock", "on_display_to_order"})
"""Nothing of it can be taken home."""
_UNITS = re.compile(r"\d{1,7}")


def read(feed: Feed) -> Iterator[Rows]:
    """Stock of stores, a thousand lines at a time."""
    return read_items(feed, _line, ("store_code", "id"), "a local inventory feed")


def _line(row: int, fields: Fields) -> LocalStockRecord:
    store, sku = one(fields, "store_code", 64), one(fields, "id", 50)
    if not CODE.fullmatch(sku):
        raise Wrong("id", "not 1 to 50 characters without spaces", "write the id the product feed has")
    availability = one(fields, "availability", 40, required=False).lower().replace(" ", "_")
    if availability and availability not in AVAILABILITIES:
        raise Wrong("availability", f"not one of {', '.join(sorted(AVAILABILITIES))}", "write one of these")
    written = one(fields, "price", 40, required=False)
    amount, currency = price(written, "price") if written else (None, None)
    return LocalStockRecord(
        row=row,
        store=store,
        sku=sku,
        units=_units(fields, availability),
        availability=availability or "in_stock",
        currency=currency,
        price=Decimal(amount) if amount is not None else None,
    )


def _units(fields: Fields, availability: str) -> int | None:
    if availability in _EMPTY:
        return 0
    written = one(fields, "quantity", 10, required=False)
    if not written and availability:
        return None
    if not _UNITS.fullmatch(written):
        raise Wrong("quantity", "not a whole number from 0 to 9,999,999", "write how many the store can sell")
    return int(written)


def _key(record: LocalStockRecord) -> tuple[str, str]:
    return "store_code and id", f"{record.store} {record.sku}"


def _matches(head: bytes) -> bool:
    if is_xml_feed(head):
        return b"store_code>" in head
    return {b"store_code", b"id"} <= columns_of(head)


FORMAT = Format("google-local", read, _matches, _key)
