"""Transfers, the offers they come from, and the outcome of asking for one."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from secrets import token_bytes
from typing import Annotated, Self

import strawberry

from subgraphs.inventory import errors
from subgraphs.inventory.loaders.transfers import EventsOfTransfer, LinesOfTransfer, TransferById, TransfersOfOrder
from subgraphs.inventory.models import TransferRow
from subgraphs.inventory.rules import transfer as rules
from subgraphs.inventory.rules.privacy import may_see_transfer
from subgraphs.inventory.rules.quote import Offer, seal
from subgraphs.inventory.types.enums import TransferStatus
from subgraphs.inventory.types.hold import Customer, InsufficientStockError
from subgraphs.inventory.types.place import Location
from subgraphs.inventory.types.stock import ProductVariant, location_of
from subgraphs.kit import money
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field, list_size
from subgraphs.kit.types.errors import (
    BusinessError,
    ErrorFields,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
    shows,
)
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import Money


@strawberry.type(description="One line of a transfer.")
class TransferLine:
    variant: ProductVariant = field(description="Variant moved.")
    quantity: int = field(description="Units moved.")


@strawberry.type(description="One step of a transfer.")
class TransferEvent:
    status: TransferStatus = field(description="State reached.")
    at: datetime = field(description="When it was reached.")
    note: str | None = field(description="Remark of whoever moved it on; null when there is none.")


@strawberry.federation.type(
    description="Goods moved from one location to another, often for one customer.", keys=["id"]
)
class Transfer:
    row: strawberry.Private[TransferRow]
    id: strawberry.ID = field(description="Global id.")
    number: str = field(description="Number for people to read out.")

    @field(name="from", description="Place the goods leave.")
    async def from_(self, info: Info) -> Location:
        return await location_of(info, self.row.from_id)

    @field(description="Place the goods are brought to.")
    async def to(self, info: Info) -> Location:
        return await location_of(info, self.row.to_id)

    @field(description="Goods on their way.", size=list_size(assumed=2))
    async def lines(self, info: Info) -> list[TransferLine]:
        rows = await info.context.loader(LinesOfTransfer).load(self.row.id) or ()
        return [
            TransferLine(variant=ProductVariant(id=strawberry.ID(row.variant_id)), quantity=row.quantity)
            for row in rows
        ]

    status: TransferStatus = field(description="How far it has come.")

    @field(description="Who asked, when a customer did.")
    def customer(self) -> Customer | None:
        return None if self.row.customer_id is None else Customer(id=strawberry.ID(self.row.customer_id))

    @field(description="Order it serves; null when it serves none.")
    def order(self) -> Order | None:
        return None if self.row.order_id is None else Order(id=strawberry.ID(self.row.order_id))

    promised_at: datetime = field(description="Arrival promised when it was asked for.")
    estimated_at: datetime = field(description="Arrival expected now.")
    arrived_at: datetime | None = field(description="When it arrived; null while it has not.")

    @field(description="How much earlier than promised it arrived, or is expected to; negative when late.")
    def ahead_by(self) -> timedelta | None:
        return rules.ahead_by(self.row.promised_at, self.row.estimated_at, self.row.arrived_at)

    @field(description="What happened so far, oldest first.", size=list_size(assumed=5))
    async def events(self, info: Info) -> list[TransferEvent]:
        rows = await info.context.loader(EventsOfTransfer).load(self.row.id) or ()
        return [TransferEvent(status=TransferStatus(row.status), at=row.at, note=row.note) for row in rows]

    @classmethod
    def of(cls, row: TransferRow) -> Self:
        """The transfer as clients see it; whoever calls this has checked that the caller may."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            number=row.number,
            status=TransferStatus(row.status),
            promised_at=row.promised_at,
            estimated_at=row.estimated_at,
            arrived_at=row.arrived_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """A transfer by its id, if the caller may see it."""
        row = await info.context.loader(TransferById).load(id)
        return cls.of(row) if row is not None and _visible(info, row) else None


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=["id"])
class Order:
    id: strawberry.ID = field(description="Global id.")

    @field(description="Transfers that bring its goods to the pickup store.", size=list_size(assumed=1))
    async def transfers(self, info: Info) -> list[Transfer]:
        rows = await info.context.loader(TransfersOfOrder).load(self.id) or ()
        return [Transfer.of(row) for row in rows if _visible(info, row)]

    @classmethod
    async def resolve_reference(cls, id: str) -> Self:
        """An order by id; fulfilment says whether there is one."""
        return cls(id=strawberry.ID(id))


