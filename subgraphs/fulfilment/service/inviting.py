"""Links that open one order without a password: made, taken up at sign-in, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.rules import links, passes
from subgraphs.fulfilment.rules.access import may_see
from subgraphs.fulfilment.service import lookup, story
from subgraphs.kit.errors import NotFound, NotPermitted
from subgraphs.kit.identity import Viewer
from subgraphs.kit.outbox import emit


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link to an order: its token, the address to send, and its end."""

    token: str
    url: str
    expires_at: datetime


def invitation_of(order: OrderRow, now: datetime) -> Invitation:
    """A link that opens this order from now on."""
    until, secret = now + passes.INVITED_FOR, order.pickup_secret or order.id
    return Invitation(
        token=passes.token(order.id, secret, order.link_round, until),
        url=links.invitation(order.id, secret, order.link_round, until),
        expires_at=until,
    )


async def tell(session: AsyncSession, order: OrderRow, now: datetime) -> Invitation:
    """Make a link and tell whoever sends messages of it.

    Event   order.invitation {order_id, number, customer_id, phone, email, token, url, expires_at}
    """
    invitation = invitation_of(order, now)
    payload = {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "channel": order.channel,
        "phone": order.phone,
        "email": order.email,
        "token": invitation.token,
        "url": invitation.url,
        "expires_at": invitation.expires_at.isoformat(),
    }
    await emit(session, "order.invitation", order.id, payload)
    return invitation


async def invite(session: AsyncSession, viewer: Viewer, order_id: str, now: datetime) -> Invitation:
    """A new link to an order.

    Raises  NotFound when it is not there or not the caller's
    """
    order = await session.get(OrderRow, order_id)
    if order is None or order.pickup_secret is None or not may_see(viewer, order.customer_id):
        raise NotFound("There is no such order.", ("id",))
    return await tell(session, order, now)


async def revoke(session: AsyncSession, viewer: Viewer, order_id: str) -> str:
    """Make every link to an order that was sent so far useless; gives the order's id.

    Raises  NotFound when it is not there or not the caller's
    """
    seen = await session.get(OrderRow, order_id)
    if seen is None or not may_see(viewer, seen.customer_id):
        raise NotFound("There is no such order.", ("id",))
    order = await story.locked(session, order_id)
    order.link_round += 1
    session.add(order)
    return order.id


async def take_up(session: AsyncSession, viewer: Viewer, token: str, now: datetime) -> str:
    """Put the guest order a link opens into the account of who is signed in; gives its id. Twice changes nothing.

    Raises  NotFound for a link that opens nothing, NotPermitted when it is in another's account
    """
    found = await lookup.by_token(session, token, now)
    if found is None or viewer.customer_id is None:
        raise NotFound("This link does not work any more.", ("token",))
    order = await story.locked(session, found.id)
    if order.customer_id not in {None, viewer.customer_id}:
        raise NotPermitted("This order is in another account.", ("token",))
    if order.customer_id is None:
        order.customer_id = viewer.customer_id
        session.add(order)
        story.wake(session, order)
    return order.id
