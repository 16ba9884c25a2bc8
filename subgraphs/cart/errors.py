"""What can go wrong with a cart, beside what can go wrong everywhere (`subgraphs.kit.errors`)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from subgraphs.kit.errors import Refusal


class VersionConflict(Refusal):
    """Somebody else changed the cart first. `detail` has cart_id."""

    code = "VERSION_CONFLICT"


class InsufficientStock(Refusal):
    """Fewer units can be promised than asked for. `detail` has available_quantity."""

    code = "INSUFFICIENT_STOCK"


class NotPurchasable(Refusal):
    """The variant cannot be bought by this caller in this channel. `detail` has variant_id."""

    code = "NOT_SOLD_IN_CHANNEL"


class MembersOnly(NotPurchasable):
    """The variant is for members."""

    code = "MEMBERS_ONLY"


class VoucherRefused(Refusal):
    """The voucher cannot be used.

    valid_from  when it starts or ended, if time is why
    amount      (amount, currency) missing, if the sum is why
    gap         (promotion, currency) when the offer should have been honoured where it was refused
    """

    code = "VOUCHER_NOT_APPLICABLE"

    def __init__(
        self,
        message: str,
        path: tuple[str, ...] = (),
        valid_from: datetime | None = None,
        amount: tuple[Decimal, str] | None = None,
        gap: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message, path, valid_from=valid_from, amount=amount)
        self.gap = gap


class CheckoutBlocked(Refusal):
    """Something must be put right first. `detail` has cart_id."""

    code = "CHECKOUT_INCOMPLETE"


class CheckoutKeyReused(CheckoutBlocked):
    """The key of another checkout."""

    code = "IDEMPOTENCY_CONFLICT"


class PaymentDeclined(Refusal):
    """The payment was refused; nothing was ordered. `detail` has retryable."""

    code = "PAYMENT_DECLINED"


class UnknownBarcode(Refusal):
    """The scanned code belongs to nothing we sell."""

    code = "NOT_FOUND"
