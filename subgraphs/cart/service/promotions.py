"""How offers do: shown, redeemed, refused where they should have been honoured; counted by day, channel and currency.

Showing is a read, and a read writes nothing: it is counted in memory and written down every few seconds. A process
that dies loses the seconds since; redemptions are written with the purchase and lose nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import PromotionDayRow, VariantFactRow
from subgraphs.kit.database import Database

log = logging.getLogger("subgraphs.cart")

WRITTEN_EVERY_SECONDS = 5.0
NEUTRAL = "GBP"
"""Currency of the zeros of an offer that was shown and not used."""
PARITY_LOOKS_BACK = timedelta(days=7)
Told = tuple[str, str, str, str]
"""Promotion, channel, currency, and what happened: `shown` or `refused`."""

_told: WeakKeyDictionary[Database, Counter[Told]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Performance:
    """How an offer did in one channel and currency."""

    promotion_id: str
    channel: str
    currency: str
    shown: int
    redeemed: int
    refused: int
    cost: Decimal
    sales: Decimal


def note(database: Database, what: str, promotion_ids: Sequence[str], channel: str, currency: str) -> None:
    """Count offers as shown or refused; written down later."""
    counter = _told.setdefault(database, Counter())
    counter.update((promotion_id, channel, currency, what) for promotion_id in dict.fromkeys(promotion_ids))


async def write_down(database: Database, now: datetime) -> None:
    """Store what was counted since the last time."""
    counter = _told.pop(database, None)
    if not counter:
        return
    rows = [
        {"promotion_id": promotion_id, "channel": channel, "currency": currency, what: times}
        for (promotion_id, channel, currency, what), times in sorted(counter.items())
    ]
    await database.write(_add_up, rows, now.date())


async def write_down_for_ever(database: Database) -> None:
    """Write down every few seconds until cancelled."""
    from subgraphs.cart.service.carts import now

    while True:
        await asyncio.sleep(WRITTEN_EVERY_SECONDS)
        try:
            await write_down(database, now())
        except Exception:
            log.exception("counts of offers could not be written; they are lost")


async def redeemed(session: AsyncSession, agreed: Mapping[str, Any], now: datetime) -> None:
    """Count the offers of a purchase, in its transaction."""
    rows = [
        {
            "promotion_id": offer["id"],
            "channel": agreed["channel"],
            "currency": agreed["currency"],
            "redeemed": 1,
            "cost": Decimal(offer["amount"]),
            "sales": Decimal(agreed["total"]),
        }
        for offer in agreed.get("offers", ())
    ]
    await _add_up(session, rows, now.date())


async def refused(
    session: AsyncSession, promotion_ids: Sequence[str], channel: str, currency: str, at: datetime
) -> None:
    """Count offers as refused in a channel that should have honoured them."""
    rows = [
        {"promotion_id": promotion_id, "channel": channel, "currency": currency, "refused": 1}
        for promotion_id in promotion_ids
    ]
    await _add_up(session, rows, at.date())


async def groups_of(session: AsyncSession, variant_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Variant → ids an offer can name it by, as remembered from any channel."""
    statement = select(VariantFactRow).where(col(VariantFactRow.variant_id).in_(variant_ids))
    return {row.variant_id: frozenset(row.groups) for row in await session.exec(statement)}


async def gaps(session: AsyncSession, promotion_ids: Sequence[str], since: date) -> Mapping[str, Sequence[str]]:
    """Promotion → channels that refused it lately although it names them."""
    table = PromotionDayRow
    statement = (
        select(table.promotion_id, table.channel)
        .where(col(table.promotion_id).in_(promotion_ids), col(table.day) >= since, col(table.refused) > 0)
        .distinct()
        .order_by(col(table.promotion_id), col(table.channel))
    )
    found: dict[str, list[str]] = {}
    for promotion_id, channel in await session.exec(statement):
        found.setdefault(promotion_id, []).append(channel)
    return found


async def report(session: AsyncSession, first: date, last: date, channel: str | None) -> Sequence[Performance]:
    """How offers did between two days, both included; by promotion, channel and currency, in this order."""
    table = PromotionDayRow
    keys = (col(table.promotion_id), col(table.channel), col(table.currency))
    sums = [func.sum(col(each)) for each in (table.shown, table.redeemed, table.refused, table.cost, table.sales)]
    statement: Any = select(*keys, *sums).where(col(table.day).between(first, last))
    if channel is not None:
        statement = statement.where(col(table.channel) == channel)
    rows = await session.exec(statement.group_by(*keys).order_by(*keys))
    found = [
        Performance(promotion_id, where, currency, int(shown), int(used), int(refused), cost, sales)
        for promotion_id, where, currency, shown, used, refused, cost, sales in rows.all()
    ]
    return _with_showings(found)


def _with_showings(rows: Sequence[Performance]) -> Sequence[Performance]:
    """Showing has no currency: it is told with the first currency the offer was used in, else with `NEUTRAL`."""
    shown = {(row.promotion_id, row.channel): row for row in rows if row.currency == ""}
    told: list[Performance] = []
    for row in rows:
        if row.currency:
            neutral = shown.pop((row.promotion_id, row.channel), None)
            told.append(row if neutral is None else replace(row, shown=row.shown + neutral.shown))
    told += [replace(row, currency=NEUTRAL) for row in shown.values()]
    return sorted(told, key=lambda row: (row.promotion_id, row.channel, row.currency))


async def _add_up(session: AsyncSession, rows: Sequence[Mapping[str, Any]], day: date) -> None:
    """Add to the counts of a day; in the order of keys, so that two writers wait for each other only."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    blank = {"shown": 0, "redeemed": 0, "refused": 0, "cost": Decimal(0), "sales": Decimal(0)}
    for row in sorted(rows, key=lambda row: (row["promotion_id"], row["channel"], row["currency"])):
        statement = insert(PromotionDayRow).values({**blank, **row, "day": day})
        added = {name: getattr(PromotionDayRow, name) + statement.excluded[name] for name in blank}
        await session.exec(
            statement.on_conflict_do_update(index_elements=["promotion_id", "channel", "day", "currency"], set_=added)
        )
