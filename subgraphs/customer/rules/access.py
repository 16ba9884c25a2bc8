"""Who may see whom: the one place that decides it."""

from __future__ import annotations

from subgraphs.kit.identity import Viewer

SEES_PEOPLE = ("staff:store", "staff:agent", "marketing:read", "system:write")
"""Scopes whose work needs other people's records. A shopper has none and sees the own record only."""


def may_see(viewer: Viewer, customer_id: str) -> bool:
    """Whether the record of this customer exists for the caller at all."""
    return viewer.is_customer(customer_id) or viewer.has_any(*SEES_PEOPLE)


def sees_identities(viewer: Viewer, customer_id: str) -> bool:
    """Whether the values of identities are shown unmasked: to oneself and to agents, not at tills."""
    return viewer.is_customer(customer_id) or viewer.has_any("staff:agent", "system:write")
