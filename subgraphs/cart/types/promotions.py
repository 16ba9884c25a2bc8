"""Promotions, and what they do to a cart."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Self

import strawberry

from subgraphs.cart.loaders import GapsOf, PromotionById, offers_now
from subgraphs.cart.models import PromotionRow
from subgraphs.cart.rules.offers import Hint, Offer, Saving
from subgraphs.cart.service.promotions import note
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.money import formatted
from subgraphs.kit.names import NamesOf
from subgraphs.kit.pagination import bounded
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.stubs import OWNER_TEXT
from subgraphs.kit.types.values import Money

MOST_PROMOTIONS = 100


@strawberry.enum(description="What a promotion gives.")
class PromotionKind(Enum):
    PERCENT_OFF = strawberry.enum_value("PERCENT_OFF", description="Percentage off.")
    AMOUNT_OFF = strawberry.enum_value("AMOUNT_OFF", description="Amount off.")
    MULTIBUY = strawberry.enum_value("MULTIBUY", description="Buy some, get some.")
    FREE_DELIVERY = strawberry.enum_value("FREE_DELIVERY", description="Free delivery.")
    GIFT = strawberry.enum_value("GIFT", description="Gift with purchase.")
    POINTS_MULTIPLIER = strawberry.enum_value("POINTS_MULTIPLIER", description="More loyalty points.")


@strawberry.federation.type(description=OWNER_TEXT["Promotion"], keys=["id"])
class Promotion:
    row: strawberry.Private[PromotionRow]
    id: strawberry.ID = field(description="Global id.")
    name: str = field(description="Name.")
    description: str = field(description="What a shopper is told.")
    terms: str | None = field(description="Terms.")
    kind: PromotionKind = field(description="What it gives.")
    members_only: bool = field(description="True when only members get it.")
    automatic: bool = field(description="True when it works without a code.")
    starts_at: datetime = field(description="Starts.")
    ends_at: datetime | None = field(description="Ends.")

    @field(description="Channels that must honour it.", size=list_size(assumed=6))
    def channels(self) -> list["Channel"]:
        return [Channel.of(code) for code in self.row.channels]

    @field(
        description="Channels where it is shown but would be refused; always empty unless something is wrong.",
        size=list_size(assumed=1),
        scopes=[["analytics:read"], ["promotions:write"]],
        tags=("staff",),
    )
    async def parity_gaps(self, info: Info) -> list["Channel"]:
        # One rule decides in every channel (rules/offers.py, rule 6), so a gap is an offer whose terms contradict its channels.
        codes = await info.context.loader(GapsOf).load(str(self.id)) or ()
        return [Channel.of(code) for code in codes if code in self.row.channels]

    @classmethod
    def of(cls, row: PromotionRow) -> Self:
        """A promotion from its row."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            name=row.name,
            description=row.description,
            terms=row.terms,
            kind=PromotionKind(row.kind),
            members_only=row.members_only,
            automatic=row.automatic,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A promotion by its id."""
        row = await info.context.loader(PromotionById).load(str(id))
        return None if row is None else cls.of(row)


@strawberry.type(description="A promotion that applies to a cart or line.")
class AppliedPromotion:
    saved: strawberry.Private[Saving]
    currency: strawberry.Private[str]

    @field(description="The promotion.")
    async def promotion(self, info: Info) -> Promotion:
        return await promotion(info, self.saved.offer.id)

    @field(description="Voucher code that brought it, if any.")
    def voucher_code(self) -> str | None:
        return self.saved.offer.voucher_code

    @field(description="Saving, as a positive amount.")
    def saving(self) -> Money:
        return Money.of(self.saved.amount, self.currency)


@strawberry.type(description="A promotion nearly reached.")
class PromotionHint:
    hint: strawberry.Private[Hint]
    currency: strawberry.Private[str]

    @field(description="The promotion.")
    async def promotion(self, info: Info) -> Promotion:
        return await promotion(info, self.hint.offer.id)

    @field(description="What is missing, fit to show.")
    async def message(self, info: Info) -> str:
        row = await promotion(info, self.hint.offer.id)
        return f"Spend {formatted(self.hint.missing, self.currency)} more for: {row.name}."

    @field(description="Amount missing, if that is what is missing.")
    def missing(self) -> Money | None:
        return Money.of(self.hint.missing, self.currency)


async def promotion(info: Info, promotion_id: str) -> Promotion:
    """A promotion that an offer was made from: it is there, for offers are read from it."""
    row = await info.context.loader(PromotionById).load(promotion_id)
    if row is None:
        msg = f"promotion {promotion_id} went away while it was being applied"
        raise LookupError(msg)
    return Promotion.of(row)


@strawberry.federation.type(description=OWNER_TEXT["Channel"], keys=["code"])
class Channel:
    code: ChannelCode = field(description="Stable code.")

    @field(description="Name shown to people.", shareable=True)
    async def name(self, info: Info) -> str:
        return await info.context.loader(NamesOf).load(("channel", self.code)) or self.code

    @field(description="Offers running in the channel.", size=list_size(slicing=("first",)))
    async def promotions(
        self, info: Info, first: Annotated[int | None, argument("Most to return.")] = 20
    ) -> list[Promotion]:
        return await running_in(info, self.code, first)

    @classmethod
    def of(cls, code: str) -> Self:
        """The channel with this code."""
        return cls(code=ChannelCode(code))

    @classmethod
    def resolve_reference(cls, code: ChannelCode) -> Self:
        """A channel by its code: every code is one here, the catalogue knows which are real."""
        return cls(code=code)


async def running_in(info: Info, channel: str, first: int | None) -> list[Promotion]:
    """Offers running in a channel, vouchers' included: that they exist is no secret, their codes are."""
    most = bounded(first, default=20, most=MOST_PROMOTIONS)
    offers: Sequence[Offer] = await offers_now(info.context)
    ids = list(dict.fromkeys(offer.id for offer in offers if channel in offer.channels))[:most]
    return await promotions(info, ids, channel)


async def promotions(info: Info, ids: Sequence[str], shown_in: str) -> list[Promotion]:
    """Promotions by id, in order, each once; counted as shown in a channel."""
    note(info.context.database, "shown", ids, shown_in, "")
    rows = await info.context.loader(PromotionById).load_many(list(dict.fromkeys(ids)))
    return [Promotion.of(row) for row in rows if row is not None]
