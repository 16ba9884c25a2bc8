"""Who may see and change a cart.

A guest's cart is known by its id alone, whose 62 random bits nobody guesses: who has it may use it. A customer's cart
is that customer's, on every device; staff who serve them see it too, and so does the shop's own system.
"""

from __future__ import annotations

from subgraphs.kit.identity import Viewer

STAFF = ("staff:store", "staff:agent", "system:write")


def may_use(viewer: Viewer, owner_id: str | None) -> bool:
    """Whether the caller may see and change the cart of this owner; None: a guest's."""
    return owner_id is None or viewer.is_customer(owner_id) or viewer.has_any(*STAFF)
