"""An order is split into what reaches the customer in one go: by way, by place, and by the minute it was promised for.

method                      becomes         from
PICKUP                      PICKUP          the store that hands it out
SHIP_TO_STORE               PICKUP          the warehouse, until the inventory says which place sends it
CARRY_OUT                   CARRY_OUT       the store it is rung up in
SHIP, SAME_DAY              SHIPMENT        wherever its units are held: a line held in two places is sent twice
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from subgraphs.fulfilment.models import FulfilmentRow, OrderRow
from subgraphs.fulfilment.rules.delivery import Service, promise
from subgraphs.kit.ids import new_id

KEPT_FOR_COLLECTION = timedelta(days=7)
READY_AFTER = timedelta(hours=2)
"""How long a store takes to prepare a collection that nothing was promised of."""
BROUGHT_AFTER = 2
"""Working days until goods are in another store, as long as the inventory has not said."""
KINDS: Mapping[str, str] = {"PICKUP": "PICKUP", "SHIP_TO_STORE": "PICKUP", "CARRY_OUT": "CARRY_OUT"}
"""Way of a line → kind of what brings it; every other way is a SHIPMENT."""


@dataclass(frozen=True, slots=True)
class SourcePlaced:
    """Units of a line at the place that holds them; `in_store`: the place is a store, whose people pack what is sent."""

    location_id: str
    in_store: bool
    quantity: int
    reservation_id: str


@dataclass(frozen=True, slots=True)
class LinePlaced:
    """A line as agreed at checkout.

    promised_at     when it was promised to be ready to collect; None: nothing was promised yet
    sources         where its units are held, in all `quantity` of them; empty: not told
    """

    variant_id: str
    product_id: str | None
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    discount: Decimal
    method: str
    location_id: str | None
    reservation_id: str | None = None
    promised_at: datetime | None = None
    sources: tuple[SourcePlaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods come from that nobody said a place of: the warehouse, and the store an order is rung up in."""

    warehouse: str
    till: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """What reaches the customer in one go.

    place       where it is collected, for PICKUP
    brought     it comes from elsewhere to be collected
    in_store    people of a store pack it
    promised_at agreed when it was ordered; None: told anew
    units       (number of the line, units of it)
    """

    kind: str
    from_id: str
    place: str | None
    brought: bool
    in_store: bool
    promised_at: datetime | None
    units: tuple[tuple[int, int], ...]


def split(lines: Sequence[LinePlaced], source: Place, now: datetime) -> tuple[Group, ...]:
    """The groups of an order, in the order of its lines; every unit is in one of them."""
    found: dict[tuple[str, str, str | None, bool, bool, datetime | None], list[tuple[int, int]]] = {}
    for index, line in enumerate(lines):
        for key, units in _keys(line, source, now):
            found.setdefault(key, []).append((index, units))
    return tuple(Group(*key, units=_joined(units)) for key, units in found.items())


def part_of(order: OrderRow, position: int, group: Group, service: Service | None) -> FulfilmentRow:
    """A group as a row, with its promise."""
    now = order.placed_at
    row = FulfilmentRow(
        id=new_id("Fulfilment"), order_id=order.id, position=position, kind=group.kind, from_id=group.from_id
    )
    if group.kind == "CARRY_OUT":
        row.status, row.done_at = "DONE", now
        row.promised_at = row.estimated_at = now
    elif group.kind == "PICKUP":
        row.location_id = group.place
        usual = promise(now, BROUGHT_AFTER) if group.brought else now + READY_AFTER
        row.promised_at = row.estimated_at = group.promised_at or usual
        row.hold_until = row.promised_at + KEPT_FOR_COLLECTION
    else:
        row.carrier_code = service.carrier if service else "parcel"
        row.cost = service.base if service else Decimal(0)
        row.promised_at = row.estimated_at = promise(now, service.days if service else 3)
    return row


def _keys(
    line: LinePlaced, source: Place, now: datetime
) -> list[tuple[tuple[str, str, str | None, bool, bool, datetime | None], int]]:
    """The groups a line's units are in."""
    kind = KINDS.get(line.method, "SHIPMENT")
    if kind == "CARRY_OUT":
        return [((kind, source.till or source.warehouse, None, False, False, None), line.quantity)]
    if kind == "PICKUP":
        brought = line.method == "SHIP_TO_STORE"
        from_id = source.warehouse if brought else line.location_id or source.warehouse
        # What was promised has passed when people took long to pay: then it is promised anew.
        promised = line.promised_at if line.promised_at and line.promised_at > now else None
        return [((kind, from_id, line.location_id, brought, not brought, promised), line.quantity)]
    if sum(each.quantity for each in line.sources) != line.quantity:
        named = line.location_id is not None
        return [((kind, line.location_id or source.warehouse, None, False, named, None), line.quantity)]
    return [((kind, each.location_id, None, False, each.in_store, None), each.quantity) for each in line.sources]


def _joined(units: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Units of one line in one group once."""
    found: dict[int, int] = {}
    for index, quantity in units:
        found[index] = found.get(index, 0) + quantity
    return tuple(found.items())
