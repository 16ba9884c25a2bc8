"""What belongs to the record of a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

import strawberry

from subgraphs.customer.loaders.keys import AddressById
from subgraphs.customer.models import AddressRow, ConsentRow, CustomerRow, FactRow, IdentityRow, SessionRow
from subgraphs.customer.rules.access import may_see
from subgraphs.customer.rules.identity import masked
from subgraphs.customer.types.kinds import ConsentPurpose, IdentityKind, MessageChannel
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.scalars import CountryCode
from subgraphs.kit.types.stubs import Channel, ProductVariant
from subgraphs.kit.types.values import PostalAddress


@strawberry.federation.type(description="An address of a customer.", keys=["id"])
class CustomerAddress:
    id: strawberry.ID = field(description="Global id.")
    recipient: str = field(description="Name of the person to deliver to.", tags=["pii"])
    address: PostalAddress = field(description="Address as to be written on a parcel.")
    is_default_shipping: bool = field(description="True for the usual delivery address.")
    is_default_billing: bool = field(description="True for the usual billing address.")

    @classmethod
    def of(cls, row: AddressRow) -> Self:
        """The address of this row."""
        address = PostalAddress(
            lines=row.lines, city=row.city, region=row.region, postcode=row.postcode, country=CountryCode(row.country)
        )
        return cls(
            id=strawberry.ID(row.id),
            recipient=row.recipient,
            address=address,
            is_default_shipping=row.is_default_shipping,
            is_default_billing=row.is_default_billing,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The address, for whom its customer is visible to."""
        row = await info.context.loader(AddressById).load(id)
        return cls.of(row) if row is not None and may_see(info.context.viewer, row.customer_id) else None


@strawberry.federation.type(description="One way in which a channel knows a person.")
class CustomerIdentity:
    kind: IdentityKind = field(description="Kind of identity.")
    value: str = field(
        description="E-mail, number or handle itself, masked unless the caller may see it.", tags=["pii"]
    )
    channel: Channel = field(description="Channel it came from.")
    verified: bool = field(description="True when proved, e.g. by a code sent to it.")
    linked_at: datetime = field(description="When it was linked.")

    @classmethod
    def of(cls, row: IdentityRow, *, whole: bool) -> Self:
        """The identity of this row; a card's token is never shown whole."""
        value = row.value if whole and row.kind != "CARD_TOKEN" else masked(row.kind, row.value)
        return cls(
            kind=IdentityKind[row.kind],
            value=value,
            channel=Channel.of(row.channel),
            verified=row.verified,
            linked_at=row.linked_at,
        )


@strawberry.federation.type(description="A place where the person is signed in.")
class CustomerSession:
    id: strawberry.ID = field(description="Id of the session; unique for the person.")
    channel: Channel = field(description="Channel signed in to.")
    device: str = field(description="Device name.")
    last_seen_at: datetime = field(description="Last activity.")
    current: bool = field(description="True for the session making this request, which is told by its channel.")

    @classmethod
    def of(cls, row: SessionRow, *, current: bool) -> Self:
        """The session of this row."""
        return cls(
            id=strawberry.ID(row.id),
            channel=Channel.of(row.channel),
            device=row.device,
            last_seen_at=row.last_seen_at,
            current=current,
        )


@strawberry.federation.type(description="A consent given or withdrawn.")
class Consent:
    purpose: ConsentPurpose = field(description="What the contact is for.")
    granted: bool = field(description="True when given, false when withdrawn.")
    channel: Channel = field(description="Channel it was given or withdrawn in.")
    at: datetime = field(description="When it was given or withdrawn.")

    @classmethod
    def of(cls, row: ConsentRow) -> Self:
        """The consent of this row."""
        return cls(purpose=ConsentPurpose[row.purpose], granted=row.granted, channel=Channel.of(row.channel), at=row.at)


@strawberry.federation.type(description="How and when a person likes to be reached.")
class ContactPreferences:
    preferred: list[MessageChannel] = field(description="Ways in order of liking.", size=list_size(assumed=3))
    quiet_from: str | None = field(description="Start of quiet hours in the person's time, HH:MM; null for none.")
    quiet_to: str | None = field(description="End of quiet hours in the person's time, HH:MM; null for none.")
    weekly_cap: int = field(description="Most marketing messages per week; 0 for none.")

    @classmethod
    def of(cls, row: CustomerRow) -> Self:
        """The preferences of this person; quiet nights and two messages a week until something else is said."""
        contact = row.contact
        return cls(
            preferred=[MessageChannel[name] for name in contact.get("preferred", ("EMAIL", "PUSH"))],
            quiet_from=contact.get("quiet_from", "22:00"),
            quiet_to=contact.get("quiet_to", "08:00"),
            weekly_cap=contact.get("weekly_cap", 2),
        )


@strawberry.federation.type(description="A fact worth remembering about a person.")
class ProfileFact:
    code: str = field(description="Code, e.g. foundation-shade.")
    label: str = field(description="Name of the fact, fit to show.")
    value: str = field(description="What is known, e.g. 240 Warm Beige.")
    source: str = field(description="Where it came from: TOLD, BOUGHT or TRY_ON.")
    variant: ProductVariant | None = field(description="Variant it was taken from; null when the person told it.")
    at: datetime = field(description="When it was learnt.")

    @classmethod
    def of(cls, row: FactRow) -> Self:
        """The fact of this row."""
        variant = ProductVariant(id=strawberry.ID(row.variant_id)) if row.variant_id else None
        return cls(code=row.code, label=row.label, value=row.value, source=row.source, variant=variant, at=row.at)


def unknown_guest(customer_id: str) -> CustomerRow:
    """A guest of whom nothing is stored: `me` depends on the token alone."""
    return CustomerRow(id=customer_id, is_guest=True, created_at=datetime.now(UTC).replace(microsecond=0))
