"""How much of a ledger's goods lies in the warehouse when they come into the inventory.

The ledger says what was sold, never what is left. A shop keeps what the next weeks will ask for, and the best it knows
of them is the last ones: the opening stock of a code is what was sold of it in the last `WINDOW` of the ledger, up to
whole dozens. What nobody bought in that time is sold out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

WINDOW = timedelta(days=28)
DOZEN = 12
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Good:
    """A stock code in one currency: `units` to open with, `price` last charged (zero when it never was)."""

    sku: str
    currency: str
    units: int
    price: Decimal


def opening_units(sold: int) -> int:
    """Units to open with after so many were sold in the window: 0 → 0, 1 → 12, 12 → 12, 13 → 24."""
    return -(-max(0, sold) // DOZEN) * DOZEN


@dataclass(slots=True)
class _Code:
    sales: list[tuple[datetime, int]] = field(default_factory=list)
    price: Decimal = Decimal(0)
    priced_at: datetime | None = None


@dataclass(slots=True)
class RecentSales:
    """What a ledger sold of late, gathered line by line in any order."""

    until: datetime = LONG_AGO
    _codes: dict[tuple[str, str], _Code] = field(default_factory=dict)

    def add(self, sku: str, currency: str, at: datetime, units: int, price: Decimal) -> None:
        """Take in a line; units 0 make the code known without a sale."""
        code = self._codes.setdefault((sku, currency), _Code())
        self.until = max(self.until, at)
        if units > 0:
            code.sales.append((at, units))
            if code.priced_at is None or at >= code.priced_at:
                code.price, code.priced_at = price, at

    def forget(self) -> None:
        """Drop sales that are too old to count, whatever follows."""
        for code in self._codes.values():
            if code.sales and code.sales[0][0] <= self.until - WINDOW:
                code.sales = [sale for sale in code.sales if sale[0] > self.until - WINDOW]

    def goods(self) -> tuple[Good, ...]:
        """Every code seen, by code and currency."""
        self.forget()
        return tuple(
            Good(
                sku,
                currency,
                opening_units(sum(units for at, units in code.sales if at > self.until - WINDOW)),
                code.price,
            )
            for (sku, currency), code in sorted(self._codes.items())
        )
