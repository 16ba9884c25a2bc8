"""Ways to receive goods: what each costs and when it is promised, by country, weight and shipping class.

A table of services, each with its zones; a quote is the table read for one weight. Promises count working days
(Monday to Friday) from the day of the order, or from the next one after the cut-off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

CUT_OFF = time(14)
"""UTC. An order placed later leaves the next working day."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent. grams: packed; bulky: needs two people."""

    grams: int
    bulky: bool


@dataclass(frozen=True, slots=True)
class Service:
    """One way of delivery in one country.

    carrier         code of who brings it
    most_grams      heaviest parcel it takes
    days            working days it takes
    base, per_kilo  price: base, and for every kilogram begun above two
    """

    code: str
    method: str
    label: str
    carrier: str
    country: str
    currency: str
    bulky: bool
    most_grams: int
    days: int
    base: Decimal
    per_kilo: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """A service at a price, promised by a moment; `splits` is how many parcels it takes."""

    service: Service
    price: Decimal
    promised_at: datetime
    splits: int


def _both(
    code: str,
    method: str,
    label: str,
    carrier: str,
    *,
    bulky: bool,
    most: int,
    days: int,
    gbp: str,
    eur: str,
    kilo: str,
) -> tuple[Service, ...]:
    return (
        Service(code, method, label, carrier, "GB", "GBP", bulky, most, days, Decimal(gbp), Decimal(kilo)),
        Service(code, method, label, carrier, "DE", "EUR", bulky, most, days, Decimal(eur), Decimal(kilo)),
    )


SERVICES: tuple[Service, ...] = (
    *_both(
        "standard",
        "SHIP",
        "Standard delivery",
        "parcel",
        bulky=False,
        most=30_000,
        days=3,
        gbp="4.95",
        eur="5.95",
        kilo="0.40",
    ),
    *_both(
        "express",
        "SHIP",
        "Next working day",
        "parcel",
        bulky=False,
        most=20_000,
        days=1,
        gbp="7.95",
        eur="9.95",
        kilo="0.80",
    ),
    *_both(
        "same-day",
        "SAME_DAY",
        "Today by courier",
        "courier",
        bulky=False,
        most=10_000,
        days=0,
        gbp="12.95",
        eur="14.95",
        kilo="1.50",
    ),
    *_both(
        "two-people",
        "SHIP",
        "Brought by two people",
        "freight",
        bulky=True,
        most=200_000,
        days=6,
        gbp="39.00",
        eur="45.00",
        kilo="0.10",
    ),
)
CARRIERS = {"parcel": "Parcel Post", "courier": "City Courier", "freight": "Two-Hand Freight"}
"""Code → name of who brings goods."""
COURIER_AREAS = {
    "GB": ("E", "EC", "N", "NW", "SE", "SW", "W", "WC", "M", "B"),
    "DE": ("10", "12", "13", "20", "21", "22"),
}
"""Country → beginnings of postcodes a courier reaches the same day."""


def quotes(parcels: Iterable[Parcel], country: str, postcode: str, moment: datetime) -> tuple[Quote, ...]:
    """Ways to receive all parcels in one go, the soonest first, ties the cheapest first.

    Empty   nothing to send, or a country that is not served
    """
    all_parcels = list(parcels)
    if not all_parcels:
        return ()
    bulky = any(parcel.bulky for parcel in all_parcels)
    grams = sum(parcel.grams for parcel in all_parcels)
    found = []
    for service in SERVICES:
        if service.country != country or (bulky and not service.bulky):
            continue
        if service.bulky and not bulky:
            continue
        if service.method == "SAME_DAY" and not (
            _courier_reaches(country, postcode) and moment.time() < CUT_OFF and moment.weekday() < 5
        ):
            continue
        splits = max(1, -(-grams // service.most_grams)) if service.bulky or service.code == "standard" else 1
        if grams > service.most_grams * splits:
            continue
        extra = max(0, -(-(grams - 2_000) // 1_000))
        price = service.base * splits + service.per_kilo * extra
        found.append(Quote(service, price, promise(moment, service.days), splits))
    return tuple(sorted(found, key=lambda quote: (quote.promised_at, quote.price)))


def promise(moment: datetime, days: int) -> datetime:
    """The end (20:00 UTC) of the day that is so many working days after the order leaves."""
    day = moment.astimezone(UTC)
    # What is ordered late, or at the weekend, leaves on the next working day; a courier comes only while there is time.
    if day.time() >= CUT_OFF and days:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return day.replace(hour=20, minute=0, second=0, microsecond=0)


def service_of(option: str | None, currency: str) -> Service | None:
    """The service an option taken at checkout names; standard delivery when none was taken; None for no option of ours."""
    if option is None:
        return next((each for each in SERVICES if each.code == "standard" and each.currency == currency), SERVICES[0])
    return next((each for each in SERVICES if f"{each.code}:{each.country}" == option), None)


def option_id(quote: Quote) -> str:
    """What a shopper passes at checkout: names the service and the country; the price is quoted anew then."""
    return f"{quote.service.code}:{quote.service.country}"


def _courier_reaches(country: str, postcode: str) -> bool:
    area = postcode.strip().upper()
    letters = area.rstrip("0123456789 ") if country == "DE" else ""
    if country == "DE":
        return not letters and area.startswith(COURIER_AREAS["DE"])
    head = ""
    for sign in area:
        if not sign.isalpha():
            break
        head += sign
    return head in COURIER_AREAS.get(country, ())
