"""What a cart holds beside its lines: voucher codes, address, means of payment, things put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import VoucherRefused
from subgraphs.cart.models import (
    CartLineRow,
    CartPaymentRow,
    CartRow,
    CartVoucherRow,
    PromotionRow,
    SavedItemRow,
    VoucherRow,
)
from subgraphs.cart.rules.quantities import MOST_LINES, MOST_UNITS
from subgraphs.cart.rules.ways import usual_way
from subgraphs.cart.service.carts import Caller, Changed, lines_of, open_cart, touch
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id
from subgraphs.kit.money import is_exact

MOST_CODES = 10
MOST_PAYMENTS = 5


@dataclass(frozen=True, slots=True)
class PaymentAsked:
    """A means of payment; `amount` None: whatever is due."""

    kind: str
    token: str | None
    amount: Decimal | None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """Details for checkout; None leaves a thing as it is."""

    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    email: str | None = None
    phone: str | None = None
    payments: Sequence[PaymentAsked] | None = None
    promised: dict[str, Any] | None = None


async def apply_voucher(session: AsyncSession, caller: Caller, cart_id: str, code: str) -> Changed:
    """Put a code to a cart; doing it twice changes nothing.

    Raises  NotFound for the cart, VoucherRefused for a code that is unknown, used up, not begun or over
    """
    cart = await open_cart(session, caller.viewer, cart_id, path=("cartId",))
    code = code.strip().upper()
    voucher = await session.get(VoucherRow, code)
    promotion = await session.get(PromotionRow, voucher.promotion_id) if voucher else None
    others = voucher is not None and voucher.customer_id not in {None, cart.customer_id}
    if voucher is None or promotion is None or others:
        raise VoucherRefused("We do not know this code.", ("code",))
    if voucher.ends_at is not None and voucher.ends_at <= caller.now:
        raise VoucherRefused("This code has ended.", ("code",), valid_from=voucher.ends_at)
    _check_promised(caller, cart, promotion)
    if promotion.starts_at > caller.now:
        raise VoucherRefused("This code does not work yet.", ("code",), valid_from=promotion.starts_at)
    if promotion.ends_at is not None and promotion.ends_at <= caller.now:
        raise VoucherRefused("This code has ended.", ("code",), valid_from=promotion.ends_at)
    if voucher.used >= voucher.most_uses:
        raise VoucherRefused("This code has been used.", ("code",))
    present = (await session.exec(select(CartVoucherRow).where(CartVoucherRow.cart_id == cart.id))).all()
    if code in {row.code for row in present}:
        return Changed(cart.id, replayed=True)
    if len(present) >= MOST_CODES:
        raise VoucherRefused(f"A basket takes at most {MOST_CODES} codes.", ("code",))
    session.add(CartVoucherRow(cart_id=cart.id, code=code))
    await touch(session, caller, cart, "PROMOTIONS")
    return Changed(cart.id, replayed=False)


def _check_promised(caller: Caller, cart: CartRow, promotion: PromotionRow) -> None:
    """Raise for a code of another brand or currency, or of other channels.

    Where the offer names the caller's channel and runs, refusing it is a gap between what is promised and what is
    honoured: `gap` of the refusal says so, and it is counted.
    """
    brand = promotion.brand_code in {None, cart.brand_code}
    currency = promotion.currency in {None, cart.currency}
    channel = caller.channel in promotion.channels
    if brand and currency and channel:
        return
    runs = promotion.starts_at <= caller.now and (promotion.ends_at is None or caller.now < promotion.ends_at)
    text = "This code does not work for this basket." if channel else "This code does not work in this channel."
    raise VoucherRefused(text, ("code",), gap=(promotion.id, cart.currency) if channel and runs else None)


async def remove_voucher(session: AsyncSession, caller: Caller, cart_id: str, code: str) -> Changed:
    """Take a code off a cart; NotFound when the cart has no such code."""
    cart = await open_cart(session, caller.viewer, cart_id, path=("cartId",))
    row = await session.get(CartVoucherRow, (cart.id, code.strip().upper()))
    if row is None:
        raise NotFound("There is no such code on this basket.", ("code",))
    await session.delete(row)
    await touch(session, caller, cart, "PROMOTIONS")
    return Changed(cart.id, replayed=False)


async def update_details(session: AsyncSession, caller: Caller, cart_id: str, details: Details, key: str) -> Changed:
    """Give address, contact, payment and delivery for checkout.

    Raises  NotFound, InvalidInput
    """
    happened = False

    async def work() -> str:
        nonlocal happened
        happened = True
        cart = await open_cart(session, caller.viewer, cart_id)
        cart.shipping_address = details.shipping_address or cart.shipping_address
        cart.billing_address = details.billing_address or cart.billing_address
        cart.email, cart.phone = details.email or cart.email, details.phone or cart.phone
        cart.promised = details.promised or cart.promised
        if details.payments is not None:
            await _replace_payments(session, cart, details.payments)
        await touch(session, caller, cart, "LINES")
        return cart.id

    plain = asdict(details)
    for payment in plain["payments"] or ():
        payment["amount"] = None if payment["amount"] is None else str(payment["amount"])
    scope = caller.viewer.customer_id or cart_id
    answer = await once(session, f"checkoutUpdate:{scope}", key, {"cart": cart_id, "details": plain}, work)
    return Changed(answer, not happened)


async def save_for_later(session: AsyncSession, caller: Caller, line_id: str) -> Changed:
    """Put a line aside; NotFound when it is not there or not the caller's."""
    found = await session.get(CartLineRow, line_id)
    if found is None:
        raise NotFound("There is no such line.", ("lineId",))
    cart = await open_cart(session, caller.viewer, found.cart_id, path=("lineId",))
    line = next((each for each in await lines_of(session, cart.id) if each.id == line_id), None)
    if line is None:  # another device was quicker
        raise NotFound("There is no such line.", ("lineId",))
    cart.promised = None
    session.add(
        SavedItemRow(
            id=new_id("SavedItem"),
            cart_id=cart.id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            price_saved=line.price_added,
            saved_at=caller.now,
        )
    )
    await session.delete(line)
    await touch(session, caller, cart, "LINES")
    return Changed(cart.id, replayed=False)


