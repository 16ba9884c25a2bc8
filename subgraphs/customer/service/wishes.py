"""Wishes and try-ons."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import CustomerRow, TryOnRow, WishlistRow, WishRow
from subgraphs.customer.service.people import caller_id, ensure
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id, new_uuid, type_of
from subgraphs.kit.outbox import emit


async def add_wish(session: AsyncSession, viewer: Viewer, variant_id: str, wishlist_id: str | None) -> CustomerRow:
    """Put a variant on a list of the caller; there already, it stays as it is.

    Event   wishlist.added {customer_id, wishlist_id, variant_id}
    """
    customer = await ensure(session, caller_id(viewer))
    _variant(variant_id)
    wishlist = await _list(session, customer.id, wishlist_id)
    now, channel = datetime.now(UTC), viewer.channel or "web"
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"wishlist_id": wishlist.id, "variant_id": variant_id, "added_at": now, "added_in": channel}
    result = await session.execute(insert(WishRow).values(values).on_conflict_do_nothing())
    if result.rowcount:  # type: ignore[attr-defined]  # an INSERT's result is a cursor result
        payload = {"customer_id": customer.id, "wishlist_id": wishlist.id, "variant_id": variant_id}
        await emit(session, "wishlist.added", wishlist.id, payload)
    return customer


async def save_try_on(session: AsyncSession, viewer: Viewer, variant_id: str, image_url: str | None) -> CustomerRow:
    """Keep a virtual try-on of the caller."""
    customer = await ensure(session, caller_id(viewer))
    _variant(variant_id)
    row = TryOnRow(
        id=str(new_uuid()),
        customer_id=customer.id,
        variant_id=variant_id,
        channel=viewer.channel or "web",
        image_url=image_url,
        at=datetime.now(UTC),
    )
    session.add(row)
    return customer


async def _list(session: AsyncSession, customer_id: str, wishlist_id: str | None) -> WishlistRow:
    """The list asked for, else the first one, made when there is none. The customer's row is locked: none is made twice."""
    query = select(WishlistRow).where(WishlistRow.customer_id == customer_id).order_by(col(WishlistRow.created_at))
    lists = (await session.exec(query)).all()
    if wishlist_id is not None:
        found = next((row for row in lists if row.id == wishlist_id), None)
        if found is None:
            raise NotFound("There is no such wish list", ("wishlistId",))
        return found
    if lists:
        return lists[0]
    row = WishlistRow(id=new_id("Wishlist"), customer_id=customer_id, name="Wish list", created_at=datetime.now(UTC))
    session.add(row)
    await session.flush()
    return row


def _variant(variant_id: str) -> None:
    if type_of(variant_id) != "ProductVariant":
        raise InvalidInput("variantId is no id of a variant", ("variantId",))
