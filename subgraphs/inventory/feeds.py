"""Store lists into the inventory: the sink of `channelgraph import` for the format `stores`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.rules.distance import Point
from subgraphs.inventory.rules.hours import minutes
from subgraphs.inventory.rules.location import LocationKind, StoreService, promises_online
from subgraphs.inventory.service.locator import POSTCODES
from subgraphs.inventory.service.shelf import LOCATIONS
from subgraphs.kit.database import Database
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import Refused, StoreRecord, Tally
from subgraphs.kit.migrations import upgrade
from subgraphs.kit.names import remember
from subgraphs.kit.outbox import emit
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.upsert import upsert

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


class Stores:
    """Stores by their code: new ones made, changed ones updated, the rest left alone."""

    def __init__(self, settings: SubgraphSettings) -> None:
        self._database = Database(settings.url)
        self._embedded = settings.embedded

    async def __aenter__(self) -> Self:
        """Open the database, its tables up to date."""
        if self._embedded:
            await upgrade(self._database, "subgraphs.inventory.migrations")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self._database.close()

    async def take(self, records: Sequence[StoreRecord]) -> Tally:
        """Write one batch in one transaction."""
        return await self._database.write(_take, records)

    async def finish(self) -> Tally:
        """Nothing is derived from all stores together."""
        return Tally()


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
    for row in [*new, *changed]:
        payload = {"code": row["id"], "location_code": row["code"], "name": row["name"]}
        await emit(session, "location.named", row["id"], payload)
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
