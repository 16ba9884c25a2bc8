"""Who may see an order: the customer it is of, staff who serve people, the shop's own system.

A guest's order has no customer, or one whose account was opened with it; it is seen with the token from the message
(`Query.orderByToken`), by staff, and for an hour after it was placed by its id, whose 62 random bits nobody guesses: the
page that says thank you must show it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from subgraphs.kit.identity import Viewer

STAFF = ("staff:store", "staff:agent", "system:write")


THANK_YOU = timedelta(hours=1)
CARRIER, REPORTS = "carrier:", "carrier:write"
"""Scopes of a carrier's client: that it reports, and one for each carrier it reports for, such as `carrier:parcel`."""
PARCEL = "parcel"
"""Who brings what names nobody."""


def carriers_of(viewer: Viewer) -> frozenset[str]:
    """Codes of the carriers the caller reports for; none: it is no carrier's client, or one that names no carrier."""
    return frozenset(scope.removeprefix(CARRIER) for scope in viewer.scopes - {REPORTS} if scope.startswith(CARRIER))


def carries(carriers: frozenset[str], kind: str, carrier: str | None) -> bool:
    """Whether a delivery or collection of this kind, given to this carrier, is on the road with one of these."""
    return kind == "SHIPMENT" and (carrier or PARCEL) in carriers


def may_see(viewer: Viewer, customer_id: str | None) -> bool:
    """Whether the caller may see what belongs to this customer."""
    return viewer.has_any(*STAFF) or (customer_id is not None and viewer.is_customer(customer_id))


def may_see_order(
    viewer: Viewer, customer_id: str | None, placed_at: datetime, now: datetime, *, by_guest: bool = False
) -> bool:
    """Whether the caller may see an order of this customer that it names by its id; None, or `by_guest`: a guest's."""
    guests = customer_id is None or by_guest
    return may_see(viewer, customer_id) or (guests and now - placed_at < THANK_YOU)
