"""From a cart to an order: begun in one transaction, then driven step by step; any process can go on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import CheckoutBlocked, CheckoutKeyReused, VersionConflict
from subgraphs.cart.models import CartLineRow, CartRow, CheckoutRow, SavedItemRow, VariantFactRow, VoucherRow
from subgraphs.cart.rules.access import may_use
from subgraphs.cart.rules.problems import BLOCKING, Found
from subgraphs.cart.rules.saga import ENDS, UNDER_WAY, Step
from subgraphs.cart.service import layaways, promotions
from subgraphs.cart.service.carts import Caller, lines_of, open_cart
from subgraphs.cart.service.pricing import COVERING, Quote
from subgraphs.kit.errors import NotFound
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.money import quantize
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

STALLED = timedelta(seconds=10)
"""A checkout nobody has moved for this long is taken up again."""
LEASED_FOR = timedelta(seconds=30)
"""How long whoever drives a checkout has it alone: longer than a step takes, partners' limits included."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the shopper says he agrees to; a checkout begins only if it is what the cart is.

    layaway     of a layaway instead of an order: what `service.layaways` keeps with it
    deposit     of a layaway: the payment to take, {"kind", "token", "label", "amount"}
    open_account    a guest wants an account with the order in it
    """

    cart_id: str
    version: int
    total: Decimal
    currency: str
    key: str
    layaway: Mapping[str, Any] | None = None
    deposit: Mapping[str, Any] | None = None
    open_account: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A checkout; `replayed` when the key had begun it before."""

    checkout_id: str
    replayed: bool


async def begin(
    session: AsyncSession, caller: Caller, agreement: Agreement, quote: Quote, found: tuple[Found, ...]
) -> Begun:
    """Start a checkout, or find the one this key started.

    quote, found    the price and problems of the cart, read before; the version proves they are of this cart
    Raises  NotFound, VersionConflict, CheckoutBlocked (problems, another total, another checkout), CheckoutKeyReused
    """
    scope = await _scope(session, caller, agreement.cart_id)
    of_key = select(CheckoutRow).where(CheckoutRow.scope == scope, CheckoutRow.idempotency_key == agreement.key)
    # Asked under the cart's lock: of two that begin at once, the second finds the first one's row.
    known = (await session.exec(of_key)).first()
    if known is not None:
        return Begun(_same(known, agreement), replayed=True)
    cart = await open_cart(session, caller.viewer, agreement.cart_id)
    if cart.version != agreement.version or quote.basket.cart.version != cart.version:
        raise VersionConflict(
            f"The basket is at version {cart.version}, not {agreement.version}.",
            ("input", "expectedVersion"),
            cart_id=cart.id,
        )
    if agreement.open_account and cart.customer_id is None and not cart.email:
        raise CheckoutBlocked("Give your e-mail to open an account.", ("input", "createAccount"), cart_id=cart.id)
    if not quote.basket.lines:
        raise CheckoutBlocked("The basket is empty.", ("input", "cartId"), cart_id=cart.id)
    blocking = [each for each in found if each.code in BLOCKING]
    if blocking:
        raise CheckoutBlocked(blocking[0].message, ("input", "cartId"), cart_id=cart.id)
    if (agreement.total, agreement.currency) != (quote.totals.due, cart.currency):
        raise CheckoutBlocked(
            "The amount to pay has changed; look at it again.", ("input", "expectedTotal"), cart_id=cart.id
        )
    open_ones = select(CheckoutRow.id).where(
        CheckoutRow.cart_id == cart.id, col(CheckoutRow.step).in_([step.value for step in UNDER_WAY])
    )
    if (await session.exec(open_ones)).first() is not None:
        raise CheckoutBlocked("This basket is being ordered already.", ("input", "cartId"), cart_id=cart.id)
    await _use_vouchers(session, quote)
    checkout_id = stable_id("Checkout", scope, agreement.key)
    row = CheckoutRow(
        id=checkout_id,
        cart_id=cart.id,
        scope=scope,
        purpose="ORDER" if agreement.layaway is None else "LAYAWAY",
        idempotency_key=agreement.key,
        step=Step.HOLD,
        agreed=_agreed(caller, quote, agreement, checkout_id),
        created_at=caller.now,
        updated_at=caller.now,
    )
    session.add(row)
    cart.status = "IN_CHECKOUT"
    session.add(cart)
    return Begun(row.id, replayed=False)


