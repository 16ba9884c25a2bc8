"""Whom a checkout needs: the stock that holds, the orders that are placed. Each call is idempotent under its key."""

from __future__ import annotations

from collections.abc import Mapping
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


class Partners(Protocol):
    """The steps that other services and providers do; `ServiceUnavailable` when there is no answer."""

    async def hold(self, key: str, agreed: Agreed) -> list[str] | Refused:
        """Hold the goods for the cart: the holds' ids."""

    async def release(self, key: str, agreed: Agreed) -> None:
        """Give the holds of a key back."""

    async def place(self, key: str, agreed: Agreed, holds: list[str]) -> str | Refused:
        """Place the order: its id."""

    async def assign(self, key: str, agreed: Agreed, order_id: str) -> None:
        """Turn the holds of a key into the order's."""

    def adapter(self, kind: str) -> PaymentAdapter | None:
        """What takes payments of a kind; None where the shop takes none."""


_HOLD = """
mutation CartHold($input: StockHoldInput!) {
  stockHold(input: $input) {
    __typename
    ... on ReservationSuccess { reservations { id } }
    ... on BusinessError { code message }
    ... on InsufficientStockError { availableQuantity }
  }
}
"""
_RELEASE = "mutation CartRelease($key: IdempotencyKey!) { stockHoldRelease(key: $key) }"
_ASSIGN = "mutation CartAssign($key: IdempotencyKey!, $order: ID!) { stockHoldAssign(key: $key, orderId: $order) }"
_PLACE = """
mutation CartPlace($input: OrderPlaceInput!) {
  orderPlace(input: $input) {
    __typename
    ... on OrderSuccess { order { id } }
    ... on BusinessError { code message }
  }
}
"""


class ShopPartners:
    """The real ones: inventory and fulfilment asked over GraphQL, payment adapters of this process."""

    def __init__(self, peers: Peers, adapters: Mapping[str, PaymentAdapter]) -> None:
        self._peers = peers
        self._adapters = adapters

    async def hold(self, key: str, agreed: Agreed) -> list[str] | Refused:
        """Ask the inventory: all lines or none."""
        wanted = ("variantId", "quantity", "locationId", "transferQuoteId")
        question = {
            "key": key,
            "items": [{name: line[name] for name in wanted} for line in agreed["lines"]],
            "brandCode": agreed["brandCode"],
            "customerId": agreed["customerId"],
            "cartId": agreed["cartId"],
        }
        layaway = agreed.get("layaway")
        if layaway:
            question |= {"kind": "LAYAWAY", "holder": layaway["id"], "cartId": None, "holdFor": layaway["holdFor"]}
        answer = (await self._ask("inventory", _HOLD, {"input": question}, agreed))["stockHold"]
        if answer["__typename"] == "ReservationSuccess":
            return [each["id"] for each in answer["reservations"]]
        return Refused(answer["code"], answer["message"], answer.get("availableQuantity"))

    async def release(self, key: str, agreed: Agreed) -> None:
        """Ask the inventory."""
        await self._ask("inventory", _RELEASE, {"key": key}, agreed)

    async def assign(self, key: str, agreed: Agreed, order_id: str) -> None:
        """Ask the inventory. Units that were gone by then are told to fulfilment: the order stands."""
        await self._ask("inventory", _ASSIGN, {"key": key, "order": order_id}, agreed)

    async def place(self, key: str, agreed: Agreed, holds: list[str]) -> str | Refused:
        """Ask fulfilment; payment tokens stay here."""
        order = {name: value for name, value in agreed.items() if name not in {"payments", "layaway", "offers"}}
        order["lines"] = [
            {name: value for name, value in line.items() if name != "netUnitPrice"} for line in agreed["lines"]
        ]
        payments = [{name: each[name] for name in ("kind", "label", "amount")} for each in agreed["payments"]]
        question = {**order, "payments": payments, "reservationIds": holds, "idempotencyKey": key}
        answer = (await self._ask("fulfilment", _PLACE, {"input": question}, agreed))["orderPlace"]
        if answer["__typename"] == "OrderSuccess":
            return str(answer["order"]["id"])
        return Refused(answer["code"], answer["message"])

    def adapter(self, kind: str) -> PaymentAdapter | None:
        """See `Partners.adapter`."""
        return self._adapters.get(kind)

    async def _ask(self, peer: str, document: str, variables: Mapping[str, Any], agreed: Agreed) -> dict[str, Any]:
        return await self._peers.ask(
            peer, document, variables, customer_id=agreed["customerId"], channel=agreed["channel"]
        )
