"""What others tell: names, who is a member, who became one person, goods that changed. Unknown members are ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartRow, LayawayRow, MemberRow, PromotionRow, VariantFactRow, VoucherRow
from subgraphs.cart.payments import store_value
from subgraphs.cart.rules.merging import Strategy
from subgraphs.cart.rules.offers import Priced, Shopper, apply_offers
from subgraphs.cart.service import carts, layaways, pricing, promotions
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
    await carts.wake_holders(session, variants, "PRICE")


async def pickup_collected(session: AsyncSession, event: Event) -> None:
    """Goods were handed out: of a layaway's order, the layaway is over."""
    await layaways.collected(session, str(event.payload.get("order_id") or event.aggregate_id))


async def stored_value_loaded(session: AsyncSession, event: Event) -> None:
    """Money was loaded onto a card that is shown elsewhere: it is in the book to pay with. Each event once."""
    number, loaded = event.payload.get("number"), event.payload.get("amount") or {}
    amount = Decimal(str(loaded.get("amount") or 0))
    if number and amount > 0:
        kind = str(event.payload.get("kind") or "STORED_VALUE")
        await store_value.load(session, str(number), kind, amount, str(loaded["currency"]))


async def reward_redeemed(session: AsyncSession, event: Event) -> None:
    """A reward was taken: its voucher opens the offer of that reward, once, for that customer."""
    payload = event.payload
    code, reward_id = payload.get("voucher_code"), payload.get("reward_id")
    offer = (await session.exec(select(PromotionRow.id).where(PromotionRow.reward_id == str(reward_id)))).first()
    if code and offer:
        ends_at = payload.get("expires_at")
        voucher = {
            "code": str(code).upper(),
            "promotion_id": offer,
            "most_uses": 1,
            "used": 0,
            "customer_id": payload.get("customer_id"),
            "ends_at": datetime.fromisoformat(ends_at) if ends_at else None,
        }
        await upsert(session, VoucherRow.__table__, [voucher], update=())  # type: ignore[attr-defined]  # sqlmodel adds it


async def stock_changed(session: AsyncSession, event: Event) -> None:
    """What can be had of a variant changed: whoever has it in a basket looks again."""
    await carts.wake_holders(session, [str(event.payload.get("variant_id"))], "STOCK")


async def order_placed(session: AsyncSession, event: Event) -> None:
    """A sale was made elsewhere without an offer that names its channel: that channel refuses what it should honour.

    Only offers that work without a code are judged, on goods whose prices and groups are remembered here.
    """
    payload = event.payload
    lines = [line for line in payload.get("lines") or () if line.get("unit_price") is not None]
    if payload.get("source", "shop") == "shop" or Decimal(str(payload.get("discount") or 0)) > 0 or not lines:
        return
    facts = await promotions.groups_of(session, [str(line["variant_id"]) for line in lines])
    at = datetime.fromisoformat(payload["placed_at"]) if payload.get("placed_at") else event.at
    currency, channel = str(payload["grand_total"]["currency"]), str(payload["channel"])
    priced = [
        Priced(str(index), int(line["quantity"]), Decimal(str(line["unit_price"])), facts[str(line["variant_id"])])
        for index, line in enumerate(lines)
        if str(line["variant_id"]) in facts
    ]
    shopper = Shopper(channel, currency, payload.get("brand"), at, member=False, codes=frozenset())
    due = apply_offers(await pricing.running_offers(session, at), priced, shopper)
    await promotions.refused(session, sorted({each.offer.id for each in due.savings}), channel, currency, at)


CONSUMERS = (
    Consumer("sales", ("order.placed",), order_placed),
    Consumer("collections", ("pickup.collected",), pickup_collected),
    Consumer("loads", ("stored_value.loaded",), stored_value_loaded),
    Consumer("rewards", ("reward.redeemed",), reward_redeemed),
    Consumer("stock", ("stock.changed",), stock_changed),
    Consumer("names", ("channel.named", "brand.named", "location.named"), named),
    Consumer("members", ("membership.changed",), membership_changed),
    Consumer("people", ("customer.merged",), customer_merged),
    Consumer("goods", ("product.changed",), product_changed),
)
