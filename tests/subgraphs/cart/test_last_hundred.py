"""Four hundred checkouts at once of the last hundred units, through cart, inventory and fulfilment as they are.

Only the catalogue is of the test's own making. The three ask each other as under `channelgraph up`, each on a database of
its own. Half of the shoppers pay by gift card, so that money is counted in the database, half by bank card.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from sqlmodel import select
from starlette.applications import Starlette

from subgraphs.cart.app import create_app as create_cart
from subgraphs.cart.models import CartPaymentRow, CheckoutRow, StoredValueMoveRow, StoredValueRow
from subgraphs.fulfilment.app import create_app as create_fulfilment
from subgraphs.fulfilment.models import OrderLineRow, OrderRow
from subgraphs.inventory.app import create_app as create_inventory
from subgraphs.inventory.models import ReservationRow
from subgraphs.inventory.service import holds
from subgraphs.kit import names
from subgraphs.kit.peers import join_peers, peers_of
from subgraphs.kit.settings import SubgraphSettings
from tests.subgraphs.cart.conftest import Neighbours, Street
from tests.subgraphs.conftest import PATIENCE_SECONDS, SECRET, Client
from tests.subgraphs.inventory.conftest import Town

SHOPPERS, UNITS = 400, 100
BUY = """mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
  __typename ... on CheckoutSuccess { order { id } } ... on BusinessError { code message } } }"""
NONE_LEFT = {"None is left.", "There are not enough: none left."}
AWAY = {"SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"}
"""What a client is told to ask again after, with the same key: a busy machine may take longer than a partner is waited for."""


@dataclass
class Quarter:
    """A started shop: its street, and the databases of those behind it."""

    street: Street
    town: Town
    orders: Any

    async def rows(self, database: Any, model: type) -> list[Any]:
        async def read(session: Any) -> list[Any]:
            return list((await session.exec(select(model))).all())

        return await database.read(read)


@pytest.fixture(params=["sqlite", "postgresql"])
async def quarter(request, templates, tmp_path):
    """Cart, inventory and fulfilment without data, on databases of one kind."""
    shelf = None if request.param == "sqlite" else request.getfixturevalue("shelf")
    async with contextlib.AsyncExitStack() as stack:

        async def start(name: str, create_app: Callable[[SubgraphSettings], Starlette]) -> Client:
            settings = SubgraphSettings(
                name=name,
                data_dir=tmp_path,
                sample_data=False,
                relay=False,
                identity_secret=SECRET,
                migrate=True,
                debug=True,
                request_seconds=600,
            )
            url = await templates.lay(create_app, settings, shelf)
            app = create_app(settings.model_copy(update={"database_url": url}))
            app.state.database.engine.pool._timeout = PATIENCE_SECONDS
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url=f"http://{name}"))
            return Client(app, http, settings)

        shop = await start("cart", create_cart)
        stock, orders = await start("inventory", create_inventory), await start("fulfilment", create_fulfilment)
        # A partner is waited for as long as it takes: what is asked again costs a busy machine more than it gains.
        peers_of(shop.database, shop.settings)._seconds = PATIENCE_SECONDS
        for each in (shop, stock, orders):
            await each.database.write(names.remember, "brand", {"alder": "Alder"})
            await each.database.write(names.remember, "channel", {"web": "Web"})
        neighbours = Neighbours()
        street = Street(shop, neighbours)
        street.apps = {"catalog": neighbours.app("catalog")}  # kept here: peers are found as long as somebody has them
        join_peers(tmp_path, "catalog", street.apps["catalog"])
        yield Quarter(street, Town(stock.database, now=datetime.now(UTC)), orders.database)


async def with_gift_cards(street: Street, asked: list[dict[str, Any]]) -> None:
    """Let every second basket be paid by a gift card of its own that covers it."""
    due = Decimal(asked[0]["expectedTotal"]["amount"])

    async def give(session: Any) -> None:
        for each in asked[::2]:
            [payment] = await session.exec(select(CartPaymentRow).where(CartPaymentRow.cart_id == each["cartId"]))
            payment.kind, payment.token = "GIFT_CARD", f"gift-{each['cartId']}"
            session.add(StoredValueRow(token=payment.token, kind="GIFT_CARD", currency="GBP", balance=due))

    await street.database.write(give)


async def bought(street: Street, agreed: dict[str, Any]) -> Any:
    """The outcome of a checkout, asked again with its key for as long as nobody can say."""
    while True:
        answer = await street.shop.execute(BUY, {"input": agreed}, channel="web")
        if not AWAY & set(answer.codes):
            assert answer.errors == []
            return answer.data["checkoutComplete"]


@pytest.mark.prove
async def test_C1_of_the_last_hundred_units_four_hundred_checkouts_at_once_buy_exactly_a_hundred(quarter):
    street, town = quarter.street, quarter.town
    mug = street.goods("12.00", variant=await town.variant(brand="alder"))
    place = await town.warehouse(brand_code="alder", country="GB")
    record = await town.stock(mug, place, UNITS)
    asked = await street.copies(await street.ready((mug, 1)), SHOPPERS)
    await with_gift_cards(street, asked)

    answers = await asyncio.gather(*(bought(street, each) for each in asked))

    sold = [each["order"]["id"] for each in answers if each["__typename"] == "CheckoutSuccess"]
    refused = [each for each in answers if each["__typename"] == "CheckoutBlockedError"]
    assert (len(sold), len(refused)) == (UNITS, SHOPPERS - UNITS)
    assert {each["message"] for each in refused} <= NONE_LEFT
    begun = await street.rows(CheckoutRow)
    assert Counter(each.step for each in begun)["DONE"] == UNITS
    unlucky = [each for each in begun if each.step != "DONE"]
    assert {(each.step, each.answers["refused"]["code"]) for each in unlucky} == {("BLOCKED", "INSUFFICIENT_STOCK")}

    placed = await quarter.rows(quarter.orders, OrderRow)
    assert {each.id for each in placed} == set(sold)
    assert sum(each.quantity for each in await quarter.rows(quarter.orders, OrderLineRow)) == UNITS
    paid = sum(each.total for each in placed)
    cards = sum(street.cards.taken.values()) - sum(street.cards.given_back.values())
    spent = sum(each.taken - each.given_back for each in await street.rows(StoredValueMoveRow))
    assert cards + spent == paid, "nothing was taken that no order is for"

    kept = [each for each in await quarter.rows(town.database, ReservationRow) if each.status == "ACTIVE"]
    assert {(each.kind, each.holder) for each in kept} == {("ORDER", order) for order in sold}, "and no cart holds any"
    level = await town.level(record)
    assert (level.on_hand, level.reserved, sum(each.quantity for each in kept)) == (UNITS, UNITS, UNITS)
    await town.database.write(holds.sell, [each.id for each in kept], "shipped", datetime.now(UTC))
    level = await town.level(record)
    assert (level.on_hand, level.reserved, await town.ledger(mug, "SALE")) == (0, 0, -UNITS)
