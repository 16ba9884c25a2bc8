"""What the cart service stores. Amounts are exact decimals in major units; instants are UTC."""

from __future__ import annotations

from subgraphs.cart.models.basket import CartLineRow, CartPaymentRow, CartRow, CartVoucherRow, SavedItemRow
from subgraphs.cart.models.known import MemberRow, RegisterRow, VariantFactRow
from subgraphs.cart.models.offer import PromotionDayRow, PromotionRow, VoucherRow
from subgraphs.cart.models.paying import (
    CheckoutRow,
    InstalmentRow,
    LayawayPaymentRow,
    LayawayRow,
    StoredValueMoveRow,
    StoredValueRow,
)
from subgraphs.cart.models.record import Record

__all__ = [
    "CartLineRow",
    "CartPaymentRow",
    "CartRow",
    "CartVoucherRow",
    "CheckoutRow",
    "InstalmentRow",
    "LayawayPaymentRow",
    "LayawayRow",
    "MemberRow",
    "PromotionDayRow",
    "PromotionRow",
    "Record",
    "RegisterRow",
    "SavedItemRow",
    "StoredValueMoveRow",
    "StoredValueRow",
    "VariantFactRow",
    "VoucherRow",
]
