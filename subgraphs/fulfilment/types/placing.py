"""What a checkout says of an order to be placed: for the shop's own system, hidden from clients."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from subgraphs.fulfilment.service.placing import LinePlaced, OrderPlaced, PaymentPlaced, SourcePlaced
from subgraphs.fulfilment.types.results import OrderSuccess
from subgraphs.kit.scalars import ChannelCode, CurrencyCode, IdempotencyKey
from subgraphs.kit.types.errors import InvalidInputError, NotFoundError, WrongStateError
from subgraphs.kit.types.values import PostalAddressInput

_LEFT_OUT = strawberry.UNSET


@strawberry.federation.input(description="Where units of a line are held.", inaccessible=True)
class OrderPlaceSourceInput:
    location_id: strawberry.ID = strawberry.field(description="Place that has them.")
    in_store: bool = strawberry.field(description="True when it is a store: its people pack what is sent.")
    quantity: int = strawberry.field(description="Units.")
    reservation_id: strawberry.ID = strawberry.field(description="Hold they are under.")


@strawberry.federation.input(description="A line of an order to be placed.", inaccessible=True)
class OrderPlaceLineInput:
    line_id: strawberry.ID = strawberry.field(description="Line of the cart.")
    variant_id: strawberry.ID = strawberry.field(description="Variant.")
    product_id: strawberry.ID | None = strawberry.field(description="Its product.", default=_LEFT_OUT)
    sku: str = strawberry.field(description="SKU as sold.")
    name: str = strawberry.field(description="Name as sold.")
    quantity: int = strawberry.field(description="Units.")
    unit_price: Decimal = strawberry.field(description="Price of one unit before offers.")
    discount: Decimal = strawberry.field(description="Offers on the line.")
    method: str = strawberry.field(description="Way it reaches the customer.")
    location_id: strawberry.ID | None = strawberry.field(description="Store for collection.", default=_LEFT_OUT)
    transfer_quote_id: strawberry.ID | None = strawberry.field(description="Transfer taken.", default=_LEFT_OUT)
    promised_at: datetime | None = strawberry.field(
        description="When it was promised to be ready to collect.", default=_LEFT_OUT
    )
    sources: list[OrderPlaceSourceInput] = strawberry.field(
        description="Where its units are held, when that is known.", default_factory=list
    )

    def placed(self) -> LinePlaced:
        """The line as the service takes it."""
        return LinePlaced(
            variant_id=str(self.variant_id),
            product_id=str(self.product_id) if self.product_id else None,
            sku=self.sku,
            name=self.name,
            quantity=self.quantity,
            unit_price=self.unit_price,
            discount=self.discount,
            method=self.method,
            location_id=str(self.location_id) if self.location_id else None,
            promised_at=self.promised_at or None,
            sources=tuple(
                SourcePlaced(str(each.location_id), each.in_store, each.quantity, str(each.reservation_id))
                for each in self.sources
            ),
        )


@strawberry.federation.input(description="A payment that was taken.", inaccessible=True)
class OrderPlacePaymentInput:
    kind: str = strawberry.field(description="Kind.")
    label: str = strawberry.field(description="Masked label.")
    amount: Decimal = strawberry.field(description="Amount.")


@strawberry.federation.input(description="An order as agreed at checkout.", inaccessible=True)
class OrderPlaceInput:
    cart_id: strawberry.ID = strawberry.field(description="Cart it comes from.")
    version: int = strawberry.field(description="Version of the cart agreed to.")
    customer_id: strawberry.ID | None = strawberry.field(description="Customer.", default=_LEFT_OUT)
    opens_account: bool = strawberry.field(
        description="True when the customer is a guest whose account is opened with the order.", default=False
    )
    brand_code: str = strawberry.field(description="Brand.")
    channel: ChannelCode = strawberry.field(description="Channel it is placed in.")
    currency: CurrencyCode = strawberry.field(description="Currency of all amounts.")
    email: str | None = strawberry.field(description="E-mail for the receipt.", default=_LEFT_OUT)
    phone: str | None = strawberry.field(description="Phone for messages.", default=_LEFT_OUT)
    shipping_address: PostalAddressInput | None = strawberry.field(description="Where to send it.", default=_LEFT_OUT)
    delivery_option_id: strawberry.ID | None = strawberry.field(description="Delivery option taken.", default=_LEFT_OUT)
    sold_at_id: strawberry.ID | None = strawberry.field(description="Store it is rung up at.", default=_LEFT_OUT)
    sold_by: str | None = strawberry.field(description="Associate who is credited with it.", default=_LEFT_OUT)
    mode: str = strawberry.field(description="How the cart was used, e.g. ORDER_AHEAD.", default="BASKET")
    lines: list[OrderPlaceLineInput] = strawberry.field(description="Lines.")
    subtotal: Decimal = strawberry.field(description="Lines before offers.")
    discount: Decimal = strawberry.field(description="Offers.")
    delivery: Decimal = strawberry.field(description="Delivery.")
    tax: Decimal = strawberry.field(description="Tax within the total.")
    total: Decimal = strawberry.field(description="Paid in the end.")
    due: Decimal = strawberry.field(description="Paid by the last means of payment.")
    codes: list[str] = strawberry.field(description="Voucher codes used.")
    payments: list[OrderPlacePaymentInput] = strawberry.field(description="Payments taken.")
    reservation_ids: list[strawberry.ID] = strawberry.field(description="Holds on the goods.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay: one key, one order.")

    def placed(self) -> OrderPlaced:
        """The order as the service takes it."""
        return OrderPlaced(
            cart_id=str(self.cart_id),
            customer_id=str(self.customer_id) if self.customer_id else None,
            brand_code=self.brand_code,
            channel=self.channel,
            currency=self.currency,
            email=self.email or None,
            phone=self.phone or None,
            shipping_address=_address(self.shipping_address),
            sold_at_id=str(self.sold_at_id) if self.sold_at_id else None,
            sold_by=self.sold_by or None,
            opens_account=self.opens_account,
            ordered_ahead=self.mode == "ORDER_AHEAD",
            lines=tuple(line.placed() for line in self.lines),
            subtotal=self.subtotal,
            discount=self.discount,
            delivery=self.delivery,
            tax=self.tax,
            total=self.total,
            delivery_option=str(self.delivery_option_id) if self.delivery_option_id else None,
            reservation_ids=tuple(str(each) for each in self.reservation_ids),
            payments=tuple(PaymentPlaced(each.kind, each.label, each.amount) for each in self.payments),
        )


OrderPlaceResult = Annotated[
    OrderSuccess | InvalidInputError | NotFoundError | WrongStateError,
    strawberry.union(name="OrderPlaceResult", description="Outcome of placing an order."),
]


def _address(given: PostalAddressInput | None) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "recipient": given.recipient or None,
        "lines": given.lines,
        "city": given.city,
        "region": given.region or None,
        "postcode": given.postcode or None,
        "country": given.country,
        "phone": given.phone or None,
    }
