"""What a cart costs now, and what must be put right in it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import CartLineRow, CartPaymentRow, CartRow, PromotionRow, VariantFactRow, VoucherRow
from subgraphs.cart.rules.offers import ZERO, Applied, Offer, OfferKind, Priced, Shopper, apply_offers
from subgraphs.cart.rules.problems import Found, Problem, Wanted, checkout_problems, line_problems
from subgraphs.cart.rules.tax import tax_rate
from subgraphs.cart.rules.totals import Totals, delivery_charge, totals
from subgraphs.cart.rules.ways import SHIPPED

COVERING = frozenset({"STORED_VALUE", "GIFT_CARD", "REWARD"})
"""Kinds of payment that lower what is due; the last means of payment pays the rest."""

PAID_BEFORE = frozenset({"ORDER_AHEAD", "SCAN_AND_GO"})
"""Ways to use a cart in which nobody stands at a counter to pay: cash is no means of payment there."""


@dataclass(frozen=True, slots=True)
class Basket:
    """A cart with everything that bears on its price."""

    cart: CartRow
    lines: Sequence[CartLineRow]
    payments: Sequence[CartPaymentRow]
    codes: frozenset[str]
    facts: Mapping[str, VariantFactRow]
    member: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket costs in a channel at a moment.

    prices  line id → what one unit costs now before offers; where the catalogue no longer sells it, what it cost
            when it was added
    """

    basket: Basket
    prices: Mapping[str, Decimal]
    applied: Applied
    totals: Totals

    def line_total(self, line: CartLineRow) -> Decimal:
        """All units of a line, offers on the line taken off."""
        return self.prices[line.id] * line.quantity - self.applied.on_line(line.id)


def quote(basket: Basket, offers: Sequence[Offer], channel: str, moment: datetime) -> Quote:
    """Price a basket."""
    cart, currency = basket.cart, basket.cart.currency
    prices = {line.id: _price_now(line, basket.facts) for line in basket.lines}
    priced = [
        Priced(line.id, line.quantity, prices[line.id], *_goods(line, basket.facts.get(line.variant_id)))
        for line in basket.lines
    ]
    shopper = Shopper(channel, currency, cart.brand_code, moment, basket.member, basket.codes)
    applied = apply_offers(offers, priced, shopper)
    goods = sum((each.amount for each in priced), ZERO) - applied.total
    chosen = Decimal(cart.promised["amount"]) if cart.promised else None
    fees = sum((line.fee for line in basket.lines), ZERO)
    delivery = fees + delivery_charge(
        currency,
        goods,
        parcels=any(line.method in SHIPPED for line in basket.lines),
        chosen=chosen,
        free=applied.free_delivery is not None,
    )
    covered = sum((p.amount or ZERO for p in basket.payments if p.kind in COVERING), ZERO)
    rate = tax_rate(currency)
    return Quote(
        basket, prices, applied, totals([(each, rate) for each in priced], applied, delivery, covered, currency)
    )


def problems(
    quoted: Quote,
    available: Mapping[str, int],
    offers: Sequence[Offer],
    handed_out: Mapping[tuple[str, str], bool],
    moment: datetime,
) -> tuple[Found, ...]:
    """What must be put right: the lines', then the vouchers', then what checkout lacks once it has begun.

    handed_out  (variant, store) → whether the store can hand it out, where that is known
    """
    basket = quoted.basket
    wanted = [
        Wanted(
            line.id,
            line.variant_id,
            line.quantity,
            line.price_added,
            fact.price if (fact := basket.facts.get(line.variant_id)) else line.price_added,
            fact is not None and fact.bar == "MEMBERS_ONLY",
            held=line.reservation_id is not None,
            hold_ended=line.held_until is not None and line.held_until <= moment,
            store_can=handed_out.get((line.variant_id, line.location_id or "")) if line.method == "PICKUP" else None,
        )
        for line in basket.lines
    ]
    found = line_problems(wanted, available, member=basket.member)
    working = {s.offer.voucher_code for s in quoted.applied.savings} | {
        quoted.applied.free_delivery.voucher_code if quoted.applied.free_delivery else None
    }
    known = {offer.voucher_code for offer in offers}
    idle = [
        Found(Problem.VOUCHER_NOT_APPLICABLE, f"The code {code} gives nothing on this basket.")
        for code in sorted(basket.codes)
        if code not in working or code not in known
    ]
    return (*found, *idle)


def lacking(quoted: Quote) -> tuple[Found, ...]:
    """What a checkout still needs: an address, a means of payment."""
    basket = quoted.basket
    return checkout_problems(
        needs_address=any(line.method in SHIPPED for line in basket.lines),
        has_address=basket.cart.shipping_address is not None,
        unpaid=unpaid(quoted),
    )


def unpaid(quoted: Quote) -> Decimal:
    """What no means of payment covers yet; one without an amount covers all that is left."""
    ahead = quoted.basket.cart.mode in PAID_BEFORE
    payments = [each for each in quoted.basket.payments if not (ahead and each.kind == "CASH")]
    if any(payment.amount is None for payment in payments):
        return ZERO
    return max(ZERO, quoted.totals.total - sum((payment.amount or ZERO for payment in payments), ZERO))


async def running_offers(session: AsyncSession, moment: datetime) -> Sequence[Offer]:
    """Every offer that runs at a moment, vouchers' with their codes: one per code."""
    statement = (
        select(PromotionRow, VoucherRow.code)
        .join(VoucherRow, col(VoucherRow.promotion_id) == col(PromotionRow.id), isouter=True)
        .where(
            col(PromotionRow.starts_at) <= moment,
            or_(col(PromotionRow.ends_at).is_(None), col(PromotionRow.ends_at) > moment),
        )
        .order_by(col(PromotionRow.id), col(VoucherRow.code))
    )
    rows = (await session.exec(statement)).all()
    return [offer_of(row, code) for row, code in rows if row.automatic or code is not None]


def offer_of(row: PromotionRow, code: str | None = None) -> Offer:
    """A promotion as the rules see it."""
    return Offer(
        id=row.id,
        kind=OfferKind(row.kind),
        channels=frozenset(row.channels),
        brand_code=row.brand_code,
        percent=row.percent,
        amount=row.amount,
        buy=row.buy,
        pay=row.pay,
        factor=row.factor,
        currency=row.currency,
        least_subtotal=row.least_subtotal,
        gift=row.gift_variant_id,
        goods=frozenset(row.goods),
        members_only=row.members_only,
        voucher_code=None if row.automatic else code,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _price_now(line: CartLineRow, facts: Mapping[str, VariantFactRow]) -> Decimal:
    fact = facts.get(line.variant_id)
    return line.price_added if fact is None or fact.price is None else fact.price


def _goods(line: CartLineRow, fact: VariantFactRow | None) -> tuple[frozenset[str], bool]:
    """The ids an offer can name the line by, and whether its price is a reduced one already."""
    return (frozenset({line.variant_id}), False) if fact is None else (frozenset(fact.groups), fact.reduced)
