"""What others tell, each event once. Tolerant: unknown members are ignored, what is not stocked here is left aside.

    channel.named           code, name
    channel.launched        code, brand                             its promises stand on the brand's places
    brand.named             code, name
    product.changed         product_id, brand, variants: id, sku, gtins
    order.recorded          location_id, lines: variant_id, quantity, reservation_id?   sold outside; the goods are gone
    order.cancelled                                                 its holds are free, its transfers called off
    order.line_failed       location_id, variant_id, quantity       promised, and not found when it was picked
    pickup.collected, shipment.dispatched, carry_out.done           location_id?    its holds there became sales
    return.received         location_id, lines: variant_id, quantity, resellable?

Events of orders carry `order_id`, or are told of the order (its aggregate).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.models import LocationRow, ReservationRow, TransferRow, VariantRow
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.reservation import ReservationStatus
from subgraphs.inventory.rules.transfer import BEFORE_THE_ROAD, TransferStatus
from subgraphs.inventory.service import catalogue, holds, news, shelf, transfers
from subgraphs.inventory.service.places import local_day
from subgraphs.inventory.service.reports import SHORTFALLS
from subgraphs.kit.bus import Event
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.names import remember
from subgraphs.kit.upsert import upsert


async def channel_named(session: AsyncSession, event: Event) -> None:
    """A channel has a name, perhaps a new one."""
    await remember(session, "channel", {str(event.payload["code"]): str(event.payload["name"])})


async def channel_launched(session: AsyncSession, event: Event) -> None:
    """A channel sells from now on, for a brand."""
    await catalogue.know_channels(session, [(str(event.payload["code"]), event.payload.get("brand"))])


async def product_changed(session: AsyncSession, event: Event) -> None:
    """A product has these variants and codes; what is kept of them otherwise (limits, values) stays."""
    payload = event.payload
    told = [each for each in payload.get("variants") or () if each.get("id") and each.get("sku")]
    variants = [
        catalogue.Variant(
            id=str(each["id"]),
            sku=str(each["sku"]),
            product_id=payload.get("product_id"),
            brand_code=payload.get("brand"),
            unit_value=Decimal(0),
            currency="GBP",
        )
        for each in told
    ]
    await catalogue.know_variants(session, variants, told=("sku", "product_id", "brand_code"))
    await catalogue.know_barcodes(
        session, [(gtin, str(each["id"]), 1) for each in told for gtin in each.get("gtins") or ()]
    )


async def brand_named(session: AsyncSession, event: Event) -> None:
    """A brand has a name, perhaps a new one."""
    await remember(session, "brand", {str(event.payload["code"]): str(event.payload["name"])})


async def order_recorded(session: AsyncSession, event: Event) -> None:
    """A sale was made outside (a till, a marketplace): the goods are gone, whatever the system thought was there."""
    order_id = _order_id(event)
    lines = _lines(event.payload)
    place_id = event.payload.get("location_id")
    held = [str(line["reservation_id"]) for line in lines if line.get("reservation_id")]
    sold = set(await holds.sell(session, held, order_id, datetime.now(UTC))) if held else set()
    # The goods of a hold that ran out meanwhile are gone all the same.
    rest = [line for line in lines if str(line.get("reservation_id")) not in sold]
    if place_id:
        await _leave(session, str(place_id), rest, order_id, event.at)


async def order_cancelled(session: AsyncSession, event: Event) -> None:
    """An order was called off: what is held for it is free again, what is not on the road yet stays."""
    order_id = _order_id(event)
    now = datetime.now(UTC)
    going = await session.exec(
        select(TransferRow.id).where(
            TransferRow.order_id == order_id, col(TransferRow.status).in_(sorted(BEFORE_THE_ROAD))
        )
    )
    for transfer_id in sorted(going.all()):
        await transfers.advance(session, transfer_id, transfers.Step(TransferStatus.CANCELLED), now)
    await holds.release(session, await _held_for(session, order_id), now)


async def line_failed(session: AsyncSession, event: Event) -> None:
    """A promised line was not found when it was picked: analysts count the order as failed."""
    payload = event.payload
    place = await session.get(LocationRow, str(payload.get("location_id") or ""))
    if place is None or not payload.get("variant_id"):
        return
    row = {
        "order_id": _order_id(event),
        "variant_id": str(payload["variant_id"]),
        "location_id": place.id,
        "quantity": int(payload.get("quantity") or 1),
        "day": local_day(place, event.at),
        "at": event.at,
    }
    await upsert(session, SHORTFALLS, [row], update=())


async def goods_handed_over(session: AsyncSession, event: Event) -> None:
    """An order's goods left the place they were held in: collected at the counter, or given to a carrier."""
    order_id = _order_id(event)
    place_id = event.payload.get("location_id")
    await holds.sell(session, await _held_for(session, order_id, place_id), order_id, datetime.now(UTC))


