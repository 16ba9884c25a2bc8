"""Entities of other services that the fulfilment service adds fields to, or shows names of as they were when sold."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

import strawberry
from strawberry.federation.schema_directives import Override

from subgraphs.fulfilment.loaders.bought import Bought, LastBought
from subgraphs.fulfilment.loaders.sources import InStoresOnly
from subgraphs.fulfilment.loaders.tasks import LeadTimeOf
from subgraphs.fulfilment.rules.delivery import Parcel, Quote, option_id, quotes
from subgraphs.fulfilment.types.place import Location
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.scalars import ChannelCode, CountryCode
from subgraphs.kit.types.stubs import OWNER_TEXT, Channel
from subgraphs.kit.types.values import Money

BULKY = "BULKY"
LEAD_TIME_MOVES = Override(override_from="inventory", label="percent(25)")
"""A quarter of the requests ask this service for lead times: it takes the field over from the inventory."""
DEFAULT_GRAMS = 500
"""Weight of goods whose weight the catalogue does not know."""


@strawberry.type(description="One way to receive goods.")
class DeliveryOption:
    id: strawberry.ID = field(description="Id to pass at checkout.")
    method: str = field(description="Way: SHIP, SHIP_FROM_STORE, PICKUP, SHIP_TO_STORE or SAME_DAY.")
    label: str = field(description="Text fit to show.")
    price: Money = field(description="What the customer pays for it.")
    promised_at: datetime = field(description="When the goods are there at the latest, if ordered now.")
    location: Location | None = field(description="Store to collect in; null for a delivery.")
    splits: int = field(description="How many parcels or visits it takes.")

    @classmethod
    def of(cls, quote: Quote, *, from_store: bool = False) -> Self:
        """An option from a quote; `from_store`: no warehouse has the goods, a store sends them."""
        service = quote.service
        return cls(
            id=strawberry.ID(option_id(quote)),
            method="SHIP_FROM_STORE" if from_store and service.method == "SHIP" else service.method,
            label=service.label,
            price=Money.of(quote.price, service.currency),
            promised_at=quote.promised_at,
            location=None,
            splits=quote.splits,
        )


@strawberry.federation.type(description=OWNER_TEXT["ProductVariant"], keys=["id"])
class ProductVariant:
    id: strawberry.ID = field(description="Global id.")
    name: str = field(description="Name as sold; kept with the order line.", external=True)
    sku: str = field(description="SKU as sold; kept with the order line.", external=True)
    weight_grams: int | None = field(
        description="Packed weight in grams; read from the catalogue service.", external=True
    )
    shipping_class: str = field(description="Shipping class; read from the catalogue service.", external=True)

    @field(
        description="Ways to receive one unit at a place, the soonest first; null only when they cannot be worked"
        " out now.",
        requires=["weightGrams shippingClass"],
        size=list_size(assumed=4),
        cost=5,
    )
    async def delivery_options(
        self,
        info: Info,
        country: Annotated[CountryCode, argument("Country to deliver to.")],
        postcode: Annotated[str, argument("Postal code to deliver to.")],
        channel: Annotated[  # noqa: ARG002 - delivery costs the same in every channel of a country
            ChannelCode | None, argument("Channel to quote for; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> list[DeliveryOption] | None:
        parcel = Parcel(self.weight_grams or DEFAULT_GRAMS, self.shipping_class == BULKY)
        from_store = await _from_store(info, [str(self.id)])
        return _options([parcel], country, postcode, from_store=from_store)

    @field(
        description="Days until a backorder leaves the warehouse; null when it cannot be ordered ahead.",
        override=LEAD_TIME_MOVES,
    )
    async def lead_time_days(self, info: Info) -> int | None:
        return await info.context.loader(LeadTimeOf).load(str(self.id))

    @classmethod
    def sold(cls, variant_id: str, sku: str, name: str) -> Self:
        """A variant with its name and SKU as they were when it was sold."""
        return cls(id=strawberry.ID(variant_id), name=name, sku=sku, weight_grams=None, shipping_class="")

    @classmethod
    def resolve_reference(
        cls, id: strawberry.ID, weight_grams: int | None = None, shipping_class: str | None = None
    ) -> Self:
        """A variant by its id, with what the catalogue says of its packing where a quote needs it."""
        return cls(id=id, name="", sku="", weight_grams=weight_grams, shipping_class=shipping_class or "")


@strawberry.type(description="Something bought before.")
class PurchasedItem:
    variant: ProductVariant = field(
        description="Variant bought, with its name and SKU as they were.", provides=["name sku"]
    )
    times: int = field(description="How often it was bought.")
    last_bought_at: datetime = field(description="When it was bought last.")
    last_bought_in: Channel = field(description="Channel it was bought in last.")

    @classmethod
    def of(cls, bought: Bought) -> Self:
        """A purchased item from what was read."""
        return cls(
            variant=ProductVariant.sold(bought.variant_id, bought.sku, bought.name),
            times=bought.times,
            last_bought_at=bought.at,
            last_bought_in=Channel.of(bought.channel),
        )


@strawberry.federation.type(description=OWNER_TEXT["Product"], keys=["id"])
class Product:
    id: strawberry.ID = field(description="Global id.")

    @field(description="Variant of it that the caller bought last; null when they never did.", authenticated=True)
    async def last_bought_by_me(self, info: Info) -> PurchasedItem | None:
        customer_id = info.context.viewer.customer_id
        if customer_id is None:
            return None
        bought = await info.context.loader(LastBought).load((customer_id, str(self.id)))
        return None if bought is None else PurchasedItem.of(bought)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A product by its id: the catalogue knows which are real."""
        return cls(id=id)


