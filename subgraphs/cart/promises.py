"""What is promised of ways to receive goods: asked from stock and fulfilment before a change, kept with the cart.

Nobody answering is no fault here: a line goes without a promised moment, and a delivery option is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from subgraphs.cart.rules.ahead import Hours, fault_in_minute
from subgraphs.cart.service.lines import Held, Way
from subgraphs.kit.errors import InvalidInput, ServiceUnavailable
from subgraphs.kit.identity import Viewer
from subgraphs.kit.peers import PeerRefused, Peers

_READY = """
query CartPickup($variants: [_Any!]!, $store: ID!) {
  _entities(representations: $variants) { ... on ProductVariant { id stockAt(locationId: $store) { pickupReadyAt } } }
}
"""
_HOURS = """
query CartHours($store: ID!) {
  location(id: $store) { timeZone openingHours { weekday opens closes } specialHours { date opens closes } }
}
"""
_HELD = """
query CartHeld($holds: [_Any!]!) {
  _entities(representations: $holds) {
    ... on Reservation { id status quantity expiresAt variant { id } location { id } customer { id } }
  }
}
"""
_TRANSFER = "query CartTransfer($id: ID!) { transferQuote(id: $id) { variantId arrivesAt fee { amount currency } } }"
_PARCELS = """
query CartParcels($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id weightGrams shippingClass } }
}
"""
_OPTIONS = """
query CartDelivery($carts: [_Any!]!, $country: CountryCode!, $postcode: String!) {
  _entities(representations: $carts) {
    ... on Cart { deliveryOptions(country: $country, postcode: $postcode) { id label price { amount currency } } }
  }
}
"""
Wanted = tuple[str, Way]
"""A variant, and the way it is to reach the customer."""


@dataclass(frozen=True, slots=True)
class Promise:
    """When goods can be had by a way, and what that costs beside delivery; `fault`: why it cannot be had so."""

    at: datetime
    fee: Decimal = Decimal(0)
    fault: str | None = None


class Promises:
    """Asks the peers."""

    def __init__(self, peers: Peers, channel: str) -> None:
        self._peers = peers
        self._channel = channel

    async def of(self, wanted: Iterable[Wanted]) -> Mapping[Wanted, Promise]:
        """What is promised of each; those that nothing is known of are missing."""
        ways = list(dict.fromkeys(wanted))
        found: dict[Wanted, Promise] = {}
        for store in dict.fromkeys(way.location_id for _, way in ways if way.method == "PICKUP" and way.location_id):
            mine = [each for each in ways if each[1].method == "PICKUP" and each[1].location_id == store]
            ready = await self._ready([variant for variant, _ in mine], store)
            found |= {each: ready[each[0]] for each in mine if each[0] in ready and each[1].ready_at is None}
            if any(way.ready_at for _, way in mine):
                hours = await self._hours(store)
                found |= {
                    each: _ahead(each[1].ready_at, ready.get(each[0]), hours) for each in mine if each[1].ready_at
                }
        for each in ways:
            if each[1].method == "SHIP_TO_STORE" and each[1].transfer_quote_id:
                promise = await self._transfer(*each)
                found |= {} if promise is None else {each: promise}
        return found

    async def delivery(
        self, cart_id: str, option_id: str, lines: Sequence[tuple[str, int]], address: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """The delivery option taken, priced now: {"id", "label", "amount"}.

        lines   variants that are sent, and their units
        Raises  InvalidInput when there is no such option for these goods to this address
        """
        path = ("input", "deliveryOptionId")
        if address is None:
            raise InvalidInput("Tell us where to send it first.", ("input", "shippingAddress"))
        data = await self._ask("catalog", _PARCELS, {"ids": [variant for variant, _ in lines]})
        parcels = {node["id"]: node for node in data.get("nodes") or () if node and "weightGrams" in node}
        nothing: Mapping[str, Any] = {}
        represented = [
            {
                "quantity": units,
                "variant": {
                    "id": variant,
                    "weightGrams": parcels.get(variant, nothing).get("weightGrams"),
                    "shippingClass": parcels.get(variant, nothing).get("shippingClass"),
                },
            }
            for variant, units in lines
        ]
        question = {
            "carts": [{"__typename": "Cart", "id": cart_id, "lines": represented}],
            "country": address["country"],
            "postcode": address["postcode"] or "",
        }
        data = await self._ask("fulfilment", _OPTIONS, question)
        for entity in data.get("_entities") or ():
            for option in (entity or nothing).get("deliveryOptions") or ():
                if option["id"] == option_id:
                    return {"id": option_id, "label": option["label"], "amount": option["price"]["amount"]}
        raise InvalidInput("This way of delivery is not to be had for this basket now; choose another.", path)

    async def _ready(self, variants: Sequence[str], store: str) -> Mapping[str, Promise]:
        representations = [{"__typename": "ProductVariant", "id": variant} for variant in variants]
        data = await self._ask("inventory", _READY, {"variants": representations, "store": store})
        found: dict[str, Promise] = {}
        for entity in data.get("_entities") or ():
            at = ((entity or {}).get("stockAt") or {}).get("pickupReadyAt")
            if at:
                found[entity["id"]] = Promise(datetime.fromisoformat(at))
        return found

    async def holds(self, hold_ids: Sequence[str], viewer: Viewer) -> Mapping[str, Held]:
        """Holds by id, as the inventory tells of them now; those it does not know are missing."""
        if not hold_ids:
            return {}
        keys = [{"__typename": "Reservation", "id": each} for each in dict.fromkeys(hold_ids)]
        data = await self._ask("inventory", _HELD, {"holds": keys})
        found: dict[str, Held] = {}
        for each in data.get("_entities") or ():
            if each is None:
                continue
            owner = (each.get("customer") or {}).get("id")
            until = each.get("expiresAt")
            found[each["id"]] = Held(
                variant_id=each["variant"]["id"],
                location_id=each["location"]["id"],
                quantity=each["quantity"],
                until=datetime.fromisoformat(until) if until else None,
                active=each["status"] == "ACTIVE",
                mine=viewer.has_any("staff:store") or (owner is not None and viewer.is_customer(owner)),
            )
        return found

    async def _hours(self, store: str) -> Hours | None:
        place = (await self._ask("inventory", _HOURS, {"store": store})).get("location")
        if not place:
            return None
        week = [(each["weekday"], each["opens"], each["closes"]) for each in place["openingHours"]]
        special = [(date.fromisoformat(each["date"]), each["opens"], each["closes"]) for each in place["specialHours"]]
        return Hours(place["timeZone"], week, special)

    async def _transfer(self, variant_id: str, way: Way) -> Promise | None:
        quote = (await self._ask("inventory", _TRANSFER, {"id": way.transfer_quote_id})).get("transferQuote")
        if not quote or quote["variantId"] != variant_id:
            return None
        return Promise(datetime.fromisoformat(quote["arrivesAt"]), Decimal(quote["fee"]["amount"]))

    async def _ask(self, peer: str, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._peers.knows(peer):
            return {}
        try:
            return await self._peers.ask(peer, document, variables, channel=self._channel)
        except (ServiceUnavailable, PeerRefused):
            return {}


def _ahead(wanted: datetime | None, earliest: Promise | None, hours: Hours | None) -> Promise:
    """The minute a customer named, as a promise, or with what is wrong with it."""
    moment = datetime.now(UTC)
    at = wanted or moment
    return Promise(at, fault=fault_in_minute(at, earliest.at if earliest else None, hours, moment))
