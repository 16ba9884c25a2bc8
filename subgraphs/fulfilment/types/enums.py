"""The enums of orders and fulfilments."""

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