async def get(session: AsyncSession, checkout_id: str) -> CheckoutRow:
    """A checkout that is known to be there."""
    return (await session.exec(select(CheckoutRow).where(CheckoutRow.id == checkout_id))).one()


async def lease(session: AsyncSession, checkout_id: str, driver: str, now: datetime) -> bool:
    """Take a checkout to drive it, or keep it: True when nobody else has it now."""
    taken = await session.exec(
        update(CheckoutRow)
        .where(
            col(CheckoutRow.id) == checkout_id,
            or_(
                col(CheckoutRow.leased_until).is_(None),
                col(CheckoutRow.leased_until) <= now,
                col(CheckoutRow.leased_by) == driver,
            ),
        )
        .values(leased_by=driver, leased_until=now + LEASED_FOR)
    )
    return bool(taken.rowcount)


async def let_go(session: AsyncSession, checkout_id: str, driver: str) -> None:
    """Let others drive a checkout; nothing when someone else has it by now."""
    mine = update(CheckoutRow).where(col(CheckoutRow.id) == checkout_id, col(CheckoutRow.leased_by) == driver)
    await session.exec(mine.values(leased_by=None, leased_until=None))


async def advance(
    session: AsyncSession, checkout_id: str, step: Step, after: Step, answers: Mapping[str, Any], now: datetime
) -> bool:
    """Store the step that comes next with what was answered; False when someone else has gone on already."""
    row = (await session.exec(select(CheckoutRow).where(CheckoutRow.id == checkout_id).with_for_update())).one()
    if row.step != step:
        return False
    row.step, row.answers, row.attempts, row.updated_at = after.value, {**row.answers, **answers}, 0, now
    if after in ENDS:
        # Tokens are of no use any more, and nothing is kept that is of no use.
        row.agreed = {**row.agreed, "payments": [{**each, "token": None} for each in row.agreed["payments"]]}
        await _end(session, row, after, now)
    session.add(row)
    return True


async def note_attempt(session: AsyncSession, checkout_id: str, step: Step | None, now: datetime) -> None:
    """Remember that a step was tried and gave no answer; nothing when the checkout has gone on meanwhile."""
    statement = update(CheckoutRow).where(col(CheckoutRow.id) == checkout_id)
    if step is not None:
        statement = statement.where(col(CheckoutRow.step) == step)
    await session.exec(statement.values(attempts=col(CheckoutRow.attempts) + 1, updated_at=now))


async def stalled(session: AsyncSession, now: datetime) -> list[str]:
    """Checkouts that nobody has moved for a while, oldest first, up to 50."""
    statement = select(CheckoutRow.id).where(
        col(CheckoutRow.step).in_([step.value for step in UNDER_WAY]),
        col(CheckoutRow.updated_at) < now - STALLED,
        or_(col(CheckoutRow.leased_until).is_(None), col(CheckoutRow.leased_until) <= now),
    )
    return list(await session.exec(statement.order_by(col(CheckoutRow.updated_at)).limit(50)))


async def _scope(session: AsyncSession, caller: Caller, cart_id: str) -> str:
    """Whose keys count here: the cart's owner's, or the guest's cart's alone. The cart is locked.

    Raises  NotFound when the cart is not there or not the caller's
    """
    cart = (await session.exec(select(CartRow).where(CartRow.id == cart_id).with_for_update())).first()
    if cart is None or not may_use(caller.viewer, cart.customer_id):
        raise NotFound("There is no such basket.", ("input", "cartId"))
    return cart.customer_id or cart.id


def _same(known: CheckoutRow, agreement: Agreement) -> str:
    """The checkout of a key that was used before, if it is the same one."""
    agreed = known.agreed
    told = {name: value for name, value in agreed.get("layaway", {}).items() if name != "id"}
    same = known.cart_id == agreement.cart_id and told == dict(agreement.layaway or {})
    if agreement.layaway is None:
        wanted = (agreement.version, agreement.total, agreement.currency)
        same = same and wanted == (agreed["version"], Decimal(agreed["due"]), agreed["currency"])
    if not same:
        raise CheckoutKeyReused(
            "This key was used for another purchase; make up a new one.",
            ("input", "idempotencyKey"),
            cart_id=known.cart_id,
        )
    return known.id


