"""A person, as clients see one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

import strawberry

from subgraphs.customer.loaders import keys, pages
from subgraphs.customer.models import CustomerRow
from subgraphs.customer.rules.access import may_see, sees_identities
from subgraphs.customer.rules.person import display_name
from subgraphs.customer.types.activity import (
    BrowsedProduct,
    TimelineConnection,
    TimelineEdge,
    TimelineEvent,
    TryOn,
    Wishlist,
)
from subgraphs.customer.types.kinds import TimelineKind
from subgraphs.customer.types.loyalty import Membership, StoredValueCard
from subgraphs.customer.types.person import (
    Consent,
    ContactPreferences,
    CustomerAddress,
    CustomerIdentity,
    CustomerSession,
    ProfileFact,
    unknown_guest,
)
from subgraphs.customer.types.place import Location, StoreVisit
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, connection_size, field, list_size
from subgraphs.kit.pagination import bounded, decode_cursor, page
from subgraphs.kit.scalars import ChannelCode, Locale
from subgraphs.kit.types.connections import connection
from subgraphs.kit.types.stubs import OWNER_TEXT

_First = Annotated[int | None, argument("Most to return, up to 100.")]


@strawberry.federation.type(description=OWNER_TEXT["Customer"], keys=["id"])
class Customer:
    id: strawberry.ID = field(description="Global id.", tags=["watch"])
    display_name: str = field(description="Name to greet with.", tags=["watch", "pii"])
    first_name: str | None = field(description="Given name; null when it was not told.", tags=["pii"])
    last_name: str | None = field(description="Family name; null when it was not told.", tags=["pii"])
    email: str | None = field(description="E-mail; null when it was not told.", tags=["pii"], authenticated=True)
    phone: str | None = field(
        description="Phone number in E.164 form; null when it was not told.", tags=["pii"], authenticated=True
    )
    birth_date: date | None = field(
        description="Day of birth; null when it was not told.", tags=["pii"], authenticated=True
    )
    locale: Locale | None = field(description="Language to talk in; null to use the channel's.")
    is_guest: bool = field(description="True until an account is opened.")
    created_at: datetime = field(description="When first seen.")
    segment_codes: list[str] = field(
        description="Codes of the segments the person is in, for personalising in other services.", inaccessible=True
    )
    row: strawberry.Private[CustomerRow]

    @field(description="Addresses, the usual one first.", size=list_size(assumed=3), tags=["pii"], authenticated=True)
    async def addresses(self, info: Info) -> list[CustomerAddress]:
        return [CustomerAddress.of(row) for row in await info.context.loader(keys.AddressesOf).load(self.id) or ()]

    @field(
        description="Ways in which channels know this person.",
        size=list_size(assumed=4),
        tags=["pii"],
        authenticated=True,
    )
    async def identities(self, info: Info) -> list[CustomerIdentity]:
        whole = sees_identities(info.context.viewer, self.id)
        rows = await info.context.loader(keys.IdentitiesOf).load(self.id)
        return [CustomerIdentity.of(row, whole=whole) for row in rows or ()]

    @field(description="Places where the person is signed in.", size=list_size(assumed=3), authenticated=True)
    async def sessions(self, info: Info) -> list[CustomerSession]:
        viewer, rows = info.context.viewer, await info.context.loader(keys.SessionsOf).load(self.id) or ()
        # The token names a channel, not a device: the session last used in that channel is taken for the caller's.
        mine = next((row.id for row in rows if viewer.is_customer(self.id) and row.channel == viewer.channel), None)
        return [CustomerSession.of(row, current=row.id == mine) for row in rows]

    @field(
        description="Consents given or withdrawn, the latest of each purpose; none of a purpose nobody was asked"
        " about.",
        size=list_size(assumed=6),
        authenticated=True,
    )
    async def consents(self, info: Info) -> list[Consent]:
        return [Consent.of(row) for row in await info.context.loader(keys.ConsentsOf).load(self.id) or ()]

    @field(description="How and when the person likes to be reached.", authenticated=True)
    def contact_preferences(self) -> ContactPreferences:
        return ContactPreferences.of(self.row)

    @field(description="Store the person calls their own; null when they chose none.", tags=["watch"])
    def preferred_store(self) -> Location | None:
        return Location.of(self.row.preferred_store_id) if self.row.preferred_store_id else None

    @field(description="Store the person is in right now; null when in none that is known.", authenticated=True)
    async def presence(self, info: Info) -> StoreVisit | None:
        row = await info.context.loader(keys.PresenceOf).load(self.id)
        return StoreVisit.of(row) if row is not None else None

    @field(description="Loyalty memberships.", size=list_size(assumed=2), authenticated=True, tags=["watch"])
    async def memberships(self, info: Info) -> list[Membership]:
        return [Membership.of(row) for row in await info.context.loader(keys.MembershipsOf).load(self.id) or ()]

    @field(
        description="Membership of one programme; null for one who is no member.", authenticated=True, tags=["watch"]
    )
    async def membership(
        self,
        info: Info,
        program_code: Annotated[str, argument("Code of the programme, as LoyaltyProgram.code has it.")],
    ) -> Membership | None:
        rows = await info.context.loader(keys.MembershipsOf).load(self.id)
        return next((Membership.of(row) for row in rows or () if row.program_code == program_code), None)

    @field(description="Stored-value cards.", size=list_size(assumed=1), authenticated=True)
    async def stored_value_cards(self, info: Info) -> list[StoredValueCard]:
        return [StoredValueCard.of(row) for row in await info.context.loader(keys.CardsOf).load(self.id) or ()]

    @field(
        description="Facts worth remembering, e.g. foundation shade or shoe size.",
        size=list_size(assumed=6),
        authenticated=True,
    )
    async def profile_facts(
        self,
        info: Info,
        codes: Annotated[list[str] | None, argument("Codes to keep; all when left out.")] = strawberry.UNSET,
    ) -> list[ProfileFact]:
        rows = await info.context.loader(keys.FactsOf).load(self.id)
        return [ProfileFact.of(row) for row in rows or () if not codes or row.code in codes]

    @field(
        description="Everything that happened, the newest first: browsing, app use, store visits, purchases, service, social.",
        size=connection_size(),
        authenticated=True,
    )
    async def timeline(
        self,
        info: Info,
        kinds: Annotated[list[TimelineKind] | None, argument("Kinds to keep; all when left out.")] = strawberry.UNSET,
        channels: Annotated[
            list[ChannelCode] | None, argument("Channels to keep; all when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 100.")] = 20,
        after: Annotated[str | None, argument("Cursor to start after.")] = strawberry.UNSET,
    ) -> TimelineConnection:
        most, cursor = bounded(first, default=20, most=100), after or None
        wanted = pages.TimelineFilter([kind.name for kind in kinds] if kinds else None, channels or None)
        start = decode_cursor(cursor, datetime, str)
        rows = await info.context.database.read(pages.timeline, self.id, wanted, most, start)
        found = page(rows, most, cursor, lambda row: (row.at, row.id))
        return connection(TimelineConnection, TimelineEdge, found, TimelineEvent.of)

    @field(
        description="Products looked at on any device, the newest first.",
        size=list_size(slicing=["first"]),
        authenticated=True,
    )
    async def browsing_history(self, info: Info, first: _First = 20) -> list[BrowsedProduct]:
        rows = await info.context.database.read(pages.browsed, self.id, bounded(first, default=20, most=100))
        return [BrowsedProduct.of(row) for row in rows]

    @field(description="Wish lists.", size=list_size(assumed=2), authenticated=True)
    async def wishlists(self, info: Info) -> list[Wishlist]:
        return [Wishlist.of(row) for row in await info.context.loader(keys.WishlistsOf).load(self.id) or ()]

    @field(
        description="Saved virtual try-ons, the newest first.", size=list_size(slicing=["first"]), authenticated=True
    )
    async def try_ons(self, info: Info, first: _First = 10) -> list[TryOn]:
        rows = await info.context.database.read(pages.try_ons, self.id, bounded(first, default=10, most=100))
        return [TryOn.of(row) for row in rows]

    @classmethod
    def of(cls, row: CustomerRow) -> Self:
        """The person of this row."""
        return cls(
            id=strawberry.ID(row.id),
            display_name=display_name(row.first_name, row.last_name),
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            phone=row.phone,
            birth_date=row.birth_date,
            locale=Locale(row.locale) if row.locale else None,
            is_guest=row.is_guest,
            created_at=row.created_at,
            segment_codes=row.segment_codes,
            row=row,
        )

    @classmethod
    def guest(cls, customer_id: str) -> Self:
        """A guest of whom nothing is stored yet."""
        return cls.of(unknown_guest(customer_id))

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The person, for whom they are visible to; others get the answer for someone who does not exist."""
        viewer = info.context.viewer
        if not may_see(viewer, id):
            return None
        row = await info.context.loader(keys.CustomerById).load(id)
        if row is not None:
            return cls.of(row)
        return cls.guest(id) if viewer.is_customer(id) else None
