"""The scalars all five schemas use, each with its check and its one way of being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NewType
from urllib.parse import urlsplit

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
Locale = NewType("Locale", str)
URL = NewType("URL", str)
GTIN = NewType("GTIN", str)
ChannelCode = NewType("ChannelCode", str)
IdempotencyKey = NewType("IdempotencyKey", str)

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _text(name: str, pattern: str, hint: str) -> Callable[[Any], str]:
    """A parser for a scalar that is text of one form."""
    form = re.compile(pattern)

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise _refused(name, value, hint)
        return value

    return parse


def _refused(name: str, value: Any, hint: str) -> GraphQLError:
    shown = repr(value)
    return GraphQLError(f"{name} cannot be {shown if len(shown) <= 60 else shown[:60] + '…'}: {hint}.")


def parse_decimal(value: Any) -> Decimal:
    """Text such as "19.99", or a whole number; never a float, which has lost digits already."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        try:
            return Decimal(value)
        except InvalidOperation:  # the pattern leaves none; kept so that a change of it stays safe
            raise _refused("Decimal", value, 'give a number as text, such as "19.99"') from None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return Decimal(value)
    raise _refused("Decimal", value, 'give a number as text, such as "19.99"')


def print_decimal(value: Any) -> str:
    """Plain digits, never an exponent."""
    return format(Decimal(value), "f")


def parse_instant(value: Any) -> datetime:
    """RFC 3339 with a zone; anything after the microseconds is cut."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.upper())).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise _refused("DateTime", value, "give an instant with its zone, such as 2026-11-24T09:30:00Z")


def print_instant(value: datetime) -> str:
    """RFC 3339 in UTC with a trailing Z; fractions only when there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_day(value: Any) -> date:
    """A calendar day, YYYY-MM-DD."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refused("Date", value, "give a day as YYYY-MM-DD")


def parse_duration(value: Any) -> timedelta:
    """ISO 8601 with weeks, days, hours, minutes and seconds; no months or years, whose length varies."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 64 else None
    parts = {name: int(part) for name, part in found.groupdict().items() if part and name != "sign"} if found else {}
    if found is None or not parts or value.endswith("T"):
        raise _refused("Duration", value, "give an ISO 8601 duration such as PT45M or P1D")
    duration = timedelta(**parts)
    return -duration if found["sign"] else duration


def print_duration(value: timedelta) -> str:
    """The shortest ISO 8601 form, whole seconds."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number)
    day = f"{days}D" if days else ""
    return f"{sign}P{day}{'T' + clock if clock or not day else ''}" if clock or day else "PT0S"


def parse_url(value: Any) -> str:
    """An absolute http or https URL of at most 2,048 characters."""
    hint = "give an absolute http or https URL"
    if not isinstance(value, str) or len(value) > 2048 or not value.isprintable() or " " in value:
        raise _refused("URL", value, hint)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise _refused("URL", value, hint) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _refused("URL", value, hint)
    return value


def parse_gtin(value: Any) -> str:
    """A GTIN of 8, 12, 13 or 14 digits with a valid check digit, zero-padded to 14."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) in {8, 12, 13, 14}:
        padded = value.zfill(14)
        if gtin_check_digit(padded[:13]) == padded[13]:
            return padded
    raise _refused("GTIN", value, "give 8, 12, 13 or 14 digits with a valid check digit")


def gtin_check_digit(first_thirteen: str) -> str:
    """The last digit that makes thirteen digits a GTIN-14 (GS1 General Specifications, section 7.9)."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(first_thirteen))
    return str(-total % 10)


def _scalar(
    name: str,
    description: str,
    parse: Callable[[Any], Any],
    serialize: Callable[[Any], Any] = str,
    url: str | None = None,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=serialize, parse_value=parse, specified_by_url=url
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: _scalar(
        "Decimal",
        'Exact decimal number carried as a string such as "19.99". Never a binary float.',
        parse_decimal,
        print_decimal,
    ),
    datetime: _scalar(
        "DateTime",
        "Instant in RFC 3339 form; always UTC with a trailing Z on output.",
        parse_instant,
        print_instant,
        "https://scalars.graphql.org/andimarek/date-time.html",
    ),
    date: _scalar("Date", "Calendar day, YYYY-MM-DD, with no time zone.", parse_day, date.isoformat),
    timedelta: _scalar("Duration", "ISO 8601 duration, e.g. PT45M or P1D.", parse_duration, print_duration),
    CurrencyCode: _scalar(
        "CurrencyCode",
        "ISO 4217 currency code, e.g. GBP.",
        _text("CurrencyCode", "[A-Z]{3}", "give three capital letters such as GBP"),
    ),
    CountryCode: _scalar(
        "CountryCode",
        "ISO 3166-1 alpha-2 country code, e.g. GB.",
        _text("CountryCode", "[A-Z]{2}", "give two capital letters such as GB"),
    ),
    Locale: _scalar(
        "Locale",
        "BCP 47 language tag, e.g. en-GB.",
        _text("Locale", "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}", "give a language tag such as en-GB"),
    ),
    URL: _scalar("URL", "Absolute http or https URL.", parse_url),
    GTIN: _scalar(
        "GTIN",
        "GTIN-8/12/13/14 with a valid check digit. Accepted in any length, always returned zero-padded to 14 digits.",
        parse_gtin,
    ),
    ChannelCode: _scalar(
        "ChannelCode",
        "Code of a sales channel, e.g. web-gb or pos-eu. Channels are data, so a new one needs no schema change.",
        _text("ChannelCode", "[a-z0-9][a-z0-9-]{0,62}", "give a channel's code such as web-gb"),
    ),
    IdempotencyKey: _scalar(
        "IdempotencyKey",
        "Key the client makes up once per intended write. Replays with the same key return the first result.",
        _text("IdempotencyKey", r"[\x21-\x7e]{1,128}", "give 1 to 128 printable characters without spaces"),
    ),
}
"""Python type → scalar, for `FederatedSchema`."""
