"""Queries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from subgraphs.inventory.loaders.places import LocationById
from subgraphs.inventory.rules import availability
from subgraphs.inventory.rules.distance import Point
from subgraphs.inventory.rules.quantities import Line, faults_in_lines
from subgraphs.inventory.rules.quote import unseal
from subgraphs.inventory.rules.report import LONGEST_SPAN, Grain
from subgraphs.inventory.service import locator, reports
from subgraphs.inventory.service.feed import FeedLine, read_feed
from subgraphs.inventory.types.clock import now
from subgraphs.inventory.types.count import (
    StockAccuracyPoint,
    StockDiscrepancy,
    StockDiscrepancyConnection,
    StockDiscrepancyEdge,
)
from subgraphs.inventory.types.enums import DiscrepancyStatus, LocationKind, StoreService
from subgraphs.inventory.types.feed import LocalFeedItem, LocalFeedItemConnection, LocalFeedItemEdge
from subgraphs.inventory.types.hold import Reservation
from subgraphs.inventory.types.inputs import VariantQuantityInput, given, lines_of
from subgraphs.inventory.types.place import Distance, Location, LocationConnection, LocationEdge, checked_point
from subgraphs.inventory.types.stock import ProductVariant, StockAtLocation, brand_of, checked_radius
from subgraphs.inventory.types.transfer import Transfer, TransferQuote, quote_key
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, encode_cursor, page
from subgraphs.kit.scalars import ChannelCode, CountryCode
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.values import DateRangeInput, GeoPointInput, Money, ReportGrain

_MOST_NAMED = 20
_STORES = [LocationKind.STORE]
_OPEN = [DiscrepancyStatus.OPEN]
_FARTHEST_KM = 1000


@strawberry.type
class Query:
    @field(description="One location by id; null when there is none.")
    async def location(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Location | None:
        return await Location.resolve_reference(info, id=id)

    @field(description="One location by code; null when there is none.")
    async def location_by_code(
        self, info: Info, code: Annotated[str, argument("Code as tills and staff use it, e.g. LON-OXF.")]
    ) -> Location | None:
        return await Location.resolve_reference(info, code=code)

    @field(
        description="Store locator: places near a point or in a postcode, nearest first.",
        cost=3,
        size=connection_size(),
    )
    async def locations(
        self,
        info: Info,
        near: Annotated[
            GeoPointInput | None, argument("Point to search around; without point and postcode places come by code.")
        ] = strawberry.UNSET,
        postcode: Annotated[
            str | None, argument("Postcode to search around, when no point is known.")
        ] = strawberry.UNSET,
        country: Annotated[
            CountryCode | None, argument("Country of the postcode; any when left out.")
        ] = strawberry.UNSET,
        radius_km: Annotated[float | None, argument("How far to look, in kilometres: above 0, up to 1,000.")] = 50,
        brand_codes: Annotated[
            list[str] | None, argument("Brands to keep, the first 20 named; all when left out.")
        ] = strawberry.UNSET,
        kinds: Annotated[list[LocationKind] | None, argument("Kinds to keep; only stores when left out.")] = _STORES,
        services: Annotated[
            list[StoreService] | None, argument("Services that must all be offered; any when left out.")
        ] = strawberry.UNSET,
        open_now: Annotated[bool | None, argument("Keep only places open now.")] = False,
        stock_of: Annotated[
            list[VariantQuantityInput] | None, argument("Variants to show the stock of, up to 20.")
        ] = strawberry.UNSET,
        in_stock_only: Annotated[bool | None, argument("Keep only places that have all of stockOf.")] = False,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 10,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> LocationConnection:
        part = _part(first, after or None)
        lines = _checked_lines(given(stock_of) or ())
        brands = given(brand_codes)
        search = locator.Search(
            near=checked_point(near, "near") if near else await _centre(info, given(postcode), given(country)),
            radius_metres=checked_radius(radius_km, 50, _FARTHEST_KM),
            brand_codes=None if brands is None else tuple(brands[:_MOST_NAMED]),
            kinds=tuple(_STORES if kinds is None else kinds),
            services=tuple(given(services) or ()),
            open_at=now() if open_now else None,
            having=lines if in_stock_only else (),
        )
        found = await info.context.database.read(locator.find, search)
        return await _shown(info, found, lines, part)

    @field(description="One transfer; null when there is none or it is not the caller's.", authenticated=True)
    async def transfer(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Transfer | None:
        return await Transfer.resolve_reference(info, id)

    @field(
        description="What an offer of transferOptions says; null when it ran out.",
        inaccessible=True,
        scopes=[["system:write"]],
    )
    async def transfer_quote(
        self, info: Info, id: Annotated[strawberry.ID, argument("Token of the offer.")]
    ) -> TransferQuote | None:
        offer = unseal(id, quote_key(info))
        return TransferQuote.of(offer) if offer is not None and offer.valid_until > now() else None

    @field(description="One hold; null when there is none or it is not the caller's.", authenticated=True)
    async def reservation(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Reservation | None:
        return await Reservation.resolve_reference(info, id)

    @field(
        description="Stock per store for marketplaces that show what is on a shelf nearby; names follow the Google"
        " local inventory specification.",
        size=connection_size(),
        scopes=[["feed:read"]],
        tags=("feed", "staff"),
    )
    async def local_feed_items(
        self,
        info: Info,
        channel: Annotated[ChannelCode, argument("Channel to feed.")],
        updated_since: Annotated[
            datetime | None, argument("Keep only lines that changed since; all when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 500.")] = 100,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> LocalFeedItemConnection:
        most = bounded(first, default=100, most=500)
        start = decode_cursor(after or None, str)
        brand = await brand_of(info, channel)
        since, last = given(updated_since), start[0] if start else None
        lines = await info.context.database.read(read_feed, brand, since, most, last)
        shown = page(lines, most, after or None, lambda line: (line.level_id,))
        return connection(LocalFeedItemConnection, LocalFeedItemEdge, shown, _feed_item, brand_code=brand, since=since)

    @field(
        description="Differences between channel and shelf.",
        size=connection_size(),
        scopes=[["staff:store"], ["analytics:read"]],
        tags=("analyst",),
    )
    async def stock_discrepancies(
        self,
        info: Info,
        location_id: Annotated[
            strawberry.ID | None, argument("Location to keep; all when left out.")
        ] = strawberry.UNSET,
        status: Annotated[
            list[DiscrepancyStatus] | None, argument("States to keep; those still open when left out.")
        ] = _OPEN,
        first: Annotated[int | None, argument("Most to return, up to 200.")] = 50,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> StockDiscrepancyConnection:
        most = bounded(first, default=50, most=200)
        start = decode_cursor(after or None, datetime, str)
        states = [str(each) for each in status or _OPEN]
        found = await info.context.database.read(
            reports.discrepancies, given(location_id), states, most, (start[0], start[1]) if start else None
        )
        shown = page(found.rows, most, after or None, lambda row: (row.detected_at, row.id))
        return connection(
            StockDiscrepancyConnection, StockDiscrepancyEdge, shown, StockDiscrepancy.of, total_count=found.total
        )

    @field(
        description="How well system and shelf agree over time.",
        size=list_size(assumed=13),
        cost=20,
        scopes=[["analytics:read"]],
        tags=("analyst",),
    )
    async def stock_accuracy_report(
        self,
        info: Info,
        range: Annotated[DateRangeInput, argument("Days to look at, up to three years.")],
        grain: Annotated[ReportGrain | None, argument("Width of a bucket.")] = ReportGrain.WEEK,
        location_id: Annotated[
            strawberry.ID | None, argument("Location to keep; all when left out.")
        ] = strawberry.UNSET,
        brand_code: Annotated[str | None, argument("Brand to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[StockAccuracyPoint]:
        if range.to < range.from_ or range.to - range.from_ > LONGEST_SPAN:
            raise BadUserInput(f"range must end after it begins and span at most {LONGEST_SPAN.days} days")
        scope = reports.Scope(range.from_, range.to, given(location_id), given(brand_code))
        width = Grain[(grain or ReportGrain.WEEK).name]
        points = await info.context.database.read(reports.stock_accuracy, scope, width)
        return [
            StockAccuracyPoint(
                bucket=point.bucket,
                counted=point.counted,
                accuracy=point.accuracy,
                discrepancies=point.discrepancies,
                failed_orders=point.failed_orders,
                shrinkage=Money.of(point.missing, point.currency),
            )
            for point in points
        ]


@dataclass(frozen=True, slots=True)
class _Part:
    """Which page of a search: at most `first` after the cursor `after`, which stands for the place of this rank."""

    first: int
    after: str | None
    rank: tuple[int, str, str] | None


def _part(first: int | None, after: str | None) -> _Part:
    start = decode_cursor(after, int, str, str)
    rank = None if start is None else (start[0], start[1], start[2])
    return _Part(bounded(first, default=10, most=100), after, rank)


def _checked_lines(items: Sequence[VariantQuantityInput]) -> tuple[Line, ...]:
    lines = lines_of(items)
    faults = faults_in_lines(lines, ("stockOf",)) if lines else ()
    if faults:
        raise BadUserInput(f"{'.'.join(faults[0].path)}: {faults[0].message}")
    if len(lines) > _MOST_NAMED:
        raise BadUserInput(f"stockOf names at most {_MOST_NAMED} variants")
    return lines


async def _centre(info: Info, postcode: str | None, country: str | None) -> Point | None:
    """Point of a postcode; None when none is given, `BadUserInput` when it is not known."""
    if not postcode:
        return None
    centre = await info.context.database.read(locator.point_of_postcode, postcode[:20], country)
    if centre is None:
        raise BadUserInput("postcode is not known; search by a point (near) instead")
    return centre


async def _shown(info: Info, found: Sequence[locator.Found], lines: Sequence[Line], part: _Part) -> LocationConnection:
    """The page of a search: places in one statement, their stock of all variants in another."""
    start = part.rank
    rest = found if start is None else [each for each in found if each.rank > start]
    shown = rest[: part.first]
    rows = await info.context.loader(LocationById).load_many([each.location_id for each in shown])
    places = [(each, row) for each, row in zip(shown, rows, strict=True) if row is not None]
    stock = await asyncio.gather(
        *(StockAtLocation.load(info, line.variant_id, row, each.metres) for each, row in places for line in lines)
    )
    edges = [
        LocationEdge(
            cursor=encode_cursor(each.rank),
            node=Location.of(row),
            distance=None if each.metres is None else Distance.of(each.metres, row.country),
            stock=list(stock[index * len(lines) : (index + 1) * len(lines)]),
        )
        for index, (each, row) in enumerate(places)
    ]
    return LocationConnection.of(edges, len(rest) > part.first, part.after, len(found))


def _feed_item(line: FeedLine) -> LocalFeedItem:
    return LocalFeedItem(
        variant=ProductVariant(id=strawberry.ID(line.variant_id), known_sku=line.sku),
        store_code=line.store_code,
        availability=availability.status(line.units),
        band=availability.band(line.units),
        pickup_method=line.pickup_method,
        pickup_sla=line.pickup_sla,
    )
