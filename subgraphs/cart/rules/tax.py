"""Tax inside prices, by currency of the price list: each brand sells in one country a currency.

Source  standard rates of 2026: United Kingdom 20 %, Germany (the euro price list) 19 %. Prices in other currencies are
listed without tax.
"""

from __future__ import annotations

from decimal import Decimal

RATES: dict[str, Decimal] = {"GBP": Decimal("0.20"), "EUR": Decimal("0.19")}


def tax_rate(currency: str) -> Decimal:
    """The share of tax on top of a net price; 0.2 means a fifth."""
    return RATES.get(currency, Decimal(0))
