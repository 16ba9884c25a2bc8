"""Which promotions apply to a cart, and what each saves.

House rules:

1. An offer on goods (it names variants, products or categories) works on lines; each line takes the one that saves
   most. Offers on lines never stack.
2. An offer on the basket (it names no goods) works on what is left after the lines' offers, and the basket takes the
   one that saves most.
3. Free delivery and points multipliers work beside both.
4. Nothing saves more than there is to pay.
   A gift is one unit of its variant that lies in the basket: it costs nothing once the rest has reached the amount.
5. A reduced price stays as it is: percentages and amounts off goods are not taken off it once more.
6. The same cart in another channel that the offer names gets the same saving: the channel decides only whether.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from subgraphs.kit.money import quantize

ZERO = Decimal(0)


class OfferKind(StrEnum):
    """What an offer gives; the names are the schema's."""

    PERCENT_OFF = "PERCENT_OFF"
    AMOUNT_OFF = "AMOUNT_OFF"
    MULTIBUY = "MULTIBUY"
    FREE_DELIVERY = "FREE_DELIVERY"
    GIFT = "GIFT"
    POINTS_MULTIPLIER = "POINTS_MULTIPLIER"


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion as the rules see it.

    percent     of PERCENT_OFF, 0 to 100
    amount      of AMOUNT_OFF, major units a unit (goods) or once (basket)
    buy, pay    of MULTIBUY: of every `buy` units, `pay` are paid for, the cheapest being free
    factor      of POINTS_MULTIPLIER
    currency    of `amount` and `least_subtotal`; None when neither is used
    gift        of GIFT: the variant of which one unit in the basket is given
    goods       variant, product and category ids it is for; empty for the basket
    """

    id: str
    kind: OfferKind
    channels: frozenset[str]
    brand_code: str | None = None
    percent: Decimal = ZERO
    amount: Decimal = ZERO
    buy: int = 0
    pay: int = 0
    factor: int = 1
    currency: str | None = None
    least_subtotal: Decimal = ZERO
    gift: str | None = None
    goods: frozenset[str] = frozenset()
    members_only: bool = False
    voucher_code: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with what one unit costs now, before offers.

    groups  ids by which an offer can name it: its variant, its product, its categories
    reduced whether the price is a reduced one already
    """

    line_id: str
    quantity: int
    unit_price: Decimal
    groups: frozenset[str]
    reduced: bool = False

    @property
    def amount(self) -> Decimal:
        """All units before offers."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who buys, where and when.

    codes   voucher codes put to the cart, upper case
    """

    channel: str
    currency: str
    brand_code: str | None
    moment: datetime
    member: bool
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Saving:
    """What one offer saves; `line_id` None for the basket."""

    offer: Offer
    amount: Decimal
    line_id: str | None


@dataclass(frozen=True, slots=True)
class Hint:
    """An offer within reach, and the amount still missing."""

    offer: Offer
    missing: Decimal


@dataclass(frozen=True, slots=True)
class Applied:
    """Everything that the offers do to a cart."""

    savings: tuple[Saving, ...]
    hints: tuple[Hint, ...]
    free_delivery: Offer | None
    points_factor: int

    def on_line(self, line_id: str) -> Decimal:
        """What the offers save on one line."""
        return sum((s.amount for s in self.savings if s.line_id == line_id), ZERO)

    @property
    def total(self) -> Decimal:
        """What all offers save together."""
        return sum((s.amount for s in self.savings), ZERO)


def is_open(offer: Offer, shopper: Shopper) -> bool:
    """True when the offer runs for this shopper now; how much is in the cart is not asked."""
    if shopper.channel not in offer.channels or (offer.brand_code and offer.brand_code != shopper.brand_code):
        return False
    if offer.currency and offer.currency != shopper.currency:
        return False
    if offer.members_only and not shopper.member:
        return False
    if offer.voucher_code and offer.voucher_code not in shopper.codes:
        return False
    began = offer.starts_at is None or offer.starts_at <= shopper.moment
    return began and (offer.ends_at is None or shopper.moment < offer.ends_at)


