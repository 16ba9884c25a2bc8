"""What a feed says, one frozen value per thing: the words between readers of files and the domains' sinks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum


class LineKind(Enum):
    """What a line of a retail ledger is about. Only GOODS name a thing that is stocked."""

    GOODS = "goods"
    POSTAGE = "postage"
    FEE = "fee"
    DISCOUNT = "discount"
    MANUAL = "manual"
    SAMPLE = "sample"
    VOUCHER = "voucher"


class InvoiceKind(Enum):
    """What an invoice of a retail ledger is.

    SALE            at least one line with a positive quantity and a positive price
    CANCELLATION    its number starts with C: goods handed back or a charge undone; quantities are negative
    ADJUSTMENT      neither: stock written off, found or corrected, without a price
    """

    SALE = "sale"
    CANCELLATION = "cancellation"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class RetailLine:
    """One line of an invoice.

    row         line number in the file, the header being 1
    ordinal     place within its invoice, from 0: the natural key together with the invoice number
    sku         the stock code, trimmed and in capitals; a code of its own (POST, M) when not goods
    quantity    may be negative
    unit_price  pounds, up to four decimals; zero for gifts and adjustments
    sold        quantity and price are both positive: it counts as a sale
    """

    row: int
    ordinal: int
    sku: str
    kind: LineKind
    description: str
    quantity: int
    unit_price: Decimal
    sold: bool

    @property
    def total(self) -> Decimal:
        """Quantity times unit price, not rounded."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class RetailInvoice:
    """One invoice with all its lines, whole.

    number      natural key, e.g. 536365 or C536379
    at          instant of its first line, UTC
    customer    number of the customer; None for a guest
    country     ISO 3166-1 alpha-2; None when the ledger does not say or names no country
    currency    ISO 4217
    """

    number: str
    kind: InvoiceKind
    at: datetime
    customer: str | None
    country: str | None
    currency: str
    lines: tuple[RetailLine, ...]


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """One store of a store list.

    code            natural key, as the list numbers it
    position        degrees (WGS 84)
    time_zone       IANA name, from the region
    hours           (ISO weekday 1-7, opens HH:MM, closes HH:MM), local; a day that is missing is closed; a closing time
                    that is not after the opening time lies on the next day
    """

    row: int
    code: str
    name: str
    kind: str
    lines: tuple[str, ...]
    city: str
    region: str | None
    postcode: str | None
    country: str
    latitude: float
    longitude: float
    time_zone: str
    hours: tuple[tuple[int, str, str], ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """One node of a category tree. `path` holds (code, name) from the root down to the node itself."""

    row: int
    code: str
    name: str
    path: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One line of a product feed: a variant and its price. Addresses and texts as given, GTINs padded to 14 digits.

    cost        what one unit costs the shop, in the currency of the price; None: the feed does not say
    """

    row: int
    sku: str
    group: str
    title: str
    description: str
    brand: str
    link: str | None
    image: str | None
    more_images: tuple[str, ...]
    gtins: tuple[str, ...]
    mpn: str | None
    category: tuple[str, ...]
    google_category: int | None
    condition: str
    options: tuple[tuple[str, str], ...]
    weight_grams: int | None
    currency: str
    price: Decimal
    sale_price: Decimal | None
    sale_until: datetime | None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LocalStockRecord:
    """What one store has of one variant.

    units       units that can be sold there now; None: some, the feed does not say how many
    price       asked in this store, when the feed says so; None: as everywhere
    """

    row: int
    store: str
    sku: str
    units: int | None
    availability: str
    currency: str | None
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """A price of a variant in one channel; `offer` is asked instead of `regular` until `offer_until`."""

    channel: str
    currency: str
    regular: Decimal
    offer: Decimal | None
    offer_until: datetime | None


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """A variant in our own words; None leaves a thing as it is."""

    sku: str
    options: tuple[tuple[str, str], ...] | None
    gtins: tuple[str, ...] | None
    weight_grams: int | None
    prices: tuple[PriceRecord, ...]


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product in our own words, as the mutation `productsUpsert` takes it; None leaves a thing as it is."""

    row: int
    slug: str
    brand: str
    name: str
    category: str
    description_html: str | None
    sold_in: tuple[str, ...] | None
    variants: tuple[VariantRecord, ...]


@dataclass(frozen=True, slots=True)
class PromotionRecord:
    """An offer, whole: what a line leaves out it has not.

    code        natural key: the promotion's id follows from it
    kind        one of the schema's PromotionKind, which decides what of the rest is used
    currency    of `amount` and `least_subtotal`; None when neither is given
    goods       global ids of variants, products and categories; empty for the basket
    vouchers    (code, most uses); with any, the offer works with one of them only
    """

    row: int
    code: str
    name: str
    description: str
    terms: str | None
    kind: str
    channels: tuple[str, ...]
    brand: str | None
    percent: Decimal
    amount: Decimal
    buy: int
    pay: int
    factor: int
    currency: str | None
    least_subtotal: Decimal
    goods: tuple[str, ...]
    gift_variant_id: str | None
    reward_id: str | None
    members_only: bool
    vouchers: tuple[tuple[str, int], ...]
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number in the file, the column or attribute at fault, why, and what to do about it."""

    row: int
    column: str | None
    reason: str
    advice: str = "correct the value and import the file again"

    @property
    def explained(self) -> str:
        """Reason and advice in one sentence."""
        return f"{self.reason}; {self.advice}"


@dataclass(slots=True)
class Tally:
    """What one sink did, by kind of thing: `tally.add("product", created=3)`. Sums with `merge`."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def add(self, thing: str, *, created: int = 0, updated: int = 0, unchanged: int = 0) -> None:
        """Count things of one kind."""
        for counts, number in ((self.created, created), (self.updated, updated), (self.unchanged, unchanged)):
            if number:
                counts[thing] = counts.get(thing, 0) + number

    def merge(self, other: Tally) -> None:
        """Take in what another batch counted."""
        for mine, theirs in (
            (self.created, other.created),
            (self.updated, other.updated),
            (self.unchanged, other.unchanged),
        ):
            for thing, number in theirs.items():
                mine[thing] = mine.get(thing, 0) + number
        self.refused.extend(other.refused)
