"""Transfers with their lines and steps, and the places that could send something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import LocationRow, Record, TransferEventRow, TransferLineRow, TransferRow
from subgraphs.inventory.rules.distance import Point, metres
from subgraphs.inventory.rules.location import LocationKind
from subgraphs.inventory.rules.transfer import LONGEST_LEG_METRES, OPEN
from subgraphs.inventory.service.places import point_of, within
from subgraphs.inventory.service.shelf import LEVELS, LOCATIONS, PROMISABLE
from subgraphs.kit.loaders import ListLoader, Loader, grouped

VARIANTS = Record.metadata.tables["variant"]
WEIGHED = 12
"""Nearest places whose arrival is worked out; farther ones are not sooner."""


class TransferById(Loader[str, TransferRow]):
    """Transfers by id."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, TransferRow]:
        """Read them."""
        rows = await session.exec(select_rows(TransferRow).where(col(TransferRow.id).in_(keys)))
        return {row.id: row for row in rows}


class LinesOfTransfer(ListLoader[str, TransferLineRow]):
    """Lines in their order."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[TransferLineRow]]:
        """Read them."""
        rows = await session.exec(
            select_rows(TransferLineRow)
            .where(col(TransferLineRow.transfer_id).in_(keys))
            .order_by(col(TransferLineRow.transfer_id).asc(), col(TransferLineRow.position).asc())
        )
        return grouped([(row.transfer_id, row) for row in rows])


class EventsOfTransfer(ListLoader[str, TransferEventRow]):
    """Steps, oldest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[TransferEventRow]]:
        """Read them."""
        rows = await session.exec(
            select_rows(TransferEventRow)
            .where(col(TransferEventRow.transfer_id).in_(keys))
            .order_by(col(TransferEventRow.transfer_id).asc(), col(TransferEventRow.position).asc())
        )
        return grouped([(row.transfer_id, row) for row in rows])


class TransfersOfOrder(ListLoader[str, TransferRow]):
    """Transfers that bring an order's goods, oldest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[TransferRow]]:
        """Read them."""
        rows = await session.exec(
            select_rows(TransferRow).where(col(TransferRow.order_id).in_(keys)).order_by(col(TransferRow.id).asc())
        )
        return grouped([(row.order_id or "", row) for row in rows])


InboundKey = tuple[str, int]
"""A location's id, and the most transfers to give."""


class InboundTransfers(Loader[InboundKey, list[TransferRow]]):
    """Transfers that have not arrived yet, soonest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[InboundKey]) -> Mapping[InboundKey, list[TransferRow]]:
        """Read them, ranked within their place: one statement for all places."""
        most = max(first for _, first in keys)
        soonest = (col(TransferRow.estimated_at), col(TransferRow.id))
        rank = func.row_number().over(partition_by=col(TransferRow.to_id), order_by=soonest).label("rank")
        inner = (
            select(TransferRow, rank)
            .where(
                col(TransferRow.to_id).in_(sorted({place for place, _ in keys})),
                col(TransferRow.status).in_(sorted(OPEN)),
            )
            .subquery()
        )
        ranked = aliased(TransferRow, inner)
        rows = await session.exec(
            select_rows(ranked)
            .where(inner.c.rank <= most)
            .order_by(col(ranked.estimated_at).asc(), col(ranked.id).asc())
        )
        groups = grouped([(row.to_id, row) for row in rows])
        return {(place, first): groups.get(place, [])[:first] for place, first in keys}


@dataclass(frozen=True, slots=True)
class Sender:
    """A place that has enough units to send, and how far it is."""

    place: LocationRow
    metres: int


SenderKey = tuple[str, str, int]
"""A variant's id, the receiving location's id, and how many units."""


class Senders(Loader[SenderKey, list[Sender]]):
    """The nearest stores and warehouses that could send so many units of a variant to a place, nearest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[SenderKey]) -> Mapping[SenderKey, list[Sender]]:
        """Read the receivers once, then the box around each receiver once for all variants."""
        found: dict[SenderKey, list[Sender]] = {key: [] for key in keys}
        to_ids = sorted({to_id for _, to_id, _ in keys})
        receivers = (await session.exec(select_rows(LocationRow).where(col(LocationRow.id).in_(to_ids)))).all()
        chosen: list[tuple[SenderKey, str, int]] = []
        for receiver in receivers:
            here = point_of(receiver)
            wanted = [key for key in keys if key[1] == receiver.id]
            having = await _having(session, receiver, sorted({key[0] for key in wanted}))
            for key in wanted:
                near = sorted(
                    (metres(here, point), place) for place, point, units in having.get(key[0], []) if units >= key[2]
                )
                chosen += [(key, place, far) for far, place in near[:WEIGHED] if far <= LONGEST_LEG_METRES]
        rows = await session.exec(select_rows(LocationRow).where(col(LocationRow.id).in_({c[1] for c in chosen})))
        places = {row.id: row for row in rows}
        for key, place, far in chosen:
            found[key].append(Sender(places[place], far))
        return found


async def _having(
    session: AsyncSession, receiver: LocationRow, variants: Sequence[str]
) -> Mapping[str, list[tuple[str, Point, int]]]:
    """Variant → places around the receiver that carry its brand, where they lie, and their units."""
    carried = or_(VARIANTS.c.brand_code.is_(None), VARIANTS.c.brand_code == receiver.brand_code)
    statement = (
        select(LEVELS.c.variant_id, LOCATIONS.c.id, LOCATIONS.c.latitude, LOCATIONS.c.longitude, PROMISABLE)
        .join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id)
        .join(VARIANTS, VARIANTS.c.id == LEVELS.c.variant_id)
        .where(
            LEVELS.c.variant_id.in_(variants),
            *([] if receiver.brand_code is None else [carried]),
            PROMISABLE > 0,
            LOCATIONS.c.id != receiver.id,
            LOCATIONS.c.country == receiver.country,
            LOCATIONS.c.kind.in_([LocationKind.STORE, LocationKind.WAREHOUSE, LocationKind.DARK_STORE]),
        )
    )
    rows = await session.execute(within(statement, point_of(receiver), LONGEST_LEG_METRES))
    return grouped(
        [
            (variant_id, (place, Point(latitude, longitude), int(units)))
            for variant_id, place, latitude, longitude, units in rows.all()
        ]
    )
