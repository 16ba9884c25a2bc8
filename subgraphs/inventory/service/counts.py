"""Counts with a scanner, the disagreements they find, and how those are put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256

from graphql import GraphQLError
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import (
    BarcodeRow,
    ChannelRow,
    DiscrepancyRow,
    LocationRow,
    MovementRow,
    ScanRow,
    VariantRow,
)
from subgraphs.inventory.rules.count import (
    DiscrepancyCause,
    DiscrepancyStatus,
    MovementKind,
    Scan,
    apply_scan,
    faults_in_scans,
    oversold,
)
from subgraphs.inventory.rules.location import serves_brand
from subgraphs.inventory.rules.quantities import MOST_COUNTED
from subgraphs.inventory.service import news, shelf
from subgraphs.inventory.service.places import local_day
from subgraphs.kit.errors import IdempotencyConflict, InvalidInput, NotFound, WrongState
from subgraphs.kit.ids import new_id
from subgraphs.kit.scalars import parse_gtin


@dataclass(frozen=True, slots=True)
class Scanned:
    """Records that scans changed, and the discrepancies they found; ids in the order of the scans, each once."""

    level_ids: tuple[str, ...]
    discrepancy_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    """What a scan is about, once its code is known."""

    place: LocationRow
    variant: VariantRow
    units: int

    @property
    def level_id(self) -> str:
        return shelf.level_id(self.variant.id, self.place.id)


async def scan(session: AsyncSession, scans: Sequence[Scan], now: datetime) -> Scanned:
    """Apply scans once each, in order of the time they were made; all of them or none.

    A scan whose key was seen before changes nothing and tells what it did then.

    Raises  InvalidInput, IdempotencyConflict (a key with another content), NotFound (place or code)
    """
    faults = faults_in_scans(scans, now)
    if faults:
        raise InvalidInput(faults[0].message, faults[0].path)
    seen = await _seen(session, scans)
    targets = await _targets(session, scans)
    await shelf.ensure(session, {(t.variant.id, t.place.id) for t in targets.values()}, now)
    # Locked together, in primary-key order, before the first is written.
    await shelf.lock(session, (t.level_id for t in targets.values()))
    for index in sorted(range(len(scans)), key=lambda i: (scans[i].scanned_at, i)):
        if scans[index].key not in seen:
            seen[scans[index].key] = await _apply(session, scans[index], targets[index], index, now)
    rows = [seen[each.key] for each in scans]
    return Scanned(
        tuple(dict.fromkeys(row.stock_level_id for row in rows)),
        tuple(dict.fromkeys(row.discrepancy_id for row in rows if row.discrepancy_id)),
    )


async def resolve(
    session: AsyncSession, discrepancy_id: str, cause: DiscrepancyCause, actual_quantity: int, now: datetime
) -> str:
    """Put a discrepancy right: say why it happened and how many units are really there.

    Raises  NotFound, WrongState (already resolved as something else), InvalidInput
    """
    if not 0 <= actual_quantity <= MOST_COUNTED:
        raise InvalidInput(f"Give a quantity between 0 and {MOST_COUNTED:,}.", ("actualQuantity",))
    row = await session.get(DiscrepancyRow, discrepancy_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such discrepancy.", ("id",))
    if row.status == DiscrepancyStatus.RESOLVED:
        if (row.cause, row.counted_quantity) == (cause, actual_quantity):
            return row.id
        raise WrongState("The discrepancy has been resolved already.", ("id",))
    # The shelf may have sold since the count: what is put right is the count's own error, not the shelf of now.
    correction = actual_quantity - row.counted_quantity
    if correction:
        change = shelf.Change(
            shelf.level_id(row.variant_id, row.location_id),
            on_hand=correction,
            movement=MovementKind.CORRECTION,
            reference=row.id,
        )
        await news.stock_changed(session, await shelf.change(session, [change], now))
    row.cause, row.status, row.counted_quantity, row.resolved_at = (
        cause,
        DiscrepancyStatus.RESOLVED,
        actual_quantity,
        now,
    )
    session.add(row)
    await news.discrepancy_resolved(session, row)
    return row.id


async def _seen(session: AsyncSession, scans: Sequence[Scan]) -> dict[str, ScanRow]:
    """Scans applied before, by key; the same key twice in one batch must be the same scan."""
    prints: dict[str, str] = {}
    for index, each in enumerate(scans):
        if prints.setdefault(each.key, _fingerprint(each)) != _fingerprint(each):
            raise _reused(index)
    rows = await session.exec(select(ScanRow).where(col(ScanRow.key).in_(sorted(prints))))
    found = {row.key: row for row in rows}
    for index, each in enumerate(scans):
        if each.key in found and found[each.key].fingerprint != prints[each.key]:
            raise _reused(index)
    return found


def _reused(index: int) -> IdempotencyConflict:
    return IdempotencyConflict("This key was used for another scan.", ("scans", str(index), "idempotencyKey"))


def _fingerprint(each: Scan) -> str:
    return sha256(repr(sorted(asdict(each).items())).encode()).hexdigest()


async def _targets(session: AsyncSession, scans: Sequence[Scan]) -> dict[int, _Target]:
    places = {
        row.id: row
        for row in await session.exec(
            select(LocationRow).where(col(LocationRow.id).in_(sorted({each.location_id for each in scans})))
        )
    }
    variants = await _variants(session, {each.code for each in scans})
    targets = {}
    for index, each in enumerate(scans):
        if each.location_id not in places:
            raise NotFound("There is no such place.", ("scans", str(index), "locationId"))
        if each.code not in variants:
            raise NotFound(f"The code {each.code[:40]!r} is not known.", ("scans", str(index), "code"))
        variant, units = variants[each.code]
        targets[index] = _Target(places[each.location_id], variant, units)
    return targets


async def _variants(session: AsyncSession, codes: set[str]) -> Mapping[str, tuple[VariantRow, int]]:
    """Code as scanned → its variant and the units one scan of it stands for: a GTIN of any length, or a SKU."""
    gtins = {code: gtin for code in codes if (gtin := _gtin(code)) is not None}
    barcodes = {
        row.gtin: row
        for row in await session.exec(select(BarcodeRow).where(col(BarcodeRow.gtin).in_(sorted(gtins.values()))))
    }
    ids = {row.variant_id for row in barcodes.values()}
    rows = (
        await session.exec(
            select(VariantRow).where(col(VariantRow.id).in_(sorted(ids)) | col(VariantRow.sku).in_(sorted(codes)))
        )
    ).all()
    by_id, by_sku = {row.id: row for row in rows}, {row.sku: row for row in rows}
    found: dict[str, tuple[VariantRow, int]] = {}
    for code in codes:
        barcode = barcodes.get(gtins.get(code, ""))
        if barcode is not None and barcode.variant_id in by_id:
            found[code] = by_id[barcode.variant_id], barcode.pack_size
        elif code in by_sku:
            found[code] = by_sku[code], 1
    return found


def _gtin(code: str) -> str | None:
    try:
        return parse_gtin(code)
    except GraphQLError:
        return None  # it may still be a SKU


async def _apply(session: AsyncSession, each: Scan, target: _Target, index: int, now: datetime) -> ScanRow:
    before = (await shelf.lock(session, [target.level_id]))[target.level_id]
    # A pack's code counts its units; a count is of packs as well as a change is.
    units = Scan(
        each.location_id,
        each.code,
        None if each.counted is None else each.counted * target.units,
        None if each.change is None else each.change * target.units,
        each.scanned_at,
        each.key,
    )
    # A device that was offline counted the shelf as it was then; what was sold since is taken off its figure.
    since = await _moved_since(session, target, each.scanned_at) if each.counted is not None else 0
    outcome = apply_scan(before.on_hand - since, units)
    on_hand = max(0, outcome.on_hand + since)
    if on_hand > MOST_COUNTED:
        raise InvalidInput(f"A shelf holds at most {MOST_COUNTED:,} units.", ("scans", str(index)))
    change = shelf.Change(
        target.level_id,
        on_hand=on_hand - before.on_hand,
        movement=_movement(units),
        difference=outcome.difference,
        reference=each.key,
        at=each.scanned_at,
        counted_at=each.scanned_at if each.counted is not None else None,
    )
    await news.stock_changed(session, await shelf.change(session, [change], now))
    row = ScanRow(key=each.key, fingerprint=_fingerprint(each), stock_level_id=target.level_id, at=each.scanned_at)
    if outcome.difference:
        then = replace(before, on_hand=max(0, before.on_hand - since))
        row.discrepancy_id = await _disagree(session, target, then, outcome.difference, each, now)
    session.add(row)
    await session.flush()
    return row


def _movement(each: Scan) -> MovementKind:
    if each.counted is not None:
        return MovementKind.COUNT
    return MovementKind.RECEIPT if (each.change or 0) > 0 else MovementKind.WRITE_OFF


async def _moved_since(session: AsyncSession, target: _Target, at: datetime) -> int:
    moved = select(func.coalesce(func.sum(MovementRow.change), 0)).where(
        MovementRow.variant_id == target.variant.id,
        MovementRow.location_id == target.place.id,
        col(MovementRow.at) > at,
    )
    return int((await session.exec(moved)).one())


async def _disagree(
    session: AsyncSession, target: _Target, before: shelf.Level, difference: int, each: Scan, now: datetime
) -> str:
    counted = before.on_hand + difference
    channels: list[str] = []
    if oversold(before.available, counted):
        rows = (await session.exec(select(ChannelRow).order_by(ChannelRow.code))).all()
        channels = [row.code for row in rows if serves_brand(target.place.brand_code, row.brand_code)]
    row = DiscrepancyRow(
        id=new_id("StockDiscrepancy"),
        variant_id=target.variant.id,
        location_id=target.place.id,
        system_quantity=before.on_hand,
        counted_quantity=counted,
        oversold_in=channels,
        cause=DiscrepancyCause.OVERSOLD if before.reserved > counted else DiscrepancyCause.UNKNOWN,
        status=DiscrepancyStatus.OPEN,
        day=local_day(target.place, each.scanned_at),
        detected_at=min(now, each.scanned_at),
    )
    session.add(row)
    await news.discrepancy_found(session, row)
    return row.id
