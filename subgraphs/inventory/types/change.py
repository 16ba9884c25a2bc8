"""A change of stock, as a subscription tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from subgraphs.inventory.service.watching import Seen
from subgraphs.inventory.types.enums import AvailabilityStatus, QuantityBand
from subgraphs.inventory.types.place import Location
from subgraphs.inventory.types.stock import ProductVariant, location_of
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field


@strawberry.type(description="A change of stock.")
class StockLevelChange:
    seen: strawberry.Private[Seen]

    @field(description="Variant whose stock changed.")
    def variant(self) -> ProductVariant:
        return ProductVariant(id=strawberry.ID(self.seen.variant_id))

    @field(description="Location; null when only the online promise changed.")
    async def location(self, info: Info) -> Location | None:
        return None if self.seen.location_id is None else await location_of(info, self.seen.location_id)

    status: AvailabilityStatus = field(description="What to expect now.")
    band: QuantityBand = field(description="Rough amount now.")
    version: int = field(description="Version of the record, so a client can drop late news.")
    at: datetime = field(description="When it changed.")

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The change as clients see it."""
        return cls(seen=seen, status=seen.status, band=seen.band, version=seen.version, at=seen.at)
