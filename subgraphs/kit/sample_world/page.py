"""Prints docs/sample_world.md from the tables: `python -m subgraphs.kit.sample_world.page > docs/sample_world.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from subgraphs.kit.sample_world.goods import PRODUCTS, VARIANTS
from subgraphs.kit.sample_world.names import (
    BRANDS,
    CHANNELS,
    PROGRAMS,
    PROMOTIONS,
    REWARDS,
    SEGMENTS,
    promotion_id,
    reward_id,
)
from subgraphs.kit.sample_world.people import CUSTOMERS
from subgraphs.kit.sample_world.places import LOCATIONS, STORE_GROUPS

_HEAD = """# The sample world

Five services, one believable world: what `channelgraph up` loads into a new database. The names that more than one
service needs stand in `subgraphs/kit/sample_world/` and nowhere else; this page is printed from there
(`python -m subgraphs.kit.sample_world.page > docs/sample_world.md`; a test compares). What only one service knows of
a thing (a description, a stock count, an order) stands in that service's `samples.py`.

    from subgraphs.kit.sample_world import CUSTOMERS, LOCATIONS, VARIANTS, customer, location, promotion_id, variant

    variant("VEL-FND-240").id        # the ProductVariant's global id
    variant("VEL-FND-240").product_id
    location("LON-OXF").id           # the Location's
    customer("ada").id               # the Customer's

Ids follow from natural keys (`subgraphs.kit.ids.stable_id`): `("ProductVariant", sku)`, `("Product", brand, slug)`,
`("Location", code)`, `("Customer", key)`, `("Category", slug)`, `("Collection", slug)`, `("Promotion", code)`. Imported
goods follow the same rule, so a SKU has the same variant id in every service, on every machine.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        _HEAD,
        _table("Brands", ("code", "name"), BRANDS.items()),
        _table("Channels", ("code", "name"), CHANNELS.items()),
        _table("Loyalty programmes (tiers: member, silver, gold)", ("code", "name"), PROGRAMS.items()),
        _table("Segments", ("code", "name"), SEGMENTS.items()),
        _table(
            "Promotions",
            ("code", "name", "id"),
            ((code, name, promotion_id(code)) for code, name in PROMOTIONS.items()),
        ),
        _table(
            "Rewards",
            ("programme", "code", "name", "id"),
            ((program, code, name, reward_id(program, code)) for program in PROGRAMS for code, name in REWARDS.items()),
        ),
        _table("Store groups", ("code", "name"), STORE_GROUPS.items()),
        _table(
            "Locations",
            ("code", "name", "kind", "brand", "group", "city", "country", "latitude", "longitude", "id"),
            (
                (
                    p.code,
                    p.name,
                    p.kind,
                    p.brand or "both",
                    p.group or "",
                    p.city,
                    p.country,
                    f"{p.latitude:.4f}",
                    f"{p.longitude:.4f}",
                    p.id,
                )
                for p in LOCATIONS
            ),
        ),
        _table(
            "Customers",
            ("key", "name", "mail", "country", "home store", "segments", "tiers", "id"),
            (
                (
                    c.key,
                    c.name,
                    c.email,
                    c.country,
                    c.home,
                    ", ".join(c.segments),
                    ", ".join(f"{k}: {v}" for k, v in c.tiers.items()),
                    c.id,
                )
                for c in CUSTOMERS
            ),
        ),
        _table(
            "Products",
            ("slug", "name", "brand", "category", "id"),
            ((p.slug, p.name, p.brand, p.category, p.id) for p in PRODUCTS),
        ),
        _table(
            "Variants (regular price in web; packed weight)",
            ("sku", "name", "£", "€", "g", "shipping", "GTIN-14", "id"),
            (
                (v.sku, v.name, str(v.gbp), str(v.eur), str(v.weight_grams), v.shipping_class, v.gtin, v.id)
                for v in VARIANTS
            ),
        ),
    ]
    return "\n".join(parts)


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"## {title}", "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
