"""Points: earned by orders in any channel and tender, spent on rewards, taken back with the money."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.errors import NotEnoughPoints
from subgraphs.customer.models import (
    KnownOrderRow,
    MembershipRow,
    MovementRow,
    PointsClaimRow,
    ProgramRow,
    RewardRow,
    TakenRewardRow,
)
from subgraphs.customer.rules.loyalty import higher, points_for, tier_for
from subgraphs.customer.service.people import Link, caller_id, find_by_identity
from subgraphs.kit.errors import NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id, new_uuid
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

YEAR = timedelta(days=365)


def changes(membership_id: str) -> str:
    """The signal for a membership's points and tier."""
    return f"membership:{membership_id}"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase rung up anywhere: whose it is, the order, and how it was paid."""

    identity: Link
    order_id: str
    tender: str
    key: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Points to move. `once` names the cause: the same cause moves points once."""

    points: int
    reason: str
    once: str
    channel: str
    tender: str | None = None
    order_id: str | None = None


async def earn(session: AsyncSession, viewer: Viewer, purchase: Purchase) -> MembershipRow:
    """Credit an order's points to the member who stood at the till; an order we have not heard of yet is credited when we do.

    Raises  `NotFound` when nobody is known by the identity, or is no member.
    """
    membership = await _member_for(session, purchase)

    async def work() -> str:
        order = await session.get(KnownOrderRow, purchase.order_id)
        channel = viewer.channel or "store"
        if order is None:
            claim = PointsClaimRow(
                order_id=purchase.order_id, membership_id=membership.id, tender=purchase.tender, channel=channel
            )
            await session.merge(claim)
        else:
            await credit(session, membership.id, order, purchase.tender)
        return membership.id

    identity = purchase.identity
    arguments = [identity.kind, identity.value, purchase.order_id, purchase.tender]
    membership_id: str = await once(session, "pointsEarn", purchase.key, arguments, work)
    return await _locked(session, membership_id)


async def credit(session: AsyncSession, membership_id: str, order: KnownOrderRow, tender: str | None) -> None:
    """Credit an order's points to a membership, once."""
    movement = Movement(
        points=points_for(order.total, order.currency),
        reason="Purchase",
        once=f"earn:{order.order_id}",
        channel=order.channel,
        tender=tender,
        order_id=order.order_id,
    )
    await move(session, membership_id, movement)


async def take_back(session: AsyncSession, order_id: str, refund: Decimal | None, cause: str) -> None:
    """Take back the points of what was given back of an order, all of it when `refund` is None.

    Points are for what is left of the total, so that many small refunds take what one large one does. What was spent
    meanwhile is not taken: a balance never falls below nothing.

    cause   names this refund; the same one takes once
    """
    order = await session.get(KnownOrderRow, order_id, with_for_update={"key_share": True}, populate_existing=True)
    if order is None:
        return
    order.refunded = order.total if refund is None else min(order.total, order.refunded + refund)
    session.add(order)
    table = MovementRow
    query = select(table.membership_id, func.sum(table.points)).where(table.order_id == order_id)
    left = points_for(order.total - order.refunded, order.currency)
    for membership_id, held in (await session.exec(query.group_by(table.membership_id))).all():
        balance = (await _locked(session, membership_id)).points
        back = min(int(held) - left, balance)
        if back > 0:
            movement = Movement(-back, "Refund", f"refund:{cause}", order.channel, order_id=order_id)
            await move(session, membership_id, movement)


async def redeem(
    session: AsyncSession, viewer: Viewer, reward_id: str, key: str
) -> tuple[MembershipRow, TakenRewardRow]:
    """Spend points on a reward; the answer carries a voucher for the till.

    Raises  `NotFound`, `NotEnoughPoints` (with how many are missing).
    Event   reward.redeemed {customer_id, membership_id, reward_id, voucher_code, points, expires_at}
    """
    customer_id = caller_id(viewer)

    async def work() -> str:
        reward = await session.get(RewardRow, reward_id)
        query = select(MembershipRow).where(MembershipRow.customer_id == customer_id)
        mine = (
            await session.exec(query.where(MembershipRow.program_code == reward.program_code) if reward else query)
        ).first()
        if reward is None or mine is None:
            raise NotFound("There is no such reward for you", ("rewardId",))
        taken = TakenRewardRow(
            id=new_id("Reward"),
            membership_id=mine.id,
            reward_id=reward.id,
            name=reward.name,
            points=reward.points,
            voucher_code="R" + secrets.token_hex(5).upper(),
            expires_at=datetime.now(UTC) + timedelta(days=reward.valid_days),
        )
        movement = Movement(-reward.points, f"Reward: {reward.name}", f"redeem:{taken.id}", viewer.channel or "web")
        await move(session, mine.id, movement)
        session.add(taken)
        payload = {
            "customer_id": customer_id,
            "membership_id": mine.id,
            "reward_id": reward.id,
            "voucher_code": taken.voucher_code,
            "points": reward.points,
            "expires_at": taken.expires_at.isoformat(),
        }
        await emit(session, "reward.redeemed", mine.id, payload)
        return taken.id

    taken_id = await once(session, f"rewardRedeem:{customer_id}", key, [reward_id], work)
    taken = await session.get_one(TakenRewardRow, taken_id)
    return await _locked(session, taken.membership_id), taken


