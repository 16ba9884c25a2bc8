"""Carts: started, looked up, locked for a change, and the change told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import VersionConflict
from subgraphs.cart.models import CartLineRow, CartRow, MemberRow
from subgraphs.cart.rules.access import may_use
from subgraphs.cart.rules.ways import is_till
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

OPEN = frozenset({"ACTIVE", "IN_CHECKOUT", "ABANDONED"})
"""States in which a cart can be changed; a change takes it back to ACTIVE."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who changes a cart, where and when.

    device      what the client calls itself, so that it can skip its own echo; see `rules.device`
    """

    viewer: Viewer
    channel: str
    now: datetime
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The cart that was changed; `replayed` when the key had been used and nothing happened now."""

    cart_id: str
    replayed: bool


async def open_cart(
    session: AsyncSession,
    viewer: Viewer,
    cart_id: str,
    expected_version: int | None = None,
    path: tuple[str, ...] = ("input", "cartId"),
) -> CartRow:
    """The cart, locked for a change.

    Raises  NotFound when it is not there, not the caller's, or ended; VersionConflict
    """
    # Read anew under the lock: it may have been read before, and changed while this waited.
    locked = select(CartRow).where(CartRow.id == cart_id).with_for_update().execution_options(populate_existing=True)
    cart = (await session.exec(locked)).first()
    if cart is None or not may_use(viewer, cart.customer_id) or cart.status not in OPEN:
        raise NotFound("There is no such basket.", path)
    if expected_version is not None and expected_version != cart.version:
        raise VersionConflict(
            f"The basket is at version {cart.version}, not {expected_version}.",
            (*path[:-1], "expectedVersion"),
            cart_id=cart.id,
        )
    return cart


async def touch(session: AsyncSession, caller: Caller, cart: CartRow, cause: str) -> None:
    """Note a change: the version rises, the channel is remembered, others are told."""
    cart.version += 1
    cart.changed_why, cart.changed_in, cart.changed_by = cause, caller.channel, caller.device
    cart.updated_at = caller.now
    cart.abandoned_at = None
    if cart.status in OPEN:
        cart.status = "ACTIVE"
    if caller.channel not in cart.channels:
        cart.channels = [*cart.channels, caller.channel]
    session.add(cart)
    await emit(
        session,
        "cart.changed",
        cart.id,
        {
            "version": cart.version,
            "cause": cause,
            "channel": caller.channel,
            "customer_id": cart.customer_id,
            "brand": cart.brand_code,
        },
    )
    after_commit(session, f"cart:{cart.id}")


MOST_WOKEN = 200


async def wake_holders(session: AsyncSession, variant_ids: Sequence[str], cause: str) -> None:
    """Something that others decide changed for open baskets with these goods: their watchers look again.

    The basket itself is as it was, and so is its version; up to 200 baskets, the ones changed last.
    """
    holding = select(CartLineRow.cart_id).where(col(CartLineRow.variant_id).in_(variant_ids))
    statement = (
        select(CartRow)
        .where(col(CartRow.id).in_(holding), CartRow.status == "ACTIVE")
        .order_by(col(CartRow.updated_at).desc())
        .limit(MOST_WOKEN)
    )
    ids = [row.id for row in await session.exec(statement)]
    locked = select(CartRow).where(col(CartRow.id).in_(ids), CartRow.status == "ACTIVE").order_by(col(CartRow.id))
    for cart in (await session.exec(locked.with_for_update().execution_options(populate_existing=True))).all():
        cart.noticed += 1
        cart.changed_why, cart.changed_in, cart.changed_by = cause, None, None
        session.add(cart)
        after_commit(session, f"cart:{cart.id}")


async def lines_of(session: AsyncSession, cart_id: str) -> Sequence[CartLineRow]:
    """The lines of a cart in the order added."""
    statement = (
        select(CartLineRow)
        .where(CartLineRow.cart_id == cart_id)
        .order_by(col(CartLineRow.added_at), col(CartLineRow.id))
    )
    return (await session.exec(statement)).all()


async def is_member(session: AsyncSession, customer_id: str | None, brand_code: str) -> bool:
    """Whether the customer is in the brand's loyalty programme."""
    return customer_id is not None and await session.get(MemberRow, (customer_id, brand_code)) is not None


async def cart_in_use(session: AsyncSession, customer_id: str, brand_code: str | None) -> CartRow | None:
    """The customer's basket in use for a brand; for any brand the one changed last."""
    statement = select(CartRow).where(CartRow.customer_id == customer_id, CartRow.in_use)
    if brand_code is not None:
        statement = statement.where(CartRow.brand_code == brand_code)
    return (await session.exec(statement.order_by(col(CartRow.updated_at).desc()).limit(1))).first()


def rings_up(caller: Caller) -> bool:
    """Whether the caller is an associate at a till."""
    return caller.viewer.has_any("staff:store") and is_till(caller.channel)


async def cart_for(
    session: AsyncSession,
    caller: Caller,
    cart_id: str | None,
    brand_code: str,
    currency: str,
    expected_version: int | None,
) -> CartRow:
    """The cart to add to, locked: the one named, the customer's in use, or a new one.

    Raises  as `open_cart`
    """
    if cart_id is not None:
        return await open_cart(session, caller.viewer, cart_id, expected_version)
    # What an associate rings up is somebody's who is not known yet, and no basket of the associate's own.
    customer_id = None if rings_up(caller) else caller.viewer.customer_id
    if customer_id is not None:
        found = await cart_in_use(session, customer_id, brand_code)
        if found is not None:
            return await open_cart(session, caller.viewer, found.id, expected_version)
    cart = CartRow(
        id=new_id("Cart"),
        version=0,
        brand_code=brand_code,
        started_in=caller.channel,
        channels=[caller.channel],
        customer_id=customer_id,
        in_use=customer_id is not None,
        currency=currency,
        created_at=caller.now,
        updated_at=caller.now,
    )
    try:
        async with session.begin_nested():
            session.add(cart)
    except IntegrityError:
        # Another device of the same customer started one in the same moment.
        found = await cart_in_use(session, customer_id or "", brand_code)
        if found is None:
            raise
        return await open_cart(session, caller.viewer, found.id)
    await emit(
        session,
        "cart.started",
        cart.id,
        {"channel": caller.channel, "customer_id": customer_id, "brand": brand_code},
    )
    return cart


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


async def carts_of(
    session: AsyncSession, customer_id: str, states: Sequence[str] | None, most: int
) -> Sequence[CartRow]:
    """A customer's carts, the one changed last first."""
    statement = select(CartRow).where(CartRow.customer_id == customer_id)
    if states is not None:
        statement = statement.where(col(CartRow.status).in_(states))
    return (
        await session.exec(statement.order_by(col(CartRow.updated_at).desc(), col(CartRow.id).desc()).limit(most))
    ).all()
