"""What is promised of ways to receive goods: asked from stock and fulfilment before a change, kept with the cart.

Nobody answering is no fault here: a line goes without a promised moment, and a delivery option is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from subgraphs.cart.service.carts import Way
from subgraphs.kit.errors import InvalidInput, ServiceUnavailable
from subgraphs.kit.peers import PeerRefused, Peers

_READY = """
query CartPickup($variants: [_Any!]!, $store: ID!) {
  _entities(representations: $variants) { ... on ProductVariant { id stockAt(locationId: $store) { pickupReadyAt } } }
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
    """When goods can be had by a way, and what that costs beside delivery."""

    at: datetime
    fee: Decimal = Decimal(0)


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
            found |= {each: ready[each[0]] for each in mine if each[0] in ready}
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
