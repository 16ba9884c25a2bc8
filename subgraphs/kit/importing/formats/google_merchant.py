"""Google Merchant product feeds (product data specification), in XML or tab-separated text."""

from __future__ import annotations

from collections.abc import Iterator

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.google_items import columns_of, is_xml_feed, read_items
from subgraphs.kit.importing.formats.offer import offer, sku_of
from subgraphs.kit.importing.source import Feed


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time."""
    return read_items(feed, offer, ("id", "price"), "a Google Merchant feed")


def _matches(head: bytes) -> bool:
    columns = columns_of(head)
    return is_xml_feed(head) or (len(columns) > 2 and {b"id", b"price"} <= columns)


FORMAT = Format("google-merchant", read, _matches, sku_of)
