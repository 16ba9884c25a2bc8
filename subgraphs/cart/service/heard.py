"""What others tell: names, who is a member, who became one person, goods that changed. Unknown members are ignored."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartRow, LayawayRow, MemberRow, VariantFactRow
from subgraphs.cart.rules.merging import Strategy
from subgraphs.cart.service.carts import Caller, cart_in_use, now, open_cart
from subgraphs.cart.service.merging import join
from subgraphs.kit.bus import Event
from subgraphs.kit.identity import Viewer
from subgraphs.kit.inbox import Consumer
from subgraphs.kit.names import remember
from subgraphs.kit.upsert import upsert

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_SYSTEM = Viewer(scopes=frozenset({"system:write"}))


async def named(session: AsyncSession, event: Event) -> None:
    """A channel, brand or location has a name, perhaps a new one."""
    kind, _, _ = event.topic.partition(".")
    code = str(event.payload["code"])
    await remember(session, kind, {code: str(event.payload.get("name") or code)})


async def membership_changed(session: AsyncSession, event: Event) -> None:
    """A customer is in a programme: a member of every brand that takes part."""
    customer_id = event.payload.get("customer_id")
    brands = [str(code) for code in event.payload.get("brands") or ()]
    rows = [{"customer_id": str(customer_id), "brand_code": code} for code in sorted(set(brands)) if customer_id]
    await upsert(session, MemberRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def customer_merged(session: AsyncSession, event: Event) -> None:
    """Two customers are one person: the folded one's baskets, layaways and memberships are the kept one's."""
    keep, gone = str(event.payload["keep_id"]), str(event.payload["fold_id"])
    caller = Caller(_SYSTEM, "web", now())
    in_use = await session.exec(select(CartRow).where(CartRow.customer_id == gone, CartRow.in_use))
    for cart in in_use.all():
        theirs = await open_cart(session, _SYSTEM, cart.id)
        kept = await cart_in_use(session, keep, cart.brand_code)
        if kept is None:
            theirs.customer_id = keep
            session.add(theirs)
            await session.flush()
            continue
        await join(session, caller, theirs, await open_cart(session, _SYSTEM, kept.id), Strategy.MAX)
    await session.flush()
    await session.exec(update(CartRow).where(col(CartRow.customer_id) == gone).values(customer_id=keep))
    await session.exec(update(LayawayRow).where(col(LayawayRow.customer_id) == gone).values(customer_id=keep))
    members = await session.exec(select(MemberRow).where(MemberRow.customer_id == gone))
    rows = [{"customer_id": keep, "brand_code": row.brand_code} for row in members.all()]
    await upsert(session, MemberRow.__table__, rows, update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def product_changed(session: AsyncSession, event: Event) -> None:
    """What is remembered of these goods is old: ask the catalogue before it is used again."""
    variants = [str(one["id"]) for one in event.payload.get("variants") or () if one.get("id")]
    await session.exec(
        update(VariantFactRow).where(col(VariantFactRow.variant_id).in_(variants)).values(seen_at=LONG_AGO)
    )


CONSUMERS = (
    Consumer("names", ("channel.named", "brand.named", "location.named"), named),
    Consumer("members", ("membership.changed",), membership_changed),
    Consumer("people", ("customer.merged",), customer_merged),
    Consumer("goods", ("product.changed",), product_changed),
)
