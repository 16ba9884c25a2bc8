"""What the catalogue and the stock say of variants: asked from those services, remembered here.

A basket shows what goods cost now, and judges what can be bought. Prices are remembered per channel in this service's
own table and asked for again when they are older than `FRESH`; where the catalogue cannot be asked, the last known
price stands. Stock is never remembered: it is asked for when a cart is judged, and where it cannot be asked, a cart is
not judged by it (the hold at checkout decides anyway).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import VariantFactRow
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.peers import PeerRefused, Peers

FRESH = timedelta(seconds=10)
"""How long a remembered price is good without asking again."""

_FACTS = """
query CartFacts($ids: [ID!]!, $channel: ChannelCode!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id sku name onlineOnly
      product { id brand { code } category { path { id } } }
      price(channel: $channel) { current { amount currency } regular { amount } }
      purchasable(channel: $channel) { bar }
    }
  }
}
"""
_STOCK = """
query CartStock($variants: [_Any!]!, $channel: ChannelCode!) {
  _entities(representations: $variants) {
    ... on ProductVariant { id availability(channel: $channel) { maxOrderQuantity } }
  }
}
"""
_HANDED_OUT = """
query CartHandedOut($variants: [_Any!]!, $store: ID!) {
  _entities(representations: $variants) {
    ... on ProductVariant { id stockAt(locationId: $store) { status pickupReadyAt } }
  }
}
"""
ASKED_AT_ONCE = 100
"""Variants in one question."""


class Facts:
    """Asks and remembers."""

    def __init__(self, database: Database, peers: Peers) -> None:
        self._database = database
        self._peers = peers

    async def of(self, variant_ids: Sequence[str], channel: str) -> Mapping[str, VariantFactRow]:
        """What is known of these variants in a channel, fresh where it can be; unknown variants are missing."""
        wanted = list(dict.fromkeys(variant_ids))
        known = await self._database.read(_read, wanted, channel)
        old = datetime.now(UTC) - FRESH
        stale = [v for v in wanted if v not in known or known[v].seen_at < old]
        if stale and self._peers.knows("catalog"):
            try:
                rows = [row for part in _parts(stale) for row in await self._ask(part, channel)]
            except ServiceUnavailable:
                return known
            if rows:
                await self._database.write(remember, rows)
            known = {**known, **{row.variant_id: row for row in rows}}
        return known

    async def available(self, variant_ids: Sequence[str], channel: str) -> Mapping[str, int]:
        """Units of each variant that one order may take now; nothing where the stock cannot be asked."""
        wanted = list(dict.fromkeys(variant_ids))
        if not wanted or not self._peers.knows("inventory"):
            return {}
        found: dict[str, int] = {}
        try:
            for part in _parts(wanted):
                variants = [{"__typename": "ProductVariant", "id": v} for v in part]
                data = await self._peers.ask(
                    "inventory", _STOCK, {"variants": variants, "channel": channel}, channel=channel
                )
                for entity in data.get("_entities") or ():
                    if entity and entity.get("availability"):
                        found[entity["id"]] = int(entity["availability"]["maxOrderQuantity"])
        except (ServiceUnavailable, PeerRefused):
            return found
        return found

    async def handed_out(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bool]:
        """(variant, store) → whether the store can hand it out now; missing where that cannot be asked."""
        found: dict[tuple[str, str], bool] = {}
        if not self._peers.knows("inventory"):
            return found
        for store in sorted({place for _, place in wanted}):
            mine = [variant for variant, place in dict.fromkeys(wanted) if place == store]
            for part in _parts(mine):
                variants = [{"__typename": "ProductVariant", "id": each} for each in part]
                try:
                    data = await self._peers.ask("inventory", _HANDED_OUT, {"variants": variants, "store": store})
                except (ServiceUnavailable, PeerRefused):
                    continue
                for entity in data.get("_entities") or ():
                    at = (entity or {}).get("stockAt")
                    if at:
                        can = at["status"] in {"IN_STOCK", "LOW_STOCK"} and at["pickupReadyAt"] is not None
                        found[entity["id"], store] = can
        return found

    async def _ask(self, ids: Sequence[str], channel: str) -> list[VariantFactRow]:
        try:
            data = await self._peers.ask("catalog", _FACTS, {"ids": list(ids), "channel": channel}, channel=channel)
        except PeerRefused:
            # The channel is unknown to the catalogue: nothing is sold there.
            return []
        now = datetime.now(UTC)
        return [_fact(node, channel, now) for node in data.get("nodes") or () if node and node.get("sku")]


def _fact(node: dict[str, Any], channel: str, now: datetime) -> VariantFactRow:
    product = node["product"]
    price = (node.get("price") or {}).get("current")
    regular = (node.get("price") or {}).get("regular")
    path = (product.get("category") or {}).get("path") or []
    return VariantFactRow(
        variant_id=node["id"],
        channel=channel,
        sku=node["sku"],
        name=node["name"],
        brand_code=product["brand"]["code"],
        currency=price["currency"] if price else None,
        price=Decimal(price["amount"]) if price else None,
        reduced=bool(price and regular and Decimal(price["amount"]) < Decimal(regular["amount"])),
        online_only=bool(node.get("onlineOnly")),
        bar=(node.get("purchasable") or {}).get("bar") or "NONE",
        groups=[node["id"], product["id"], *(category["id"] for category in path)],
        seen_at=now,
    )


async def _read(session: AsyncSession, variant_ids: Sequence[str], channel: str) -> dict[str, VariantFactRow]:
    statement = select(VariantFactRow).where(
        col(VariantFactRow.variant_id).in_(variant_ids), VariantFactRow.channel == channel
    )
    return {row.variant_id: row for row in await session.exec(statement)}


async def remember(session: AsyncSession, rows: Sequence[VariantFactRow]) -> None:
    """Store what the catalogue said, in one statement; the latest word wins."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(VariantFactRow).values([row.model_dump() for row in rows])
    changed = {
        name: statement.excluded[name] for name in VariantFactRow.model_fields if name not in {"variant_id", "channel"}
    }
    await session.exec(statement.on_conflict_do_update(index_elements=["variant_id", "channel"], set_=changed))


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + ASKED_AT_ONCE] for start in range(0, len(ids), ASKED_AT_ONCE)]
