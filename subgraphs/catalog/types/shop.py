"""Channels and brands."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Self

import strawberry

from subgraphs.catalog.loaders.shop import ProductCounts, shop_of
from subgraphs.catalog.models import BrandRow, ChannelRow
from subgraphs.catalog.rules.channels import OPEN, status_at
from subgraphs.catalog.types.links import TheBrand, TheChannel
from subgraphs.catalog.types.media import MediaImage
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import ChannelCode, CountryCode, CurrencyCode, Locale
from subgraphs.kit.types.stubs import OWNER_TEXT


@strawberry.enum(description="Kind of touchpoint a channel serves.")
class ChannelKind(Enum):
    """See the descriptions."""

    WEB = strawberry.enum_value("WEB", description="Desktop or mobile web.")
    MOBILE_APP = strawberry.enum_value("MOBILE_APP", description="Native phone or tablet app.")
    SMARTWATCH = strawberry.enum_value("SMARTWATCH", description="Wrist device.")
    TV = strawberry.enum_value("TV", description="Television app.")
    POS = strawberry.enum_value("POS", description="In-store till.")
    KIOSK = strawberry.enum_value("KIOSK", description="In-store digital catalogue or self-service screen.")
    SMART_MIRROR = strawberry.enum_value("SMART_MIRROR", description="Smart mirror or other fitted device in a store.")
    VOICE = strawberry.enum_value("VOICE", description="Voice assistant.")
    CALL_CENTRE = strawberry.enum_value("CALL_CENTRE", description="Telephone or chat agent.")
    MARKETPLACE = strawberry.enum_value("MARKETPLACE", description="Third-party marketplace such as Amazon or eBay.")
    SOCIAL = strawberry.enum_value("SOCIAL", description="Social network such as Instagram, Pinterest or TikTok.")
    IOT = strawberry.enum_value("IOT", description="Connected appliance.")


@strawberry.enum(description="Life cycle of a channel.")
class ChannelStatus(Enum):
    """See the descriptions."""

    DRAFT = strawberry.enum_value("DRAFT", description="Set up but not open to customers.")
    LIVE = strawberry.enum_value("LIVE", description="Open to customers.")
    RETIRING = strawberry.enum_value("RETIRING", description="Read-only while carts and orders drain.")
    RETIRED = strawberry.enum_value("RETIRED", description="Closed; history stays readable.")


@strawberry.enum(description="Something a channel is able to offer.")
class ChannelCapability(Enum):
    """See the descriptions."""

    CHECKOUT = strawberry.enum_value("CHECKOUT", description="Complete a purchase.")
    PICKUP = strawberry.enum_value("PICKUP", description="Offer collection in a store.")
    SCAN = strawberry.enum_value("SCAN", description="Scan barcodes.")
    AUGMENTED_REALITY = strawberry.enum_value("AUGMENTED_REALITY", description="Show 3D and augmented-reality assets.")
    PUSH = strawberry.enum_value("PUSH", description="Receive push messages.")
    RETURNS = strawberry.enum_value("RETURNS", description="Take returns.")


@strawberry.federation.type(
    description="An account in a marketplace or social shop such as Amazon, eBay, Google, Walmart, Instagram, Pinterest or TikTok."
)
class ChannelConnection:
    """Never the secret, nor its name."""

    provider: str = field(description="Kind of shop, e.g. amazon or google-merchant.")
    account: str = field(description="Account name there.")
    healthy: bool = field(description="True while the link works.")
    last_contact_at: datetime | None = field(description="Last time both sides talked; null before the first.")


@strawberry.federation.type(description=OWNER_TEXT["Channel"], keys=["code"])
class Channel:
    """A channel, owned here."""

    row: strawberry.Private[ChannelRow]
    code: ChannelCode = field(description="Stable code.", tags=("watch", "tv", "feed"))
    name: str = field(description="Name shown to people.", tags=("tv", "feed"), shareable=True)
    kind: ChannelKind = field(description="Kind of touchpoint.")
    status: ChannelStatus = field(description="Life-cycle state.")
    capabilities: list[ChannelCapability] = field(description="What the channel can offer.", size=list_size(assumed=6))
    currencies: list[CurrencyCode] = field(
        description="Currencies prices are kept in, the default first.", size=list_size(assumed=3)
    )
    locales: list[Locale] = field(
        description="Languages content is kept in, the default first.", size=list_size(assumed=3)
    )
    countries: list[CountryCode] = field(description="Countries sold to.", size=list_size(assumed=10))
    launched_at: datetime | None = field(description="When the channel opened; null while it is a draft.")
    retires_at: datetime | None = field(description="When the channel closes or closed; null when no end is set.")

    @field(description="Brand the channel sells for.")
    async def brand(self, info: Info) -> TheBrand:
        """The brand."""
        return Brand.of((await shop_of(info.context)).brands[self.row.brand_code])

    @field(
        description="Channel whose assortment, prices and content this one falls back to; null when it stands alone."
    )
    async def inherits_from(self, info: Info) -> TheChannel | None:
        """The channel right above."""
        parent = self.row.inherits_from
        return None if parent is None else Channel.of((await shop_of(info.context)).channels[parent])

    @field(description="Number of products sold in the channel.", cost=5)
    async def product_count(self, info: Info) -> int:
        """Counted with what is inherited."""
        return await info.context.loader(ProductCounts).load(self.row.code) or 0

    @field(
        description="Account in the outside shop the channel is tied to; null for our own channels.",
        tags=("staff",),
        scopes=[["catalog:write"]],
    )
    def connection(self) -> ChannelConnection | None:
        """The account, without its secret."""
        row = self.row
        if row.provider is None or row.account is None:
            return None
        return ChannelConnection(
            provider=row.provider, account=row.account, healthy=row.healthy, last_contact_at=row.last_contact_at
        )

    @classmethod
    def of(cls, row: ChannelRow) -> Self:
        """The channel as stored."""
        return cls(
            row=row,
            code=ChannelCode(row.code),
            name=row.name,
            kind=ChannelKind[row.kind],
            status=ChannelStatus[status_at(row.status, row.retires_at, datetime.now(UTC))],
            capabilities=[ChannelCapability[name] for name in row.capabilities],
            currencies=[CurrencyCode(code) for code in row.currencies],
            locales=[Locale(tag) for tag in row.locales],
            countries=[CountryCode(code) for code in row.countries],
            launched_at=row.launched_at,
            retires_at=row.retires_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """The channel with this code."""
        row = (await shop_of(info.context)).channels.get(code)
        return None if row is None else cls.of(row)


@strawberry.federation.type(description="Visual identity tokens of a brand.")
class BrandIdentity:
    """What every screen, mail and till draws the brand with."""

    logo: MediaImage = field(description="Logo.")
    primary_colour: str = field(description="Main colour as #RRGGBB.")
    accent_colour: str | None = field(description="Second colour as #RRGGBB; null when there is only one.")
    typeface: str | None = field(description="Typeface family name; null when the brand has none of its own.")


@strawberry.federation.type(description=OWNER_TEXT["Brand"], keys=["code"])
class Brand:
    """A brand, owned here."""

    code: str = field(description="Stable code.", tags=("tv", "feed"))
    name: str = field(description="Name shown to people.", tags=("watch", "tv", "feed"), shareable=True)
    group_name: str = field(description="Retail group the brand belongs to.")
    tagline: str | None = field(description="Short promise line; null when the brand has none.")
    voice: str | None = field(
        description="How the brand speaks: guidance for copy in any channel; null when none is written."
    )
    identity: BrandIdentity = field(description="Visual identity to be used in every channel.")

    @field(description="Channels the brand sells through.", size=list_size(assumed=12))
    async def channels(self, info: Info) -> list[TheChannel]:
        """The brand's channels that customers see."""
        shop = await shop_of(info.context)
        rows = shop.channels.values()
        return [Channel.of(row) for row in rows if row.brand_code == self.code and shop.status(row.code) in OPEN]

    @classmethod
    def of(cls, row: BrandRow) -> Self:
        """The brand as stored."""
        return cls(
            code=row.code,
            name=row.name,
            group_name=row.group_name,
            tagline=row.tagline,
            voice=row.voice,
            identity=BrandIdentity(
                logo=MediaImage.of(row.logo),
                primary_colour=row.primary_colour,
                accent_colour=row.accent_colour,
                typeface=row.typeface,
            ),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """The brand with this code."""
        row = (await shop_of(info.context)).brands.get(code)
        return None if row is None else cls.of(row)
