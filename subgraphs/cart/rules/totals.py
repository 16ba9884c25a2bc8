"""What a cart comes to: exact decimals, each rounded once, in the currency's own number of decimals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from subgraphs.cart.rules.offers import ZERO, Applied, Priced
from subgraphs.kit.money import allocate, quantize

DELIVERY: dict[str, tuple[Decimal, Decimal]] = {
    "GBP": (Decimal("4.95"), Decimal(60)),
    "EUR": (Decimal("5.95"), Decimal(70)),
    "USD": (Decimal("6.95"), Decimal(75)),
}
"""Currency → (charge for sending a parcel home, amount from which it is free), until an option is chosen."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of a cart in major units.

    subtotal    lines before offers
    discount    all offers, positive
    delivery    charge after offers
    tax         the part of `total` that is tax; prices include it
    total       subtotal − discount + delivery
    due         total − what stored value and gift cards cover
    points      loyalty points the purchase would earn
    """

    subtotal: Decimal
    discount: Decimal
    delivery: Decimal
    tax: Decimal
    total: Decimal
    due: Decimal
    points: int


def delivery_charge(currency: str, goods: Decimal, *, parcels: bool, chosen: Decimal | None, free: bool) -> Decimal:
    """What delivery costs.

    goods       amount of the goods after offers
    parcels     whether any line is sent home at all
    chosen      price of the delivery option taken, when one was
    free        whether an offer makes it free
    """
    if not parcels or free:
        return ZERO
    if chosen is not None:
        return chosen
    charge, free_from = DELIVERY.get(currency, (ZERO, ZERO))
    return ZERO if goods >= free_from else charge


def tax_within(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The tax inside an amount that includes it: rate 0.2 on 120 is 20."""
    return quantize(amount * rate / (1 + rate), currency)


def totals(
    lines: Sequence[tuple[Priced, Decimal]], applied: Applied, delivery: Decimal, covered: Decimal, currency: str
) -> Totals:
    """Add a cart up.

    lines       each with its tax rate, 0.2 for 20 %
    covered     what payments other than the last one take over

    The offer on the basket lowers each line's share in proportion, so that tax is right where rates differ; shares are
    allotted without loss, so they add up to the offer.
    """
    subtotal = sum((line.amount for line, _ in lines), ZERO)
    nets = [line.amount - applied.on_line(line.line_id) for line, _ in lines]
    goods = subtotal - applied.total
    basket = sum((s.amount for s in applied.savings if s.line_id is None), ZERO)
    shares = allocate(basket, nets, currency)
    tax = sum(
        (tax_within(net - share, rate, currency) for net, share, (_, rate) in zip(nets, shares, lines, strict=True)),
        ZERO,
    )
    if delivery:
        highest = max((rate for _, rate in lines), default=ZERO)
        tax += tax_within(delivery, highest, currency)
    total = goods + delivery
    points = int((goods * applied.points_factor).to_integral_value(ROUND_FLOOR))
    return Totals(subtotal, applied.total, delivery, tax, total, max(ZERO, total - covered), points)
