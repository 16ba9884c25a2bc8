"""What callers give."""

from __future__ import annotations

from datetime import datetime

import strawberry

from subgraphs.customer.rules.touch import Touch
from subgraphs.customer.service.people import Link, SignUp
from subgraphs.customer.service.points import Purchase
from subgraphs.customer.types.kinds import ConsentPurpose, IdentityKind, PresenceMethod, TenderKind, TimelineKind
from subgraphs.kit.scalars import ChannelCode, IdempotencyKey
from subgraphs.kit.types.values import GeoPointInput


@strawberry.input(description="A consent to give or withdraw.")
class ConsentInput:
    purpose: ConsentPurpose = strawberry.field(description="What the contact is for.")
    granted: bool = strawberry.field(description="True to give, false to withdraw.")


def consents_of(consents: list[ConsentInput] | None) -> dict[str, bool]:
    """Purpose → granted; of two for one purpose the last counts."""
    return {consent.purpose.name: consent.granted for consent in consents or ()}


@strawberry.input(description="Details of an account to open.")
class SignUpInput:
    email: str = strawberry.field(description="E-mail; it will be how the person signs in.")
    first_name: str | None = strawberry.field(description="Given name, when it was told.", default=strawberry.UNSET)
    last_name: str | None = strawberry.field(description="Family name, when it was told.", default=strawberry.UNSET)
    order_token: str | None = strawberry.field(
        description="Token of an order placed as a guest, to be taken into the account.", default=strawberry.UNSET
    )
    consents: list[ConsentInput] | None = strawberry.field(
        description="Consents to give at once; none when left out.", default=strawberry.UNSET
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def details(self) -> SignUp:
        """What the service takes."""
        return SignUp(
            email=self.email,
            first_name=self.first_name or None,
            last_name=self.last_name or None,
            order_token=self.order_token or None,
            consents=consents_of(self.consents or None),
            key=self.idempotency_key,
        )


@strawberry.input(description="An identity to link.")
class IdentityLinkInput:
    kind: IdentityKind = strawberry.field(description="Kind of identity.")
    value: str = strawberry.field(description="E-mail, number or handle itself.")
    proof: str | None = strawberry.field(
        description="Code that proves it, when one was sent.", default=strawberry.UNSET
    )

    def link(self) -> Link:
        """What the service takes."""
        return Link(kind=self.kind.name, value=self.value, proof=self.proof or None)


@strawberry.input(description="A touch to record from any channel.")
class TouchpointInput:
    kind: TimelineKind = strawberry.field(description="Kind of touch.")
    channel: ChannelCode = strawberry.field(description="Channel it happened in.")
    at: datetime = strawberry.field(description="When it happened.")
    subject_id: strawberry.ID | None = strawberry.field(
        description="Global id of the product, variant, order, store and so on that it was about.",
        default=strawberry.UNSET,
    )
    source: str | None = strawberry.field(
        description="Campaign, advertisement or page that led here.", default=strawberry.UNSET
    )
    visitor_id: str | None = strawberry.field(
        description="Device or visitor id, joined to a person once one is known.", default=strawberry.UNSET
    )

    def touch(self) -> Touch:
        """What the service takes."""
        subject, source, visitor = self.subject_id or None, self.source or None, self.visitor_id or None
        return Touch(self.kind.name, self.channel, self.at, subject, source, visitor)


@strawberry.input(description="A check-in to a store.")
class StoreCheckInInput:
    location_id: strawberry.ID = strawberry.field(description="Store the customer is in.")
    method: PresenceMethod = strawberry.field(description="How presence was noticed.")
    position: GeoPointInput | None = strawberry.field(
        description="Where the phone thinks it is, when it knows.", default=strawberry.UNSET
    )


@strawberry.input(description="A purchase rung up anywhere, to credit points at once.")
class PointsEarnInput:
    identity: IdentityLinkInput = strawberry.field(description="Whose points: member number, card token or phone.")
    order_id: strawberry.ID = strawberry.field(description="Order that earns them.")
    tender: TenderKind = strawberry.field(description="How it was paid.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def purchase(self) -> Purchase:
        """What the service takes."""
        return Purchase(self.identity.link(), self.order_id, self.tender.name, self.idempotency_key)
