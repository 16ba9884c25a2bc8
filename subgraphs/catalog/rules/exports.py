"""Lines of files that outside shops read: Google Merchant XML (RSS 2.0) and Shopify's product CSV. Pure text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
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
}
"""Name of an option → the attribute of the Google Merchant specification that says the same."""

SHOPIFY_COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value",
    "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams", "Variant Price", "Variant Compare At Price",
    "Variant Barcode", "Image Src", "Status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A variant as one channel sells it. `current` is asked now, `regular` when no offer runs; `link` its page there."""

    sku: str
    group: str
    handle: str
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
    offer_until: datetime | None
    available: bool = True


def merchant_xml(title: str, link: str, lines: Iterable[ExportLine]) -> Iterator[str]:
    """A feed in pieces, so that no more than one line is in memory (Google Merchant product data specification)."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(link)}</link>\n<description>{escape(title)}</description>\n"
    )
    for line in lines:
        yield (
            "<item>\n"
            + "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in _attributes(line))
            + "</item>\n"
        )
    yield "</channel>\n</rss>\n"


def _attributes(line: ExportLine) -> Iterator[tuple[str, str]]:
    yield "g:id", line.sku
    yield "g:title", _clean(feed_title(line.title))
    yield "g:description", _clean(cut(plain_text(line.description_html), 5000))
    yield "g:link", line.link
    if line.image:
        yield "g:image_link", line.image
    yield "g:availability", "in_stock" if line.available else "out_of_stock"
    yield "g:price", f"{line.regular} {line.currency}"
    if line.current < line.regular:
        yield "g:sale_price", f"{line.current} {line.currency}"
    yield "g:brand", _clean(line.brand)
    for code in line.gtins:
        yield "g:gtin", code
    if line.mpn:
        yield "g:mpn", line.mpn
    yield "g:condition", "new"
    yield "g:item_group_id", line.group
    for name, value in line.options:
        if name in OPTION_ATTRIBUTES:
            yield f"g:{OPTION_ATTRIBUTES[name]}", _clean(value)
    yield "g:product_type", _clean(" > ".join(line.category))
    if line.google_category is not None:
        yield "g:google_product_category", str(line.google_category)
    if line.weight_grams is not None:
        yield "g:shipping_weight", f"{line.weight_grams} g"


def shopify_csv(lines: Iterable[ExportLine]) -> Iterator[str]:
    """Shopify's product CSV in pieces; the variants of a product must come one after the other."""
    yield _row(SHOPIFY_COLUMNS)
    handle = ""
    for line in lines:
        yield _row(_cells(line, first=line.handle != handle))
        handle = line.handle


def _cells(line: ExportLine, *, first: bool) -> list[str]:
    """The product's texts stand in the row of its first variant only."""
    product = (line.title, line.description_html, line.brand, " > ".join(line.category)) if first else ("", "", "", "")
    options = [*line.options[:3], *[("", "")] * (3 - len(line.options[:3]))]
    pairs = [cell for name, value in options for cell in (name if first else "", value)]
    before = str(line.regular) if line.current < line.regular else ""
    weight = "" if line.weight_grams is None else str(line.weight_grams)
    return [
        line.handle, *product, *pairs, line.sku, weight, str(line.current), before,
        line.gtins[0] if line.gtins else "", (line.image or "") if first else "", "active" if first else "",
    ]  # fmt: skip


def _row(cells: Sequence[str]) -> str:
    out = io.StringIO()
    # A cell that a spreadsheet would run as a formula is shown as text.
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell for cell in cells])
    return out.getvalue()


def _clean(text: str) -> str:
    """Without control characters, which XML 1.0 cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n")
