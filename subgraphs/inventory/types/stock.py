"""Stock as shoppers may see it, and the records as staff see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from subgraphs.inventory.loaders.levels import LevelsOfVariant
from subgraphs.inventory.loaders.places import Brand as ChannelBrand
from subgraphs.inventory.loaders.places import BrandOfChannel, LocationById
from subgraphs.inventory.loaders.stock import (
    NOTHING,
    ChangedAt,
    OnlinePromise,
    Promise,
    StockNear,
    StorePromise,
    UnitsAt,
    VariantById,
    VariantBySku,
)
from subgraphs.inventory.models import LocationRow, VariantRow
from subgraphs.inventory.rules import availability
from subgraphs.inventory.rules.availability import SellingRule
from subgraphs.inventory.rules.location import StoreService
from subgraphs.inventory.rules.transfer import pickup_ready
from subgraphs.inventory.service.places import schedule_of
from subgraphs.inventory.types import offers
from subgraphs.inventory.types.clock import now
from subgraphs.inventory.types.enums import AvailabilityStatus, QuantityBand
from subgraphs.inventory.types.place import Distance, Location, checked_point
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.ids import stable_id
from subgraphs.kit.pagination import bounded
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import GeoPointInput

if TYPE_CHECKING:
    from subgraphs.inventory.types.level import StockLevelConnection
    from subgraphs.inventory.types.transfer import TransferOption

_Option = Annotated["TransferOption", strawberry.lazy("subgraphs.inventory.types.transfer")]
_Levels = Annotated["StockLevelConnection", strawberry.lazy("subgraphs.inventory.types.level")]
_STAFF = [["staff:store"], ["staff:agent"], ["analytics:read"]]
_FARTHEST_KM = 500
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""`asOf` of a variant that has never been stocked anywhere."""


@strawberry.type(description="What can be promised of a variant in a channel.")
class VariantAvailability:
    variant_id: strawberry.Private[str]
    brand: strawberry.Private[str | None]
    promise: strawberry.Private[Promise]
    rule: strawberry.Private[SellingRule]
    restock: strawberry.Private[datetime | None]

    @field(description="What to expect online.", tags=("feed", "tv", "watch"))
    def online(self) -> AvailabilityStatus:
        return availability.status(self.promise.units, self.rule)

    @field(description="What to expect over all stores of the channel's brand.")
    async def in_stores(self, info: Info) -> AvailabilityStatus:
        stores = await info.context.loader(StorePromise).load((self.variant_id, self.brand)) or NOTHING
        return availability.status(stores.units)

    @field(description="Rough amount that online orders can draw on.")
    def online_band(self) -> QuantityBand:
        return availability.band(self.promise.units)

    @field(description="Most units one order may take now; 0 when it cannot be had.")
    def max_order_quantity(self) -> int:
        return availability.order_quantity(self.promise.units, self.rule)

    @field(description="When more is expected; null when nothing is known to be on its way.", tags=("feed",))
    def restock_at(self) -> datetime | None:
        return self.restock

    @field(description="Number of stores of the channel's brand that have at least one unit.", cost=2)
    async def stores_in_stock(self, info: Info) -> int:
        stores = await info.context.loader(StorePromise).load((self.variant_id, self.brand)) or NOTHING
        return stores.places

    @field(description="Version of the figures, rising with every change; the same in every channel.")
    async def as_of(self, info: Info) -> datetime:
        return await info.context.loader(ChangedAt).load(self.variant_id) or _EPOCH

    @classmethod
    async def load(cls, info: Info, variant_id: str, channel: str | None) -> Self:
        """What can be promised of a variant in a channel, the request's when left out."""
        brand = await brand_of(info, channel)
        variant = await info.context.loader(VariantById).load(variant_id)
        promise = await info.context.loader(OnlinePromise).load((variant_id, brand)) or NOTHING
        restock = variant.restock_at if variant is not None else None
        return cls(variant_id=variant_id, brand=brand, promise=promise, rule=selling_rule(variant), restock=restock)


