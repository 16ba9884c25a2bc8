"""Whom a checkout needs: the stock that holds, the orders that are placed. Each call is idempotent under its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from subgraphs.cart.payments.port import PaymentAdapter
from subgraphs.kit.peers import Peers

Agreed = Mapping[str, Any]
"""What the shopper agreed to, as stored with the checkout: JSON."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A partner's no: nothing was done there.

    available   most units that can be promised, for stock
    """

    code: str
    message: str
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Units held at a place; `in_store`: a store's shelf, not a warehouse's."""

    id: str
    variant_id: str
    location_id: str
    quantity: int
    in_store: bool

    def stored(self) -> dict[str, Any]:
        """As kept with the checkout."""
        return {
            "reservationId": self.id,
            "variantId": self.variant_id,
            "locationId": self.location_id,
            "quantity": self.quantity,
            "inStore": self.in_store,
        }


class Partners(Protocol):
    """The steps that other services and providers do; `ServiceUnavailable` when there is no answer."""

    async def hold(self, key: str, agreed: Agreed) -> list[Hold] | Refused:
        """Hold the goods for the cart, but for those it is sold from a hold: the holds, in the order of the lines."""

    async def release(self, key: str, agreed: Agreed) -> None:
        """Give the holds of a key back."""

    async def place(self, key: str, agreed: Agreed, holds: list[dict[str, Any]]) -> str | Refused:
        """Place the order of what is held (`Hold.stored`): its id."""

    async def assign(self, key: str, agreed: Agreed, order_id: str) -> None:
        """Turn the holds of a key into the order's."""

    async def open_account(self, key: str, agreed: Agreed) -> None:
        """Open the account of the guest who bought; once a key, and nothing when there is one."""

    def adapter(self, kind: str) -> PaymentAdapter | None:
        """What takes payments of a kind; None where the shop takes none."""


_HOLD = """
mutation CartHold($input: StockHoldInput!) {
  stockHold(input: $input) {
    __typename
    ... on ReservationSuccess { reservations { id quantity variant { id } location { id kind } } }
    ... on BusinessError { code message }
    ... on InsufficientStockError { availableQuantity }
  }
}
"""
_RELEASE = "mutation CartRelease($key: IdempotencyKey!) { stockHoldRelease(key: $key) }"
_ASSIGN = "mutation CartAssign($key: IdempotencyKey!, $order: ID!) { stockHoldAssign(key: $key, orderId: $order) }"
_SIGN_UP = "mutation CartSignUp($input: SignUpInput!) { customerSignUp(input: $input) { __typename } }"
_PLACE = """
mutation CartPlace($input: OrderPlaceInput!) {
  orderPlace(input: $input) {
    __typename
    ... on OrderSuccess { order { id } }
    ... on BusinessError { code message }
  }
}
"""


_KEPT_HERE = frozenset({"payments", "layaway", "offers"})
_KEPT_OF_LINES = frozenset({"netUnitPrice", "reservationId"})