async def move(session: AsyncSession, membership_id: str, movement: Movement) -> bool:
    """Move points once per cause and let the tier follow; False when this cause has moved them already.

    The balance changes by a conditional update, never by reading and writing back: of many at once none overspends.
    Event   membership.changed {customer_id, membership_id, program, brands, number, points, tier, version, change,
            reason}
    """
    # The membership first: whoever inserts a movement before asking for this lock may wait for one who does the same.
    await _locked(session, membership_id)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "id": str(new_uuid()),
        "membership_id": membership_id,
        "points": movement.points,
        "reason": movement.reason,
        "tender": movement.tender,
        "order_id": movement.order_id,
        "channel": movement.channel,
        "at": datetime.now(UTC),
        "once": movement.once,
    }
    inserted = await session.execute(
        insert(MovementRow).values(values).on_conflict_do_nothing(index_elements=["membership_id", "once"])
    )
    if not inserted.rowcount:  # type: ignore[attr-defined]  # an INSERT's result is a cursor result
        return False
    table = MembershipRow
    changed = await session.execute(
        update(table)
        .where(col(table.id) == membership_id, col(table.points) + movement.points >= 0)
        .values(points=col(table.points) + movement.points, version=col(table.version) + 1)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a cursor result
        row = await _locked(session, membership_id)
        missing = -movement.points - row.points
        raise NotEnoughPoints(f"{missing} points are missing", ("rewardId",), missing=missing)
    row = await _locked(session, membership_id)
    program = await session.get_one(ProgramRow, row.program_code)
    earned = await earned_within_year(session, membership_id)
    row.tier_code = higher(program.tiers, row.tier_code, tier_for(program.tiers, earned)["code"])
    session.add(row)
    payload = {
        "customer_id": row.customer_id,
        "membership_id": row.id,
        "program": row.program_code,
        "brands": list(program.brands),
        "number": row.number,
        "points": row.points,
        "tier": row.tier_code,
        "version": row.version,
        "change": movement.points,
        "reason": movement.reason,
    }
    await emit(session, "membership.changed", row.id, payload)
    after_commit(session, changes(row.id))
    return True


async def earned_within_year(session: AsyncSession, membership_id: str) -> int:
    """Points earned within twelve months, less those taken back with a refund: what tiers are reached by."""
    table = MovementRow
    since = datetime.now(UTC) - YEAR
    query = select(func.coalesce(func.sum(table.points), 0)).where(
        table.membership_id == membership_id,
        (col(table.points) > 0) | col(table.order_id).is_not(None),
        col(table.at) >= since,
    )
    return int((await session.exec(query)).one())


async def _member_for(session: AsyncSession, purchase: Purchase) -> MembershipRow:
    """The membership an identity stands for: by its own number, else the first one of the person."""
    kind, value = purchase.identity.kind, purchase.identity.value
    table = MembershipRow
    query = select(table).order_by(table.program_code)
    if kind == "LOYALTY_NUMBER":
        row = (await session.exec(query.where(table.number == value.strip()))).first()
    else:
        # Only a proved identity earns: anyone may have typed in someone else's number.
        customer_id = await find_by_identity(session, kind, value, verified_only=True)
        row = (await session.exec(query.where(table.customer_id == customer_id))).first() if customer_id else None
    if row is None:
        raise NotFound("No member is known by this", ("input", "identity", "value"))
    return row


async def _locked(session: AsyncSession, membership_id: str) -> MembershipRow:
    row = await session.get(MembershipRow, membership_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound("There is no such membership")
    return row
