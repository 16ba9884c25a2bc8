"""What a test does to get something bought: the shortest way through basket and checkout, as a client would write it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from subgraphs.kit.sample_world import variant

ADD = """
mutation Add($input: CartLinesAddInput!) {
  cartLinesAdd(input: $input) {
    __typename
    ... on CartSuccess { replayed cart { id version totalQuantity lines { id quantity variant { name } } } }
    ... on BusinessError { code message path }
    ... on InsufficientStockError { availableQuantity }
  }
}
"""
UPDATE = """
mutation Update($input: CartLinesUpdateInput!) {
  cartLinesUpdate(input: $input) {
    __typename
    ... on CartSuccess { cart { version totalQuantity lines { id quantity } } }
    ... on BusinessError { code message path }
  }
}
"""
DETAILS = """
mutation Details($input: CheckoutUpdateInput!) {
  checkoutUpdate(input: $input) {
    __typename
    ... on CartSuccess { cart { id version totals { due { amount currency } } } }
    ... on BusinessError { code message path }
  }
}
"""
COMPLETE = """
mutation Complete($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) {
    __typename
    ... on CheckoutSuccess { replayed order { id number statusLine totalQuantity grandTotal { amount } } }
    ... on BusinessError { code message path }
    ... on PaymentDeclinedError { retryable }
  }
}
"""
CANDLE = variant("ALD-CAN-CED").id
ADDRESS = {"lines": ["3 Canal Street"], "city": "Manchester", "postcode": "M1 3WD", "country": "GB"}
_keys = iter(range(10**9))


def key() -> str:
    """An idempotency key that was not used before."""
    return f"journey-key-{next(_keys)}"


async def add(shop: Any, lines: list[dict[str, Any]], **more: Any) -> Any:
    who = more.pop("who", None)
    channel = more.pop("channel", "web")
    given = {"lines": lines, "idempotencyKey": key(), **more}
    answer = await shop.ask(ADD, {"input": given}, who=who, channel=channel)
    assert answer.errors == []
    return answer.data["cartLinesAdd"]


async def ready(
    shop: Any,
    lines: list[dict[str, Any]],
    *,
    token: str = "tok_ok_12345678",
    who: str | None = None,
    channel: str = "web",
) -> dict[str, Any]:
    """A guest's or customer's cart with everything a checkout needs: what `checkoutComplete` takes."""
    cart = (await add(shop, lines, who=who, channel=channel))["cart"]
    details = {
        "cartId": cart["id"],
        "shippingAddress": ADDRESS,
        "email": "guest@example.com",
        "payments": [{"kind": "CARD", "token": token}],
        "idempotencyKey": key(),
    }
    answer = await shop.ask(DETAILS, {"input": details}, who=who, channel=channel)
    cart = answer.data["checkoutUpdate"]["cart"]
    return {
        "cartId": cart["id"],
        "expectedVersion": cart["version"],
        "expectedTotal": cart["totals"]["due"],
        "idempotencyKey": key(),
    }


async def complete(shop: Any, agreed: dict[str, Any], who: str | None = None, channel: str = "web") -> Any:
    answer = await shop.ask(COMPLETE, {"input": agreed}, who=who, channel=channel)
    assert answer.errors == []
    return answer.data["checkoutComplete"]


STAFF = {"scopes": ("staff:store",), "channel": "store"}
"""A till."""
MANAGER = {"scopes": ("catalog:write", "content:write"), "channel": "store"}
"""Who keeps channels, goods and pages."""


async def eventually(ask: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """What `ask` gives as soon as it is true: what one subgraph tells another takes a moment to arrive."""
    until = asyncio.get_running_loop().time() + seconds
    while not (found := await ask()):
        assert asyncio.get_running_loop().time() < until, "it never came"
        await asyncio.sleep(0.02)
    return found
