"""Locations, store groups, and what the store locator finds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from subgraphs.inventory.loaders.levels import LevelsOfLocation
from subgraphs.inventory.loaders.places import (
    LocationByCode,
    LocationById,
    LocationCountOfBrand,
    LocationsOfBrand,
    LocationsOfGroup,
    StoreGroupByCode,
)
from subgraphs.inventory.loaders.transfers import InboundTransfers
from subgraphs.inventory.models import LocationRow, StoreGroupRow
from subgraphs.inventory.rules import distance as distances
from subgraphs.inventory.rules import hours
from subgraphs.inventory.rules.distance import Point
from subgraphs.inventory.service.places import point_of, schedule_of
from subgraphs.inventory.types.clock import now
from subgraphs.inventory.types.enums import LocationKind, StoreService
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.names import NamesOf
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import CountryCode
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import GeoPoint, GeoPointInput, PageInfo, PostalAddress

if TYPE_CHECKING:
    from subgraphs.inventory.types.level import StockLevelConnection
    from subgraphs.inventory.types.stock import StockAtLocation
    from subgraphs.inventory.types.transfer import Transfer

_Stock = Annotated["StockAtLocation", strawberry.lazy("subgraphs.inventory.types.stock")]
_Levels = Annotated["StockLevelConnection", strawberry.lazy("subgraphs.inventory.types.level")]
_Transfer = Annotated["Transfer", strawberry.lazy("subgraphs.inventory.types.transfer")]


@strawberry.type(description="Hours of one day of the week in local time.")
class OpeningHours:
    weekday: int = field(description="1 for Monday to 7 for Sunday.")
    opens: str = field(description="Opens, HH:MM.")
    closes: str = field(description="Closes, HH:MM; past midnight when earlier than opens.")


@strawberry.type(description="Hours of one special day.")
class SpecialHours:
    on: date = field(name="date", description="Day.")
    opens: str | None = field(description="Opens, HH:MM; null when closed all day.")
    closes: str | None = field(description="Closes, HH:MM; null when closed all day.")
    note: str | None = field(description="Why that day is special, e.g. a holiday; null when nobody said.")


@strawberry.federation.type(description="A distance.", shareable=True)
class Distance:
    metres: int = field(description="Metres in a straight line, not by road.", tags=("watch",))
    formatted: str = field(
        description="Ready-to-print text in the units of the place's country: kilometres or miles.", tags=("watch",)
    )

    @classmethod
    def of(cls, metres: int, country: str) -> Self:
        """The distance as people of the place's country write it."""
        return cls(metres=metres, formatted=distances.formatted(metres, distances.locale_of(country)))


