"""The enums of orders, fulfilments, tasks and returns."""

from enum import Enum

import strawberry


def _value(name: str, description: str) -> str:
    return strawberry.enum_value(name, description=description)  # type: ignore[return-value]  # strawberry unwraps it in the class


@strawberry.enum(description="State of an order as a shopper understands it.")
class OrderStatus(Enum):
    PLACED = _value("PLACED", "Taken; not yet worked on.")
    PREPARING = _value("PREPARING", "Being prepared.")
    ON_THE_WAY = _value("ON_THE_WAY", "On its way home or to a store.")
    READY_FOR_PICKUP = _value("READY_FOR_PICKUP", "Waiting to be collected.")
    COMPLETED = _value("COMPLETED", "With the customer, all of it.")
    PARTLY_COMPLETED = _value("PARTLY_COMPLETED", "Part is with the customer, part is not.")
    CANCELLED = _value("CANCELLED", "Called off.")
    RETURNED = _value("RETURNED", "Sent back, all of it.")


@strawberry.enum(description="Kind of thing that happened to an order.")
class OrderEventKind(Enum):
    PLACED = _value("PLACED", "Placed.")
    PAID = _value("PAID", "Paid.")
    TRANSFER_REQUESTED = _value("TRANSFER_REQUESTED", "Transfer asked for.")
    TRANSFER_ARRIVED = _value("TRANSFER_ARRIVED", "Transfer arrived.")
    PICKING = _value("PICKING", "Being picked.")
    PACKED = _value("PACKED", "Packed.")
    SHIPPED = _value("SHIPPED", "Handed to the carrier.")
    OUT_FOR_DELIVERY = _value("OUT_FOR_DELIVERY", "With the courier.")
    DELIVERED = _value("DELIVERED", "Delivered.")
    READY_FOR_PICKUP = _value("READY_FOR_PICKUP", "Ready for collection.")
    CUSTOMER_ARRIVED = _value("CUSTOMER_ARRIVED", "Customer is in the store or car park.")
    COLLECTED = _value("COLLECTED", "Collected.")
    ETA_CHANGED = _value("ETA_CHANGED", "Expected time changed.")
    SHORT_PICK = _value("SHORT_PICK", "An item was missing or swapped.")
    CANCELLED = _value("CANCELLED", "Called off.")
    RETURN_REQUESTED = _value("RETURN_REQUESTED", "Return asked for.")
    RETURN_RECEIVED = _value("RETURN_RECEIVED", "Return received.")
    REFUNDED = _value("REFUNDED", "Refunded.")
    NOTIFIED = _value("NOTIFIED", "Customer was told.")


@strawberry.enum(description="State of one delivery or collection.")
class FulfilmentStatus(Enum):
    PENDING = _value("PENDING", "Waiting.")
    PREPARING = _value("PREPARING", "Being picked and packed.")
    IN_TRANSIT = _value("IN_TRANSIT", "On its way.")
    READY = _value("READY", "Waiting to be collected.")
    DONE = _value("DONE", "With the customer.")
    CANCELLED = _value("CANCELLED", "Called off.")


@strawberry.enum(description="Why a task exists.")
class PickTaskKind(Enum):
    PICKUP = _value("PICKUP", "Paid order to be collected.")
    SHIP_FROM_STORE = _value("SHIP_FROM_STORE", "Paid order to be sent from the store.")
    ORDER_AHEAD = _value("ORDER_AHEAD", "Order ahead to be prepared.")
    PULL = _value("PULL", "Unpaid goods to be pulled for someone who will pay in the store.")
    TRY_ON = _value("TRY_ON", "Goods to be set out in a fitting room.")
    TRANSFER = _value("TRANSFER", "Goods to be packed for another store.")


@strawberry.enum(description="State of a task.")
class PickTaskStatus(Enum):
    OPEN = _value("OPEN", "To do.")
    CLAIMED = _value("CLAIMED", "Taken by someone.")
    DONE = _value("DONE", "Done.")
    SHORT = _value("SHORT", "Done with something missing.")
    CANCELLED = _value("CANCELLED", "Called off.")


@strawberry.enum(description="How far a policy reaches; the narrowest one wins.")
class PolicyScope(Enum):
    GROUP = _value("GROUP", "The whole group.")
    BRAND = _value("BRAND", "One brand.")
    STORE_GROUP = _value("STORE_GROUP", "A group of stores.")
    LOCATION = _value("LOCATION", "One store.")


@strawberry.enum(description="What a policy asks for before it refunds.")
class ReturnRequirement(Enum):
    NONE = _value("NONE", "Nothing but the wish.")
    PROOF_OF_PURCHASE = _value("PROOF_OF_PURCHASE", "Receipt or other proof of purchase.")
    DEFECT_EVIDENCE = _value("DEFECT_EVIDENCE", "Proof that the goods are faulty.")
    UNUSED = _value("UNUSED", "Goods unworn with labels.")


@strawberry.enum(description="Why goods go back.")
class ReturnReason(Enum):
    UNWANTED = _value("UNWANTED", "Changed mind.")
    DEFECTIVE = _value("DEFECTIVE", "Faulty.")
    NOT_AS_DESCRIBED = _value("NOT_AS_DESCRIBED", "Not what was shown.")
    WRONG_ITEM = _value("WRONG_ITEM", "Wrong item.")
    TOO_LARGE = _value("TOO_LARGE", "Too large.")
    TOO_SMALL = _value("TOO_SMALL", "Too small.")
    TOO_LATE = _value("TOO_LATE", "Came too late.")


@strawberry.enum(description="State of a return.")
class ReturnStatus(Enum):
    REQUESTED = _value("REQUESTED", "Waiting for evidence or a decision.")
    APPROVED = _value("APPROVED", "Agreed; goods on their way.")
    RECEIVED = _value("RECEIVED", "Goods received.")
    REFUNDED = _value("REFUNDED", "Money given back.")
    EXCHANGED = _value("EXCHANGED", "Swapped for other goods.")
    DECLINED = _value("DECLINED", "Refused.")
