"""Lines of files that outside shops read: Google Merchant (XML and tab-separated), Google local inventory, Shopify's CSV.

Pure text, line by line. What is written here is what `subgraphs.kit.importing.formats` reads: the same goods come back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from xml.sax.saxutils import escape

from subgraphs.catalog.rules.feeds import feed_title
from subgraphs.catalog.rules.words import cut, plain_text

OPTION_ATTRIBUTES = {
    "Colour": "color",
    "Shade": "color",
    "Size": "size",
    "Material": "material",
    "Cloth": "material",
    "Wood": "material",
    "Pattern": "pattern",
}
"""Name of an option → the attribute of the Google Merchant specification that says the same."""
OWN_NAMES = ("Colour", "Size", "Material", "Pattern")
"""Options that an importer names so by their attribute alone, in this order."""

MERCHANT_COLUMNS = (
    "id", "title", "description", "link", "image_link", "availability", "price", "sale_price",
    "sale_price_effective_date", "brand", "gtin", "mpn", "condition", "item_group_id", "color", "size", "material",
    "pattern", "product_detail", "product_type", "google_product_category", "shipping_weight",
)  # fmt: skip
LOCAL_COLUMNS = ("store_code", "id", "quantity", "availability", "pickup_method", "pickup_sla")
SHOPIFY_COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value",
    "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams", "Variant Price", "Variant Compare At Price",
    "Variant Currency", "Variant Barcode", "Variant Image", "Image Src", "Status",
)  # fmt: skip
FORMULA = frozenset("=+-@\t\r'")
"""What a cell begins with that a spreadsheet would run, or take for a mark of its own."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A variant as one channel sells it.

    title           the variant's name; `product` is the product's
    link            its page in the channel
    regular         asked when no offer runs; `current` is asked now
    offer_from      since when the running offer runs, `offer_until` until when; None: no bound
    availability    in_stock, out_of_stock, preorder or backorder
    """

    sku: str
    group: str
    handle: str
    product: str
    title: str
    description_html: str
    brand: str
    category: tuple[str, ...]
    google_category: int | None
    link: str
    image: str | None
    gtins: tuple[str, ...]
    mpn: str | None
    options: tuple[tuple[str, str], ...]
    weight_grams: int | None
    currency: str
    regular: Decimal
    current: Decimal
    offer_from: datetime | None
    offer_until: datetime | None
    availability: str


@dataclass(frozen=True, slots=True)
class LocalLine:
    """What one store has of one variant; `units` None when only the rough amount may be told."""

    store: str
    sku: str
    units: int | None
    availability: str
    pickup_method: str
    pickup_sla: str


@dataclass(frozen=True, slots=True)
class ProductFile:
    """A kind of file: what it begins and ends with, and a line; a line is told of the one before it."""

    media_type: str
    head: Callable[[str, str], str]
    line: Callable[[ExportLine, ExportLine | None], str]
    tail: str = ""


def written(kind: ProductFile, title: str, link: str, lines: Iterable[ExportLine]) -> Iterator[str]:
    """A file in pieces, so that no more than one line is in memory; the variants of a product come one after the other."""
    yield kind.head(title, link)
    before: ExportLine | None = None
    for line in lines:
        yield kind.line(line, before)
        before = line
    yield kind.tail


def _xml_head(title: str, link: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        f"<title>{_xml(title)}</title>\n<link>{_xml(link)}</link>\n<description>{_xml(title)}</description>\n"
    )


def _xml_line(line: ExportLine, _: ExportLine | None) -> str:
    return (
        "<item>\n"
        + "".join(f"<g:{name}>{_detail(value) if name == 'product_detail' else _xml(value)}</g:{name}>\n" for name, value in _attributes(line))
        + "</item>\n"
    )  # fmt: skip


def _detail(value: str) -> str:
    names = ("section_name", "attribute_name", "attribute_value")
    return "".join(f"<g:{name}>{_xml(part)}</g:{name}>" for name, part in zip(names, value.split(":", 2), strict=True))


def _attributes(line: ExportLine) -> Iterator[tuple[str, str]]:
    """Attributes of the Google Merchant product data specification with their values; some occur more than once."""
    yield "id", line.sku
    yield "title", feed_title(line.title)
    yield "description", cut(plain_text(line.description_html), 5000)
    yield "link", line.link
    if line.image:
        yield "image_link", line.image
    yield "availability", line.availability
    yield "price", f"{line.regular} {line.currency}"
    if line.current < line.regular:
        yield "sale_price", f"{line.current} {line.currency}"
        if line.offer_until is not None:
            yield (
                "sale_price_effective_date",
                f"{(line.offer_from or line.offer_until).isoformat()}/{line.offer_until.isoformat()}",
            )
    yield "brand", line.brand
    for code in line.gtins:
        yield "gtin", code
    if line.mpn:
        yield "mpn", line.mpn
    yield "condition", "new"
    yield "item_group_id", line.group
    said = set()
    for name, value in line.options:
        attribute = OPTION_ATTRIBUTES.get(name)
        if attribute and attribute not in said:
            said.add(attribute)
            yield attribute, value
    if [name for name, _ in line.options] != [name for name in OWN_NAMES if name in dict(line.options)]:
        for name, value in line.options:
            yield "product_detail", f"Options:{name.replace(':', ' ')}:{value}"
    yield "product_type", " > ".join(line.category)
    if line.google_category is not None:
        yield "google_product_category", str(line.google_category)
    if line.weight_grams is not None:
        yield "shipping_weight", f"{line.weight_grams} g"


def _tabs_head(_: str, __: str) -> str:
    return tabs(MERCHANT_COLUMNS)


def _tabs_line(line: ExportLine, _: ExportLine | None) -> str:
    found: dict[str, list[str]] = {}
    for name, value in _attributes(line):
        found.setdefault(name, []).append(value)
    return tabs([_several(found.get(name, [])) for name in MERCHANT_COLUMNS])


def _several(values: Sequence[str]) -> str:
    """Several values of one attribute, apart by commas."""
    return values[0] if len(values) == 1 else _cells(values, ",").rstrip("\r\n")


def tabs(cells: Sequence[str]) -> str:
    """A row of a tab-separated text; a cell is one line."""
    return _cells([_BREAKS.sub(" ", cell) for cell in cells], "\t")


def local_head() -> str:
    """The first row of a local inventory feed."""
    return tabs(LOCAL_COLUMNS)


def local_line(line: LocalLine) -> str:
    """A row of a local inventory feed (Google local inventory specification)."""
    units = "" if line.units is None else str(line.units)
    return tabs((line.store, line.sku, units, line.availability, line.pickup_method, line.pickup_sla))


def _shopify_head(_: str, __: str) -> str:
    return _cells(SHOPIFY_COLUMNS, ",")


def _shopify_line(line: ExportLine, before: ExportLine | None) -> str:
    """The product's texts stand in the row of its first variant only."""
    first = before is None or before.group != line.group
    product = (
        (line.product, line.description_html, line.brand, " > ".join(line.category)) if first else ("", "", "", "")
    )
    options = [*line.options[:3], *[("", "")] * (3 - len(line.options[:3]))]
    pairs = [cell for name, value in options for cell in (name if first else "", value)]
    regular = str(line.regular) if line.current < line.regular else ""
    weight = "" if line.weight_grams is None else str(line.weight_grams)
    image = line.image or ""
    cells = [
        line.handle, *product, *pairs, line.sku, weight, str(line.current), regular, line.currency,
        line.gtins[0] if line.gtins else "", image, image if first else "", "active" if first else "",
    ]  # fmt: skip
    return _cells([f"'{cell}" if cell[:1] in FORMULA else cell for cell in cells], ",")


def _cells(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([_ILLEGAL.sub("", cell) for cell in cells])
    return out.getvalue()


def _xml(text: str) -> str:
    """Text for XML 1.0, without the characters it cannot hold."""
    return escape(_ILLEGAL.sub("", text))


PRODUCT_FILES = MappingProxyType(
    {
        "google-merchant": ProductFile("application/xml", _xml_head, _xml_line, "</channel>\n</rss>\n"),
        "google-merchant-tsv": ProductFile("text/tab-separated-values; charset=utf-8", _tabs_head, _tabs_line),
        "shopify": ProductFile("text/csv; charset=utf-8", _shopify_head, _shopify_line),
    }
)
"""Name of a kind of file, as `channelgraph export` takes it."""
LOCAL = "google-local"
LOCAL_MEDIA_TYPE = "text/tab-separated-values; charset=utf-8"
