"""The kinds this subgraph knows; every value's name is what is stored."""

from __future__ import annotations

from enum import Enum

import strawberry


def _kind(name: str, description: str) -> str:
    return strawberry.enum_value(name, description=description)  # type: ignore[return-value]  # strawberry unwraps it in the class


@strawberry.enum(description="Kind of identity.")
class IdentityKind(Enum):
    LOGIN = _kind("LOGIN", "Sign-in account.")
    EMAIL = _kind("EMAIL", "E-mail.")
    PHONE = _kind("PHONE", "Phone.")
    LOYALTY_NUMBER = _kind("LOYALTY_NUMBER", "Loyalty number.")
    CARD_TOKEN = _kind("CARD_TOKEN", "Stored-value or payment card token.")
    SOCIAL = _kind("SOCIAL", "Social-network handle.")
    DEVICE = _kind("DEVICE", "Installed app or browser.")
    EXTERNAL = _kind("EXTERNAL", "Number in an outside CRM or ERP.")


@strawberry.enum(description="What contact is for.")
class ConsentPurpose(Enum):
    MARKETING_EMAIL = _kind("MARKETING_EMAIL", "Marketing by e-mail.")
    MARKETING_SMS = _kind("MARKETING_SMS", "Marketing by text message.")
    MARKETING_PUSH = _kind("MARKETING_PUSH", "Marketing by push.")
    ORDER_SMS = _kind("ORDER_SMS", "News about orders by text message.")
    PERSONALISATION = _kind("PERSONALISATION", "Personal recommendations.")
    STORE_PRESENCE = _kind("STORE_PRESENCE", "Being recognised in stores.")
    ANALYTICS = _kind("ANALYTICS", "Counting what people use, to make it better.")


@strawberry.enum(description="Way to reach a person.")
class MessageChannel(Enum):
    PUSH = _kind("PUSH", "Push to the app.")
    WEB_PUSH = _kind("WEB_PUSH", "Push to the browser.")
    EMAIL = _kind("EMAIL", "E-mail.")
    SMS = _kind("SMS", "Text message.")
    IN_APP = _kind("IN_APP", "Inbox inside the app.")
    CHAT = _kind("CHAT", "Chat app.")


@strawberry.enum(description="How presence in a store is noticed.")
class PresenceMethod(Enum):
    GEOFENCE = _kind("GEOFENCE", "Phone crossed the fence around the store.")
    QR = _kind("QR", "Scanned a code in the store.")
    BEACON = _kind("BEACON", "Bluetooth beacon.")
    WIFI = _kind("WIFI", "Store Wi-Fi.")
    ASSOCIATE = _kind("ASSOCIATE", "Greeted by an associate.")
    TILL = _kind("TILL", "Seen at a till.")


@strawberry.enum(description="Kind of perk.")
class PerkKind(Enum):
    EXCLUSIVE_PRODUCTS = _kind("EXCLUSIVE_PRODUCTS", "Products only members may buy.")
    EARLY_ACCESS = _kind("EARLY_ACCESS", "Buy before others.")
    LOUNGE = _kind("LOUNGE", "Room for members in some stores.")
    INSTANT_CHECKOUT = _kind("INSTANT_CHECKOUT", "Pay on the phone without a till.")
    TRY_ON_HOLD = _kind("TRY_ON_HOLD", "Hold goods to try on.")
    FREE_DELIVERY = _kind("FREE_DELIVERY", "Free delivery.")
    BIRTHDAY_GIFT = _kind("BIRTHDAY_GIFT", "Gift on the birthday.")


@strawberry.enum(description="How something was paid in the store or the app.")
class TenderKind(Enum):
    APP = _kind("APP", "In the app.")
    PHYSICAL_CARD = _kind("PHYSICAL_CARD", "Physical card of the brand.")
    BANK_CARD = _kind("BANK_CARD", "Bank card.")
    CASH = _kind("CASH", "Cash.")


@strawberry.enum(description="Kind of thing that happened.")
class TimelineKind(Enum):
    VIEW = _kind("VIEW", "Looked at a page or screen.")
    SEARCH = _kind("SEARCH", "Searched.")
    APP_OPEN = _kind("APP_OPEN", "Opened the app.")
    SCAN = _kind("SCAN", "Scanned something in a store.")
    STORE_VISIT = _kind("STORE_VISIT", "Came into a store.")
    AD_CLICK = _kind("AD_CLICK", "Followed an advertisement or link.")
    SOCIAL = _kind("SOCIAL", "Did something on a social network.")
    CONTENT = _kind("CONTENT", "Read a mail or magazine, or watched a video.")
    CART = _kind("CART", "Changed a cart.")
    PURCHASE = _kind("PURCHASE", "Bought.")
    RETURN = _kind("RETURN", "Sent something back.")
    SERVICE = _kind("SERVICE", "Talked to service.")
    MESSAGE = _kind("MESSAGE", "Got or opened a message.")
    REVIEW = _kind("REVIEW", "Wrote a review.")
    LOYALTY = _kind("LOYALTY", "Gained or spent points.")
    TRY_ON = _kind("TRY_ON", "Tried something on virtually.")
