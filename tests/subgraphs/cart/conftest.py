"""The cart subgraph among neighbours of the test's own making: real applications, joined as peers, with short memories.

async def test_something(street):
    mug = street.goods("12.00", stock=5)
    cart = await street.basket((mug, 2))
    bought = await street.buy(cart)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from subgraphs.cart.app import create_app
from subgraphs.cart.models import (
    CartLineRow,
    CartPaymentRow,
    CartRow,
    CartVoucherRow,
    PromotionRow,
    RegisterRow,
    StoredValueRow,
    VoucherRow,
)
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.payments.test_cards import TestCards
from subgraphs.cart.service.heard import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.ids import new_id, stable_id
from subgraphs.kit.inbox import consume
from subgraphs.kit.peers import join_peers

CART = """
id version status mode totalQuantity channels { code } customer { id }
lines { id quantity variant { id } unitPrice { amount } unitPriceWhenAdded { amount } total { amount }
  fulfilment { method promisedAt location { id } } problems { code } promotions { promotion { id } saving { amount } } }
savedForLater { id quantity variant { id } }
totals { subtotal { amount } discount { amount } delivery { amount } tax { amount } total { amount } due { amount currency } pointsToEarn }
problems { code message availableQuantity priceBefore { amount } priceNow { amount } }
promotions { promotion { id name } voucherCode saving { amount } }
payments { kind label amount { amount } }
"""
LINES = f"""
__typename
... on CartSuccess {{ replayed cart {{ {CART} }} }}
... on BusinessError {{ code message path }}
"""
ADD = f"""mutation ($input: CartLinesAddInput!) {{ cartLinesAdd(input: $input) {{ {LINES}
  ... on InsufficientStockError {{ availableQuantity }} ... on CartVersionConflictError {{ cart {{ version }} }} }} }}"""
UPDATE = f"""mutation ($input: CartLinesUpdateInput!) {{ cartLinesUpdate(input: $input) {{ {LINES}
  ... on CartVersionConflictError {{ cart {{ version }} }} }} }}"""
DETAILS = f"mutation ($input: CheckoutUpdateInput!) {{ checkoutUpdate(input: $input) {{ {LINES} }} }}"
APPLY = f"""mutation ($cart: ID!, $code: String!) {{ cartVoucherApply(cartId: $cart, code: $code) {{ {LINES}
  ... on VoucherError {{ validFrom }} }} }}"""
COMPLETE = """
mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
  __typename
  ... on CheckoutSuccess { replayed order { id } customer { id } }
  ... on CheckoutBlockedError { cart { version problems { code } } }
  ... on PaymentDeclinedError { retryable }
  ... on BusinessError { code message path }
} }
"""
HOME = {"lines": ["1 High Street"], "city": "London", "postcode": "N1 1AA", "country": "GB"}
STORE = stable_id("Location", "a test's store")
WAREHOUSE = stable_id("Location", "a test's warehouse")
GOOD = "tok_ok_12345678"
_keys = count()


def key() -> str:
    """An idempotency key that was not used before."""
    return f"key-{next(_keys)}"


class Neighbours:
    """Catalogue, stock and fulfilment, as far as a cart asks them.

    down        names of those that do not answer
    puzzled     operations that are answered as wrong questions
    asked       operation → how often
    packs       barcode → units it stands for, where that is not one
    closed      stores that hand nothing out
    kept        goods on hold, by the hold's id
    orders      idempotency key → (order id, what was placed)
    """

    def __init__(self) -> None:
        self.goods: dict[str, dict[str, Any]] = {}
        self.stock: dict[str, int] = {}
        self.barcodes: dict[str, str] = {}
        self.packs: dict[str, int] = {}
        self.holds: dict[str, list[dict[str, Any]]] = {}
        self.released: set[str] = set()
        self.assigned: dict[str, str] = {}
        self.orders: dict[str, tuple[str, dict[str, Any]]] = {}
        self.refuse_orders = False
        self.closed: set[str] = set()
        self.kept: dict[str, dict[str, Any]] = {}
        self.down: set[str] = set()
        self.puzzled: set[str] = set()
        self.asked: Counter[str] = Counter()

    def app(self, name: str) -> Starlette:
        async def graphql(request: Request) -> Response:
            body = orjson.loads(await request.body())
            if name in self.down:
                return JSONResponse({"errors": [{"message": "down"}]}, status_code=503)
            operation = body["query"].split("(")[0].split()[-1]
            self.asked[operation] += 1
            if operation in self.puzzled:
                return JSONResponse({"errors": [{"message": "what?", "extensions": {"code": "BAD_USER_INPUT"}}]})
            answer: Callable[[dict[str, Any]], dict[str, Any]] = getattr(self, operation)
            return JSONResponse({"data": answer(body["variables"])})

        return Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])

    def CartFacts(self, given: dict[str, Any]) -> dict[str, Any]:
        found = [self.goods.get(each) for each in given["ids"]]
        return {
            "nodes": [
                each
                and {k: v for k, v in each.items() if k != "channels"}
                | {"price": each["price"] if given["channel"] in each["channels"] else None}
                for each in found
            ]
        }

    def CartStock(self, given: dict[str, Any]) -> dict[str, Any]:
        ids = [each["id"] for each in given["variants"]]
        return {
            "_entities": [{"id": each, "availability": {"maxOrderQuantity": self.stock.get(each, 0)}} for each in ids]
        }

    def CartPickup(self, given: dict[str, Any]) -> dict[str, Any]:
        ready = "2026-11-25T10:00:00Z"
        return {"_entities": [{"id": each["id"], "stockAt": {"pickupReadyAt": ready}} for each in given["variants"]]}

    def CartHandedOut(self, given: dict[str, Any]) -> dict[str, Any]:
        ready = None if given["store"] in self.closed else "2026-11-25T10:00:00Z"
        states = {
            each["id"]: "IN_STOCK" if self.stock.get(each["id"]) else "OUT_OF_STOCK" for each in given["variants"]
        }
        return {
            "_entities": [
                {"id": each, "stockAt": {"status": status, "pickupReadyAt": ready}} for each, status in states.items()
            ]
        }

    def CartHeld(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"_entities": [self.kept.get(each["id"]) for each in given["holds"]]}

    def CartTransfer(self, given: dict[str, Any]) -> dict[str, Any]:
        variant = given["id"].removeprefix("quote-")
        return {
            "transferQuote": {
                "variantId": variant,
                "arrivesAt": "2026-11-27T10:00:00Z",
                "fee": {"amount": "3.00", "currency": "GBP"},
            }
        }

    def CartParcels(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"nodes": [{"id": each, "weightGrams": 500, "shippingClass": "PARCEL"} for each in given["ids"]]}

    def CartDelivery(self, given: dict[str, Any]) -> dict[str, Any]:
        units = sum(line["quantity"] for line in given["carts"][0]["lines"])
        price = {"amount": str(Decimal("7.95") + units), "currency": "GBP"}
        return {"_entities": [{"deliveryOptions": [{"id": "express:GB", "label": "Next working day", "price": price}]}]}

    def CartScan(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.barcodes.get(given["code"])
        if found is None:
            return {"variantByBarcode": {"__typename": "BarcodeUnknown"}}
        pack = self.packs.get(given["code"], 1)
        return {"variantByBarcode": {"__typename": "BarcodeMatch", "packSize": pack, "variant": {"id": found}}}

    def CartHold(self, given: dict[str, Any]) -> dict[str, Any]:
        ask = given["input"]
        if ask["key"] not in self.holds:
            wanted: Counter[str] = Counter()
            for item in ask["items"]:
                wanted[item["variantId"]] += item["quantity"]
            for variant, units in wanted.items():
                left = self.stock.get(variant, 0)
                if units > left:
                    return {
                        "stockHold": {
                            "__typename": "InsufficientStockError",
                            "code": "INSUFFICIENT_STOCK",
                            "message": f"Only {left} left.",
                            "availableQuantity": left,
                        }
                    }
            for variant, units in wanted.items():
                self.stock[variant] -= units
            self.holds[ask["key"]] = ask["items"]
        return {
            "stockHold": {
                "__typename": "ReservationSuccess",
                "reservations": [
                    {
                        "id": f"rsv-{index}",
                        "quantity": item["quantity"],
                        "variant": {"id": item["variantId"]},
                        "location": {
                            "id": item["locationId"] or WAREHOUSE,
                            "kind": "STORE" if item["locationId"] else "WAREHOUSE",
                        },
                    }
                    for index, item in enumerate(ask["items"])
                ],
            }
        }

    def CartRelease(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["key"] not in self.released:
            self.released.add(given["key"])
            for item in self.holds.get(given["key"], ()):
                self.stock[item["variantId"]] += item["quantity"]
        return {"stockHoldRelease": True}

    def CartAssign(self, given: dict[str, Any]) -> dict[str, Any]:
        self.assigned[given["key"]] = given["order"]
        return {"stockHoldAssign": True}

    def CartPlace(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.refuse_orders:
            return {
                "orderPlace": {"__typename": "WrongStateError", "code": "WRONG_STATE", "message": "We take no orders."}
            }
        placed = given["input"]
        order, _ = self.orders.setdefault(placed["idempotencyKey"], (new_id("Order"), placed))
        return {"orderPlace": {"__typename": "OrderSuccess", "order": {"id": order}}}


class Street:
    """A started cart subgraph, its neighbours, and shoppers' usual steps."""

    def __init__(self, shop: Any, neighbours: Neighbours) -> None:
        self.shop = shop
        self.neighbours = neighbours

    @property
    def database(self) -> Any:
        return self.shop.database

    @property
    def cards(self) -> TestCards:
        adapter = adapters_of(self.database)["CARD"]
        assert isinstance(adapter, TestCards)
        return adapter

    def goods(
        self,
        price: str = "10.00",
        *,
        stock: int = 1000,
        brand: str = "alder",
        bar: str = "NONE",
        regular: str | None = None,
        currency: str = "GBP",
        channels: tuple[str, ...] = ("web", "app", "store"),
        barcode: str | None = None,
        variant: str | None = None,
    ) -> str:
        """Something to buy: its variant's id."""
        variant = variant or new_id("ProductVariant")
        self.neighbours.goods[variant] = {
            "id": variant,
            "sku": variant[-8:].upper(),
            "name": "Thing",
            "product": {
                "id": new_id("Product"),
                "brand": {"code": brand},
                "category": {"path": [{"id": "ctg-things"}]},
            },
            "price": {"current": {"amount": price, "currency": currency}, "regular": {"amount": regular or price}},
            "purchasable": {"bar": bar},
            "channels": channels,
        }
        self.neighbours.stock[variant] = stock
        if barcode:
            self.neighbours.barcodes[barcode] = variant
        return variant

    async def reprice(self, variant: str, price: str) -> None:
        """Change a price in the catalogue, and tell of it."""
        self.neighbours.goods[variant]["price"] = {
            "current": {"amount": price, "currency": "GBP"},
            "regular": {"amount": price},
        }
        await self.hear("product.changed", {"variants": [{"id": variant}]})

    async def hear(self, topic: str, payload: dict[str, Any], event_id: str | None = None) -> None:
        """Let an event of another service arrive."""
        event = Event(event_id or f"event-{next(_keys)}", topic, "x", 1, payload, datetime.now(UTC))
        for consumer in CONSUMERS:
            if topic in consumer.topics:
                await consume(self.database, consumer, event)

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **who: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.shop.execute(query, variables, **{"channel": "web", **who})
        assert answer.errors == []
        return answer.data

    async def add(self, *lines: tuple[str, int], **more: Any) -> Any:
        who = {name: more.pop(name) for name in ("customer", "scopes", "channel") if name in more}
        wanted = [{"variantId": variant, "quantity": units} for variant, units in lines]
        given = {"lines": wanted, "idempotencyKey": key(), **more}
        return (await self.ask(ADD, {"input": given}, **who))["cartLinesAdd"]

    async def update(self, cart: str, lines: list[dict[str, Any]], **more: Any) -> Any:
        who = {name: more.pop(name) for name in ("customer", "scopes", "channel") if name in more}
        given = {"cartId": cart, "lines": lines, "idempotencyKey": key(), **more}
        return (await self.ask(UPDATE, {"input": given}, **who))["cartLinesUpdate"]

    async def cart(self, cart_id: str, **who: Any) -> Any:
        return (await self.ask(f"query ($id: ID!) {{ cart(id: $id) {{ {CART} }} }}", {"id": cart_id}, **who))["cart"]

    async def details(self, cart_id: str, **more: Any) -> Any:
        who = {name: more.pop(name) for name in ("customer", "scopes", "channel") if name in more}
        given = {"cartId": cart_id, "idempotencyKey": key(), **more}
        return (await self.ask(DETAILS, {"input": given}, **who))["checkoutUpdate"]

    async def ready(self, *lines: tuple[str, int], token: str = GOOD, **who: Any) -> dict[str, Any]:
        """A basket with everything a checkout needs: what `checkoutComplete` takes."""
        added = await self.add(*lines, **who)
        return await self.agreed(added["cart"]["id"], payments=[{"kind": "CARD", "token": token}], **who)

    async def agreed(self, cart_id: str, **more: Any) -> dict[str, Any]:
        """Give the details, and agree to what comes of them."""
        told = await self.details(cart_id, **{"shippingAddress": HOME, "email": "a@example.com", **more})
        cart = told["cart"]
        return {
            "cartId": cart["id"],
            "expectedVersion": cart["version"],
            "expectedTotal": cart["totals"]["due"],
            "idempotencyKey": key(),
        }

    async def complete(self, agreed: dict[str, Any], **who: Any) -> Any:
        return (await self.ask(COMPLETE, {"input": agreed}, **who))["checkoutComplete"]

    async def copies(self, agreed: dict[str, Any], times: int) -> list[dict[str, Any]]:
        """The same basket of so many guests, agreed to under keys of their own: what `checkoutComplete` takes of each."""
        asked = [{**agreed, "cartId": new_id("Cart"), "idempotencyKey": key()} for _ in range(times - 1)]
        parts = {model: await self.rows(model) for model in (CartLineRow, CartPaymentRow, CartVoucherRow)}
        [cart] = [row for row in await self.rows(CartRow) if row.id == agreed["cartId"]]

        async def copy(session: Any) -> None:
            for id in (each["cartId"] for each in asked):
                session.add(CartRow(**{**cart.model_dump(), "id": id}))
                await session.flush()
                for model, rows in parts.items():
                    for row in (row for row in rows if row.cart_id == cart.id):
                        own = {"id": new_id("CartLine")} if model is CartLineRow else {}
                        session.add(model(**{**row.model_dump(), "cart_id": id, **own}))

        await self.database.write(copy)
        return [agreed, *asked]

    async def save(self, *rows: Any) -> None:
        async def work(session: Any) -> None:
            for row in rows:
                session.add(row)
                await session.flush()

        await self.database.write(work)

    async def offer(self, code: str | None = None, most_uses: int = 1, **values: Any) -> str:
        """An offer that runs: its id. `code` makes it one that needs a voucher."""
        row = PromotionRow(
            **{
                "id": new_id("Promotion"),
                "name": "Offer",
                "description": "An offer.",
                "kind": "PERCENT_OFF",
                "channels": ["web", "app", "store"],
                "automatic": code is None,
                "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
                **values,
            }
        )
        rows: list[Any] = [row]
        if code is not None:
            rows.append(VoucherRow(code=code, promotion_id=row.id, most_uses=most_uses))
        promotion_id = row.id
        await self.save(*rows)
        return promotion_id

    async def card(self, token: str, balance: str, kind: str = "GIFT_CARD", currency: str = "GBP") -> None:
        await self.save(StoredValueRow(token=token, kind=kind, currency=currency, balance=Decimal(balance)))

    async def till(self, code: str = "till-1") -> str:
        await self.save(RegisterRow(code=code, location_id=STORE, channel="store"))
        return code

    async def alter(self, model: type, row_id: str, **values: Any) -> None:
        """Change a stored row behind the service's back: what time does by itself."""

        async def work(session: Any) -> None:
            row = await session.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        await self.database.write(work)

    async def rows(self, model: type) -> list[Any]:
        from sqlmodel import select

        async def work(session: Any) -> list[Any]:
            return list((await session.exec(select(model))).all())

        return await self.database.read(work)

    @staticmethod
    def ago(**span: float) -> datetime:
        return datetime.now(UTC) - timedelta(**span)


@pytest.fixture
async def street(subgraph, tmp_path):
    """A cart subgraph without data, and its neighbours."""
    shop = await subgraph(create_app, debug=True)
    neighbours = Neighbours()
    apps = {name: neighbours.app(name) for name in ("catalog", "inventory", "fulfilment")}
    for name, app in apps.items():
        join_peers(tmp_path, name, app)
    street = Street(shop, neighbours)
    street.apps = apps  # kept here: peers are found as long as somebody has them
    return street


@pytest.fixture
def ada():
    return stable_id("Customer", "ada")


@pytest.fixture
def ben():
    return stable_id("Customer", "ben")