@strawberry.type(description="Stock of one variant at one location, as a shopper may see it.")
class StockAtLocation:
    variant_id: strawberry.Private[str]
    place: strawberry.Private[LocationRow]
    units: strawberry.Private[int]
    metres: strawberry.Private[int | None]

    @field(description="Variant in question.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.variant_id))

    @field(description="Place in question.", tags=("watch",))
    def location(self) -> Location:
        return Location.of(self.place)

    @field(description="What to expect here.", tags=("watch",))
    def status(self) -> AvailabilityStatus:
        return availability.status(self.units)

    @field(description="Rough amount here.", tags=("watch",))
    def band(self) -> QuantityBand:
        return availability.band(self.units)

    @field(
        description="When it could be collected if ordered now, to the quarter of an hour; null when there is"
        " none here, or nothing can be collected here.",
        tags=("watch",),
    )
    def pickup_ready_at(self) -> datetime | None:
        if not self.units or StoreService.PICKUP not in self.place.services:
            return None
        return pickup_ready(schedule_of(self.place), now(), timedelta(minutes=self.place.pick_minutes))

    @field(
        description="When it could be here by transfer from another location; null when it need not or cannot.",
    )
    async def transfer_ready_at(self, info: Info) -> datetime | None:
        if self.units or StoreService.PICKUP not in self.place.services:
            return None
        found = await offers.soonest(info, self.variant_id, self.place, 1)
        return found[0].arrives_at if found else None

    @field(description="How far from the point asked about; null when none was.", tags=("watch",))
    def distance(self) -> Distance | None:
        return None if self.metres is None else Distance.of(self.metres, self.place.country)

    @classmethod
    async def load(cls, info: Info, variant_id: str, place: LocationRow, metres: int | None = None) -> Self:
        """Stock of a variant at a place."""
        units = await info.context.loader(UnitsAt).load((variant_id, place.id)) or 0
        return cls(variant_id=variant_id, place=place, units=units, metres=metres)


@strawberry.federation.type(description=OWNER_TEXT["ProductVariant"], keys=["id", "sku"])
class ProductVariant:
    id: strawberry.ID = field(description="Global id.")
    known_sku: strawberry.Private[str | None] = None

    @field(description="Stock-keeping unit.")
    async def sku(self, info: Info) -> str:
        if self.known_sku is not None:
            return self.known_sku
        row = await info.context.loader(VariantById).load(self.id)
        if row is None:
            raise BadUserInput(f"The stock-keeping unit of {self.id} is not known here")
        return row.sku

    @field(
        description="What can be promised in a channel; null only when the inventory cannot be asked.",
        tags=("feed", "tv", "watch"),
    )
    async def availability(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel to promise in; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> VariantAvailability | None:
        return await VariantAvailability.load(info, self.id, channel or None)

    @field(description="Stock at one location; null only when the inventory cannot be asked.")
    async def stock_at(
        self,
        info: Info,
        location_id: Annotated[strawberry.ID, argument("Location to look at; one that is not there is an error.")],
    ) -> StockAtLocation | None:
        place = await info.context.loader(LocationById).load(location_id)
        if place is None:
            raise BadUserInput("locationId names no location")
        return await StockAtLocation.load(info, self.id, place)

    @field(
        description="Stock near a point, nearest first; by default only places that have it. Null only when the"
        " inventory cannot be asked.",
        size=list_size(slicing=["first"]),
        cost=3,
        tags=("watch",),
    )
    async def stock_nearby(
        self,
        info: Info,
        near: Annotated[GeoPointInput, argument("Where to search around.")],
        radius_km: Annotated[float | None, argument("How far to look, in kilometres: above 0, up to 500.")] = 25,
        in_stock_only: Annotated[bool | None, argument("Keep only places with at least one unit.")] = True,
        first: Annotated[int | None, argument("Most to return, up to 50.")] = 5,
    ) -> list[StockAtLocation] | None:
        most = bounded(first, default=5, most=50)
        radius = checked_radius(radius_km, 25, _FARTHEST_KM)
        key = (str(self.id), checked_point(near, "near"), radius, in_stock_only is not False)
        found = (await info.context.loader(StockNear).load(key) or [])[:most]
        places = await info.context.loader(LocationById).load_many([each.location_id for each in found])
        return [
            StockAtLocation(variant_id=self.id, place=place, units=each.units, metres=each.metres)
            for each, place in zip(found, places, strict=True)
            if place is not None
        ]

    @field(description="Stock records, for staff.", size=connection_size(), scopes=_STAFF, tags=("staff",))
    async def stock_levels(
        self,
        info: Info,
        first: Annotated[int | None, argument("Most to return, up to 200.")] = 50,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> _Levels:
        from subgraphs.inventory.types.level import StockLevelConnection

        return await StockLevelConnection.load(info, LevelsOfVariant, str(self.id), first, after or None)

    @field(
        description="Ways to bring it to a store that lacks it, soonest first.",
        size=list_size(assumed=3),
        cost=5,
    )
    async def transfer_options(
        self,
        info: Info,
        to_location_id: Annotated[strawberry.ID, argument("Store to bring it to; one that is not there is an error.")],
        quantity: Annotated[int | None, argument("Units wanted, all from one place.")] = 1,
    ) -> list[_Option]:
        from subgraphs.inventory.types.transfer import TransferOption

        place = await info.context.loader(LocationById).load(to_location_id)
        if place is None:
            raise BadUserInput("toLocationId names no location")
        return [TransferOption.of(each) for each in await offers.offered(info, self.id, place, quantity)]

    @field(
        description="Days until a backorder leaves the warehouse; null when it cannot be ordered ahead.",
        deprecated="Moved to the fulfilment service; same field, same meaning.",
    )
    async def lead_time_days(self, info: Info) -> int | None:
        row = await info.context.loader(VariantById).load(self.id)
        return None if row is None else row.lead_time_days

    @classmethod
    async def resolve_reference(cls, info: Info, id: str | None = None, sku: str | None = None) -> Self:
        """A variant by either key; one that was never stocked is out of stock, the catalogue says whether it exists."""
        if id is not None:
            return cls(id=strawberry.ID(id))
        row = await info.context.loader(VariantBySku).load(sku or "")
        return cls(id=strawberry.ID(row.id if row else stable_id("ProductVariant", sku or "")), known_sku=sku)


@strawberry.federation.type(description=OWNER_TEXT["Product"], keys=["id"])
class Product:
    id: strawberry.ID = field(description="Global id.")
    variant_ids: list[strawberry.ID] = field(
        description="Ids of all variants; read from the catalogue service.", external=True
    )

    @field(
        description="Best availability over all variants, for lists; null when there are none.",
        requires=["variantIds"],
        cost=2,
        tags=("tv",),
    )
    async def availability(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel to promise in; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> AvailabilityStatus | None:
        brand = await brand_of(info, channel or None)
        variants = await info.context.loader(VariantById).load_many(self.variant_ids)
        promises = await info.context.loader(OnlinePromise).load_many([(each, brand) for each in self.variant_ids])
        return availability.best(
            availability.status((promise or NOTHING).units, selling_rule(variant))
            for promise, variant in zip(promises, variants, strict=True)
        )

    @classmethod
    async def resolve_reference(cls, id: str, variant_ids: list[str] | None = None) -> Self:
        """A product with the ids of its variants, which the gateway brings from the catalogue."""
        return cls(id=strawberry.ID(id), variant_ids=[strawberry.ID(each) for each in variant_ids or ()])


async def brand_of(info: Info, channel: str | None) -> str | None:
    """Code of the brand whose places a channel promises from."""
    found = await info.context.loader(BrandOfChannel).load(channel or info.context.channel)
    return (found or ChannelBrand(None)).code


async def location_of(info: Info, location_id: str) -> Location:
    """The location with this id, which a row of ours names, so there is one."""
    row = await info.context.loader(LocationById).load(location_id)
    if row is None:
        raise BadUserInput("There is no such location")
    return Location.of(row)


def selling_rule(variant: VariantRow | None) -> SellingRule:
    """How a variant may be sold; one that is not known here cannot be ordered ahead."""
    if variant is None:
        return SellingRule()
    return SellingRule(variant.backorder, variant.preorder, variant.order_limit)


def checked_radius(kilometres: float | None, usual: float, most: float) -> float:
    """The radius in metres, or `BadUserInput`."""
    radius = usual if kilometres is None else kilometres
    if not 0 < radius <= most:
        raise BadUserInput(f"radiusKm must be above 0 and at most {most:g}, not {radius:g}")
    return radius * 1000
