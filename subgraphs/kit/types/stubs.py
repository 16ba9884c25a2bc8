"""Stubs: entities of other subgraphs, by their key alone.

A stub carries its owner's description: composition takes the description most subgraphs give, so a stub that says
"owned elsewhere" would outvote the owner. A subgraph that adds fields to an entity declares its own class and takes
the text from `OWNER_TEXT`. These never resolve to more than their key, whatever a caller's representation says.
"""

from __future__ import annotations

from collections.abc import Mapping

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.kit.context import Info
from subgraphs.kit.fields import field
from subgraphs.kit.names import NamesOf
from subgraphs.kit.scalars import ChannelCode

OWNER_TEXT: Mapping[str, str] = {
    "Brand": "A retail brand of the group, with one identity across every channel.",
    "Cart": "A basket that follows the customer from device to device.",
    "CartLine": "One line of a cart.",
    "Channel": "A touchpoint through which a brand sells or serves.",
    "Customer": "A person the group serves, known or guest, over every channel.",
    "Fulfilment": "Part of an order that reaches the customer in one go.",
    "Location": "A place that holds stock: shop, warehouse or pickup point.",
    "Order": "A purchase from any channel.",
    "Product": "A product as shoppers think of it; the thing bought is one of its variants.",
    "ProductVariant": "The exact thing that is stocked, scanned and bought.",
    "Promotion": "An offer, honoured in every channel it names.",
    "Reservation": "Units held for someone until a set time.",
    "Return": "Goods handed back.",
    "StoreGroup": "Stores that share policies, e.g. outlets.",
    "SupportCase": "A request for help that keeps its history in whatever channel it goes on.",
    "Transfer": "Goods moved from one location to another, often for one customer.",
}
"""Entity → the description its owner gives."""


def _key(fields: str) -> Key:
    return Key(fields=FieldSet(fields), resolvable=False)


@strawberry.federation.type(description=OWNER_TEXT["Channel"], keys=[_key("code")])
class Channel:
    """A channel by its code; its name is replicated to every subgraph."""

    code: ChannelCode = field(description="Stable code.")

    @field(description="Name shown to people.", shareable=True)
    async def name(self, info: Info) -> str:
        return await info.context.loader(NamesOf).load(("channel", self.code)) or self.code

    @classmethod
    def of(cls, code: str) -> Channel:
        """The channel with this code."""
        return cls(code=ChannelCode(code))


@strawberry.federation.type(description=OWNER_TEXT["Brand"], keys=[_key("code")])
class Brand:
    """A brand by its code; its name is replicated to every subgraph."""

    code: str = field(description="Stable code.")

    @field(description="Name shown to people.", shareable=True)
    async def name(self, info: Info) -> str:
        return await info.context.loader(NamesOf).load(("brand", self.code)) or self.code


@strawberry.federation.type(description=OWNER_TEXT["ProductVariant"], keys=[_key("id")])
class ProductVariant:
    """A variant by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Product"], keys=[_key("id")])
class Product:
    """A product by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Cart"], keys=[_key("id")])
class Cart:
    """A cart by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=[_key("id")])
class Order:
    """An order by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Location"], keys=[_key("id")])
class Location:
    """A location by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Reservation"], keys=[_key("id")])
class Reservation:
    """A reservation by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["Transfer"], keys=[_key("id")])
class Transfer:
    """A transfer by its id."""

    id: strawberry.ID = field(description="Global id.")


@strawberry.federation.type(description=OWNER_TEXT["StoreGroup"], keys=[_key("code")])
class StoreGroup:
    """A group of stores by its code."""

    code: str = field(description="Stable code.")
