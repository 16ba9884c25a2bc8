"""Loyalty and stored value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from subgraphs.customer.loaders.keys import (
    CardById,
    EarnedOf,
    MembershipById,
    ProgramByCode,
    RewardById,
    RewardsOf,
    TakenRewardById,
)
from subgraphs.customer.loaders.pages import movements
from subgraphs.customer.models import CardRow, MembershipRow, MovementRow, ProgramRow, RewardRow, TakenRewardRow
from subgraphs.customer.rules.access import may_see
from subgraphs.customer.rules.loyalty import points_to_next
from subgraphs.customer.types.kinds import PerkKind, TenderKind
from subgraphs.customer.types.order import Order
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.types.stubs import Brand, Channel
from subgraphs.kit.types.values import Money


@strawberry.federation.type(description="Something members get.")
class Perk:
    kind: PerkKind = field(description="Kind of perk.")
    description: str = field(description="What it is, fit to show to members.")


@strawberry.federation.type(description="One tier of a programme.")
class LoyaltyTier:
    code: str = field(description="Stable code, unique within the programme.")
    name: str = field(description="Name shown to members.", tags=["watch"])
    threshold: int = field(description="Points to be earned within twelve months to reach it.")
    perks: list[Perk] = field(description="What members of the tier get.", size=list_size(assumed=4))


@strawberry.federation.type(description="A loyalty programme.", keys=["code"])
class LoyaltyProgram:
    code: str = field(description="Stable code.")
    name: str = field(description="Name shown to members.", tags=["watch"])
    brands: list[Brand] = field(description="Brands taking part.", size=list_size(assumed=2))
    tiers: list[LoyaltyTier] = field(description="Tiers, the lowest first.", size=list_size(assumed=3))

    @classmethod
    def of(cls, row: ProgramRow) -> Self:
        """The programme of this row."""
        tiers = [
            LoyaltyTier(
                code=tier["code"],
                name=tier["name"],
                threshold=tier["threshold"],
                perks=[Perk(kind=PerkKind[perk["kind"]], description=perk["description"]) for perk in tier["perks"]],
            )
            for tier in row.tiers
        ]
        return cls(code=row.code, name=row.name, brands=[Brand(code=code) for code in row.brands], tiers=tiers)

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Self | None:
        """The programme; everyone may read it."""
        row = await info.context.loader(ProgramByCode).load(code)
        return cls.of(row) if row is not None else None


@strawberry.federation.type(description="Something points can be spent on.", keys=["id"])
class Reward:
    id: strawberry.ID = field(description="Global id.")
    name: str = field(description="Name shown to members.")
    points: int = field(description="Points it costs.")
    voucher_code: str | None = field(description="Code to use at checkout; null until it is taken.")
    expires_at: datetime | None = field(description="When the code runs out; null until it is taken.")

    @classmethod
    def of(cls, row: RewardRow) -> Self:
        """A reward that can be taken."""
        return cls(id=strawberry.ID(row.id), name=row.name, points=row.points, voucher_code=None, expires_at=None)

    @classmethod
    def taken(cls, row: TakenRewardRow) -> Self:
        """A reward that was taken, with its voucher."""
        id_ = strawberry.ID(row.id)
        return cls(id=id_, name=row.name, points=row.points, voucher_code=row.voucher_code, expires_at=row.expires_at)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """A reward everyone may read, or one that was taken, for whom its member is visible to."""
        row = await info.context.loader(RewardById).load(id)
        if row is not None:
            return cls.of(row)
        taken = await info.context.loader(TakenRewardById).load(id)
        member = await info.context.loader(MembershipById).load(taken.membership_id) if taken else None
        if taken is None or member is None or not may_see(info.context.viewer, member.customer_id):
            return None
        return cls.taken(taken)


@strawberry.federation.type(description="Points coming or going.")
class PointsMovement:
    points: int = field(description="Points that came; negative when spent or taken back.")
    reason: str = field(description="Why they came or went, fit to show.")
    tender: TenderKind | None = field(description="How it was paid, for purchases; else null.")
    order: Order | None = field(
        description="Order that earned them or that they were taken back for; null when it was none."
    )
    channel: Channel = field(description="Channel they were gained or spent in.")
    at: datetime = field(description="When they came or went.")

    @classmethod
    def of(cls, row: MovementRow) -> Self:
        """The movement of this row."""
        return cls(
            points=row.points,
            reason=row.reason,
            tender=TenderKind[row.tender] if row.tender else None,
            order=Order.of(row.order_id) if row.order_id else None,
            channel=Channel.of(row.channel),
            at=row.at,
        )


@strawberry.federation.type(description="A person's membership.", keys=["id"])
class Membership:
    id: strawberry.ID = field(description="Global id.", tags=["watch"])
    number: str = field(description="Member number, as printed on the card.", tags=["pii"])
    barcode: str = field(description="What a till scans: text to draw as a barcode.", tags=["watch"])
    points: int = field(description="Points that can be spent now.", tags=["watch"])
    pending_points: int = field(description="Points earned but not yet released.")
    version: int = field(description="Rises by one with every movement.")
    row: strawberry.Private[MembershipRow]

    @field(description="Programme it belongs to.", tags=["watch"])
    async def program(self, info: Info) -> LoyaltyProgram:
        return LoyaltyProgram.of(await self._program(info))

    @field(description="Tier the member is in now.", tags=["watch"])
    async def tier(self, info: Info) -> LoyaltyTier:
        program = LoyaltyProgram.of(await self._program(info))
        return next(tier for tier in program.tiers if tier.code == self.row.tier_code)

    @field(description="Points missing to the next tier; null at the top.", tags=["watch"])
    async def points_to_next_tier(self, info: Info) -> int | None:
        program = await self._program(info)
        earned = await info.context.loader(EarnedOf).load(self.row.id) or 0
        return points_to_next(program.tiers, self.row.tier_code, earned)

    @field(description="Rewards the points suffice for now.", size=list_size(assumed=4))
    async def rewards(self, info: Info) -> list[Reward]:
        rows = await info.context.loader(RewardsOf).load(self.row.program_code)
        return [Reward.of(row) for row in rows or () if row.points <= self.row.points]

    @field(description="Movements, the newest first.", size=list_size(slicing=["first"]))
    async def movements(
        self, info: Info, first: Annotated[int | None, argument("Most to return, up to 100.")] = 20
    ) -> list[PointsMovement]:
        rows = await info.context.database.read(movements, self.row.id, bounded(first, default=20, most=100))
        return [PointsMovement.of(row) for row in rows]

    async def _program(self, info: Info) -> ProgramRow:
        row = await info.context.loader(ProgramByCode).load(self.row.program_code)
        if row is None:  # the foreign key rules it out
            msg = f"membership {self.row.id} has no programme"
            raise LookupError(msg)
        return row

    @classmethod
    def of(cls, row: MembershipRow) -> Self:
        """The membership of this row."""
        return cls(
            id=strawberry.ID(row.id),
            number=row.number,
            barcode=row.number,
            points=row.points,
            pending_points=row.pending_points,
            version=row.version,
            row=row,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The membership, for whom its customer is visible to."""
        row = await info.context.loader(MembershipById).load(id)
        return cls.of(row) if row is not None and may_see(info.context.viewer, row.customer_id) else None


@strawberry.federation.type(description="A stored-value card of the brand, plastic or in the app.", keys=["id"])
class StoredValueCard:
    id: strawberry.ID = field(description="Global id.")
    label: str = field(description="Masked number, the last four digits readable.")
    balance: Money = field(description="Amount left on it.")
    barcode: str = field(description="What a till scans: text to draw as a barcode.")
    auto_reload: Money | None = field(
        description="Amount loaded by itself when the balance runs low; null when that is off."
    )

    @classmethod
    def of(cls, row: CardRow) -> Self:
        """The card of this row."""
        reload = Money.of(row.auto_reload, row.currency) if row.auto_reload is not None else None
        return cls(
            id=strawberry.ID(row.id),
            label=f"•••• {row.number[-4:]}",
            balance=Money.of(row.balance, row.currency),
            barcode=row.number,
            auto_reload=reload,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        """The card, for whom its customer is visible to."""
        row = await info.context.loader(CardById).load(id)
        return cls.of(row) if row is not None and may_see(info.context.viewer, row.customer_id) else None
