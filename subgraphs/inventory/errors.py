"""What can go wrong in inventory beyond what every subgraph has.

Refusal (subgraphs.kit.errors)
├── InsufficientStock       INSUFFICIENT_STOCK      availableQuantity
├── LocationUnavailable     LOCATION_UNAVAILABLE    alternative
└── TransferQuoteExpired    EXPIRED
"""

from __future__ import annotations

from subgraphs.kit.errors import Refusal


class InsufficientStock(Refusal):
    """Fewer units can be promised than were asked for; `available_quantity` is the most that can be promised now."""

    code = "INSUFFICIENT_STOCK"

    def __init__(self, path: tuple[str, ...], available_quantity: int) -> None:
        left = f"only {available_quantity} left" if available_quantity else "none left"
        super().__init__(f"There are not enough: {left}.", path, available_quantity=available_quantity)


class LocationUnavailable(Refusal):
    """The place does not offer this, or belongs to another brand; `alternative_id` is the nearest that could, or None."""

    code = "LOCATION_UNAVAILABLE"

    def __init__(self, message: str, path: tuple[str, ...], alternative_id: str | None = None) -> None:
        super().__init__(message, path, alternative_id=alternative_id)


class TransferQuoteExpired(Refusal):
    """The offer ran out, or never was ours; ask for options again."""

    code = "EXPIRED"
