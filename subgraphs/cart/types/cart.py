"""The cart: lines, amounts, problems. Amounts are priced once a request, by `QuoteOf`."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.cart.loaders import (
    CartById,
    LineById,
    LinesOf,
    PaymentsOf,
    QuoteOf,
    SavedById,
    SavedOf,
    problems_of,
)
from subgraphs.cart.models import CartLineRow, CartPaymentRow, CartRow, SavedItemRow
from subgraphs.cart.rules.access import may_use
from subgraphs.cart.rules.links import recovery_url
from subgraphs.cart.rules.problems import Found
from subgraphs.cart.service.pricing import Quote, lacking
from subgraphs.cart.types.enums import CartMode, CartProblemCode, CartStatus, FulfilmentMethod, PaymentKind
from subgraphs.cart.types.promotions import AppliedPromotion, Channel, PromotionHint
from subgraphs.cart.types.stubs import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import URL, CountryCode, CurrencyCode
from subgraphs.kit.types.stubs import OWNER_TEXT, Brand, Location, Reservation
from subgraphs.kit.types.values import Money, PostalAddress

if TYPE_CHECKING:
    from subgraphs.cart.types.customer import Customer


@strawberry.type(description="Something to put right before paying. Nothing is changed silently.")
class CartProblem:
    code: CartProblemCode = field(description="What is wrong.", tags=("watch",))
    message: str = field(description="Text fit to show.", tags=("watch",))
    line_ids: list[strawberry.ID] = field(
        description="Lines concerned; empty when the whole cart is.", size=list_size(assumed=1)
    )
    available_quantity: int | None = field(description="Most units possible, for stock problems.")
    price_before: Money | None = field(description="Price before, for price problems.")
    price_now: Money | None = field(description="Price now, for price problems.")

    @classmethod
    def of(cls, found: Found, currency: str) -> Self:
        """A problem as found by the rules."""
        return cls(
            code=CartProblemCode(found.code.value),
            message=found.message,
            line_ids=[strawberry.ID(line) for line in found.line_ids],
            available_quantity=found.available,
            price_before=_money(found.price_before, currency),
            price_now=_money(found.price_now, currency),
        )


@strawberry.type(description="A till or self-checkout.")
class Register:
    code: str = field(description="Code of the till.")
    location: Location = field(description="Store.")


@strawberry.type(description="How one line is to reach the customer.")
class LineFulfilment:
    method: FulfilmentMethod = field(description="Way.")
    location: Location | None = field(description="Store for collection.")
    transfer_quote_id: strawberry.ID | None = field(description="Transfer offer taken, for SHIP_TO_STORE.")
    promised_at: datetime | None = field(description="When it is promised for.")


@strawberry.federation.type(description=OWNER_TEXT["CartLine"], keys=["id"])
class CartLine:
    row: strawberry.Private[CartLineRow]
    id: strawberry.ID = field(description="Global id.")
    variant: ProductVariant = field(description="Variant.", tags=("watch",))
    quantity: int = field(description="Units.", tags=("watch",))

    @field(description="Price of one unit now, offers of the line included.")
    async def unit_price(self, info: Info) -> Money:
        quote = await _quote(info, self.row.cart_id)
        return Money.of(quote.line_total(self.row) / self.row.quantity, quote.basket.cart.currency)

    @field(description="Price of one unit when it was added.")
    async def unit_price_when_added(self, info: Info) -> Money:
        return Money.of(self.row.price_added, await _currency(info, self.row.cart_id))

    @field(description="Line amount.", tags=("watch",))
    async def total(self, info: Info) -> Money:
        quote = await _quote(info, self.row.cart_id)
        return Money.of(quote.line_total(self.row), quote.basket.cart.currency)

    @field(description="Offers on this line.", size=list_size(assumed=1))
    async def promotions(self, info: Info) -> list[AppliedPromotion]:
        quote = await _quote(info, self.row.cart_id)
        mine = [saving for saving in quote.applied.savings if saving.line_id == self.row.id]
        return [AppliedPromotion(saved=saving, currency=quote.basket.cart.currency) for saving in mine]

    @field(description="How it is to reach the customer.")
    def fulfilment(self) -> LineFulfilment:
        row = self.row
        return LineFulfilment(
            method=FulfilmentMethod(row.method),
            location=Location(id=strawberry.ID(row.location_id)) if row.location_id else None,
            transfer_quote_id=strawberry.ID(row.transfer_quote_id) if row.transfer_quote_id else None,
            promised_at=row.promised_at,
        )

    @field(description="Hold on the goods, if one was made.")
    def reservation(self) -> Reservation | None:
        return Reservation(id=strawberry.ID(self.row.reservation_id)) if self.row.reservation_id else None

    @field(description="What must be put right on this line.", size=list_size(assumed=1))
    async def problems(self, info: Info) -> list[CartProblem]:
        currency = await _currency(info, self.row.cart_id)
        return [
            CartProblem.of(each, currency)
            for each in await _problems(info, self.row.cart_id)
            if self.row.id in each.line_ids
        ]

    @field(description="Channel it was added in.")
    def added_in(self) -> Channel:
        return Channel.of(self.row.added_in)

    added_at: datetime = field(description="When it was added.")

    @classmethod
    def of(cls, row: CartLineRow) -> Self:
        """A line from its row."""
        variant = ProductVariant(id=strawberry.ID(row.variant_id))
        return cls(row=row, id=strawberry.ID(row.id), variant=variant, quantity=row.quantity, added_at=row.added_at)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A line by its id; not there unless the caller may see its cart."""
        row = await info.context.loader(LineById).load(str(id))
        return None if row is None or await Cart.visible(info, row.cart_id) is None else cls.of(row)


