"""A list of stores as JSON (the form of Best Buy's open data): id, name, address, city, state, zip, location, hours, services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong, batches, number, text
from subgraphs.kit.importing.records import StoreRecord
from subgraphs.kit.importing.source import Feed

_ZONES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
ZONES: Mapping[str, str] = MappingProxyType(
    {state: zone for zone, states in _ZONES.items() for state in states.split()}
)
"""State → the time zone of most of it. A few counties at the edges keep their neighbour's time."""

_DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "thurs": 4, "fri": 5, "sat": 6, "sun": 7}
_SPAN = re.compile(
    r"(?P<day>[A-Za-z]+): *(?P<open>\d{1,2})(?P<open_minute>:\d\d)?-(?P<close>\d{1,2})(?P<close_minute>:\d\d)?"
)


def read(feed: Feed) -> Iterator[Rows]:
    """Stores, a thousand at a time."""
    return batches(feed, _store)


def _store(row: int, item: Mapping[str, Any]) -> StoreRecord:
    place = item.get("location")
    if not isinstance(place, Mapping):
        raise Wrong("location", "missing")
    state = text(item, "state", 40)
    if state not in ZONES:
        raise Wrong("state", "not a state or territory of the United States")
    lines = (text(item, "address", 200), text(item, "address2", 200, required=False))
    return StoreRecord(
        row=row,
        code=str(int(number(item, "id", 1, 10**9))),
        name=text(item, "name", 120),
        kind=text(item, "type", 40, required=False),
        lines=tuple(line for line in lines if line),
        city=text(item, "city", 80),
        region=state,
        postcode=text(item, "zip", 12, required=False) or None,
        country="US",
        latitude=number(place, "lat", -90, 90),
        longitude=number(place, "lon", -180, 180),
        time_zone=ZONES[state],
        hours=opening_hours(text(item, "hours", 500, required=False)),
        services=tuple(dict.fromkeys(one.strip() for one in item.get("services", ()) if isinstance(one, str))),
    )


def opening_hours(written: str) -> tuple[tuple[int, str, str], ...]:
    """`Mon: 10-9:30; Sun: 11-7` → (1, "10:00", "21:30"), (7, "11:00", "19:00"): mornings to evenings, by the clock of twelve.

    Raises  `Wrong` for a part that is not of this form.
    """
    found: list[tuple[int, str, str]] = []
    for part in filter(None, (part.strip() for part in written.split(";"))):
        span = _SPAN.fullmatch(part)
        day = _DAYS.get(span["day"].lower()) if span else None
        if span is None or day is None or not 0 <= int(span["open"]) <= 12 or not 1 <= int(span["close"]) <= 12:
            reason = f"{part!r} is not of the form `Mon: 10-9:30`"
            raise Wrong("hours", reason)
        # Shops open in the morning, or at twelve noon, and close in the evening; twelve at night is 00:00.
        opens, closes = int(span["open"]), (int(span["close"]) + 12) % 24
        found.append(
            (day, f"{opens:02d}{span['open_minute'] or ':00'}", f"{closes:02d}{span['close_minute'] or ':00'}")
        )
    return tuple(sorted(found))


def _matches(head: bytes) -> bool:
    return head.lstrip().startswith(b"[") and b'"location"' in head and b'"hours"' in head


FORMAT = Format("stores", read, _matches)
