"""Outcomes of changing carts."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from subgraphs.cart import errors
from subgraphs.cart.types.cart import Cart, SavedItem
from subgraphs.cart.types.customer import Customer
from subgraphs.cart.types.layaway import Layaway
from subgraphs.cart.types.stubs import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field
from subgraphs.kit.scalars import URL
from subgraphs.kit.types.errors import (
    BusinessError,
    ErrorCode,
    ErrorFields,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WrongStateError,
    shows,
)
from subgraphs.kit.types.stubs import Order
from subgraphs.kit.types.values import Money


@strawberry.type(description="The cart after a change. Problems are on the cart; nothing was cut silently.")
class CartSuccess:
    cart: Cart = field(description="The cart.")
    replayed: bool = field(description="True when this is the stored answer to a replayed key.")


async def _cart(info: Info, cart_id: str) -> Cart:
    """The cart an error speaks of; the service has checked that the caller may see it."""
    cart = await Cart.visible(info, cart_id)
    if cart is None:
        msg = f"cart {cart_id} went away while it was being refused"
        raise LookupError(msg)
    return cart


@shows(errors.VersionConflict)
@strawberry.type(description="Somebody else changed the cart first; here it is.")
class CartVersionConflictError(ErrorFields, BusinessError):
    cart_id: strawberry.Private[str]

    @field(description="The cart as it is now.")
    async def cart(self, info: Info) -> Cart:
        return await _cart(info, self.cart_id)


@shows(errors.InsufficientStock)
@strawberry.federation.type(description="Fewer units can be promised than asked for.", shareable=True)
class InsufficientStockError(ErrorFields, BusinessError):
    available_quantity: int = field(description="Most units that can be promised now.")


@shows(errors.NotPurchasable)
@strawberry.type(description="The variant cannot be bought by this caller in this channel.")
class NotPurchasableError(BusinessError):
    variant_id: strawberry.Private[str]
    code: ErrorCode = field(description="Machine-readable reason: NOT_SOLD_IN_CHANNEL or MEMBERS_ONLY.")
    message: str = field(description="Text fit to show to a person.")
    path: list[str] | None = field(description="Path of the input field at fault.")

    @field(description="Variant refused.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.variant_id))


@shows(errors.VoucherRefused)
@strawberry.type(description="The voucher cannot be used, and why.")
class VoucherError(ErrorFields, BusinessError):
    valid_from: datetime | None = field(description="When it starts or ended, if time is why.")
    amount: strawberry.Private[tuple[Decimal, str] | None]

    @field(description="Amount missing, if the sum is why.")
    def missing(self) -> Money | None:
        return None if self.amount is None else Money.of(*self.amount)


@shows(errors.CheckoutBlocked)
@strawberry.type(description="Something must be put right first; see the cart's problems.")
class CheckoutBlockedError(ErrorFields, BusinessError):
    cart_id: strawberry.Private[str]

    @field(description="The cart with its problems.")
    async def cart(self, info: Info) -> Cart:
        return await _cart(info, self.cart_id)


@shows(errors.PaymentDeclined)
@strawberry.type(description="The payment was refused; nothing was ordered and all holds stay.")
class PaymentDeclinedError(ErrorFields, BusinessError):
    retryable: bool = field(description="True when trying again may work.")


@strawberry.type(description="The purchase was made.")
class CheckoutSuccess:
    order: Order = field(description="The order.")
    customer: Customer | None = field(description="The customer, new or known.")
    replayed: bool = field(description="True when this is the stored answer to a replayed key.")


@strawberry.type(description="Both baskets, for the shopper to choose from.")
class CartMergeChoice:
    guest_cart: Cart = field(description="The guest's basket.")
    account_cart: Cart = field(description="The account's basket.")


@strawberry.type(description="The basket after folding, and what happened to each line.")
class CartMergeSuccess:
    cart: Cart = field(description="The basket to go on with.")
    joined_line_ids: list[strawberry.ID] = field(
        description="Lines that were in both baskets, with the units now kept."
    )
    saved_for_later: list[SavedItem] = field(description="Things put aside for later.")


@strawberry.type(description="A short-lived code by which another device or a till takes the cart over.")
class CartHandoff:
    cart: Cart = field(description="Cart.")
    handoff_code: str = field(description="Code to show as QR or type in.")
    url: URL = field(description="Address that opens the cart in the app or on the web.")
    expires_at: datetime = field(description="When the code runs out.")


@shows(errors.UnknownBarcode)
@strawberry.type(description="The scanned code belongs to nothing we sell.")
class UnknownBarcodeError(ErrorFields, BusinessError):
    """Shows `errors.UnknownBarcode`."""


@strawberry.type(description="The layaway after a change.")
class LayawaySuccess:
    layaway: Layaway = field(description="The layaway.")


CartLinesResult = Annotated[
    CartSuccess
    | InsufficientStockError
    | NotPurchasableError
    | CartVersionConflictError
    | NotFoundError
    | InvalidInputError,
    strawberry.union(name="CartLinesResult", description="Outcome of a change of lines."),
]
CartVoucherResult = Annotated[
    CartSuccess | VoucherError | NotFoundError,
    strawberry.union(name="CartVoucherResult", description="Outcome of using a voucher."),
]
CheckoutCompleteResult = Annotated[
    CheckoutSuccess | CheckoutBlockedError | PaymentDeclinedError | CartVersionConflictError | NotFoundError,
    strawberry.union(name="CheckoutCompleteResult", description="Outcome of a purchase."),
]
CartMergeResult = Annotated[
    CartMergeSuccess | CartMergeChoice | NotFoundError | NotPermittedError,
    strawberry.union(name="CartMergeResult", description="Outcome of folding baskets."),
]
CartHandoffResult = Annotated[
    CartHandoff | NotFoundError,
    strawberry.union(name="CartHandoffResult", description="Outcome of offering a cart to another device."),
]
CartScanResult = Annotated[
    CartSuccess | UnknownBarcodeError | NotPurchasableError | NotFoundError,
    strawberry.union(name="CartScanResult", description="Outcome of scanning into a cart."),
]
LayawayResult = Annotated[
    LayawaySuccess | InsufficientStockError | PaymentDeclinedError | WrongStateError | NotFoundError,
    strawberry.union(name="LayawayResult", description="Outcome of a layaway step."),
]
