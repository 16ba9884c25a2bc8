"""Search, facets, completions, barcodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry

from subgraphs.catalog.loaders.goods import BarcodeByGtin, VariantById, VariantsOf
from subgraphs.catalog.models import VariantRow
from subgraphs.catalog.rules.barcodes import Unreadable, read_barcode
from subgraphs.catalog.rules.index import facet_label
from subgraphs.catalog.rules.words import stem, words
from subgraphs.catalog.service import search
from subgraphs.catalog.service.large_counts import remembered
from subgraphs.catalog.service.search import FACET_VALUES, MOST_FILTERS, MOST_VALUES, FacetCount, Filter, Hit, Wanted
from subgraphs.catalog.service.searches import tally_of
from subgraphs.catalog.types.links import TheCategory
from subgraphs.catalog.types.product import Product
from subgraphs.catalog.types.variant import ProductVariant
from subgraphs.kit.context import Context, Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.pagination import Page, decode_cursor, page
from subgraphs.kit.scalars import GTIN, URL
from subgraphs.kit.types.connections import page_info
from subgraphs.kit.types.values import PageInfo


@strawberry.input(description="One narrowing of a search: values of one facet are alternatives, facets add up.")
class FacetFilterInput:
    """Values, or a range."""

    code: str = strawberry.field(description="Facet code.")
    values: list[str] | None = strawberry.field(description="Values, any of which may match.", default=strawberry.UNSET)
    min: Decimal | None = strawberry.field(
        description="Lowest number, for ranges such as price.", default=strawberry.UNSET
    )
    max: Decimal | None = strawberry.field(
        description="Highest number, for ranges such as price.", default=strawberry.UNSET
    )


@strawberry.enum(description="Order of search hits.")
class ProductSort(Enum):
    """See the descriptions."""

    RELEVANCE = strawberry.enum_value("RELEVANCE", description="Best match first.")
    PRICE_ASC = strawberry.enum_value("PRICE_ASC", description="Cheapest first.")
    PRICE_DESC = strawberry.enum_value("PRICE_DESC", description="Dearest first.")
    NEWEST = strawberry.enum_value("NEWEST", description="Newest first.")
    RATING = strawberry.enum_value("RATING", description="Best rated first.")
    BEST_SELLING = strawberry.enum_value("BEST_SELLING", description="Best seller first.")


@strawberry.federation.type(description="One value of a facet.")
class FacetValue:
    """A value and what it would leave."""

    value: str = field(description="Value to send back in a filter.")
    label: str = field(description="Label.")
    count: int = field(description="Products that would remain.")
    selected: bool = field(description="True when the value is part of the current search.")


@strawberry.federation.type(description="A filter that can narrow a search.")
class Facet:
    """A facet with its most frequent values."""

    code: str = field(description="Stable code to send back in a filter.")
    label: str = field(description="Label.")
    values: list[FacetValue] = field(description="Values with counts.", size=list_size(assumed=12))


@strawberry.federation.type(description="One search hit.")
class ProductSearchEdge:
    """A hit and why it is one."""

    words: strawberry.Private[tuple[str, ...]]
    cursor: str = field(description="Cursor of the item.")
    node: Product = field(description="The product.")
    score: float = field(description="Relevance, higher is better; comparable within one search only.")

    @field(description="Variant that matched best, e.g. the red one for red shoes.")
    async def best_variant(self, info: Info) -> ProductVariant:
        """The variant whose name has most of the words; the first when none has any."""
        rows = await info.context.loader(VariantsOf).load(self.node.row.id) or ()
        return ProductVariant.of(_best(rows, self.words))


@strawberry.federation.type(description="A page of search hits with facets computed in the same pass.")
class ProductSearchConnection:
    """Count and facets are computed from the same description of the search, when they are selected."""

    wanted: strawberry.Private[Wanted]
    asked: strawberry.Private[tuple[str, ...]]
    edges: list[ProductSearchEdge] = field(description="Items with cursors.")
    nodes: list[Product] = field(description="Items alone, for small payloads.")
    page_info: PageInfo = field(description="Where the page sits.")
    corrected_query: str | None = field(
        description="Spelling that was searched instead; null when the words were searched as given."
    )

    @field(description="Page to go to instead of showing hits; null when merchandisers set none.")
    async def redirect_url(self, info: Info) -> URL | None:
        """One statement, when selected: set for the words as they were asked, in the nearest channel."""
        if not self.asked:
            return None
        found = await info.context.database.read(search.redirect, self.asked, self.wanted.channels)
        return None if found is None else URL(found)

    @field(description="How many products match.")
    async def total_count(self, info: Info) -> int:
        """One statement, when selected."""
        return await remembered(info.context.database, search.count_hits, self.wanted)

    @field(description="Filters that would still narrow the result, with counts.", size=list_size(assumed=8), cost=5)
    async def facets(self, info: Info) -> list[Facet]:
        """One statement, when selected."""
        counts = await remembered(info.context.database, search.count_facets, self.wanted)
        chosen = {(one.code, value) for one in self.wanted.filters for value in one.values}
        return _facets(counts, chosen)


@strawberry.federation.type(description="A completion offered while typing or speaking.")
class SearchSuggestion:
    """A text, and where it leads at once."""

    text: str = field(description="Text to search for.")
    product: Product | None = field(description="Product to go to at once, when the text names one; else null.")
    category: TheCategory | None = field(description="Category to go to at once, when the text names one; else null.")


@strawberry.federation.type(description="The scanned code belongs to a variant.")
class BarcodeMatch:
    """A hit."""

    variant: ProductVariant = field(description="Variant scanned.")
    gtin: GTIN | None = field(description="Code as read, padded to 14 digits; null for a code that is no GTIN.")
    pack_size: int = field(description="Units in the scanned pack, e.g. 12 for a case code.")


@strawberry.federation.type(description="The scanned code is valid but belongs to nothing we sell.")
class BarcodeUnknown:
    """No hit."""

    gtin: GTIN | None = field(description="Code as read, padded to 14 digits; null for a code that is no GTIN.")


@strawberry.federation.type(description="What was scanned is not a product code or fails its check digit.")
class BarcodeInvalid:
    """No code."""

    raw: str = field(description="Code as read.")
    reason: str = field(description="Why it was refused, fit to show.")


BarcodeScanResult = Annotated[
    BarcodeMatch | BarcodeUnknown | BarcodeInvalid,
    strawberry.union(name="BarcodeScanResult", description="What a scanned code turned out to be."),
]


async def scan(context: Context, code: str) -> BarcodeMatch | BarcodeUnknown | BarcodeInvalid:
    """What a scanned code is; never an error of the request."""
    read = read_barcode(code)
    if isinstance(read, Unreadable):
        return BarcodeInvalid(raw=code[:200], reason=read.reason)
    barcode = await context.loader(BarcodeByGtin).load(read.gtin)
    row = None if barcode is None else await context.loader(VariantById).load(barcode.variant_id)
    if barcode is None or row is None:
        return BarcodeUnknown(gtin=GTIN(read.gtin))
    return BarcodeMatch(variant=ProductVariant.of(row), gtin=GTIN(read.gtin), pack_size=barcode.pack_size)


@dataclass(frozen=True, slots=True)
class Order:
    """How hits are listed: order, how many, after which cursor."""

    sort: str
    first: int
    after: str | None


async def find(context: Context, wanted: Wanted, order: Order) -> ProductSearchConnection:
    """A page of hits; when a word stands in no product, the closest word that does is searched instead."""
    words_asked = wanted.words
    position = decode_cursor(order.after, *search.position_kinds(wanted, order.sort))
    hits = await context.database.read(search.find_hits, wanted, order.sort, order.first, position)
    spelling = None
    if not hits and wanted.words and position is None:
        better = await context.database.read(search.corrected, wanted.words)
        if better is not None:
            from dataclasses import replace

            wanted, spelling = replace(wanted, words=better), " ".join(better)
            hits = await context.database.read(search.find_hits, wanted, order.sort, order.first, None)
    if wanted.words and position is None:
        customer = context.viewer.customer_id
        tally_of(context.database).count(wanted.now, wanted.channels[0], words_asked, customer, found=bool(hits))
    found: Page[Hit] = page(hits, order.first, order.after, lambda hit: hit.position)
    nodes = [Product.of(hit.product) for hit in found.items]
    edges = [
        ProductSearchEdge(words=wanted.words, cursor=cursor, node=node, score=float(hit.score))
        for cursor, node, hit in zip(found.cursors, nodes, found.items, strict=True)
    ]
    return ProductSearchConnection(
        wanted=wanted,
        asked=words_asked,
        edges=edges,
        nodes=nodes,
        page_info=page_info(found),
        corrected_query=spelling,
    )


def filters_of(inputs: Sequence[FacetFilterInput] | None) -> tuple[Filter, ...]:
    """The narrowings, checked.

    Raises  `BadUserInput` for too many filters or values, or a filter that says nothing.
    """
    given = inputs or ()
    if len(given) > MOST_FILTERS or any(len(one.values or ()) > MOST_VALUES for one in given):
        msg = f"A search takes at most {MOST_FILTERS} filters of {MOST_VALUES} values"
        raise BadUserInput(msg)
    return tuple(_filter(one) for one in given)


def _filter(one: FacetFilterInput) -> Filter:
    values = tuple(dict.fromkeys(one.values or ()))
    lowest: Any = None if one.min is strawberry.UNSET else one.min
    highest: Any = None if one.max is strawberry.UNSET else one.max
    is_range = one.code in {"price", "rating"}
    if is_range != (not values) or (is_range and lowest is None and highest is None):
        msg = f"The filter {one.code[:60]!r} needs {'min or max' if is_range else 'values'}"
        raise BadUserInput(msg)
    return Filter(one.code, values, lowest, highest)


def wanted_in(channels: tuple[str, ...], currency: str) -> Wanted:
    """A search for everything a channel sells or shows, as of now."""
    return Wanted(channels=channels, currency=currency, now=datetime.now(UTC))


def _facets(counts: Sequence[FacetCount], chosen: set[tuple[str, str]]) -> list[Facet]:
    found: dict[str, list[FacetValue]] = {}
    for one in counts:
        selected = (one.code, one.value) in chosen
        found.setdefault(one.code, []).append(
            FacetValue(value=one.value, label=one.label, count=one.count, selected=selected)
        )
    return [Facet(code=code, label=facet_label(code), values=values[:FACET_VALUES]) for code, values in found.items()]


def _best(rows: Sequence[VariantRow], wanted: tuple[str, ...]) -> VariantRow:
    def matches(row: VariantRow) -> int:
        own = {stem(word) for option in row.options for word in words(option["value"])} | set(words(row.sku))
        return sum(word in own for word in wanted)

    return max(rows, key=matches)