@strawberry.federation.type(description=OWNER_TEXT["CartLine"], keys=["id"])
class CartLine:
    id: strawberry.ID = field(description="Global id.")
    quantity: int = field(description="Units; read from the cart service.", external=True)
    variant: ProductVariant = field(description="Variant; read from the cart service.", external=True)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A cart line by its id; this service adds nothing to it."""
        return cls(id=id, quantity=0, variant=ProductVariant.sold("", "", ""))


@strawberry.federation.type(description=OWNER_TEXT["Cart"], keys=["id"])
class Cart:
    id: strawberry.ID = field(description="Global id.")
    lines: list[CartLine] = field(description="Lines; read from the cart service.", external=True)
    parcels: strawberry.Private[list[Parcel]]
    variants: strawberry.Private[list[str]]

    @field(
        description="Ways to receive the whole cart, the soonest first; null only when they cannot be worked out now.",
        requires=["lines { quantity variant { id weightGrams shippingClass } }"],
        size=list_size(assumed=4),
        cost=5,
    )
    async def delivery_options(
        self,
        info: Info,
        country: Annotated[CountryCode, argument("Country to deliver to.")],
        postcode: Annotated[str, argument("Postal code to deliver to.")],
    ) -> list[DeliveryOption] | None:
        from_store = await _from_store(info, self.variants)
        return _options(self.parcels, country, postcode, from_store=from_store)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID, lines: list[Any] | None = None) -> Self:
        """A cart by its id, with its lines where a quote needs them."""
        given = list(lines or ())
        return cls(
            id=id,
            lines=[],
            parcels=[parcel for line in given for parcel in _parcels(line)],
            variants=[variant for line in given if (variant := _variant(line))],
        )

    @classmethod
    def of(cls, cart_id: str) -> Self:
        """The cart an order came from."""
        return cls(id=strawberry.ID(cart_id), lines=[], parcels=[], variants=[])


def _options(parcels: list[Parcel], country: str, postcode: str, *, from_store: bool) -> list[DeliveryOption]:
    found = quotes(parcels, country, postcode, datetime.now(UTC))
    return [DeliveryOption.of(quote, from_store=from_store) for quote in found]


async def _from_store(info: Info, variants: list[str]) -> bool:
    """Whether some of the goods lie in no warehouse, so that a store would send them."""
    wanted = list(dict.fromkeys(variants))
    return any(await info.context.loader(InStoresOnly).load_many(wanted)) if wanted else False


def _variant(line: Any) -> str | None:
    variant = line.get("variant") if isinstance(line, dict) else None
    found = variant.get("id") if isinstance(variant, dict) else None
    return found if isinstance(found, str) else None


def _parcels(line: Any) -> list[Parcel]:
    """A line of a representation as parcels: one for all its units, for what is light travels together."""
    if not isinstance(line, dict) or not isinstance(line.get("quantity"), int):
        return []
    given = line.get("variant")
    variant: dict[str, Any] = given if isinstance(given, dict) else {}
    grams = variant.get("weightGrams")
    grams = grams if isinstance(grams, int) else DEFAULT_GRAMS
    return [Parcel(max(0, grams) * max(0, min(line["quantity"], 10_000)), variant.get("shippingClass") == BULKY)]
