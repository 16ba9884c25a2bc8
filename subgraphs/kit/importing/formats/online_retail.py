"""The ledger of an online shop: CSV with one line of an invoice per row (the form of the UCI data set Online Retail).

    InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country[,Currency]

What counts as what is decided here, once; docs/importing.md tells it in words. The file is read twice: first to count
the lines of each invoice, then to give every invoice whole as soon as its last line was seen. Lines of one invoice need
not lie together, and memory holds the open invoices only.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.records import InvoiceKind, LineKind, Refused, RetailInvoice, RetailLine
from subgraphs.kit.importing.source import Feed, is_clean, lines

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
BATCH_INVOICES = 500
BATCH_LINES = 10_000

SHOP_ZONE = ZoneInfo("Europe/London")
"""The ledger's clock: the shop is in England, and the file states no zone."""
CURRENCIES = frozenset({"GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "JPY", "AUD", "CAD"})
"""Currencies a ledger may be kept in; without a column it is in pounds."""

_INVOICE = re.compile(r"[A-Z]?\d{4,12}")
_QUANTITY = re.compile(r"-?\d{1,9}")
_PRICE = re.compile(r"-?\d{1,9}(\.\d{1,4})?")
_CUSTOMER = re.compile(r"(\d{1,12})(\.0)?")
_LONGEST_CODE = 40
_LONGEST_TEXT = 200

CHARGES: Mapping[str, LineKind] = MappingProxyType(
    {
        "POST": LineKind.POSTAGE,
        "DOT": LineKind.POSTAGE,
        "C2": LineKind.POSTAGE,
        "C3": LineKind.POSTAGE,
        "AMAZONFEE": LineKind.FEE,
        "BANK CHARGES": LineKind.FEE,
        "CRUK": LineKind.FEE,
        "B": LineKind.FEE,
        "D": LineKind.DISCOUNT,
        "M": LineKind.MANUAL,
        "S": LineKind.SAMPLE,
    }
)
"""Stock codes that name a charge and not a thing."""

COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR", "Canada": "CA",
        "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI", "France": "FR",
        "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP",
        "Korea": "KR", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Nigeria": "NG", "Norway": "NO",
        "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES", "Sweden": "SE",
        "Switzerland": "CH", "Thailand": "TH", "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
    }
)  # fmt: skip
"""Names in the ledger → ISO 3166-1. Others (Unspecified, European Community, Channel Islands) name no one country."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, checked."""

    invoice: str
    at: datetime
    customer: str | None
    country: str | None
    currency: str
    line: RetailLine


def line_kind(code: str) -> LineKind:
    """What a stock code, trimmed and in capitals, stands for."""
    return LineKind.VOUCHER if code.startswith("GIFT_") else CHARGES.get(code, LineKind.GOODS)


def invoice_kind(number: str, lines: Sequence[RetailLine]) -> InvoiceKind:
    """What an invoice is, by its number and its lines."""
    if number.startswith("C"):
        return InvoiceKind.CANCELLATION
    return InvoiceKind.SALE if any(line.sold for line in lines) else InvoiceKind.ADJUSTMENT


def read(feed: Feed) -> Iterator[Rows]:
    """Invoices, whole, up to 500 at a time."""
    left = _count_lines(feed)
    open_invoices: dict[str, list[_Row]] = {}
    ready: list[RetailInvoice] = []
    refused: list[Refused] = []
    rows = taken_lines = 0
    with feed.text() as (text, raw):
        reader = csv.reader(lines(feed, text))
        columns = _header(feed, reader)
        for number, values in _numbered(feed, reader):
            rows += 1
            name = _invoice_of(values)
            taken = open_invoices.setdefault(name, [])
            try:
                taken.append(_row(number, len(taken), values, columns))
            except Wrong as wrong:
                refused.append(wrong.refused(number))
            left[name] -= 1
            if not left[name]:
                ready += _closed(open_invoices.pop(name))
                taken_lines += len(taken)
            if len(ready) >= BATCH_INVOICES or taken_lines >= BATCH_LINES:
                yield Rows(tuple(ready), tuple(refused), rows, raw.tell())
                ready, refused, rows, taken_lines = [], [], 0, 0
        yield Rows(tuple(ready), tuple(refused), rows, raw.tell())