@strawberry.type(description="One way to bring goods to a store.")
class TransferOption:
    offer: strawberry.Private[Offer]

    @field(description="Token that fixes this offer; pass it when asking for the transfer or at checkout.")
    def quote_id(self, info: Info) -> strawberry.ID:
        return strawberry.ID(seal(self.offer, quote_key(info)))

    @field(name="from", description="Where it would come from.")
    async def from_(self, info: Info) -> Location:
        return await location_of(info, self.offer.from_id)

    @field(description="When it would arrive.")
    def arrives_at(self) -> datetime:
        return self.offer.arrives_at

    @field(description="What the customer pays for it.")
    def fee(self) -> Money:
        return _fee(self.offer)

    @field(description="When the offer runs out.")
    def valid_until(self) -> datetime:
        return self.offer.valid_until

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """The offer as clients see it."""
        return cls(offer=offer)


@strawberry.federation.type(
    description="An offer that was taken from transferOptions, for the system that sells it.", inaccessible=True
)
class TransferQuote:
    variant_id: strawberry.ID = field(description="Variant.")
    quantity: int = field(description="Units.")
    from_location_id: strawberry.ID = field(description="Where it would come from.")
    to_location_id: strawberry.ID = field(description="Store it would be brought to.")
    arrives_at: datetime = field(description="When it would arrive.")
    fee: Money = field(description="What the customer pays for it.")
    valid_until: datetime = field(description="When the offer runs out.")

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """The offer as it was sealed."""
        return cls(
            variant_id=strawberry.ID(offer.variant_id),
            quantity=offer.quantity,
            from_location_id=strawberry.ID(offer.from_id),
            to_location_id=strawberry.ID(offer.to_id),
            arrives_at=offer.arrives_at,
            fee=_fee(offer),
            valid_until=offer.valid_until,
        )


@shows(errors.TransferQuoteExpired)
@strawberry.type(description="The offer ran out; ask for options again.")
class TransferQuoteExpiredError(ErrorFields, BusinessError):
    """Shows `errors.TransferQuoteExpired`."""


@strawberry.type(description="The transfer after a change.")
class TransferSuccess:
    transfer: Transfer = field(description="The transfer.")

    @classmethod
    async def load(cls, info: Info, transfer_id: str) -> Self:
        """The transfer that the caller just changed."""
        row = await info.context.loader(TransferById).load(transfer_id)
        if row is None:
            raise LookupError(transfer_id)
        return cls(transfer=Transfer.of(row))


TransferResult = Annotated[
    TransferSuccess
    | TransferQuoteExpiredError
    | InsufficientStockError
    | NotFoundError
    | WrongStateError
    | InvalidInputError,
    strawberry.union(name="TransferResult", description="Outcome of asking for or moving a transfer."),
]


def quote_key(info: Info) -> bytes:
    """The key that seals offers: of the identity secret where there is one; else offers last as long as the process."""
    secret = info.context.settings.identity_secret
    return secret.encode() if secret is not None else _PROCESS_KEY


def _fee(offer: Offer) -> Money:
    return Money.of(Decimal(offer.fee_minor_units).scaleb(-money.exponent(offer.currency)), offer.currency)


def _visible(info: Info, row: TransferRow) -> bool:
    viewer = info.context.viewer
    return may_see_transfer(row.customer_id, viewer.customer_id, viewer.scopes)


_PROCESS_KEY = token_bytes(32)
