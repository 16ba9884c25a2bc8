"""Orders and holds the caller may see: one answer for what is not there and what is another's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from subgraphs.fulfilment.loaders.orders import OrderById
from subgraphs.fulfilment.models import OrderRow
from subgraphs.fulfilment.rules.access import may_see_order
from subgraphs.fulfilment.service.tasks import Held
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.peers import peers_of

MOST_HOLDS = 50
_HOLDS = """
query Holds($holds: [_Any!]!) {
  _entities(representations: $holds) {
    ... on Reservation { id status quantity variant { id } location { id } customer { id } }
  }
}
"""


async def visible_order(info: Info, order_id: str) -> OrderRow | None:
    """The order, if it is there and the caller may see it."""
    row = await info.context.loader(OrderById).load(order_id)
    if row is None:
        return None
    seen = may_see_order(info.context.viewer, row.customer_id, row.placed_at, datetime.now(UTC), by_guest=row.by_guest)
    return row if seen else None


async def holds_of(info: Info, hold_ids: Sequence[str]) -> list[Held]:
    """Holds the caller has, as the inventory tells of them now; empty when one of them is not the caller's.

    Raises  ServiceUnavailable when the inventory gives no answer
    """
    if len(hold_ids) > MOST_HOLDS:
        raise BadUserInput(f"Pull at most {MOST_HOLDS} holds at once")
    viewer = info.context.viewer
    peers = peers_of(info.context.database, info.context.settings)
    keys = [{"__typename": "Reservation", "id": each} for each in dict.fromkeys(hold_ids)]
    data = await peers.ask("inventory", _HOLDS, {"holds": keys}, customer_id=viewer.customer_id)
    found = []
    for each in data["_entities"]:
        owner = each["customer"]["id"] if each and each["customer"] else None
        if each is None or not (viewer.has_any("staff:store") or (owner is not None and viewer.is_customer(owner))):
            return []
        found.append(
            Held(
                id=each["id"],
                variant_id=each["variant"]["id"],
                quantity=each["quantity"],
                location_id=each["location"]["id"],
                active=each["status"] == "ACTIVE",
            )
        )
    return found
