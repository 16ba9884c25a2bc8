"""Money: exact amounts, each currency's own decimals, and splitting that loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of currencies that do not have two (ISO 4217)."""

SYMBOLS: dict[str, str] = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "CNY": "CN¥", "KRW": "₩", "INR": "₹"}


def exponent(currency: str) -> int:
    """How many decimals amounts of the currency have."""
    return EXPONENTS.get(currency, 2)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Round to the currency's decimals, half away from zero, as receipts do."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_UP)


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the amount can be paid in the currency as it is."""
    return amount == quantize(amount, currency)


def allocate(total: Decimal, weights: Sequence[Decimal | int], currency: str) -> tuple[Decimal, ...]:
    """Split `total` in proportion to `weights` so that the parts sum to it exactly.

    Shape   100.00 over (1, 1, 1) → 33.34, 33.33, 33.33: the units left over go to the largest remainders, ties to the first.
    Empty   all weights zero → equal parts; no weights → no parts, and `total` must be zero.
    Raises  ValueError for a negative weight, or a total that the currency cannot express.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if not is_exact(total, currency):
        msg = f"{total} cannot be split: {currency} has {exponent(currency)} decimals"
        raise ValueError(msg)
    if not weights:
        if total:
            raise ValueError("nothing to split the total over")
        return ()
    unit = Decimal(1).scaleb(-exponent(currency))
    units = int(total / unit)
    sign, units = (-1, -units) if units < 0 else (1, units)
    shares = [Decimal(weight) for weight in weights] if any(weights) else [Decimal(1)] * len(weights)
    whole = sum(shares)
    exact = [units * share / whole for share in shares]
    floors = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (floors[index] - exact[index], index))
    for index in by_remainder[: units - sum(floors)]:
        floors[index] += 1
    return tuple(sign * floor * unit for floor in floors)


def formatted(amount: Decimal, currency: str, locale: str | None = None) -> str:
    """Text such as £1,234.50; languages that write 1.234,50 € get that. Half-even: it is for reading only."""
    digits = f"{amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_EVEN):,f}"
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    symbol = SYMBOLS.get(currency, currency)
    language = (locale or "en").split("-")[0].lower()
    if language in {"de", "es", "it", "nl", "pt", "da", "tr", "id"}:
        return f"{sign}{digits.translate(_CONTINENTAL)}\u00a0{symbol}"
    if language in {"fr", "pl", "cs", "fi", "sv", "nb", "no", "ru", "uk"}:
        return f"{sign}{digits.translate(_SPACED)}\u00a0{symbol}"
    return f"{sign}{symbol}{digits}" if len(symbol) == 1 or symbol == "CN¥" else f"{sign}{symbol}\u00a0{digits}"


_CONTINENTAL = str.maketrans(",.", ".,")
_SPACED = str.maketrans({",": "\u202f", ".": ","})
