"""Products as schema.org says them in JSON-LD: Product and Offer, alone, in a list, or as the `@graph` of a document.

Read      Product (with offers, isVariantOf), ProductGroup (hasVariant), Offer (itemOffered), ItemList (itemListElement)
Rows      number of the item in the list; all variants of a group are of one row
Left out  any other type of the graph (Organization, BreadcrumbList …): it is no product, and no mistake
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong, read_elements
from subgraphs.kit.importing.formats.json_stream import elements
from subgraphs.kit.importing.formats.offer import offer, sku_of
from subgraphs.kit.importing.records import OfferRecord
from subgraphs.kit.importing.source import Feed

DEEPEST = 4
MOST_VARIANTS = 500
_GTINS = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14")
_UNITS = MappingProxyType(
    {"KGM": "kg", "GRM": "g", "LBR": "lb", "ONZ": "oz", "kg": "kg", "g": "g", "lb": "lb", "oz": "oz"}
)
_OUTER = ("name", "description", "brand", "image", "category", "itemCondition", "material", "pattern", "weight")
"""What a variant takes from its group when it does not say it itself."""

Item = Mapping[str, Any]


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time."""
    return read_elements(elements(feed, "@graph"), lambda row, item: list(_records(row, item, 0)))


def _records(row: int, item: Item, depth: int) -> Iterable[OfferRecord]:
    if depth > DEEPEST:
        reason = f"products lie in each other deeper than {DEEPEST}"
        raise Wrong("", reason, "list each product by itself")
    kinds = _kinds(item)
    for member in ("@graph", "itemListElement", "itemOffered"):
        if member in item and not kinds & {"Product", "ProductGroup"}:
            for inner in _all(item[member]):
                one = _object(inner, member)
                outer = {"offers": {**item, member: None}} if member == "itemOffered" else {}
                yield from _records(row, {**outer, **one}, depth + 1)
            return
    if "ListItem" in kinds and "item" in item:
        yield from _records(row, _object(item["item"], "item"), depth + 1)
    elif "ProductGroup" in kinds:
        yield from _group(row, item)
    elif "Product" in kinds:
        yield _product(row, item, _text(item, "inProductGroupWithID") or _group_of(item), "")
    elif not kinds:
        raise Wrong("@type", "missing", "say what it is: Product, ProductGroup or Offer")


def _group(row: int, group: Item) -> Iterable[OfferRecord]:
    name = _text(group, "productGroupID") or _text(group, "sku") or _text(group, "@id")
    if not name:
        raise Wrong("productGroupID", "missing", "give the group an id of its own")
    variants = _all(group.get("hasVariant"))
    if not 0 < len(variants) <= MOST_VARIANTS:
        reason = f"not 1 to {MOST_VARIANTS} products"
        raise Wrong("hasVariant", reason, "list the group's variants as Product")
    for place, one in enumerate(variants):
        inherited = {key: group[key] for key in (*_OUTER, "url") if key in group}
        column = f"hasVariant[{place}]"
        yield _product(row, {**inherited, **_object(one, column)}, name, f"{column}.")


def _product(row: int, item: Item, group: str, column: str) -> OfferRecord:
    fields = {name: values for name, values in _fields(item, group).items() if values}
    try:
        return offer(row, fields)
    except Wrong as wrong:
        raise Wrong(column + wrong.column, wrong.reason, wrong.advice) from None


def _fields(item: Item, group: str) -> dict[str, list[str]]:
    """The attributes of the Google Merchant specification that say the same."""
    deal = next((one for one in _all(item.get("offers")) if isinstance(one, Mapping)), {})
    price, before, until = _prices(deal)
    return {
        "id": _first(_text(item, "sku"), _text(deal, "sku"), _text(item, "productID")),
        "item_group_id": _first(group),
        "title": _first(_text(item, "name")),
        "description": _first(_text(item, "description")),
        "brand": _first(_text(item, "brand")),
        "link": _first(_text(item, "url"), _text(deal, "url")),
        "image_link": _pictures(item)[:1],
        "additional_image_link": _pictures(item)[1:],
        "gtin": [_text(item, name) or _text(deal, name) for name in _GTINS if item.get(name) or deal.get(name)],
        "mpn": _first(_text(item, "mpn")),
        "product_type": [" > ".join(_name(one) for one in _all(item.get("category")))],
        "condition": [_condition(item.get("itemCondition") or deal.get("itemCondition"))],
        "price": _first(before or price),
        "sale_price": [price] if before else [],
        "sale_price_effective_date": [f"1970-01-01/{until}"] if before and until else [],
        "shipping_weight": _weight(item.get("weight")),
        **{name: _first(_text(item, name)) for name in ("color", "size", "material", "pattern")},
    }


def _prices(deal: Item) -> tuple[str, str, str]:
    """What is asked, what was asked before (empty when no offer runs), and until when."""
    currency = _text(deal, "priceCurrency")
    asked = _text(deal, "price") or _text(deal, "lowPrice")
    before = ""
    for one in _all(deal.get("priceSpecification")):
        if not isinstance(one, Mapping):
            continue
        kind = _text(one, "priceType").rpartition("/")[2]
        currency = currency or _text(one, "priceCurrency")
        if kind in {"ListPrice", "StrikethroughPrice", "MSRP", "SRP"}:
            before = _text(one, "price")
        elif not asked:
            asked = _text(one, "price")
    worth = f"{asked or before} {currency}".strip()
    return worth, f"{before} {currency}" if before and asked and before != asked else "", _text(deal, "priceValidUntil")


def _weight(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return [] if value is None else [_name(value)]
    unit = _text(value, "unitCode") or _text(value, "unitText")
    return [f"{_text(value, 'value')} {_UNITS.get(unit, unit)}"]


def _condition(value: Any) -> str:
    return _name(value).rpartition("/")[2].removesuffix("Condition").lower() if value else ""


def _pictures(item: Item) -> list[str]:
    found = (_text(one, "url") or _text(one, "contentUrl") if isinstance(one, Mapping) else _name(one) for one in _all(item.get("image")))  # fmt: skip
    return [one for one in found if one]


def _group_of(item: Item) -> str:
    outer = item.get("isVariantOf")
    return _text(outer, "productGroupID") if isinstance(outer, Mapping) else ""


def _kinds(item: Item) -> set[str]:
    """Types without the vocabulary's address."""
    return {_name(one).rpartition("/")[2].rpartition(":")[2] for one in _all(item.get("@type"))}


def _text(item: Item, name: str) -> str:
    found = _all(item.get(name))
    return _name(found[0]) if found else ""


def _name(value: Any) -> str:
    """A value as text: of a thing its name, of a language-tagged text its value."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value") or value.get("@id") or ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _all(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first(*texts: str) -> list[str]:
    return [text for text in texts if text][:1]


def _object(value: Any, column: str) -> Item:
    if not isinstance(value, Mapping):
        raise Wrong(column, "not an object", "write the product itself here, not a reference to it")
    return value


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"[", b"{"} and b"schema.org" in head


FORMAT = Format("schema-org", read, _matches, sku_of)
