"""One line of a product feed, checked: what the Google Merchant and Shopify readers share.

Attribute names are those of the Google Merchant product data specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from graphql import GraphQLError

from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.records import OfferRecord
from subgraphs.kit.importing.source import is_clean
from subgraphs.kit.money import exponent
from subgraphs.kit.scalars import parse_gtin, parse_url

CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JPY",
        "KRW",
        "KWD",
        "MAD",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "OMR",
        "PEN",
        "PHP",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TND",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "ZAR",
    ]
)
"""Currencies that feeds are priced in."""

CONDITIONS = frozenset({"new", "refurbished", "used"})
OPTIONS = (("color", "Colour"), ("size", "Size"), ("material", "Material"), ("pattern", "Pattern"))
"""Attribute → name of the option it becomes."""
DETAILS = "Options"
"""Section of `product_detail` in which an option keeps its own name: `Options:Shade:Rosewood`."""

_PRICE = re.compile(r"(?P<amount>\d{1,12}(\.\d{1,4})?) ?(?P<currency>[A-Za-z]{3})")
_WEIGHT = re.compile(r"(?P<amount>\d{1,7}(\.\d{1,4})?) ?(?P<unit>kg|g|lb|oz)")
_GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}
CODE = re.compile(r"[!-~]{1,50}")

Fields = Mapping[str, Sequence[str]]
"""Attribute name → its values, in order."""


def offer(row: int, fields: Fields) -> OfferRecord:
    """The record of one line.

    Raises  `Wrong` for the first attribute that breaks the specification: wrong check digit, unknown currency …
    """
    sku = one(fields, "id", 50)
    if not CODE.fullmatch(sku):
        raise Wrong(
            "id",
            "not 1 to 50 characters without spaces",
            "give it the id it has in your shop, in plain letters and digits",
        )
    amount, currency = price(one(fields, "price", 40), "price")
    sale, until = _sale(fields, amount, currency)
    condition = one(fields, "condition", 20, required=False).lower() or "new"
    if condition not in CONDITIONS:
        raise Wrong("condition", "not one of new, refurbished, used", "write one of these, or leave it out for new")
    category = one(fields, "product_type", 750, required=False)
    google = one(fields, "google_product_category", 750, required=False)
    return OfferRecord(
        row=row,
        sku=sku,
        group=one(fields, "item_group_id", 50, required=False) or sku,
        title=one(fields, "title", 255),
        description=one(fields, "description", 50_000, required=False),
        brand=one(fields, "brand", 70, required=False),
        link=_address(fields, "link"),
        image=_address(fields, "image_link"),
        more_images=tuple(
            _url(value, "additional_image_link") for value in fields.get("additional_image_link", ())[:10]
        ),
        gtins=tuple(dict.fromkeys(gtin(value, "gtin") for value in fields.get("gtin", ()) if value.strip())),
        mpn=one(fields, "mpn", 70, required=False) or None,
        category=tuple(part for part in (part.strip() for part in category.split(">")) if part)[:12],
        google_category=int(google) if google.isascii() and google.isdigit() and len(google) < 9 else None,
        condition=condition,
        options=_options(fields),
        weight_grams=_grams(fields),
        currency=currency,
        price=amount,
        sale_price=sale,
        sale_until=until,
        cost=_cost(fields, currency),
    )


def price(written: str, column: str) -> tuple[Decimal, str]:
    """`19.99 GBP` → amount and currency, which must exist and have as many decimals as the amount."""
    found = _PRICE.fullmatch(written)
    if found is None:
        raise Wrong(column, *_not_a_price(written))
    return money(found["amount"], found["currency"].upper(), column)


def _not_a_price(written: str) -> tuple[str, str]:
    if written.startswith("-") and _PRICE.fullmatch(written[1:].strip()):
        return "negative", "write what is asked, zero or more"
    return (
        "not an amount and a currency such as 19.99 GBP",
        "write a dot before the decimals and the currency after a space",
    )


def money(amount: str, currency: str, column: str) -> tuple[Decimal, str]:
    """An amount and its currency, checked."""
    if currency not in CURRENCIES:
        raise Wrong(column, "unknown currency", "write three letters of ISO 4217, such as EUR")
    value = Decimal(amount)
    if value.normalize().as_tuple().exponent < -exponent(currency):  # type: ignore[operator]  # finite by its form
        reason = f"{currency} has {exponent(currency)} decimals"
        raise Wrong(column, reason, "round the amount")
    return value, currency


def gtin(written: str, column: str) -> str:
    """Fourteen digits, the check digit verified."""
    digits = written.strip().replace("-", "").replace(" ", "")
    try:
        return parse_gtin(digits)
    except GraphQLError:
        reason = (
            "wrong check digit"
            if digits.isascii() and digits.isdigit() and len(digits) in {8, 12, 13, 14}
            else "not a GTIN"
        )
        raise Wrong(column, reason, "correct the number as it is printed under the barcode, or leave it out") from None


def sku_of(record: OfferRecord) -> tuple[str, str]:
    """What makes an offer one of a kind."""
    return "id", record.sku


def one(fields: Fields, name: str, longest: int, *, required: bool = True) -> str:
    """The first value of an attribute, its spaces made single; empty when it is missing and need not be there.

    Raises  `Wrong`.
    """
    values = fields.get(name, ())
    value = " ".join(values[0].split()) if values else ""
    if required and not value:
        raise Wrong(name, "missing", "fill it in: every row needs one")
    if len(value) > longest or not is_clean(value):
        reason = f"longer than {longest} characters, or not UTF-8"
        raise Wrong(name, reason, "shorten it, and save the file in UTF-8")
    return value


def _options(fields: Fields) -> tuple[tuple[str, str], ...]:
    """What a variant differs by: details of the section "Options" where there are some, else colour, size and so on."""
    details = [written.split(":", 2) for written in fields.get("product_detail", ())[:100]]
    named = [(name.strip(), value.strip()) for section, name, value in (one for one in details if len(one) == 3) if section == DETAILS]  # fmt: skip
    found = named or [(label, one(fields, name, 100, required=False)) for name, label in OPTIONS]
    if not all(is_clean(name + value) and len(name + value) <= 200 for name, value in found):
        raise Wrong(
            "product_detail", "longer than 200 characters, or not UTF-8", "shorten it, and save the file in UTF-8"
        )
    return tuple({name: value for name, value in found if name and value}.items())[:5]


def _sale(fields: Fields, regular: Decimal, currency: str) -> tuple[Decimal | None, datetime | None]:
    written = one(fields, "sale_price", 40, required=False)
    if not written:
        return None, None
    amount, other = price(written, "sale_price")
    if other != currency:
        raise Wrong("sale_price", "not in the currency of the price", "write both in one currency")
    span = one(fields, "sale_price_effective_date", 80, required=False)
    if amount >= regular:
        return None, None
    if not span:
        return amount, None
    try:
        start, _, end = span.partition("/")
        datetime.fromisoformat(start)
        until = datetime.fromisoformat(end)
    except ValueError:
        raise Wrong(
            "sale_price_effective_date",
            "not two instants with a slash between",
            "write such as 2026-11-01T00:00Z/2026-12-01T00:00Z",
        ) from None
    return amount, (until if until.tzinfo else until.replace(tzinfo=UTC)).astimezone(UTC)


def _cost(fields: Fields, currency: str) -> Decimal | None:
    written = one(fields, "cost_of_goods_sold", 40, required=False)
    if not written:
        return None
    amount, other = price(written, "cost_of_goods_sold")
    if other != currency:
        raise Wrong("cost_of_goods_sold", "not in the currency of the price", "write both in one currency")
    return amount


def _grams(fields: Fields) -> int | None:
    written = one(fields, "shipping_weight", 30, required=False)
    if not written:
        return None
    found = _WEIGHT.fullmatch(written)
    if found is None:
        raise Wrong("shipping_weight", "not a weight such as 1.2 kg", "write a number and one of kg, g, lb, oz")
    return round(Decimal(found["amount"]) * _GRAMS[found["unit"]])


def _address(fields: Fields, name: str) -> str | None:
    value = one(fields, name, 2000, required=False)
    return _url(value, name) if value else None


def _url(value: str, name: str) -> str:
    try:
        return parse_url(value.strip())
    except GraphQLError:
        raise Wrong(name, "not an absolute http or https address", "write it whole, beginning with https://") from None