def _count_lines(feed: Feed) -> Counter[str]:
    """Invoice number → how many rows name it."""
    with feed.text() as (text, _):
        reader = csv.reader(lines(feed, text))
        _header(feed, reader)
        return Counter(_invoice_of(values) for _, values in _numbered(feed, reader))


def _numbered(feed: Feed, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number in the file; an empty line is no row."""
    number = 1
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            values = [""]  # one field longer than the csv module allows: refused as having the wrong number of columns
        except (OSError, EOFError) as error:
            message = f"{feed.path}: the file is damaged after row {number - 1} ({error})"
            raise FeedUnreadable(message) from error
        if values != []:
            yield number, values


def _header(feed: Feed, reader: Iterator[list[str]]) -> Mapping[str, int]:
    """Column name → place.

    Raises  `FeedUnreadable` when one is missing.
    """
    try:
        names = [name.strip() for name in next(reader, [])]
    except (csv.Error, OSError, EOFError) as error:
        message = f"{feed.path}: not a CSV file ({error})"
        raise FeedUnreadable(message) from error
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        message = f"{feed.path}: row 1 lacks the column {missing[0]}; an online-retail feed has {', '.join(COLUMNS)}"
        raise FeedUnreadable(message)
    return {name: place for place, name in enumerate(names)}


def _invoice_of(values: Sequence[str]) -> str:
    """The first column as a key for counting; what it is worth is checked later."""
    return values[0].strip().upper()


def _row(number: int, ordinal: int, values: Sequence[str], columns: Mapping[str, int]) -> _Row:
    """One row, checked; `Wrong` for the first field that is wrong."""
    if len(values) != len(columns):
        reason = f"the row has {len(values)} columns instead of {len(columns)}"
        raise Wrong("", reason)
    invoice = values[columns["InvoiceNo"]].strip().upper()
    code = values[columns["StockCode"]].strip().upper()
    quantity = values[columns["Quantity"]].strip()
    price = values[columns["UnitPrice"]].strip()
    customer = _CUSTOMER.fullmatch(values[columns["CustomerID"]].strip())
    text = " ".join(values[columns["Description"]].split())
    currency = values[columns["Currency"]].strip() if "Currency" in columns else "GBP"
    if not _INVOICE.fullmatch(invoice):
        raise Wrong("InvoiceNo", "not an invoice number")
    if not code or len(code) > _LONGEST_CODE or not is_clean(code):
        raise Wrong("StockCode", "missing, too long, or not UTF-8")
    if not _QUANTITY.fullmatch(quantity):
        raise Wrong("Quantity", "not a whole number")
    if not _PRICE.fullmatch(price):
        raise Wrong("UnitPrice", "not an amount with at most four decimals")
    if customer is None and values[columns["CustomerID"]].strip():
        raise Wrong("CustomerID", "not a customer number")
    if not is_clean(text):
        raise Wrong("Description", "not UTF-8")
    if currency not in CURRENCIES:
        raise Wrong("Currency", "unknown currency")
    units, amount = int(quantity), Decimal(price)
    line = RetailLine(
        row=number,
        ordinal=ordinal,
        sku=code,
        kind=line_kind(code),
        description=text[:_LONGEST_TEXT],
        quantity=units,
        unit_price=amount,
        sold=units > 0 and amount > 0,
    )
    return _Row(
        invoice=invoice,
        at=_instant(values[columns["InvoiceDate"]].strip()),
        customer=customer[1].lstrip("0") or "0" if customer else None,
        country=COUNTRIES.get(values[columns["Country"]].strip()),
        currency=currency,
        line=line,
    )


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    """The instant of a local time of the shop; the lines of an invoice share one, so most are looked up."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong("InvoiceDate", "not a date and time such as 2010-12-01 08:26:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHOP_ZONE)).astimezone(UTC)


def _closed(rows: Sequence[_Row]) -> list[RetailInvoice]:
    """The invoice of these rows; none when every row of it was refused."""
    if not rows:
        return []
    lines = tuple(row.line for row in rows)
    first = rows[0]
    return [
        RetailInvoice(
            number=first.invoice,
            kind=invoice_kind(first.invoice, lines),
            at=min(row.at for row in rows),
            customer=first.customer,
            country=first.country,
            currency=first.currency,
            lines=lines,
        )
    ]


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"InvoiceNo,StockCode,")


FORMAT = Format("online-retail", read, _matches)
