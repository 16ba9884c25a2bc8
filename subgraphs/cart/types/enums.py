"""The enums of carts."""

from enum import Enum

import strawberry


def _value(name: str, description: str) -> str:
    return strawberry.enum_value(name, description=description)  # type: ignore[return-value]  # strawberry unwraps it in the class


@strawberry.enum(description="State of a cart.")
class CartStatus(Enum):
    ACTIVE = _value("ACTIVE", "In use.")
    IN_CHECKOUT = _value("IN_CHECKOUT", "Being paid.")
    ABANDONED = _value("ABANDONED", "Left alone longer than the channel allows.")
    ORDERED = _value("ORDERED", "Turned into an order.")
    MERGED = _value("MERGED", "Folded into another cart.")
    EXPIRED = _value("EXPIRED", "Thrown away.")


@strawberry.enum(description="How a cart is used.")
class CartMode(Enum):
    BASKET = _value("BASKET", "Ordinary basket.")
    SCAN_AND_GO = _value("SCAN_AND_GO", "Items scanned on the shop floor and paid on the phone.")
    TILL = _value("TILL", "Rung up at a till.")
    ORDER_AHEAD = _value("ORDER_AHEAD", "Prepared and paid before arriving.")


@strawberry.enum(description="How one line is to reach the customer.")
class FulfilmentMethod(Enum):
    SHIP = _value("SHIP", "Sent home.")
    PICKUP = _value("PICKUP", "Collected in a store that has it.")
    SHIP_TO_STORE = _value("SHIP_TO_STORE", "Brought to a store by transfer, then collected.")
    CARRY_OUT = _value("CARRY_OUT", "Taken away at once.")
    SAME_DAY = _value("SAME_DAY", "Brought the same day by a courier.")


@strawberry.enum(description="What is wrong with a line or cart.")
class CartProblemCode(Enum):
    INSUFFICIENT_STOCK = _value("INSUFFICIENT_STOCK", "Fewer units left than wanted.")
    PRICE_CHANGED = _value("PRICE_CHANGED", "Price went up or down since it was added.")
    NOT_SOLD_IN_CHANNEL = _value("NOT_SOLD_IN_CHANNEL", "Not sold in the channel now used.")
    MEMBERS_ONLY = _value("MEMBERS_ONLY", "For members only.")
    PICKUP_UNAVAILABLE = _value("PICKUP_UNAVAILABLE", "The store can no longer hand it out.")
    HOLD_EXPIRED = _value("HOLD_EXPIRED", "The hold ran out.")
    VOUCHER_NOT_APPLICABLE = _value("VOUCHER_NOT_APPLICABLE", "The voucher stopped working.")
    ADDRESS_MISSING = _value("ADDRESS_MISSING", "A delivery address is missing.")
    PAYMENT_MISSING = _value("PAYMENT_MISSING", "A means of payment is missing.")


@strawberry.enum(description="Kind of payment.")
class PaymentKind(Enum):
    CARD = _value("CARD", "Card by token.")
    WALLET = _value("WALLET", "Phone wallet.")
    STORED_VALUE = _value("STORED_VALUE", "Stored-value card of the brand.")
    GIFT_CARD = _value("GIFT_CARD", "Gift card.")
    REWARD = _value("REWARD", "Loyalty reward.")
    CASH = _value("CASH", "Cash at a till.")
    LAYAWAY_DEPOSIT = _value("LAYAWAY_DEPOSIT", "First part of a layaway.")


@strawberry.enum(description="State of a layaway.")
class LayawayStatus(Enum):
    OPEN = _value("OPEN", "Being paid.")
    PAID = _value("PAID", "Paid; ready to be collected.")
    COLLECTED = _value("COLLECTED", "Collected.")
    CANCELLED = _value("CANCELLED", "Called off; deposit handled by policy.")
    DEFAULTED = _value("DEFAULTED", "A part was missed for too long.")


@strawberry.enum(description="What to do with the guest's basket when its owner signs in.")
class CartMergeStrategy(Enum):
    MAX = _value(
        "MAX",
        "Keep the larger number of units of each variant; the usual choice while browsing, since the same wish is often noted on two devices.",
    )
    SUM = _value("SUM", "Add the units of both together.")
    KEEP_CURRENT = _value(
        "KEEP_CURRENT", "Keep the guest's basket and put the older one aside for later; the usual choice in checkout."
    )
    KEEP_ACCOUNT = _value("KEEP_ACCOUNT", "Keep the account's basket and put the guest's aside for later.")
    ASK = _value("ASK", "Change nothing and report both, so that the shopper can choose.")


@strawberry.enum(description="Why a cart changed.")
class CartChangeCause(Enum):
    LINES = _value("LINES", "Lines were added, changed or removed.")
    PROMOTIONS = _value("PROMOTIONS", "An offer or voucher came or went.")
    PRICE = _value("PRICE", "A price changed in the catalogue.")
    STOCK = _value("STOCK", "Stock changed.")
    MERGED = _value("MERGED", "Baskets were folded.")
    HANDED_OFF = _value("HANDED_OFF", "Another device or till took it over.")
    ORDERED = _value("ORDERED", "It was ordered.")