async def _use_vouchers(session: AsyncSession, quote: Quote) -> None:
    """Count the uses of the codes that save something; a code used up meanwhile blocks the checkout."""
    for code in _codes(quote):
        used = await session.exec(
            update(VoucherRow)
            .where(col(VoucherRow.code) == code, col(VoucherRow.used) < col(VoucherRow.most_uses))
            .values(used=col(VoucherRow.used) + 1)
        )
        if used.rowcount == 0:
            cart_id = quote.basket.cart.id
            raise CheckoutBlocked(f"The code {code} has been used.", ("input", "cartId"), cart_id=cart_id)


def _codes(quote: Quote) -> list[str]:
    offers = [saving.offer for saving in quote.applied.savings]
    if quote.applied.free_delivery is not None:
        offers.append(quote.applied.free_delivery)
    return sorted({offer.voucher_code for offer in offers if offer.voucher_code})


def _agreed(caller: Caller, quote: Quote, agreement: Agreement, checkout_id: str) -> dict[str, Any]:
    """Everything the later steps need, as JSON: nothing is read again, so nothing can have changed."""
    basket, totals = quote.basket, quote.totals
    cart = basket.cart
    layaway: dict[str, Any] | None = None
    if agreement.layaway is not None:
        layaway = {**agreement.layaway, "id": stable_id("Layaway", checkout_id)}
    lines = [
        {
            "lineId": line.id,
            "variantId": line.variant_id,
            "productId": _product(basket.facts.get(line.variant_id)),
            "sku": fact.sku if (fact := basket.facts.get(line.variant_id)) else "",
            "name": fact.name if fact else "",
            "quantity": line.quantity,
            "unitPrice": str(quote.prices[line.id]),
            "discount": str(quote.applied.on_line(line.id)),
            "netUnitPrice": str(quantize(quote.line_total(line) / line.quantity, cart.currency)),
            "method": "PICKUP" if layaway else line.method,
            "locationId": layaway["locationId"] if layaway else line.location_id,
            "transferQuoteId": None if layaway else line.transfer_quote_id,
            "promisedAt": line.promised_at.isoformat() if line.promised_at and not layaway else None,
            "reservationId": None if layaway else line.reservation_id,
        }
        for line in basket.lines
    ]
    paid: dict[str, Any] = {"layaway": layaway} if layaway else {}
    opens = agreement.open_account and cart.customer_id is None
    return {
        **paid,
        "cartId": cart.id,
        "version": agreement.version,
        # The new account has its id before it is opened: goods are held for it, and the order is in it at once.
        "customerId": stable_id("Customer", checkout_id) if opens else cart.customer_id,
        "opensAccount": opens,
        "brandCode": cart.brand_code,
        "channel": caller.channel,
        "currency": cart.currency,
        "email": cart.email,
        "phone": cart.phone,
        "shippingAddress": cart.shipping_address,
        "deliveryOptionId": cart.promised["id"] if cart.promised else None,
        "soldAtId": cart.register_location_id or _shop_floor(basket.lines),
        "soldBy": cart.served_by,
        "mode": cart.mode,
        "lines": lines,
        "subtotal": str(totals.subtotal),
        "discount": str(totals.discount),
        "delivery": str(totals.delivery),
        "tax": str(totals.tax),
        "total": str(totals.subtotal - totals.discount if layaway else totals.total),
        "due": str(totals.due),
        "codes": _codes(quote),
        "offers": _offers(quote),
        "payments": [dict(agreement.deposit)] if agreement.deposit else _payments(quote),
    }


def _shop_floor(lines: Sequence[CartLineRow]) -> str | None:
    """The store that goods are carried out of, when there is one."""
    return next((line.location_id for line in lines if line.method == "CARRY_OUT" and line.location_id), None)


def _offers(quote: Quote) -> list[dict[str, str]]:
    """What each offer gave away."""
    given: dict[str, Decimal] = {}
    for saving in quote.applied.savings:
        given[saving.offer.id] = given.get(saving.offer.id, Decimal(0)) + saving.amount
    if quote.applied.free_delivery is not None:
        given.setdefault(quote.applied.free_delivery.id, Decimal(0))
    return [{"id": promotion_id, "amount": str(amount)} for promotion_id, amount in sorted(given.items())]