async def goods_returned(session: AsyncSession, event: Event) -> None:
    """Goods came back and can be sold again: they are on hand where they were handed in."""
    place_id = event.payload.get("location_id")
    if not place_id:
        return
    lines = [line for line in _lines(event.payload) if line.get("resellable", True)]
    units = await _known_units(session, str(place_id), lines)
    now = datetime.now(UTC)
    await shelf.ensure(session, {(variant_id, str(place_id)) for variant_id in units}, now)
    changes = [
        shelf.Change(
            shelf.level_id(variant_id, str(place_id)),
            on_hand=quantity,
            movement=MovementKind.RETURN,
            reference=event.aggregate_id,
            at=event.at,
        )
        for variant_id, quantity in sorted(units.items())
    ]
    await news.stock_changed(session, await shelf.change(session, changes, now))


async def _leave(
    session: AsyncSession, place_id: str, lines: Sequence[Mapping[str, Any]], order_id: str, at: datetime
) -> None:
    units = await _known_units(session, place_id, lines)
    now = datetime.now(UTC)
    await shelf.ensure(session, {(variant_id, place_id) for variant_id in units}, now)
    changes = [
        shelf.Change(
            shelf.level_id(variant_id, place_id),
            on_hand=-quantity,
            movement=MovementKind.SALE,
            reference=order_id,
            at=at,
        )
        for variant_id, quantity in sorted(units.items())
    ]
    await news.stock_changed(session, await shelf.change(session, changes, now))


async def _known_units(session: AsyncSession, place_id: str, lines: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    """Units by variant, of variants and a place that are known here; what is not stocked cannot leave a shelf."""
    if await session.get(LocationRow, place_id) is None:
        return {}
    units: dict[str, int] = {}
    for line in lines:
        variant_id = str(line["variant_id"])
        units[variant_id] = units.get(variant_id, 0) + int(line["quantity"])
    known = await session.exec(select(VariantRow.id).where(col(VariantRow.id).in_(sorted(units))))
    return {variant_id: units[variant_id] for variant_id in known.all() if units[variant_id] > 0}


async def _held_for(session: AsyncSession, holder: str, place_id: str | None = None) -> list[str]:
    statement = select(ReservationRow.id).where(
        ReservationRow.holder == holder, ReservationRow.status == ReservationStatus.ACTIVE
    )
    if place_id:
        statement = statement.where(ReservationRow.location_id == str(place_id))
    return list((await session.exec(statement)).all())


def _order_id(event: Event) -> str:
    return str(event.payload.get("order_id") or event.aggregate_id)


def _lines(payload: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [line for line in payload.get("lines") or () if line.get("variant_id") and line.get("quantity")]


CONSUMERS = (
    Consumer("channels", ("channel.named",), channel_named),
    Consumer("launches", ("channel.launched",), channel_launched),
    Consumer("brands", ("brand.named",), brand_named),
    Consumer("products", ("product.changed",), product_changed),
    Consumer("sales", ("order.recorded",), order_recorded),
    Consumer("cancellations", ("order.cancelled",), order_cancelled),
    Consumer("failures", ("order.line_failed",), line_failed),
    Consumer("handovers", ("pickup.collected", "shipment.dispatched", "carry_out.done"), goods_handed_over),
    Consumer("returns", ("return.received",), goods_returned),
)
