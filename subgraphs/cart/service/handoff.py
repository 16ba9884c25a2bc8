"""A basket changes hands: offered by a code, taken over by a till or by another device; and filled by scanning."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartRow, RegisterRow
from subgraphs.cart.rules.access import may_use
from subgraphs.cart.service import lines
from subgraphs.cart.service.carts import Caller, Changed, open_cart, touch
from subgraphs.cart.service.lines import Known, LineAsked, Way
from subgraphs.kit.errors import NotFound

GOOD_FOR = timedelta(minutes=10)
LENGTH = 8
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs nobody mixes up when typing them in: 39 bits in eight, for ten minutes, once."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A basket offered to another device or a till."""

    cart_id: str
    code: str


async def offer(session: AsyncSession, caller: Caller, cart_id: str) -> Offered:
    """Offer a basket; a code that is still good is given again. NotFound when it is not there or not the caller's."""
    cart = await open_cart(session, caller.viewer, cart_id, path=("cartId",))
    good = cart.handoff_expires_at is not None and cart.handoff_expires_at > caller.now + GOOD_FOR / 2
    if cart.handoff_code is None or not good:
        cart.handoff_code = "".join(secrets.choice(_SIGNS) for _ in range(LENGTH))
        cart.handoff_expires_at = caller.now + GOOD_FOR
        session.add(cart)
    return Offered(cart.id, cart.handoff_code)


async def claim(session: AsyncSession, caller: Caller, code: str, register_code: str | None) -> Changed:
    """Take a basket over by its code, which is used up then.

    register_code   the till's, for staff; without it the claimer must be the shopper, on another device
    Raises          NotFound for a code that is unknown, used or over, for a till that is unknown or not the caller's
    """
    path = ("code",)
    wanted = code.strip().upper().replace("-", "").replace(" ", "")
    locked = select(CartRow).where(CartRow.handoff_code == wanted).with_for_update()
    found = (await session.exec(locked)).first() if wanted else None
    if found is None or found.handoff_expires_at is None or found.handoff_expires_at <= caller.now:
        raise NotFound("This code does not work any more; show a new one.", path)
    if register_code is None:
        if not may_use(caller.viewer, found.customer_id):
            raise NotFound("This code does not work any more; show a new one.", path)
    else:
        register = await session.get(RegisterRow, register_code.strip())
        if register is None or not caller.viewer.has_any("staff:store", "system:write"):
            raise NotFound("There is no such till.", ("registerCode",))
        found.register_code, found.register_location_id, found.mode = register.code, register.location_id, "TILL"
        found.served_by = caller.viewer.customer_id or register.code
    cart = await open_cart(session, caller.viewer, found.id, path=path)
    cart.handoff_code = cart.handoff_expires_at = None
    await touch(session, caller, cart, "HANDED_OFF")
    return Changed(cart.id, replayed=False)


async def scan(
    session: AsyncSession,
    caller: Caller,
    cart_id: str | None,
    location_id: str,
    scanned: tuple[str, int, str | None],
    key: str,
    known: Known,
) -> Changed:
    """Put what was scanned into a basket, to be taken away from this store.

    scanned     variant, units of the pack, and the hold it is sold from
    Raises      as `lines.add_lines`
    """
    variant_id, units, held = scanned
    line = LineAsked(variant_id, units, Way("CARRY_OUT", location_id), held)
    changed = await lines.add_lines(session, caller, cart_id, [line], None, key, known)
    cart = await session.get_one(CartRow, changed.cart_id)
    if cart.mode == "BASKET":
        cart.mode = "TILL" if caller.viewer.has_any("staff:store") else "SCAN_AND_GO"
        session.add(cart)
    return changed