def _product(fact: VariantFactRow | None) -> str | None:
    """The product of a variant: the second of the ids an offer can name it by."""
    return fact.groups[1] if fact is not None and len(fact.groups) > 1 else None


def _payments(quote: Quote) -> list[dict[str, Any]]:
    """Payments in the order they are taken: what covers a part first, then who pays the rest, all in amounts."""
    left = quote.totals.total
    rows = sorted(quote.basket.payments, key=lambda row: (row.kind not in COVERING, row.position))
    taken = []
    for row in rows:
        amount = left if row.amount is None else min(row.amount, left)
        if amount > 0:
            taken.append({"kind": row.kind, "token": row.token, "label": row.label, "amount": str(amount)})
            left -= amount
    return taken


async def _end(session: AsyncSession, row: CheckoutRow, end: Step, now: datetime) -> None:
    """What an end means for the cart."""
    cart = (await session.exec(select(CartRow).where(CartRow.id == row.cart_id).with_for_update())).one()
    if end is not Step.DONE:
        await _reopen(session, cart, row)
        return
    await ordered(session, cart, row.answers.get("order"), row.agreed["channel"], now)
    await promotions.redeemed(session, row.agreed, now)
    if row.purpose == "LAYAWAY":
        await layaways.opened(session, row, now)
    await carry_over(session, cart, _rest(await lines_of(session, cart.id), row.agreed), now)
    payload = {
        "order_id": cart.order_id,
        "customer_id": cart.customer_id,
        "channel": cart.ordered_in,
        "started_in": cart.started_in,
        "brand": cart.brand_code,
        "total": row.agreed["total"],
        "currency": cart.currency,
    }
    await emit(session, "cart.ordered", cart.id, payload)


async def ordered(session: AsyncSession, cart: CartRow, order_id: str | None, channel: str, now: datetime) -> None:
    """The cart became an order, or the goods of a layaway."""
    cart.status, cart.in_use, cart.order_id, cart.ordered_in = "ORDERED", False, order_id, channel
    cart.version, cart.updated_at = cart.version + 1, now
    cart.changed_why, cart.changed_in, cart.changed_by = "ORDERED", channel, cart.register_code
    session.add(cart)
    await session.flush()  # the basket in use must be free before another takes its place
    after_commit(session, f"cart:{cart.id}")


async def _reopen(session: AsyncSession, cart: CartRow, row: CheckoutRow) -> None:
    """Nothing was bought: the cart is in use again, and its codes may be used again."""
    if cart.status == "IN_CHECKOUT":
        cart.status = "ACTIVE"
        session.add(cart)
    for code in row.agreed["codes"]:
        await session.exec(update(VoucherRow).where(col(VoucherRow.code) == code).values(used=col(VoucherRow.used) - 1))


def _rest(lines: Sequence[CartLineRow], agreed: Mapping[str, Any]) -> list[tuple[CartLineRow, int]]:
    """What was put into the cart while it was being paid, so that it is not in the order: lines and their units."""
    bought = {line["lineId"]: int(line["quantity"]) for line in agreed["lines"]}
    return [(line, line.quantity - bought.get(line.id, 0)) for line in lines if line.quantity > bought.get(line.id, 0)]


async def carry_over(
    session: AsyncSession, cart: CartRow, rest: Sequence[tuple[CartLineRow, int]], now: datetime
) -> None:
    """What was put aside, and what came too late for the order, goes on in a new basket of the customer."""
    saved = (await session.exec(select(SavedItemRow).where(SavedItemRow.cart_id == cart.id))).all()
    if cart.customer_id is None or not (saved or rest):
        return
    channel = cart.ordered_in or cart.started_in
    following = CartRow(
        id=new_id("Cart"),
        brand_code=cart.brand_code,
        started_in=channel,
        channels=[channel],
        customer_id=cart.customer_id,
        in_use=True,
        currency=cart.currency,
        created_at=now,
        updated_at=now,
    )
    session.add(following)
    await session.flush()
    for item in saved:
        item.cart_id = following.id
        session.add(item)
    for line, units in rest:
        late = CartLineRow(
            **{**line.model_dump(), "id": new_id("CartLine"), "cart_id": following.id, "quantity": units}
        )
        session.add(late)
