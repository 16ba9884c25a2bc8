"""How a product is found: its words for search, its values for narrowing down. Rebuilt whenever it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from subgraphs.catalog.rules.words import plain_text, slug, weighted

FACET_ATTRIBUTES = frozenset({"material", "finish", "skin-type", "season", "room", "care"})
"""Attributes that narrow a search; the others only inform."""

FACET_LABELS = {"brand": "Brand", "category": "Category"}
"""Label of facets that are neither an option nor an attribute."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What of a product and its variants is searched. `attributes` holds (code, label, value), `options` (name, value)."""

    product_id: str
    name: str
    brand_code: str
    brand_name: str
    category_slug: str
    category_name: str
    description_html: str = ""
    options: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str, str], ...] = ()
    skus: tuple[str, ...] = ()


def terms(product: Indexed) -> Mapping[str, int]:
    """Word → weight: a word of the name tells most, one of the description least."""
    fields = [(product.name, 8), (product.category_name, 5), (product.brand_name, 4)]
    fields += [(sku, 4) for sku in product.skus]
    fields += [(value, 3) for _, value in product.options]
    fields += [(value, 2) for _, _, value in product.attributes]
    fields.append((plain_text(product.description_html), 1))
    return weighted(fields)


def facets(product: Indexed) -> list[tuple[str, str, str]]:
    """(code, value, label of the value), each once; the code of an option is the slug of its name."""
    found = {
        ("brand", product.brand_code): product.brand_name,
        ("category", product.category_slug): product.category_name,
    }
    found |= {(slug(name), value): value for name, value in product.options}
    found |= {(code, value): value for code, _, value in product.attributes if code in FACET_ATTRIBUTES}
    return [(code, value, label) for (code, value), label in found.items()]


def facet_label(code: str) -> str:
    """What a facet is called: `skin-type` → Skin type."""
    return FACET_LABELS.get(code, code.replace("-", " ").capitalize())
