"""Subscriptions: woken by signals, told from the database, silent while nothing is new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.reports import CartChange
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, subscription


@strawberry.type
class Subscription:
    @subscription(description="A cart as it changes on any device or till.")
    async def cart_changed(
        self, info: Info, id: Annotated[strawberry.ID, argument("Cart.")]
    ) -> AsyncIterator[CartChange]:
        seen: tuple[int, int] | None = None
        async for _ in info.context.signals.listen(f"cart:{id}"):
            info.context.forget()
            cart = await Cart.visible(info, str(id))
            if cart is None:
                raise BadUserInput("There is no such basket")
            before, seen = seen, (cart.version, cart.row.noticed)
            if before is not None and seen > before:
                yield CartChange.of(cart)
