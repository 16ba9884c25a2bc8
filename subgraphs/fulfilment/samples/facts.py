"""What others would have told by now: names, goods, places, people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import Record
from subgraphs.fulfilment.rules.delivery import CARRIERS
from subgraphs.kit import names
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import BRANDS, CHANNELS, CUSTOMERS, LOCATIONS, PRODUCTS, VARIANTS, variant
from subgraphs.kit.upsert import upsert

LEAD_TIMES = {"ALD-SOF-HAV-MOS": 23, "ALD-TAB-LON-ASH": 37, "VEL-FND-440": 8}
"""SKU → days until a backorder leaves: the same the inventory says, for both answer the field while it moves."""

COST_SHARE = Decimal("0.42")
"""Of the price in pounds: what goods of the sample world cost the shop, as the catalogue has it."""


async def load_facts(session: AsyncSession) -> None:
    """Fill the copies."""
    await names.remember(session, "brand", BRANDS)
    await names.remember(session, "channel", CHANNELS)
    await names.remember(session, "location", {place.id: place.name for place in LOCATIONS})
    tables = Record.metadata.tables
    categories = {product.id: stable_id("Category", product.category) for product in PRODUCTS}
    facts = [
        {
            "variant_id": item.id,
            "product_id": item.product_id,
            "sku": item.sku,
            "name": item.name,
            "brand_code": item.brand,
            "unit_cost": (item.gbp * COST_SHARE).quantize(item.gbp),
            "unit_cost_currency": "GBP",
        }
        for item in VARIANTS
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "carrier": [{"code": code, "name": name} for code, name in CARRIERS.items()],
        "variant_fact": facts,
        "barcode_fact": [{"gtin": item.gtin, "variant_id": item.id} for item in VARIANTS],
        "category_fact": [{"category_id": categories[item.product_id], "variant_id": item.id} for item in VARIANTS],
        "lead_time": [{"variant_id": variant(sku).id, "days": days} for sku, days in LEAD_TIMES.items()],
        "place_fact": [
            {"location_id": place.id, "brand_code": place.brand, "group_code": place.group} for place in LOCATIONS
        ],
        "contact": [
            {"kind": kind, "value": value, "customer_id": person.id}
            for person in CUSTOMERS
            for kind, value in (("EMAIL", person.email), ("PHONE", person.phone))
        ],
    }
    for table, values in rows.items():
        await upsert(session, tables[table], values, update=())
