"""What clients give to carts."""

from datetime import datetime
from typing import Any

import strawberry

from subgraphs.cart.service.details import Details, PaymentAsked
from subgraphs.cart.service.lines import LineAsked, LineChange, Way
from subgraphs.cart.types.enums import CartMergeStrategy, FulfilmentMethod, PaymentKind
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.scalars import IdempotencyKey
from subgraphs.kit.types.values import MoneyInput, PostalAddressInput

_LEFT_OUT = strawberry.UNSET


@strawberry.input(description="How a line should reach the customer.")
class LineFulfilmentInput:
    method: FulfilmentMethod = strawberry.field(description="Way.")
    location_id: strawberry.ID | None = strawberry.field(description="Store for collection.", default=_LEFT_OUT)
    transfer_quote_id: strawberry.ID | None = strawberry.field(
        description="Transfer offer, for SHIP_TO_STORE.", default=_LEFT_OUT
    )
    ready_at: datetime | None = strawberry.field(
        description="Minute to have it ready, for PICKUP ordered ahead; as soon as the store can when left out.",
        default=_LEFT_OUT,
    )

    def way(self) -> Way:
        """The way as the service takes it."""
        return Way(self.method.value, self.location_id or None, self.transfer_quote_id or None, self.ready_at or None)


@strawberry.input(description="A line to add.")
class CartLineInput:
    variant_id: strawberry.ID = strawberry.field(description="Variant.")
    quantity: int = strawberry.field(description="Units.", default=1)
    fulfilment: LineFulfilmentInput | None = strawberry.field(
        description="How it should reach the customer; the channel's usual way when left out.", default=_LEFT_OUT
    )
    reservation_id: strawberry.ID | None = strawberry.field(
        description="Hold to sell from: goods that were set out or pulled, and are taken along now.",
        default=_LEFT_OUT,
    )

    def asked(self) -> LineAsked:
        """The line as the service takes it."""
        way = self.fulfilment.way() if self.fulfilment else None
        held = str(self.reservation_id) if self.reservation_id else None
        return LineAsked(str(self.variant_id), self.quantity, way, held)


@strawberry.input(description="Lines to add to a cart.")
class CartLinesAddInput:
    cart_id: strawberry.ID | None = strawberry.field(
        description="Cart; a new one is started when left out.", default=_LEFT_OUT
    )
    lines: list[CartLineInput] = strawberry.field(description="Lines.")
    expected_version: int | None = strawberry.field(
        description="Version the caller saw; leave out to add regardless.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="A change of one line; zero units removes it.")
class CartLineUpdateInput:
    line_id: strawberry.ID = strawberry.field(description="Line.")
    quantity: int | None = strawberry.field(description="Units.", default=_LEFT_OUT)
    fulfilment: LineFulfilmentInput | None = strawberry.field(
        description="How it should reach the customer.", default=_LEFT_OUT
    )

    def change(self) -> LineChange:
        """The change as the service takes it."""
        quantity = None if self.quantity is _LEFT_OUT else self.quantity
        return LineChange(str(self.line_id), quantity, self.fulfilment.way() if self.fulfilment else None)


@strawberry.input(description="Changes of lines.")
class CartLinesUpdateInput:
    cart_id: strawberry.ID = strawberry.field(description="Cart.")
    lines: list[CartLineUpdateInput] = strawberry.field(description="Changes.")
    expected_version: int | None = strawberry.field(
        description="Version the caller saw; leave out to change regardless.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="A means of payment to put to a cart.")
class CartPaymentInput:
    kind: PaymentKind = strawberry.field(description="Kind.")
    token: str | None = strawberry.field(
        description="Token from the payment provider or the brand's card; left out for cash.", default=_LEFT_OUT
    )
    amount: MoneyInput | None = strawberry.field(
        description="Amount; all that is due when left out.", default=_LEFT_OUT
    )

    def asked(self) -> PaymentAsked:
        """The payment as the service takes it."""
        amount, currency = (self.amount.amount, self.amount.currency) if self.amount else (None, None)
        return PaymentAsked(self.kind.value, self.token or None, amount, currency)


@strawberry.input(description="Details for checkout.")
class CheckoutUpdateInput:
    cart_id: strawberry.ID = strawberry.field(description="Cart.")
    shipping_address: PostalAddressInput | None = strawberry.field(description="Address to send to.", default=_LEFT_OUT)
    billing_address: PostalAddressInput | None = strawberry.field(description="Address to bill.", default=_LEFT_OUT)
    email: str | None = strawberry.field(description="E-mail for the receipt.", default=_LEFT_OUT)
    phone: str | None = strawberry.field(description="Phone for messages, E.164.", default=_LEFT_OUT)
    payments: list[CartPaymentInput] | None = strawberry.field(
        description="Means of payment, replacing those given before.", default=_LEFT_OUT
    )
    delivery_option_id: strawberry.ID | None = strawberry.field(
        description="Delivery option taken from deliveryOptions.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def details(self) -> Details:
        """The details as the service takes them; `InvalidInput` for an address without lines or an e-mail without @."""
        if self.email and "@" not in self.email:
            raise InvalidInput("This is no e-mail address.", ("input", "email"))
        return Details(
            shipping_address=_address(self.shipping_address, "shippingAddress"),
            billing_address=_address(self.billing_address, "billingAddress"),
            email=self.email or None,
            phone=self.phone or None,
            payments=[payment.asked() for payment in self.payments] if self.payments else None,
        )


@strawberry.input(description="Completion of a purchase.")
class CheckoutCompleteInput:
    cart_id: strawberry.ID = strawberry.field(description="Cart.")
    expected_version: int = strawberry.field(description="Version the shopper agreed to.")
    expected_total: MoneyInput = strawberry.field(description="Amount the shopper agreed to.")
    create_account: bool | None = strawberry.field(
        description="Open an account for the guest at the same time.", default=False
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay: one key, one order.")


@strawberry.input(description="Baskets to fold together.")
class CartMergeInput:
    guest_cart_id: strawberry.ID = strawberry.field(description="Guest basket.")
    strategy: CartMergeStrategy = strawberry.field(description="What to do.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="Something scanned on the shop floor.")
class CartScanInput:
    cart_id: strawberry.ID | None = strawberry.field(
        description="Cart; a new one is started when left out.", default=_LEFT_OUT
    )
    location_id: strawberry.ID = strawberry.field(description="Store the shopper is in.")
    code: str = strawberry.field(description="Code exactly as scanned.")
    reservation_id: strawberry.ID | None = strawberry.field(
        description="Hold it is sold from, when it was set out or pulled for the customer.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="A layaway to open.")
class LayawayOpenInput:
    cart_id: strawberry.ID = strawberry.field(description="Cart with the goods.")
    location_id: strawberry.ID = strawberry.field(description="Store to keep them.")
    deposit: CartPaymentInput = strawberry.field(description="First payment.")
    instalments: int = strawberry.field(description="Number of parts after the deposit.", default=3)
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


def _address(given: PostalAddressInput | None, name: str) -> dict[str, Any] | None:
    if not given:
        return None
    if not any(line.strip() for line in given.lines):
        raise InvalidInput("An address needs a street line.", ("input", name, "lines"))
    return {
        "recipient": given.recipient or None,
        "lines": given.lines,
        "city": given.city,
        "region": given.region or None,
        "postcode": given.postcode or None,
        "country": given.country,
        "phone": given.phone or None,
    }
