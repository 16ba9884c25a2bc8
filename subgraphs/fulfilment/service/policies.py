"""Return policies: read for a place and a brand, set for a reach."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import PlaceFactRow, Record, ReturnPolicyRow
from subgraphs.fulfilment.rules.returning import Place, Policy, Reach, decide, reaches
from subgraphs.kit.errors import InvalidInput, NotFound, WrongState
from subgraphs.kit.outbox import emit
from subgraphs.kit.upsert import upsert

POLICIES = Record.metadata.tables["return_policy"]
LONGEST_WINDOW_DAYS = 3_650
LONGEST_WORDING = 1_000


def policy_of(row: ReturnPolicyRow) -> Policy:
    """A stored policy as the rules see it."""
    return Policy(
        reach=Reach(row.scope, row.brand_code, row.group_code, row.location_id),
        window_days=row.window_days,
        requirements=tuple(row.requirements),
        fee=Decimal(str(row.restocking_fee_percent)),
        online_returns_in_store=row.online_returns_in_store,
        accepts_sister_brands=row.accepts_sister_brands,
        wording=row.wording,
    )


def place_of(location_id: str, row: PlaceFactRow | None) -> Place:
    """A location as the rules see it; of one nobody told us about, only that it is a place."""
    return Place(location_id, row.brand_code if row else None, row.group_code if row else None)


async def in_force(session: AsyncSession, brand: str | None, location_id: str | None) -> tuple[Policy, Place | None]:
    """The policy that decides for a brand's goods handed back at a location (None: by post), and that place."""
    place = None
    if location_id is not None:
        place = place_of(location_id, await session.get(PlaceFactRow, location_id))
    ids = [each.id for each in reaches(brand, place)]
    rows = await session.exec(select(ReturnPolicyRow).where(col(ReturnPolicyRow.id).in_(ids)))
    return decide({row.id: policy_of(row) for row in rows}, brand, place), place


async def set_policy(session: AsyncSession, policy: Policy) -> str:
    """Set the policy of a reach, in place of an earlier one; gives its id.

    Raises  InvalidInput for a reach that does not fit its scope, and for figures that make no sense
    """
    _check_reach(policy.reach)
    if not 0 <= policy.window_days <= LONGEST_WINDOW_DAYS:
        raise InvalidInput(f"A window has 0 to {LONGEST_WINDOW_DAYS} days.", ("input", "windowDays"))
    if not 0 <= policy.fee <= 100:
        raise InvalidInput("A fee is 0 to 100 percent.", ("input", "restockingFeePercent"))
    if not 0 < len(policy.wording.strip()) <= LONGEST_WORDING:
        raise InvalidInput(f"A wording has 1 to {LONGEST_WORDING} letters.", ("input", "wording"))
    if not policy.requirements or ("NONE" in policy.requirements and len(policy.requirements) > 1):
        raise InvalidInput("Say what must be shown, or NONE alone.", ("input", "requirements"))
    row = row_of(policy)
    await upsert(session, POLICIES, [row], update=[name for name in row if name != "id"])
    await emit(
        session, "return_policy.set", policy.reach.id, {"policy_id": policy.reach.id, "scope": policy.reach.scope}
    )
    return policy.reach.id


async def remove_policy(session: AsyncSession, policy_id: str) -> tuple[str | None, str | None]:
    """Take a policy away, so that the next wider one decides; (brand, location) it was for.

    Raises  NotFound for one that is not there, WrongState for the group's: something has to decide
    """
    row = await session.get(ReturnPolicyRow, policy_id)
    if row is None:
        raise NotFound("There is no such policy.", ("id",))
    if row.scope == "GROUP":
        raise WrongState("The policy of the whole group stays: set another one in its place.", ("id",))
    await session.delete(row)
    await emit(session, "return_policy.removed", policy_id, {"policy_id": policy_id, "scope": row.scope})
    place = await session.get(PlaceFactRow, row.location_id) if row.location_id else None
    return row.brand_code or (place.brand_code if place else None), row.location_id


def row_of(policy: Policy) -> dict[str, object]:
    """A policy as it is stored."""
    reach = policy.reach
    return {
        "id": reach.id,
        "scope": reach.scope,
        "brand_code": reach.brand,
        "group_code": reach.group,
        "location_id": reach.location,
        "window_days": policy.window_days,
        "requirements": list(policy.requirements),
        "restocking_fee_percent": float(policy.fee),
        "online_returns_in_store": policy.online_returns_in_store,
        "accepts_sister_brands": policy.accepts_sister_brands,
        "wording": policy.wording.strip(),
    }


def _check_reach(reach: Reach) -> None:
    """GROUP names nothing; BRAND a brand; STORE_GROUP a group; LOCATION a store; the last two a brand too, if they like."""
    needed: Sequence[tuple[str, str | None, bool]] = (
        ("brandCode", reach.brand, reach.scope == "BRAND"),
        ("storeGroupCode", reach.group, reach.scope == "STORE_GROUP"),
        ("locationId", reach.location, reach.scope == "LOCATION"),
    )
    for name, value, must in needed:
        if must and not value:
            raise InvalidInput(f"A policy of the scope {reach.scope} needs {name}.", ("input", name))
        may = must or (name == "brandCode" and reach.scope in {"STORE_GROUP", "LOCATION"})
        if value and not may:
            raise InvalidInput(f"A policy of the scope {reach.scope} has no {name}.", ("input", name))