async def move_to_cart(session: AsyncSession, caller: Caller, saved_id: str) -> Changed:
    """Bring something back that was put aside; the price it had then is what it is compared with."""
    found = await session.get(SavedItemRow, saved_id)
    if found is None:
        raise NotFound("There is nothing put aside by this id.", ("id",))
    cart = await open_cart(session, caller.viewer, found.cart_id, path=("id",))
    again = select(SavedItemRow).where(SavedItemRow.id == saved_id).execution_options(populate_existing=True)
    saved = (await session.exec(again)).first()
    if saved is None:  # another device was quicker
        raise NotFound("There is nothing put aside by this id.", ("id",))
    cart.promised = None
    lines = await lines_of(session, cart.id)
    same = next((line for line in lines if line.variant_id == saved.variant_id), None)
    if same is None and len(lines) >= MOST_LINES:
        raise InvalidInput(f"A basket has at most {MOST_LINES} lines.", ("id",))
    if same is not None and same.quantity + saved.quantity <= MOST_UNITS:
        same.quantity += saved.quantity
        session.add(same)
    else:
        session.add(
            CartLineRow(
                id=new_id("CartLine"),
                cart_id=cart.id,
                variant_id=saved.variant_id,
                quantity=saved.quantity,
                price_added=saved.price_saved,
                method=usual_way(caller.channel),
                added_in=caller.channel,
                added_at=caller.now,
            )
        )
    await session.delete(saved)
    await touch(session, caller, cart, "LINES")
    return Changed(cart.id, replayed=False)


async def _replace_payments(session: AsyncSession, cart: CartRow, payments: Sequence[PaymentAsked]) -> None:
    if len(payments) > MOST_PAYMENTS:
        raise InvalidInput(f"At most {MOST_PAYMENTS} means of payment.", ("input", "payments"))
    for index, payment in enumerate(payments):
        if payment.amount is not None and (payment.amount <= 0 or not is_exact(payment.amount, cart.currency)):
            raise InvalidInput("Give an amount that can be paid.", ("input", "payments", str(index), "amount"))
        if payment.currency not in {None, cart.currency}:
            text = f"This basket is paid in {cart.currency}."
            raise InvalidInput(text, ("input", "payments", str(index), "amount", "currency"))
        if payment.kind in {"CARD", "WALLET", "STORED_VALUE", "GIFT_CARD"} and not payment.token:
            raise InvalidInput("Give the token of the payment provider.", ("input", "payments", str(index), "token"))
    await session.exec(delete(CartPaymentRow).where(CartPaymentRow.cart_id == cart.id))  # type: ignore[arg-type]  # a column comparison is a clause
    for position, payment in enumerate(payments):
        session.add(
            CartPaymentRow(
                cart_id=cart.id,
                position=position,
                kind=payment.kind,
                token=payment.token,
                amount=payment.amount,
                label=label_of(payment.kind, payment.token),
            )
        )


def label_of(kind: str, token: str | None) -> str:
    """What is shown of a means of payment: never more than the last four signs of its token."""
    names = {
        "CARD": "Card",
        "WALLET": "Phone wallet",
        "STORED_VALUE": "Store card",
        "GIFT_CARD": "Gift card",
        "REWARD": "Reward",
        "CASH": "Cash at the counter",
        "LAYAWAY_DEPOSIT": "Deposit",
    }
    ending = f" ending {token[-4:]}" if token and len(token) >= 8 else ""
    return names.get(kind, kind.title()) + ending