@strawberry.type(description="Amounts of a cart.")
class CartTotals:
    subtotal: Money = field(description="Sum of lines before offers.")
    discount: Money = field(description="Sum of offers, as a positive amount.")
    delivery: Money = field(description="Delivery.")
    tax: Money = field(description="Tax within or on top of the total.")
    total: Money = field(description="To pay.", tags=("watch",))
    due: Money = field(description="Still to pay after stored value and vouchers.")
    points_to_earn: int = field(description="Loyalty points the purchase would earn.")


@strawberry.federation.type(description="Something put aside for later.", keys=["id"])
class SavedItem:
    row: strawberry.Private[SavedItemRow]
    id: strawberry.ID = field(description="Global id.")
    variant: ProductVariant = field(description="Variant.")
    quantity: int = field(description="Units.")

    @field(description="Price when it was put aside.")
    async def price_when_saved(self, info: Info) -> Money:
        return Money.of(self.row.price_saved, await _currency(info, self.row.cart_id))

    saved_at: datetime = field(description="When it was put aside.")

    @classmethod
    def of(cls, row: SavedItemRow) -> Self:
        """A saved item from its row."""
        variant = ProductVariant(id=strawberry.ID(row.variant_id))
        return cls(row=row, id=strawberry.ID(row.id), variant=variant, quantity=row.quantity, saved_at=row.saved_at)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A saved item by its id; not there unless the caller may see its cart."""
        row = await info.context.loader(SavedById).load(str(id))
        return None if row is None or await Cart.visible(info, row.cart_id) is None else cls.of(row)


@strawberry.type(description="A means of payment put to a cart.")
class CartPayment:
    row: strawberry.Private[CartPaymentRow]
    kind: PaymentKind = field(description="Kind.")
    label: str = field(description="Masked label, e.g. Visa ending 4242.")

    @field(description="Amount it covers.")
    async def amount(self, info: Info) -> Money:
        quote = await _quote(info, self.row.cart_id)
        amount = quote.totals.due if self.row.amount is None else self.row.amount
        return Money.of(amount, quote.basket.cart.currency)


@strawberry.federation.type(description=OWNER_TEXT["Cart"], keys=["id"])
class Cart:
    row: strawberry.Private[CartRow]
    id: strawberry.ID = field(description="Global id.", tags=("watch",))
    version: int = field(description="Rises by one with every change.")
    status: CartStatus = field(description="State.")
    mode: CartMode = field(description="How it is used.")

    @field(description="Brand it buys from.")
    def brand(self) -> Brand:
        return Brand(code=self.row.brand_code)

    @field(description="Channel it was started in.")
    def started_in(self) -> Channel:
        return Channel.of(self.row.started_in)

    @field(description="Every channel that touched it, first to last.", size=list_size(assumed=2))
    def channels(self) -> list[Channel]:
        return [Channel.of(code) for code in self.row.channels]

    @field(description="Owner; null while nobody signed in.")
    def customer(self) -> Annotated["Customer", strawberry.lazy("subgraphs.cart.types.customer")] | None:
        from subgraphs.cart.types.customer import Customer  # a cart shows its customer, and a customer carts

        return Customer(id=strawberry.ID(self.row.customer_id)) if self.row.customer_id else None

    currency: CurrencyCode = field(description="Currency of all amounts.")

    @field(description="Lines in the order added.", size=list_size(assumed=8), tags=("watch",))
    async def lines(self, info: Info) -> list[CartLine]:
        return [CartLine.of(row) for row in await info.context.loader(LinesOf).load(self.row.id) or ()]

    @field(description="Units over all lines.", tags=("watch",))
    async def total_quantity(self, info: Info) -> int:
        return sum(row.quantity for row in await info.context.loader(LinesOf).load(self.row.id) or ())

    @field(description="Things put aside for later.", size=list_size(assumed=5))
    async def saved_for_later(self, info: Info) -> list[SavedItem]:
        return [SavedItem.of(row) for row in await info.context.loader(SavedOf).load(self.row.id) or ()]

    @field(description="Amounts.", tags=("watch",))
    async def totals(self, info: Info) -> CartTotals:
        totals, currency = (await _quote(info, self.row.id)).totals, self.row.currency
        return CartTotals(
            subtotal=Money.of(totals.subtotal, currency),
            discount=Money.of(totals.discount, currency),
            delivery=Money.of(totals.delivery, currency),
            tax=Money.of(totals.tax, currency),
            total=Money.of(totals.total, currency),
            due=Money.of(totals.due, currency),
            points_to_earn=totals.points,
        )

    @field(description="Offers that apply.", size=list_size(assumed=2))
    async def promotions(self, info: Info) -> list[AppliedPromotion]:
        quote = await _quote(info, self.row.id)
        return [AppliedPromotion(saved=saving, currency=self.row.currency) for saving in quote.applied.savings]

    @field(description="Offers within reach, e.g. spend 5 more for free delivery.", size=list_size(assumed=2))
    async def promotion_hints(self, info: Info) -> list[PromotionHint]:
        quote = await _quote(info, self.row.id)
        return [PromotionHint(hint=hint, currency=self.row.currency) for hint in quote.applied.hints]

    @field(
        description="What must be put right before paying; empty when ready.",
        size=list_size(assumed=1),
        tags=("watch",),
    )
    async def problems(self, info: Info) -> list[CartProblem]:
        return [CartProblem.of(each, self.row.currency) for each in await _problems(info, self.row.id)]

    @field(description="Delivery address, when one is needed.")
    def shipping_address(self) -> PostalAddress | None:
        return _address(self.row.shipping_address)

    @field(description="Means of payment chosen so far.", size=list_size(assumed=1))
    async def payments(self, info: Info) -> list[CartPayment]:
        rows = await info.context.loader(PaymentsOf).load(self.row.id) or ()
        return [CartPayment(row=row, kind=PaymentKind(row.kind), label=row.label) for row in rows]

    @field(description="Till that has taken the cart over.")
    def register(self) -> Register | None:
        row = self.row
        if not row.register_code or not row.register_location_id:
            return None
        return Register(code=row.register_code, location=Location(id=strawberry.ID(row.register_location_id)))

    @field(description="Address that brings the cart back on any device.")
    def recovery_url(self, info: Info) -> URL | None:
        secret, row = info.context.settings.identity_secret, self.row
        if secret is None or row.status not in {"ACTIVE", "ABANDONED"}:
            return None
        return URL(recovery_url(info.context.settings.shop_url, secret, row.id, row.updated_at))

    created_at: datetime = field(description="When it was started.")
    updated_at: datetime = field(description="When it last changed.")
    abandoned_at: datetime | None = field(description="When it counted as abandoned.")

    @classmethod
    def of(cls, row: CartRow) -> Self:
        """A cart from its row; whoever calls has checked that the caller may see it."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            version=row.version,
            status=CartStatus(row.status),
            mode=CartMode(row.mode),
            currency=CurrencyCode(row.currency),
            created_at=row.created_at,
            updated_at=row.updated_at,
            abandoned_at=row.abandoned_at,
        )

    @classmethod
    async def visible(cls, info: Info, cart_id: str) -> Self | None:
        """The cart, if it is there and the caller may see it: one answer for both."""
        row = await info.context.loader(CartById).load(cart_id)
        return cls.of(row) if row is not None and may_use(info.context.viewer, row.customer_id) else None

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A cart by its id."""
        return await cls.visible(info, str(id))


async def _quote(info: Info, cart_id: str) -> Quote:
    quote = await info.context.loader(QuoteOf).load(cart_id)
    if quote is None:
        msg = f"cart {cart_id} went away while it was being read"
        raise LookupError(msg)
    return quote


async def _currency(info: Info, cart_id: str) -> str:
    row = await info.context.loader(CartById).load(cart_id)
    if row is None:
        msg = f"cart {cart_id} went away while it was being read"
        raise LookupError(msg)
    return row.currency


async def _problems(info: Info, cart_id: str) -> tuple[Found, ...]:
    """Everything wrong with a cart; what checkout lacks only once it has begun."""
    quote = await _quote(info, cart_id)
    found = await problems_of(info.context, quote)
    begun = bool(quote.basket.payments) or quote.basket.cart.shipping_address is not None
    return (*found, *lacking(quote)) if begun else found


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(amount, currency)


def _address(stored: dict[str, Any] | None) -> PostalAddress | None:
    if stored is None:
        return None
    return PostalAddress(
        lines=stored["lines"],
        city=stored["city"],
        region=stored.get("region"),
        postcode=stored.get("postcode"),
        country=CountryCode(stored["country"]),
    )