def saving_on_line(offer: Offer, line: Priced, currency: str) -> Decimal:
    """What an offer on goods saves on a line: at least zero, at most the line."""
    if not offer.goods & line.groups or (line.reduced and offer.kind is not OfferKind.MULTIBUY):
        return ZERO
    match offer.kind:
        case OfferKind.PERCENT_OFF:
            saved = quantize(line.unit_price * offer.percent / 100, currency) * line.quantity
        case OfferKind.AMOUNT_OFF:
            saved = min(offer.amount, line.unit_price) * line.quantity
        case OfferKind.MULTIBUY:
            saved = line.unit_price * (line.quantity // offer.buy * (offer.buy - offer.pay)) if offer.buy else ZERO
        case _:
            saved = ZERO
    return max(ZERO, min(saved, line.amount))


def saving_on_basket(offer: Offer, left: Decimal, currency: str) -> Decimal:
    """What an offer on the basket saves on what is left to pay for the goods."""
    match offer.kind:
        case OfferKind.PERCENT_OFF:
            saved = quantize(left * offer.percent / 100, currency)
        case OfferKind.AMOUNT_OFF:
            saved = offer.amount
        case _:
            saved = ZERO
    return max(ZERO, min(saved, left))


def apply_offers(offers: Iterable[Offer], lines: Sequence[Priced], shopper: Shopper) -> Applied:
    """Give the cart everything that is open to it, by the house rules above.

    Order   offers are weighed by saving, ties by id: equal carts get equal answers.
    """
    running = sorted((o for o in offers if is_open(o, shopper)), key=lambda o: o.id)
    savings = [best for line in lines if (best := _best_on_line(running, line, shopper.currency))]
    left = sum((line.amount for line in lines), ZERO) - sum((s.amount for s in savings), ZERO)
    gifts = _gifts(running, lines, savings, left)
    savings += gifts
    left -= sum((s.amount for s in gifts), ZERO)
    reached = [o for o in running if not o.goods and left >= o.least_subtotal]
    basket = max(
        ((saving_on_basket(o, left, shopper.currency), o) for o in reached if lines),
        key=lambda pair: (pair[0], _reversed(pair[1].id)),
        default=None,
    )
    if basket and basket[0] > ZERO:
        savings.append(Saving(basket[1], basket[0], None))
    free = next((o for o in reached if o.kind is OfferKind.FREE_DELIVERY), None)
    factors = [o.factor for o in reached if o.kind is OfferKind.POINTS_MULTIPLIER]
    hints = (
        tuple(Hint(o, o.least_subtotal - left) for o in running if not o.goods and left < o.least_subtotal)
        if lines
        else ()
    )
    return Applied(tuple(savings), hints, free, max(factors, default=1))


def _gifts(offers: Sequence[Offer], lines: Sequence[Priced], savings: Sequence[Saving], left: Decimal) -> list[Saving]:
    """One unit of each gift's variant, where an offer of its own leaves it something to pay."""
    found: list[Saving] = []
    taken = {saving.line_id for saving in savings}
    for offer in offers:
        line = (
            next((each for each in lines if offer.gift in each.groups and each.line_id not in taken), None)
            if offer.kind is OfferKind.GIFT and offer.gift
            else None
        )
        if line is not None and line.unit_price > ZERO and left - line.unit_price >= offer.least_subtotal:
            found.append(Saving(offer, line.unit_price, line.line_id))
            taken.add(line.line_id)
            left -= line.unit_price
    return found


def _best_on_line(offers: Sequence[Offer], line: Priced, currency: str) -> Saving | None:
    best: Saving | None = None
    for offer in offers:
        amount = saving_on_line(offer, line, currency)
        if amount > ZERO and (best is None or amount > best.amount):
            best = Saving(offer, amount, line.line_id)
    return best


def _reversed(text: str) -> tuple[int, ...]:
    """A key under which `max` takes the alphabetically first of equals."""
    return tuple(-ord(letter) for letter in text)