def sources_of(lines: Sequence[Mapping[str, Any]], holds: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """Where the units of each line are held. Holds come in the order of the lines; a line held in two places has two.

    A line sold from a hold that was there before names it; its units lie in the store it is rung up in.
    """
    waiting = [dict(each) for each in holds]
    found: list[list[dict[str, Any]]] = []
    for line in lines:
        mine: list[dict[str, Any]] = []
        if line.get("reservationId"):
            place = line["locationId"] or line.get("heldAt")
            mine.append(_source(line["reservationId"], place, line["quantity"], in_store=True))
        left = 0 if mine else line["quantity"]
        for hold in waiting:
            taken = min(left, hold["quantity"]) if hold["variantId"] == line["variantId"] else 0
            if taken:
                mine.append(_source(hold["reservationId"], hold["locationId"], taken, in_store=hold["inStore"]))
                hold["quantity"] -= taken
                left -= taken
        found.append(mine)
    return found


def _source(hold_id: str, place: str | None, units: int, *, in_store: bool) -> dict[str, Any]:
    return {"reservationId": hold_id, "locationId": place, "quantity": units, "inStore": in_store}


class ShopPartners:
    """The real ones: inventory and fulfilment asked over GraphQL, payment adapters of this process."""

    def __init__(self, peers: Peers, adapters: Mapping[str, PaymentAdapter]) -> None:
        self._peers = peers
        self._adapters = adapters

    async def hold(self, key: str, agreed: Agreed) -> list[Hold] | Refused:
        """Ask the inventory: all lines or none."""
        wanted = ("variantId", "quantity", "locationId", "transferQuoteId")
        items = [{name: line[name] for name in wanted} for line in agreed["lines"] if not line.get("reservationId")]
        if not items:
            return []
        question = {
            "key": key,
            "items": items,
            "brandCode": agreed["brandCode"],
            "customerId": agreed["customerId"],
            "cartId": agreed["cartId"],
        }
        layaway = agreed.get("layaway")
        if layaway:
            question |= {"kind": "LAYAWAY", "holder": layaway["id"], "cartId": None, "holdFor": layaway["holdFor"]}
        answer = (await self._ask("inventory", _HOLD, {"input": question}, agreed))["stockHold"]
        if answer["__typename"] == "ReservationSuccess":
            return [
                Hold(
                    id=each["id"],
                    variant_id=each["variant"]["id"],
                    location_id=each["location"]["id"],
                    quantity=each["quantity"],
                    in_store=each["location"]["kind"] == "STORE",
                )
                for each in answer["reservations"]
            ]
        return Refused(answer["code"], answer["message"], answer.get("availableQuantity"))

    async def release(self, key: str, agreed: Agreed) -> None:
        """Ask the inventory; of a key under which nothing was held it is nothing to do."""
        await self._ask("inventory", _RELEASE, {"key": key}, agreed)

    async def assign(self, key: str, agreed: Agreed, order_id: str) -> None:
        """Ask the inventory. Units that were gone by then are told to fulfilment: the order stands."""
        if all(line.get("reservationId") for line in agreed.get("lines", ())):
            return  # everything was sold from holds that were there before: nothing was held under the key
        await self._ask("inventory", _ASSIGN, {"key": key, "order": order_id}, agreed)

    async def place(self, key: str, agreed: Agreed, holds: list[dict[str, Any]]) -> str | Refused:
        """Ask fulfilment; payment tokens stay here."""
        order = {name: value for name, value in agreed.items() if name not in _KEPT_HERE}
        sources = sources_of(agreed["lines"], holds)
        order["lines"] = [
            {name: value for name, value in line.items() if name not in _KEPT_OF_LINES} | {"sources": mine}
            for line, mine in zip(agreed["lines"], sources, strict=True)
        ]
        payments = [{name: each[name] for name in ("kind", "label", "amount")} for each in agreed["payments"]]
        ids = [each["reservationId"] for each in holds]
        question = {**order, "payments": payments, "reservationIds": ids, "idempotencyKey": key}
        answer = (await self._ask("fulfilment", _PLACE, {"input": question}, agreed))["orderPlace"]
        if answer["__typename"] == "OrderSuccess":
            return str(answer["order"]["id"])
        return Refused(answer["code"], answer["message"])

    async def open_account(self, key: str, agreed: Agreed) -> None:
        """Ask the customer service, as the customer to be; whoever has an account already keeps it."""
        first, _, last = str((agreed["shippingAddress"] or {}).get("recipient") or "").strip().partition(" ")
        question = {"email": agreed["email"], "consents": [], "idempotencyKey": key}
        question |= {"firstName": first or None, "lastName": last.strip() or None}
        await self._ask("customer", _SIGN_UP, {"input": question}, agreed)

    def adapter(self, kind: str) -> PaymentAdapter | None:
        """See `Partners.adapter`."""
        return self._adapters.get(kind)

    async def _ask(self, peer: str, document: str, variables: Mapping[str, Any], agreed: Agreed) -> dict[str, Any]:
        return await self._peers.ask(
            peer, document, variables, customer_id=agreed["customerId"], channel=agreed["channel"]
        )
