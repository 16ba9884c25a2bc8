"""Who may see an order: the customer it is of, staff who serve people, the shop's own system.

A guest's order has no customer; it is seen with the token from the message (`Query.orderByToken`), and by staff.
"""

from __future__ import annotations

from subgraphs.kit.identity import Viewer

STAFF = ("staff:store", "staff:agent", "system:write")


def may_see(viewer: Viewer, customer_id: str | None) -> bool:
    """Whether the caller may see an order of this customer; None: a guest's."""
    return viewer.has_any(*STAFF) or (customer_id is not None and viewer.is_customer(customer_id))
