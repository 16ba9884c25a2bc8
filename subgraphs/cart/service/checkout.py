"""From a cart to an order: begun in one transaction, then driven step by step; any process can go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import CheckoutBlocked, CheckoutKeyReused, VersionConflict
from subgraphs.cart.models import CartRow, CheckoutRow, SavedItemRow, VariantFactRow, VoucherRow
from subgraphs.cart.rules.problems import BLOCKING, Found
from subgraphs.cart.rules.saga import ENDS, Step
from subgraphs.cart.service.carts import Caller, open_cart
from subgraphs.cart.service.pricing import COVERING, Quote
from subgraphs.kit.errors import NotFound
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

STALLED = timedelta(seconds=10)
"""A checkout nobody has moved for this long is taken up again."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the shopper says he agrees to; a checkout begins only if it is what the cart is."""

    cart_id: str
    version: int
    total: Decimal
    currency: str
    key: str


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
    known = (await session.exec(select(CheckoutRow).where(CheckoutRow.idempotency_key == agreement.key))).first()
    if known is not None:
        return Begun(_same(caller, known, agreement), replayed=True)
    cart = await open_cart(session, caller.viewer, agreement.cart_id)
    if cart.version != agreement.version or quote.basket.cart.version != cart.version:
        raise VersionConflict(
            f"The basket is at version {cart.version}, not {agreement.version}.",
            ("input", "expectedVersion"),
            cart_id=cart.id,
        )
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
        CheckoutRow.cart_id == cart.id, col(CheckoutRow.step).not_in([step.value for step in ENDS])
    )
    if (await session.exec(open_ones)).first() is not None:
        raise CheckoutBlocked("This basket is being ordered already.", ("input", "cartId"), cart_id=cart.id)
    await _use_vouchers(session, quote)
    row = CheckoutRow(
        # The id follows from the key: of two that begin at once, one finds the other's row.
        id=stable_id("Checkout", agreement.key),
        cart_id=cart.id,
        idempotency_key=agreement.key,
        step=Step.HOLD,
        agreed=_agreed(caller, quote, agreement),
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


async def note_attempt(session: AsyncSession, checkout_id: str, now: datetime) -> None:
    """Remember that a step was tried and gave no answer."""
    await session.exec(
        update(CheckoutRow)
        .where(col(CheckoutRow.id) == checkout_id)
        .values(attempts=col(CheckoutRow.attempts) + 1, updated_at=now)
    )


async def stalled(session: AsyncSession, now: datetime) -> list[str]:
    """Checkouts that nobody has moved for a while, oldest first, up to 50."""
    statement = select(CheckoutRow.id).where(
        col(CheckoutRow.step).not_in([step.value for step in ENDS]), col(CheckoutRow.updated_at) < now - STALLED
    )
    return list(await session.exec(statement.order_by(col(CheckoutRow.updated_at)).limit(50)))


def _same(caller: Caller, known: CheckoutRow, agreement: Agreement) -> str:
    """The checkout of a key that was used before, if it is the same one."""
    agreed = known.agreed
    owner = agreed["customerId"]
    if owner is not None and not caller.viewer.is_customer(owner) and not caller.viewer.scopes:
        raise NotFound("There is no such basket.", ("input", "cartId"))
    same = known.cart_id == agreement.cart_id and agreed["version"] == agreement.version
    if not same or Decimal(agreed["due"]) != agreement.total or agreed["currency"] != agreement.currency:
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


def _agreed(caller: Caller, quote: Quote, agreement: Agreement) -> dict[str, Any]:
    """Everything the later steps need, as JSON: nothing is read again, so nothing can have changed."""
    basket, totals = quote.basket, quote.totals
    cart = basket.cart
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
            "method": line.method,
            "locationId": line.location_id,
            "transferQuoteId": line.transfer_quote_id,
        }
        for line in basket.lines
    ]
    return {
        "cartId": cart.id,
        "version": agreement.version,
        "customerId": cart.customer_id,
        "brandCode": cart.brand_code,
        "channel": caller.channel,
        "currency": cart.currency,
        "email": cart.email,
        "phone": cart.phone,
        "shippingAddress": cart.shipping_address,
        "deliveryOptionId": cart.promised["id"] if cart.promised else None,
        "soldAtId": cart.register_location_id,
        "lines": lines,
        "subtotal": str(totals.subtotal),
        "discount": str(totals.discount),
        "delivery": str(totals.delivery),
        "tax": str(totals.tax),
        "total": str(totals.total),
        "due": str(totals.due),
        "codes": _codes(quote),
        "payments": _payments(quote),
    }


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
        cart.status = "ACTIVE"
        for code in row.agreed["codes"]:
            await session.exec(
                update(VoucherRow).where(col(VoucherRow.code) == code).values(used=col(VoucherRow.used) - 1)
            )
        session.add(cart)
        return
    cart.status, cart.in_use, cart.order_id = "ORDERED", False, row.answers["order"]
    cart.ordered_in, cart.version, cart.updated_at = row.agreed["channel"], cart.version + 1, now
    session.add(cart)
    await session.flush()  # the basket in use must be free before another takes its place
    await _carry_over(session, cart, now)
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
    after_commit(session, f"cart:{cart.id}")


async def _carry_over(session: AsyncSession, cart: CartRow, now: datetime) -> None:
    """What was put aside goes on in a new basket of the customer."""
    saved = (await session.exec(select(SavedItemRow).where(SavedItemRow.cart_id == cart.id))).all()
    if not saved or cart.customer_id is None:
        return
    following = CartRow(
        id=new_id("Cart"),
        brand_code=cart.brand_code,
        started_in=cart.ordered_in or cart.started_in,
        channels=[cart.ordered_in or cart.started_in],
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
