"""What others tell: names, goods, transfers, people. Tolerant: unknown members are ignored, missing ones left as known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import (
    ContactRow,
    FulfilmentLineRow,
    FulfilmentRow,
    OrderLineRow,
    OrderRow,
    PickTaskRow,
    PlaceFactRow,
    Record,
)
from subgraphs.fulfilment.rules.steps import OVER
from subgraphs.fulfilment.service import advancing, lookup, storework, story, tasks
from subgraphs.kit.bus import Event
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.names import remember
from subgraphs.kit.upsert import upsert

TABLES = Record.metadata.tables


async def named(session: AsyncSession, event: Event) -> None:
    """A channel, brand or location has a name, perhaps a new one; of a location also whose it is, when told."""
    payload = event.payload
    kind, code = event.topic.partition(".")[0], str(payload["code"])
    await remember(session, kind, {code: str(payload.get("name") or code)})
    if kind == "location" and ("brand_code" in payload or "store_group_code" in payload):
        await session.merge(
            PlaceFactRow(
                location_id=code, brand_code=payload.get("brand_code"), group_code=payload.get("store_group_code")
            )
        )


async def product_changed(session: AsyncSession, event: Event) -> None:
    """A product has variants, codes and categories, perhaps new ones."""
    payload = event.payload
    product_id = str(payload.get("product_id", event.aggregate_id))
    variants: list[Mapping[str, Any]] = [each for each in payload.get("variants") or () if each.get("id")]
    facts = [
        {
            "variant_id": str(each["id"]),
            "product_id": product_id,
            "sku": str(each.get("sku") or each["id"]),
            "name": str(each.get("name") or payload.get("name") or each.get("sku") or each["id"]),
            "brand_code": payload.get("brand"),
        }
        for each in variants
    ]
    await upsert(session, TABLES["variant_fact"], facts, update=("product_id", "sku", "name", "brand_code"))
    for each in variants:
        cost = each.get("unit_cost")
        if isinstance(cost, Mapping) and cost.get("amount") is not None:
            known = {"unit_cost": Decimal(str(cost["amount"])), "unit_cost_currency": str(cost["currency"])}
            table = TABLES["variant_fact"]
            await session.execute(update(table).where(table.c.variant_id == str(each["id"])).values(**known))
    codes = {str(gtin).zfill(14): str(each["id"]) for each in variants for gtin in each.get("gtins") or ()}
    rows = [{"gtin": gtin, "variant_id": variant_id} for gtin, variant_id in sorted(codes.items())]
    await upsert(session, TABLES["barcode_fact"], rows, update=("variant_id",))
    kept = {str(category) for category in payload.get("category_ids") or ()}
    pairs = [{"category_id": one, "variant_id": str(each["id"])} for one in sorted(kept) for each in variants]
    await upsert(session, TABLES["category_fact"], pairs, update=())


async def lead_time_changed(session: AsyncSession, event: Event) -> None:
    """Backorders of a variant leave after so many days; none: it cannot be ordered ahead."""
    variant_id, days = str(event.payload["variant_id"]), event.payload.get("lead_time_days")
    table = TABLES["lead_time"]
    if days is None:
        await session.execute(table.delete().where(table.c.variant_id == variant_id))
    else:
        await upsert(session, table, [{"variant_id": variant_id, "days": int(days)}], update=("days",))


async def transfer_moved(session: AsyncSession, event: Event) -> None:
    """Goods for an order are brought to its store: the order expects them when the transfer does, and is ready when they are there."""
    payload = event.payload
    await storework.transfer_moved(session, payload, datetime.now(UTC))
    order_id, to_id = payload.get("order_id"), payload.get("to_location_id")
    if not order_id or await session.get(OrderRow, order_id) is None:
        return
    order = await story.locked(session, order_id)
    parts = await story.parts_of(session, order.id)
    part = next(
        (
            each
            for each in parts
            if each.kind == "PICKUP"
            and each.location_id == to_id
            and each.status not in OVER
            and each.transfer_id in {None, payload.get("transfer_id")}
        ),
        None,
    )
    if part is None:
        return
    now = datetime.now(UTC)
    if part.transfer_id is None:
        # The offer taken at checkout is the promise; until its transfer began there was only a guess.
        part.transfer_id, part.from_id = str(payload["transfer_id"]), str(payload.get("from_location_id", part.from_id))
        promised = _instant(payload.get("promised_at")) or part.promised_at
        part.promised_at = part.estimated_at = promised
        session.add(part)
        order.promised_at = max((each.promised_at for each in parts if each.promised_at), default=None)
        story.happened(session, order, "TRANSFER_REQUESTED", now, "Asked for from another store", part, part.from_id)
    expected = _instant(payload.get("estimated_at"))
    status = payload.get("status")
    if status == "ARRIVED" and part.status in {"PENDING", "IN_TRANSIT"}:
        story.happened(session, order, "TRANSFER_ARRIVED", now, "Arrived in the store", part)
        await advancing.move(session, order, part, "READY", now)
    elif status == "IN_TRANSIT" and part.status == "PENDING":
        part.status = "IN_TRANSIT"
        session.add(part)
        story.wake(session, order)
    if expected is not None and part.status not in {"READY", *OVER}:
        await advancing.expect(session, order, part, expected, now)
    await story.settle(session, order)


async def stock_short(session: AsyncSession, event: Event) -> None:
    """Units of an order cannot be had after all: they are called off, and their money goes back."""
    payload = event.payload
    order_id = payload.get("order_id", event.aggregate_id)
    if await session.get(OrderRow, order_id) is None:
        return
    order = await story.locked(session, order_id)
    left, now = int(payload.get("quantity") or 0), datetime.now(UTC)
    statement = (
        select(FulfilmentLineRow, OrderLineRow, FulfilmentRow)
        .join(OrderLineRow, col(OrderLineRow.id) == col(FulfilmentLineRow.order_line_id))
        .join(FulfilmentRow, col(FulfilmentRow.id) == col(FulfilmentLineRow.fulfilment_id))
        .where(OrderLineRow.order_id == order.id, OrderLineRow.variant_id == payload.get("variant_id"))
        .order_by(col(OrderLineRow.position).desc())
    )
    for carried, line, part in (await session.exec(statement)).all():
        gone = min(left, carried.quantity)
        if gone == 0 or part.status not in {"PENDING", "PREPARING"}:
            continue
        left -= gone
        story.happened(session, order, "SHORT_PICK", now, f"{line.name} could not be had", part)
        await story.call_off(session, order, part, {line.id: gone}, now)
        if part.status == "CANCELLED":
            await tasks.cancel_for(session, part.id, now)
    await story.settle(session, order)


async def signed_up(session: AsyncSession, event: Event) -> None:
    """Someone opened an account: found by e-mail from now on; the guest order the message led to is theirs."""
    payload = event.payload
    customer_id = str(payload.get("customer_id", event.aggregate_id))
    if payload.get("email"):
        await session.merge(
            ContactRow(kind="EMAIL", value=lookup.contact_value(str(payload["email"])), customer_id=customer_id)
        )
    if payload.get("phone"):
        await session.merge(
            ContactRow(kind="PHONE", value=lookup.contact_value(str(payload["phone"])), customer_id=customer_id)
        )
    found = await lookup.by_token(session, str(payload.get("order_token") or ""), datetime.now(UTC))
    if found is None:
        return
    order = await story.locked(session, found.id)
    if order.customer_id is None:
        order.customer_id = customer_id
        session.add(order)
        story.wake(session, order)


async def contact_known(session: AsyncSession, event: Event) -> None:
    """A person is found by another e-mail, phone or loyalty number."""
    payload = event.payload
    kind, value = str(payload.get("kind") or ""), payload.get("value")
    if event.topic == "membership.changed":
        kind, value = "LOYALTY_NUMBER", payload.get("number")
    customer_id = payload.get("customer_id")
    if customer_id and value and kind in {"EMAIL", "PHONE", "LOYALTY_NUMBER"}:
        contact = ContactRow(kind=kind, value=lookup.contact_value(str(value)), customer_id=str(customer_id))
        await session.merge(contact)


async def merged(session: AsyncSession, event: Event) -> None:
    """Two records were one person: what was the one's is the other's."""
    keep, fold = event.payload.get("keep_id"), event.payload.get("fold_id")
    if not keep or not fold:
        return
    for kind in (OrderRow, PickTaskRow, ContactRow):
        table = TABLES[str(kind.__tablename__)]
        await session.execute(update(table).where(table.c.customer_id == fold).values(customer_id=keep))


async def store_visited(session: AsyncSession, event: Event) -> None:
    """A customer is in a store: their tasks there come first, and the wait for a collection begins."""
    customer_id, place = event.payload.get("customer_id"), event.payload.get("location_id")
    if not customer_id or not place:
        return
    at = _instant(event.payload.get("at")) or event.at
    statement = (
        select(FulfilmentRow.order_id)
        .join(OrderRow, col(OrderRow.id) == col(FulfilmentRow.order_id))
        .where(
            OrderRow.customer_id == customer_id,
            col(OrderRow.is_open).is_(True),
            FulfilmentRow.location_id == place,
            FulfilmentRow.kind == "PICKUP",
        )
        .distinct()
    )
    for order_id in sorted((await session.exec(statement)).all()):
        order = await story.locked(session, order_id)
        for part in await story.parts_of(session, order.id):
            if part.kind == "PICKUP" and part.location_id == place and part.status not in OVER:
                part.arrived_at = at
                session.add(part)
                story.happened(session, order, "CUSTOMER_ARRIVED", at, "Came into the store", part)
    await tasks.customer_came(session, str(customer_id), str(place), datetime.now(UTC))


async def hold_made(session: AsyncSession, event: Event) -> None:
    """A customer had goods set aside to try on: the store sets them out."""
    await storework.set_out(session, event.payload, datetime.now(UTC))


async def hold_ended(session: AsyncSession, event: Event) -> None:
    """What was set aside was given back, ran out or was sold: nothing is to be done for it any more."""
    await storework.hold_ended(session, event.payload, datetime.now(UTC))


def _instant(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CONSUMERS = (
    Consumer("names", ("channel.named", "brand.named", "location.named"), named),
    Consumer("goods", ("product.changed",), product_changed),
    Consumer("lead-times", ("stock.lead_time_changed",), lead_time_changed),
    Consumer("transfers", ("transfer.requested", "transfer.advanced"), transfer_moved),
    Consumer("holds", ("reservation.made",), hold_made),
    Consumer("holds-over", ("reservation.ended",), hold_ended),
    Consumer("shortfalls", ("stock.shortfall",), stock_short),
    Consumer("accounts", ("customer.signed_up",), signed_up),
    Consumer("contacts", ("customer.identity_linked", "membership.changed"), contact_known),
    Consumer("merges", ("customer.merged",), merged),
    Consumer("visits", ("store.visited",), store_visited),
)
