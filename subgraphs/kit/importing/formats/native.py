"""Our own newline-delimited JSON: each line one product, named as the mutation `productsUpsert` names it.

    {"slug": "oak-stool", "brandCode": "alder", "name": "Oak stool", "categorySlug": "chairs", "soldIn": ["web"],
     "variants": [{"sku": "ALD-STL", "prices": [{"channel": "web", "regular": {"amount": "79.00", "currency": "GBP"}}]}]}

Amounts are texts, as in the graph, or numbers. What a line leaves out stays as it is; a name we do not know refuses the
line, so that a slip of the pen is not taken for something left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong, read_elements
from subgraphs.kit.importing.formats.json_list import text as text_of
from subgraphs.kit.importing.formats.offer import CURRENCIES, gtin, money
from subgraphs.kit.importing.records import PriceRecord, ProductRecord, VariantRecord
from subgraphs.kit.importing.source import DAMAGED, Feed

LONGEST_LINE = 1024 * 1024
"""Bytes of a line; a longer one is refused."""
_PRODUCT = frozenset({"slug", "brandCode", "name", "categorySlug", "descriptionHtml", "soldIn", "variants"})
_VARIANT = frozenset({"sku", "options", "gtins", "weightGrams", "prices"})
_PRICE = frozenset({"channel", "regular", "offer", "offerUntil"})
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,4})?")

Item = Mapping[str, Any]


def read(feed: Feed) -> Iterator[Rows]:
    """Products, a thousand at a time; the row is the line."""
    return read_elements(lines(feed), lambda row, item: (_product(row, item),))


def lines(feed: Feed) -> Iterator[tuple[bytes, int]]:
    """Lines with the place after each; of one that is too long only its beginning, which is no JSON."""
    with feed.binary() as (stream, raw):
        try:
            first = True
            while line := stream.readline(LONGEST_LINE):
                content = line.removeprefix(b"\xef\xbb\xbf") if first else line
                first = False
                while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST_LINE)
                yield content.strip() or b"null", raw.tell()
        except DAMAGED as error:
            message = f"{feed.path}: the file is damaged ({error})"
            raise FeedUnreadable(message) from error


def _product(row: int, item: Item) -> ProductRecord:
    known(item, _PRODUCT, "")
    sold_in = item.get("soldIn")
    return ProductRecord(
        row=row,
        slug=text_of(item, "slug", 120),
        brand=text_of(item, "brandCode", 80),
        name=text_of(item, "name", 200),
        category=text_of(item, "categorySlug", 200),
        description_html=text_of(item, "descriptionHtml", 50_000, required=False)
        if "descriptionHtml" in item
        else None,
        sold_in=None if sold_in is None else tuple(texts_of(sold_in, "soldIn")),
        variants=tuple(
            _variant(one, f"variants[{place}]") for place, one in enumerate(list_of(item.get("variants"), "variants"))
        ),
    )


def _variant(item: Any, column: str) -> VariantRecord:
    one = object_of(item, column)
    known(one, _VARIANT, f"{column}.")
    options, codes, weight = one.get("options"), one.get("gtins"), one.get("weightGrams")
    if weight is not None and (isinstance(weight, bool) or not isinstance(weight, int)):
        raise Wrong(f"{column}.weightGrams", "not a whole number", "write grams without decimals")
    return VariantRecord(
        sku=_text(one, "sku", column),
        options=None if options is None else tuple(_pairs(options, f"{column}.options")),
        gtins=None
        if codes is None
        else tuple(dict.fromkeys(gtin(code, f"{column}.gtins") for code in texts_of(codes, f"{column}.gtins"))),
        weight_grams=weight,
        prices=tuple(
            _price(price, f"{column}.prices[{place}]")
            for place, price in enumerate(list_of(one.get("prices") or [], f"{column}.prices"))
        ),
    )


def _price(item: Any, column: str) -> PriceRecord:
    one = object_of(item, column)
    known(one, _PRICE, f"{column}.")
    regular, currency = money_of(one.get("regular"), f"{column}.regular")
    offer = None
    if one.get("offer") is not None:
        offer, other = money_of(one["offer"], f"{column}.offer")
        if other != currency:
            raise Wrong(f"{column}.offer.currency", "not in the currency of the price", "write both in one currency")
    return PriceRecord(
        _text(one, "channel", column), currency, regular, offer, instant(one, "offerUntil", f"{column}.")
    )


def money_of(value: Any, column: str) -> tuple[Decimal, str]:
    """An amount that is not negative, with no more decimals than its currency has, and the currency."""
    one = object_of(value, column)
    amount, currency = one.get("amount"), one.get("currency")
    written = amount if isinstance(amount, str) else "" if isinstance(amount, bool) or amount is None else str(amount)
    if written.startswith("-"):
        raise Wrong(f"{column}.amount", "negative", "write what is asked, zero or more")
    if not _AMOUNT.fullmatch(written):
        raise Wrong(f"{column}.amount", 'not an amount such as "79.00"', "write digits, a dot and the decimals")
    if not isinstance(currency, str) or currency not in CURRENCIES:
        raise Wrong(f"{column}.currency", "unknown currency", "write three letters of ISO 4217, such as EUR")
    return money(written, currency, f"{column}.amount")


def instant(one: Item, name: str, column: str) -> datetime | None:
    """An instant of ISO 8601, in UTC where it names no zone; None where it is left out."""
    value = one.get(name)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong(f"{column}{name}", "not an instant", "write such as 2026-12-01T00:00:00Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def known(item: Item, names: frozenset[str], column: str) -> None:
    """Refuse an object with other names than these."""
    unknown = next((name for name in item if name not in names), None)
    if unknown is not None:
        raise Wrong(column + unknown[:40], "unknown name", f"known are {', '.join(sorted(names))}")


def _text(item: Item, name: str, column: str) -> str:
    try:
        return text_of(item, name, 120)
    except Wrong as wrong:
        raise Wrong(f"{column}.{wrong.column}", wrong.reason, wrong.advice) from None


def texts_of(value: Any, column: str) -> list[str]:
    """A list of texts."""
    found = list_of(value, column)
    if not all(isinstance(one, str) for one in found):
        raise Wrong(column, "not a list of texts", "put each into quotation marks")
    return found


def _pairs(value: Any, column: str) -> Iterator[tuple[str, str]]:
    for one in list_of(value, column):
        pair = object_of(one, column)
        yield _text(pair, "name", column), _text(pair, "value", column)


def list_of(value: Any, column: str) -> list[Any]:
    """A list that is not too long."""
    if not isinstance(value, list) or len(value) > 500:
        raise Wrong(column, "not a list of at most 500", "write [ … ], also around a single one")
    return value


def object_of(value: Any, column: str) -> Item:
    """An object."""
    if not isinstance(value, Mapping):
        raise Wrong(column, "not an object", "write { … } with the names of docs/importing.md")
    return value


def _key(record: ProductRecord) -> tuple[str, str]:
    return "slug", f"{record.brand} {record.slug}"


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and b'"brandCode"' in head


FORMAT = Format("ndjson", read, _matches, _key)
