"""Who may buy a product, where, and from when; and who may see what is picked for someone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from subgraphs.kit.identity import Viewer

SEES_PEOPLE = ("staff:store", "staff:agent", "marketing:read", "system:write")
"""Scopes whose work needs what belongs to other people. A shopper has none and sees the own only."""


def may_see(viewer: Viewer, customer_id: str) -> bool:
    """Whether what belongs to this customer exists for the caller at all."""
    return viewer.is_customer(customer_id) or viewer.has_any(*SEES_PEOPLE)


class Bar(Enum):
    """What stands in the way of a purchase."""

    NONE = "NONE"
    NOT_SOLD_IN_CHANNEL = "NOT_SOLD_IN_CHANNEL"
    MEMBERS_ONLY = "MEMBERS_ONLY"
    NOT_RELEASED = "NOT_RELEASED"
    DISCONTINUED = "DISCONTINUED"


@dataclass(frozen=True, slots=True)
class Access:
    """A product's terms. `tiers` empty: members of any tier; no release: from the start, members-only: for ever."""

    members_only: bool = False
    tiers: Sequence[str] = ()
    member_release_at: datetime | None = None
    public_release_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict. `lifts_at`: when the bar falls for this caller; None when that is not known or there is none."""

    bar: Bar
    lifts_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether the caller may buy."""
        return self.bar is Bar.NONE


def eligibility(access: Access, *, sold: bool, discontinued: bool, tier: str | None, now: datetime) -> Eligibility:
    """Whether a caller may buy. `tier`: the caller's in the brand's programme, None for one who is no member.

    Cases, the first that fits:
    1. no longer sold anywhere; 2. not sold in this channel; 3. open to everyone;
    4. a member whose tier may buy: from the members' release on;
    5. anyone else: not before the public release, if there is one.
    """
    if discontinued:
        return Eligibility(Bar.DISCONTINUED)
    if not sold:
        return Eligibility(Bar.NOT_SOLD_IN_CHANNEL)
    if is_public(access, now):
        return Eligibility(Bar.NONE)
    member_release = access.member_release_at
    members_may = access.members_only or member_release is not None
    is_member = tier is not None and (not access.tiers or tier in access.tiers)
    if members_may and is_member:
        if member_release is None or member_release <= now:
            return Eligibility(Bar.NONE)
        return Eligibility(Bar.NOT_RELEASED, member_release)
    if members_may and (member_release is None or member_release <= now):
        return Eligibility(Bar.MEMBERS_ONLY, access.public_release_at)
    return Eligibility(Bar.MEMBERS_ONLY if access.members_only else Bar.NOT_RELEASED, access.public_release_at)


def is_public(access: Access, now: datetime) -> bool:
    """Whether everyone may buy: released to the public, or never held back."""
    if access.public_release_at is not None:
        return access.public_release_at <= now
    return not access.members_only and access.member_release_at is None
