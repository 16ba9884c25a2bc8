"""Baskets that are left: noticed by a sweep, told to others, listed for those who follow up, brought back by a link."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartLineRow, CartRow
from subgraphs.cart.rules.abandonment import AT_A_TILL, LEFT_AFTER, SOONEST, THROWN_AWAY_AFTER, left_after
from subgraphs.cart.service.carts import Caller, Changed, cart_in_use, now, open_cart, touch
from subgraphs.cart.service.merging import adopt
from subgraphs.kit.database import Database
from subgraphs.kit.identity import Viewer
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

log = logging.getLogger("subgraphs.cart")

SWEPT_AT_ONCE = 200
_HOLDER_OF_TOKEN = Viewer(scopes=frozenset({"system:write"}))
SWEPT_EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which abandoned baskets are asked for.

    least   (amount, currency) of the goods when they were left
    after   (abandoned at, id) of the one to go on behind
    """

    since: datetime
    started_in: str | None
    least: tuple[Decimal, str] | None


async def sweep(session: AsyncSession, moment: datetime) -> int:
    """Note the baskets with goods in them that were left alone for too long: how many."""
    filled = exists().where(col(CartLineRow.cart_id) == col(CartRow.id))
    # The database picks by the shortest time; which time a basket has, its channel says.
    quick = or_(col(CartRow.changed_in).in_([*LEFT_AFTER]), col(CartRow.updated_at) < moment - AT_A_TILL)
    statement = (
        select(CartRow)
        .where(CartRow.status == "ACTIVE", CartRow.updated_at < moment - SOONEST, filled, quick)
        .order_by(col(CartRow.updated_at))
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    left = [
        cart
        for cart in await session.exec(statement)
        if cart.updated_at < moment - left_after(cart.changed_in or cart.started_in)
    ]
    values = await _values(session, [cart.id for cart in left])
    for cart in left:
        cart.status, cart.abandoned_at = "ABANDONED", moment
        cart.left_at, cart.left_value = cart.left_at or moment, values[cart.id]
        session.add(cart)
        payload = {
            "cart_id": cart.id,
            "customer_id": cart.customer_id,
            "email": cart.email,
            "channel": cart.changed_in or cart.started_in,
            "started_in": cart.started_in,
            "brand": cart.brand_code,
            "value": {"amount": str(cart.left_value), "currency": cart.currency},
        }
        await emit(session, "cart.abandoned", cart.id, payload)
        after_commit(session, f"cart:{cart.id}")
    return len(left)


async def throw_away(session: AsyncSession, moment: datetime) -> int:
    """End baskets nobody came back to for months: how many."""
    statement = (
        select(CartRow)
        .where(CartRow.status == "ABANDONED", CartRow.updated_at < moment - THROWN_AWAY_AFTER)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.exec(statement)).all()
    for cart in rows:
        cart.status, cart.in_use = "EXPIRED", False
        session.add(cart)
    return len(rows)


async def sweep_for_ever(database: Database) -> None:
    """Sweep every minute until cancelled."""
    while True:
        await asyncio.sleep(SWEPT_EVERY_SECONDS)
        try:
            await database.write(sweep, now())
            await database.write(throw_away, now())
        except Exception:
            log.exception("the sweep of baskets failed; it is tried again")


async def recover(session: AsyncSession, caller: Caller, cart_id: str) -> Changed:
    """Bring a basket back; a guest's becomes that of a signed-in caller who has none in use.

    Whoever has the token and has not signed in got the owner's message: the basket is in use again and shown to him
    this once; to change it he signs in.

    Raises  NotFound for one that has ended, or is not that of the customer who is signed in
    """
    customer_id = caller.viewer.customer_id
    opener = _HOLDER_OF_TOKEN if customer_id is None else caller.viewer
    cart = await open_cart(session, opener, cart_id, path=("token",))
    free = cart.customer_id is None and customer_id is not None
    if free and await cart_in_use(session, customer_id or "", cart.brand_code) is None:
        await adopt(session, caller, cart)
    else:
        await touch(session, caller, cart, "LINES")
    return Changed(cart.id, replayed=False)


async def abandoned(
    session: AsyncSession, wanted: Wanted, after: tuple[datetime, str] | None, most: int
) -> Sequence[CartRow]:
    """Abandoned baskets in the order they were left, up to `most`."""
    statement = select(CartRow).where(*_where(wanted))
    if after is not None:
        statement = statement.where(tuple_(col(CartRow.abandoned_at), col(CartRow.id)) > after)
    return (await session.exec(statement.order_by(col(CartRow.abandoned_at), col(CartRow.id)).limit(most))).all()


async def count_abandoned(session: AsyncSession, wanted: Wanted) -> int:
    """How many there are in all."""
    return int((await session.exec(select(func.count()).select_from(CartRow).where(*_where(wanted)))).one())


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [col(CartRow.status) == "ABANDONED", col(CartRow.abandoned_at) >= wanted.since]
    if wanted.started_in is not None:
        conditions.append(col(CartRow.started_in) == wanted.started_in)
    if wanted.least is not None:
        amount, currency = wanted.least
        conditions += [col(CartRow.currency) == currency, col(CartRow.left_value) >= amount]
    return conditions


async def _values(session: AsyncSession, cart_ids: Sequence[str]) -> dict[str, Decimal]:
    """What the goods of baskets cost when they were added; amounts are multiplied here, the database cannot."""
    lines = select(col(CartLineRow.cart_id), col(CartLineRow.price_added), col(CartLineRow.quantity)).where(
        col(CartLineRow.cart_id).in_(cart_ids)
    )
    values: dict[str, Decimal] = {}
    for cart_id, price, quantity in await session.exec(lines):
        values[cart_id] = values.get(cart_id, Decimal(0)) + price * quantity
    return values
