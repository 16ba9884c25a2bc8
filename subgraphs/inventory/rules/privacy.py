"""Who may see what is somebody's. What a caller may not see is, to that caller, not there."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

SEES_HOLDS: AbstractSet[str] = frozenset({"staff:store", "staff:agent", "system:write"})
SEES_TRANSFERS: AbstractSet[str] = SEES_HOLDS | {"carrier:write"}
SEES_COUNTS: AbstractSet[str] = frozenset({"staff:store", "analytics:read"})
SEES_STOCK_RECORDS: AbstractSet[str] = frozenset({"staff:store", "staff:agent", "analytics:read"})


def may_see_hold(owner_id: str | None, caller_id: str | None, scopes: AbstractSet[str]) -> bool:
    """Its customer and staff; a hold of nobody known, staff only."""
    return bool(scopes & SEES_HOLDS) or (owner_id is not None and owner_id == caller_id)


def may_see_transfer(owner_id: str | None, caller_id: str | None, scopes: AbstractSet[str]) -> bool:
    """Its customer, staff and carriers; a transfer of nobody known names nobody: whoever knows its id."""
    return bool(scopes & SEES_TRANSFERS) or owner_id is None or owner_id == caller_id
