"""Two baskets become one: at sign-in, or when two customers turn out to be one. No unit is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartLineRow, CartRow, CartVoucherRow, SavedItemRow
from subgraphs.cart.rules.merging import Strategy, merge
from subgraphs.cart.rules.quantities import MOST_LINES, MOST_UNITS, summed
from subgraphs.cart.service.carts import OPEN, Caller, cart_in_use, lines_of, open_cart, touch
from subgraphs.cart.service.details import MOST_CODES
from subgraphs.cart.service.lines import way_of
from subgraphs.kit.errors import NotFound, NotPermitted
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit


@dataclass(frozen=True, slots=True)
class Folded:
    """The outcome: the basket to go on with, or with `guest_id` both, for the shopper to choose."""

    cart_id: str
    joined_lines: tuple[str, ...] = ()
    saved_items: tuple[str, ...] = ()
    guest_id: str | None = None


async def fold(session: AsyncSession, caller: Caller, guest_id: str, strategy: Strategy, key: str) -> Folded:
    """Fold a guest's basket into the caller's; where he has none, it becomes his.

    Raises  NotFound for a basket that is not there or has ended, NotPermitted for somebody's
    """
    customer_id = caller.viewer.customer_id
    if customer_id is None:
        raise NotPermitted("Sign in first.", ())

    async def work() -> dict[str, object]:
        guest = await _guests(session, guest_id, customer_id)
        account = await cart_in_use(session, customer_id, guest.brand_code)
        if account is None:
            await adopt(session, caller, guest)
            return {"cart": guest.id, "joined": [], "saved": [], "guest": None}
        account = await open_cart(session, caller.viewer, account.id)
        if strategy is Strategy.ASK:
            return {"cart": account.id, "joined": [], "saved": [], "guest": guest.id}
        joined, saved = await join(session, caller, guest, account, strategy)
        return {"cart": account.id, "joined": joined, "saved": saved, "guest": None}

    arguments = {"guest": guest_id, "strategy": strategy.value}
    answer = await once(session, f"cartMerge:{customer_id}", key, arguments, work)
    return Folded(answer["cart"], tuple(answer["joined"]), tuple(answer["saved"]), answer["guest"])


async def adopt(session: AsyncSession, caller: Caller, guest: CartRow) -> None:
    """Make a guest's basket the caller's basket in use; he has none of the brand."""
    guest.customer_id, guest.in_use = caller.viewer.customer_id, True
    await touch(session, caller, guest, "MERGED")


async def join(
    session: AsyncSession, caller: Caller, guest: CartRow, account: CartRow, strategy: Strategy
) -> tuple[list[str], list[str]]:
    """Move everything of one basket into another: (lines that were in both, things put aside)."""
    theirs, ours = list(await lines_of(session, guest.id)), list(await lines_of(session, account.id))
    merged = merge(_units(theirs), _units(ours), strategy)
    saved: list[str] = []
    joined: list[str] = []
    if strategy is Strategy.KEEP_CURRENT:
        for line in ours:
            saved.append(await _put_aside(session, caller, account.id, line, line.quantity))
            await session.delete(line)
        ours = []
    for line in theirs:
        if strategy is Strategy.KEEP_ACCOUNT:
            saved.append(await _put_aside(session, caller, account.id, line, line.quantity))
            await session.delete(line)
            continue
        kept = await _bring(session, caller, account.id, line, ours, merged.kept[line.variant_id], saved)
        if kept is not None and line.variant_id in merged.joined:
            joined.append(kept)
    await _move_rest(session, guest, account)
    guest.status, guest.in_use, guest.updated_at = "MERGED", False, caller.now
    guest.version += 1
    guest.changed_why, guest.changed_in, guest.changed_by = "MERGED", caller.channel, caller.device
    session.add(guest)
    account.promised = None
    await touch(session, caller, account, "MERGED")
    after_commit(session, f"cart:{guest.id}")
    payload = {"cart_id": account.id, "folded_id": guest.id, "customer_id": account.customer_id}
    await emit(session, "cart.merged", account.id, {**payload, "strategy": strategy.value})
    return list(dict.fromkeys(joined)), saved


async def _guests(session: AsyncSession, guest_id: str, customer_id: str) -> CartRow:
    locked = select(CartRow).where(CartRow.id == guest_id).with_for_update().execution_options(populate_existing=True)
    guest = (await session.exec(locked)).first()
    if guest is None or guest.status not in OPEN or guest.customer_id == customer_id:
        raise NotFound("There is no such guest's basket.", ("input", "guestCartId"))
    if guest.customer_id is not None:
        raise NotPermitted("This basket is somebody's.", ("input", "guestCartId"))
    return guest


async def _bring(
    session: AsyncSession,
    caller: Caller,
    account_id: str,
    line: CartLineRow,
    ours: list[CartLineRow],
    wanted: int,
    saved: list[str],
) -> str | None:
    """Bring one line over, as far as `wanted` units of its variant are not there yet: the line it is in now."""
    there = sum(mine.quantity for mine in ours if mine.variant_id == line.variant_id)
    units = min(line.quantity, max(0, wanted - there))
    same = next((m for m in ours if m.variant_id == line.variant_id and way_of(m) == way_of(line)), None)
    any_of_it = same or next((m for m in ours if m.variant_id == line.variant_id), None)
    over = max(0, there + units - MOST_UNITS)
    if same is None and len(ours) >= MOST_LINES:
        over = units
    units -= over
    if over:
        saved.append(await _put_aside(session, caller, account_id, line, over))
    if same is not None and units:
        same.quantity += units
        session.add(same)
    elif units:
        line.cart_id, line.quantity = account_id, units
        session.add(line)
        ours.append(line)
        return line.id
    await session.delete(line)
    return any_of_it.id if any_of_it is not None else None


async def _put_aside(session: AsyncSession, caller: Caller, cart_id: str, line: CartLineRow, units: int) -> str:
    row = SavedItemRow(
        id=new_id("SavedItem"),
        cart_id=cart_id,
        variant_id=line.variant_id,
        quantity=units,
        price_saved=line.price_added,
        saved_at=caller.now,
    )
    session.add(row)
    return row.id


async def _move_rest(session: AsyncSession, guest: CartRow, account: CartRow) -> None:
    """Codes, things put aside, contact: what the account's basket has already stays."""
    await session.exec(update(SavedItemRow).where(col(SavedItemRow.cart_id) == guest.id).values(cart_id=account.id))
    codes = await session.exec(select(CartVoucherRow).where(col(CartVoucherRow.cart_id).in_([guest.id, account.id])))
    rows = codes.all()
    present = {row.code for row in rows if row.cart_id == account.id}
    for row in rows:
        if row.cart_id == guest.id and row.code not in present and len(present) < MOST_CODES:
            present.add(row.code)
            session.add(CartVoucherRow(cart_id=account.id, code=row.code))
    account.shipping_address = account.shipping_address or guest.shipping_address
    account.billing_address = account.billing_address or guest.billing_address
    account.email, account.phone = account.email or guest.email, account.phone or guest.phone
    account.channels = list(dict.fromkeys([*account.channels, *guest.channels]))


def _units(lines: Sequence[CartLineRow]) -> dict[str, int]:
    return dict(summed((line.variant_id, line.quantity) for line in lines))