@strawberry.federation.type(description=OWNER_TEXT["Brand"], keys=["code"])
class Brand:
    code: str = field(description="Stable code.")

    @field(description="Name shown to people.", shareable=True)
    async def name(self, info: Info) -> str:
        return await info.context.loader(NamesOf).load(("brand", self.code)) or self.code

    @field(description="Stores and pickup points of the brand.", size=connection_size())
    async def locations(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> Annotated[LocationConnection, strawberry.lazy("subgraphs.inventory.types.place")]:
        most = bounded(first, default=20, most=100)
        start = decode_cursor(after or None, str)
        key = (self.code, most, start[0] if start else None)
        rows = await info.context.loader(LocationsOfBrand).load(key) or []
        found = page(rows, most, after or None, lambda row: (row.code,))
        edges = [
            LocationEdge(cursor=cursor, node=Location.of(row), distance=None, stock=[])
            for row, cursor in zip(found.items, found.cursors, strict=True)
        ]
        total = await info.context.loader(LocationCountOfBrand).load(self.code) or 0
        return LocationConnection.of(edges, found.has_next_page, after or None, total)

    @classmethod
    async def resolve_reference(cls, code: str) -> Self:
        """A brand by its code; the catalogue says whether there is one."""
        return cls(code=code)


@strawberry.federation.type(
    description="A place that holds stock: shop, warehouse or pickup point.", keys=["id", "code"]
)
class Location:
    row: strawberry.Private[LocationRow]
    id: strawberry.ID = field(description="Global id.", tags=("watch",))
    code: str = field(description="Code used by tills and staff; unique and stable.")
    name: str = field(description="Name shown to people.", shareable=True, tags=("watch",))
    kind: LocationKind = field(description="Whether it is a shop, a warehouse, a dark store or a pickup point.")

    @field(description="Brand on the door; null for a shared warehouse.")
    def brand(self) -> Brand | None:
        return None if self.row.brand_code is None else Brand(code=self.row.brand_code)

    @field(description="Group of stores that share policies; null for a place in none.")
    async def store_group(self, info: Info) -> StoreGroup | None:
        code = self.row.store_group_code
        return None if code is None else await StoreGroup.resolve_reference(info, code)

    @field(description="Postal address.", tags=("watch",))
    def address(self) -> PostalAddress:
        return PostalAddress(
            lines=list(self.row.address_lines),
            city=self.row.city,
            region=self.row.region,
            postcode=self.row.postcode,
            country=CountryCode(self.row.country),
        )

    @field(description="Position on the map.", tags=("watch",))
    def position(self) -> GeoPoint:
        return GeoPoint(latitude=self.row.latitude, longitude=self.row.longitude)

    @field(description="IANA name of the time zone its hours are in, e.g. Europe/London.")
    def time_zone(self) -> str:
        return self.row.time_zone

    @field(description="Phone number in E.164 form; null when there is none.")
    def phone(self) -> str | None:
        return self.row.phone

    @field(description="Regular hours, in local time; a day without an entry is closed.", size=list_size(assumed=7))
    def opening_hours(self) -> list[OpeningHours]:
        return [
            OpeningHours(weekday=day, opens=hours.clock(opens), closes=hours.clock(closes))
            for day, opens, closes in self.row.hours
        ]

    @field(description="Days whose hours differ from the regular ones, e.g. holidays.", size=list_size(assumed=3))
    def special_hours(self) -> list[SpecialHours]:
        return [
            SpecialHours(on=each.on, opens=_clock(each.opens), closes=_clock(each.closes), note=each.note)
            for each in schedule_of(self.row).special_days
        ]

    @field(description="Whether it is open at this moment.", tags=("watch",))
    def is_open(self) -> bool:
        return hours.is_open(schedule_of(self.row), now())

    @field(description="Next time it opens or closes; null when it does neither within two weeks.", tags=("watch",))
    def next_change_at(self) -> datetime | None:
        return hours.next_change(schedule_of(self.row), now())

    @field(description="Services it offers, e.g. collection or returns.", size=list_size(assumed=5))
    def services(self) -> list[StoreService]:
        return [StoreService(each) for each in self.row.services]

    @field(description="How far it is from a point, in a straight line.", tags=("watch",))
    def distance(self, from_: Annotated[GeoPointInput, argument("Where to measure from.", name="from")]) -> Distance:
        return Distance.of(distances.metres(checked_point(from_, "from"), point_of(self.row)), self.row.country)

    @field(description="Stock of one variant here.")
    async def stock(self, info: Info, variant_id: Annotated[strawberry.ID, argument("Variant to look for.")]) -> _Stock:
        from subgraphs.inventory.types.stock import StockAtLocation

        return await StockAtLocation.load(info, variant_id, self.row)

    @field(
        description="Stock records here, for staff.",
        size=connection_size(),
        scopes=[["staff:store"], ["analytics:read"]],
        tags=("staff",),
    )
    async def stock_levels(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 200.")] = 50,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
        low_only: Annotated[bool | None, argument("Keep only those at or under the safety level.")] = False,
    ) -> _Levels:
        from subgraphs.inventory.types.level import StockLevelConnection

        place = self.row.id
        return await StockLevelConnection.load(
            info, LevelsOfLocation, place, first, after or None, low_only=bool(low_only)
        )

    @field(
        description="Transfers on their way here, the next to arrive first.",
        size=list_size(slicing=["first"]),
        scopes=[["staff:store"]],
        tags=("staff",),
    )
    async def inbound_transfers(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 100.")] = 20
    ) -> list[_Transfer]:
        from subgraphs.inventory.types.transfer import Transfer

        most = bounded(first, default=20, most=100)
        return [Transfer.of(row) for row in await info.context.loader(InboundTransfers).load((self.row.id, most)) or []]

    @classmethod
    def of(cls, row: LocationRow) -> Self:
        """The location as clients see it."""
        return cls(row=row, id=strawberry.ID(row.id), code=row.code, name=row.name, kind=LocationKind(row.kind))

    @classmethod
    async def resolve_reference(cls, info: Info, id: str | None = None, code: str | None = None) -> Self | None:
        """A location by either key."""
        if id is not None:
            row = await info.context.loader(LocationById).load(id)
        else:
            row = await info.context.loader(LocationByCode).load(code or "")
        return None if row is None else cls.of(row)


@strawberry.federation.type(description="Stores that share policies, e.g. outlets.", keys=["code"])
class StoreGroup:
    row: strawberry.Private[StoreGroupRow]
    code: str = field(description="Stable code.")
    name: str = field(description="Name shown to people.")

    @field(description="Brand of its stores.")
    def brand(self) -> Brand:
        return Brand(code=self.row.brand_code)

    @field(description="Stores of the group.", size=list_size(slicing=["first"]))
    async def locations(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 200.")] = 50
    ) -> list[Location]:
        most = bounded(first, default=50, most=200)
        rows = await info.context.loader(LocationsOfGroup).load((self.code, most)) or []
        return [Location.of(row) for row in rows]

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """A group by its code."""
        row = await info.context.loader(StoreGroupByCode).load(code)
        return None if row is None else cls(row=row, code=row.code, name=row.name)


@strawberry.type(description="One location found by the store locator.")
class LocationEdge:
    cursor: str = field(description="Cursor of the item.")
    node: Location = field(description="The location.")
    distance: Distance | None = field(description="How far from the point searched; null when no point was given.")
    stock: list[_Stock] = field(
        description="Stock of the variants of stockOf, in the order asked; empty without it.", size=list_size(assumed=3)
    )


@strawberry.type(description="Locations found by the store locator, nearest first.")
class LocationConnection:
    edges: list[LocationEdge] = field(description="Items with cursors and distances.")
    nodes: list[Location] = field(description="Items alone.")
    page_info: PageInfo = field(description="Where the page sits.")
    total_count: int = field(description="How many there are in all.")

    @classmethod
    def of(cls, edges: list[LocationEdge], has_next_page: bool, after: str | None, total: int) -> Self:
        """A page of edges."""
        info = PageInfo(
            has_next_page=has_next_page,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
        return cls(edges=edges, nodes=[edge.node for edge in edges], page_info=info, total_count=total)


def checked_point(given: GeoPointInput, *path: str) -> Point:
    """The point, or `BadUserInput` when it is not on earth: a query has no type for it."""
    from subgraphs.kit.errors import BadUserInput, InvalidInput

    try:
        latitude, longitude = given.checked(*path)
    except InvalidInput as refusal:
        raise BadUserInput(f"{'.'.join(refusal.path)}: {refusal.message}") from refusal
    return Point(latitude, longitude)


def _clock(minute: int | None) -> str | None:
    return None if minute is None else hours.clock(minute)
