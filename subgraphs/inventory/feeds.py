"""What the inventory takes from feeds: store lists, the goods of a retail ledger with opening stock, offers' variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.app import DOMAIN
from subgraphs.inventory.rules.distance import Point
from subgraphs.inventory.rules.hours import minutes
from subgraphs.inventory.rules.location import LocationKind, StoreService, promises_online
from subgraphs.inventory.rules.opening import RecentSales
from subgraphs.inventory.service import news, opening
from subgraphs.inventory.service.locator import POSTCODES
from subgraphs.inventory.service.shelf import LOCATIONS
from subgraphs.kit.app import prepare
from subgraphs.kit.database import Database
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import (
    InvoiceKind,
    LineKind,
    LocalStockRecord,
    OfferRecord,
    Refused,
    RetailInvoice,
    StoreRecord,
    Tally,
)
from subgraphs.kit.names import remember
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.upsert import CHUNK, upsert

_CURRENCIES = {"US": "USD", "PR": "USD", "GB": "GBP", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "CH": "CHF", "JP": "JPY"}
_OWN = ("kind", "brand_code", "store_group_code", "phone", "special_days", "hold_minutes", "pick_minutes", "services")
"""Columns a store list does not decide: set when a store is new, kept when it is there."""

_MEANT: Mapping[str, StoreService] = {
    "Geek Squad Services": StoreService.APPOINTMENTS,
    "Car & GPS Installation Services": StoreService.APPOINTMENTS,
    "Magnolia Home Theater": StoreService.APPOINTMENTS,
}
"""A list's own names of services → ours."""

Row = Mapping[str, Any]


class _InventorySink:
    """Opens the inventory's database, current and with its sample world."""

    def __init__(self, settings: SubgraphSettings) -> None:
        self._settings = settings
        self._database = Database(settings.url)

    async def __aenter__(self) -> Self:
        try:
            await prepare(DOMAIN, self._settings, self._database)
        except BaseException:
            await self._database.close()  # nobody leaves what was never entered
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._database.close()

    async def finish(self) -> Tally:
        """Nothing is left to write."""
        return Tally()


class Stores(_InventorySink):
    """Stores by their code: new ones made, changed ones updated, the rest left alone."""

    async def take(self, records: Sequence[StoreRecord]) -> Tally:
        """Write one batch in one transaction."""
        return await self._database.write(_take, records)


class RetailStock(_InventorySink):
    """Goods of a retail ledger: each code known as a variant, with the opening stock `rules.opening` gives it.

    The stock follows from the ledger's last weeks, so it is written at the end; sales older than that are forgotten
    while reading.
    """

    def __init__(self, settings: SubgraphSettings) -> None:
        super().__init__(settings)
        self._ledger = RecentSales()

    async def take(self, records: Sequence[RetailInvoice]) -> Tally:
        """Gather; nothing is written yet."""
        for invoice in records:
            for line in invoice.lines:
                if line.kind is LineKind.GOODS:
                    sold = invoice.kind is InvoiceKind.SALE and line.sold
                    self._ledger.add(
                        line.sku, invoice.currency, invoice.at, line.quantity if sold else 0, line.unit_price
                    )
        self._ledger.forget()
        return Tally()

    async def finish(self) -> Tally:
        """Write variants and stock, five hundred in a transaction."""
        goods, tally = self._ledger.goods(), Tally()
        for start in range(0, len(goods), CHUNK):
            batch = goods[start : start + CHUNK]
            tally.merge(await self._database.write(opening.take_retail_goods, batch, self._ledger.until))
        return tally


class OfferVariants(_InventorySink):
    """Variants of a product feed, known so that stock can be received and scanned; a product feed brings no stock."""

    async def take(self, records: Sequence[OfferRecord]) -> Tally:
        """Write one batch in one transaction."""
        return await self._database.write(opening.take_offers, records)


class LocalStock(_InventorySink):
    """What each store has of each variant, as a local inventory feed says: counted there, and promised from then on."""

    async def take(self, records: Sequence[LocalStockRecord]) -> Tally:
        """Write one batch in one transaction."""
        return await self._database.write(opening.take_local_stock, records)


async def _take(session: AsyncSession, records: Sequence[StoreRecord]) -> Tally:
    tally = Tally()
    rows: dict[str, dict[str, Any]] = {}
    for record in records:
        made = _row(record)
        if isinstance(made, Refused):
            tally.refused.append(made)
        else:
            rows[made["id"]] = made
    known = {
        row["id"]: dict(row)
        for row in (await session.execute(select(LOCATIONS).where(LOCATIONS.c.id.in_(sorted(rows))))).mappings()
    }
    new = [row for key, row in rows.items() if key not in known]
    changed = [
        {**row, **{name: known[key][name] for name in _OWN}}
        for key, row in rows.items()
        if key in known and _differs(row, known[key])
    ]
    names = [column.name for column in LOCATIONS.c if column.name != "id"]
    await upsert(session, LOCATIONS, [*new, *changed], update=names)
    await remember(session, "location", {row["id"]: row["name"] for row in [*new, *changed]})
    await _postcodes(session, [*new, *changed])
    await news.locations_named(session, [*new, *changed])
    unchanged = len(rows) - len(new) - len(changed)
    tally.add("location", created=len(new), updated=len(changed), unchanged=unchanged)
    return tally


def _differs(row: Row, known: Row) -> bool:
    return any(row[name] != known[name] for name in row if name not in _OWN)


def _row(record: StoreRecord) -> dict[str, Any] | Refused:
    """The store as it is stored, or what is wrong with it."""
    point = Point(record.latitude, record.longitude)
    if not point.valid:
        return Refused(record.row, "location", "The position is not on earth.")
    try:
        hours = [[day, minutes(opens), minutes(closes)] for day, opens, closes in record.hours]
        ZoneInfo(record.time_zone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        return Refused(record.row, "hours", str(error))
    kind = LocationKind(record.kind) if record.kind in LocationKind.__members__ else LocationKind.STORE
    offered = _offered(record.services)
    return {
        "id": stable_id("Location", record.code),
        "code": record.code,
        "name": record.name,
        "kind": str(kind),
        "brand_code": None,
        "store_group_code": None,
        "address_lines": list(record.lines),
        "city": record.city,
        "region": record.region,
        "postcode": record.postcode,
        "country": record.country,
        "latitude": record.latitude,
        "longitude": record.longitude,
        "time_zone": record.time_zone,
        "phone": None,
        "hours": hours,
        "special_days": [],
        "services": [str(each) for each in offered],
        "promises_online": promises_online(kind, frozenset(offered)),
        "currency": _CURRENCIES.get(record.country, "EUR"),
        "hold_minutes": None,
        "pick_minutes": 60,
    }


def _offered(named: Sequence[str]) -> list[StoreService]:
    """What every store of a list does, and what the list's own words mean in ours."""
    meant = {_MEANT.get(name) or (name if name in StoreService.__members__ else None) for name in named}
    return sorted({StoreService.PICKUP, StoreService.RETURNS, *(StoreService(each) for each in meant if each)})


async def _postcodes(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Where the stores' own postcodes lie, so that the locator finds a shopper who types one; known ones stay."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["postcode"]:
            code = row["postcode"].upper().replace(" ", "")
            code = code.partition("-")[0] if row["country"] == "US" else code
            found.setdefault(
                (row["country"], code),
                {
                    "country": row["country"],
                    "postcode": code,
                    "latitude": row["latitude"],
                    "longitude": row["longitude"],
                },
            )
    await upsert(session, POSTCODES, list(found.values()), update=())
