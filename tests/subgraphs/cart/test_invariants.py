"""Whatever shoppers do and whoever is away meanwhile: units, goods held and money add up, on both databases.

Each example is a customer's afternoon: things are put into baskets, changed, put aside, folded together and paid with
cards that work, are declined or leave the shop without an answer, while fulfilment is away or refuses orders. In the
evening everybody is back, every checkout is driven to its end, and the books are compared.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from subgraphs.cart.app import create_app, domain_of
from subgraphs.cart.models import CartLineRow, CartRow, CheckoutRow, SavedItemRow, StoredValueMoveRow, StoredValueRow
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.rules.saga import ENDS, Step
from subgraphs.cart.service.drive import drive
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.kit.app import create_subgraph
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.ids import new_id
from subgraphs.kit.money import is_exact
from subgraphs.kit.peers import join_peers, peers_of
from subgraphs.kit.settings import SubgraphSettings
from tests.subgraphs.cart.conftest import Neighbours, Street
from tests.subgraphs.conftest import SECRET, Client

STOCK = 100_000
EVENINGS = 20
"""Times a checkout is driven before it counts as stuck."""
PRICES = {"EUR": "33.33", "JPY": "333", "KWD": "3.333"}
TOKENS = ["tok_ok", "tok_declined", "tok_times_out", "tok_try_again", "tok_unreachable", "gift"]
ASIDE = "mutation ($id: ID!) { cartLineSaveForLater(lineId: $id) { __typename } }"
BACK = "mutation ($id: ID!) { savedItemMoveToCart(id: $id) { __typename } }"
MERGE = "mutation ($input: CartMergeInput!) { cartMerge(input: $input) { __typename } }"
BUY = """mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
  __typename ... on CheckoutSuccess { order { id } } } }"""

some = st.integers(1, 4)
which = st.integers(0, 1)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("add"), which, some),
        st.tuples(st.just("change"), which, st.integers(0, 4)),
        st.tuples(st.just("fold"), which, some),
        st.tuples(st.just("aside"), which),
        st.tuples(st.just("back"), which),
        *(st.tuples(st.just("buy"), st.just(token)) for token in TOKENS),
        st.tuples(st.just("again")),
        st.tuples(st.just("away"), st.booleans()),
        st.tuples(st.just("refuse"), st.booleans()),
    ),
    min_size=3,
    max_size=9,
)


@dataclass
class Afternoon:
    """One customer's doings. `wanted`: what should be in baskets, put aside or ordered by now, by variant."""

    street: Street
    currency: str
    who: dict[str, Any] = field(default_factory=dict)
    things: list[str] = field(default_factory=list)
    wanted: Counter[str] = field(default_factory=Counter)
    last: dict[str, Any] | None = None
    answers: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.who = {"customer": new_id("Customer")}
        self.things = [self.street.goods(PRICES[self.currency], stock=STOCK, currency=self.currency) for _ in range(2)]

    async def basket(self) -> Any:
        """The basket in use, or None."""
        query = "{ me { activeCart { id status lines { id quantity variant { id } } savedForLater { id } } } }"
        return (await self.street.ask(query, **self.who))["me"]["activeCart"]

    async def add(self, thing: int, units: int) -> None:
        answer = await self.street.add((self.things[thing], units), **self.who)
        if answer["__typename"] == "CartSuccess":
            self.wanted[self.things[thing]] += units

    async def change(self, at: int, units: int) -> None:
        line = self._line(await self.basket(), at)
        if line is None:
            return
        answer = await self.street.update(line["cart"], [{"lineId": line["id"], "quantity": units}], **self.who)
        if answer["__typename"] == "CartSuccess":
            self.wanted[line["variant"]["id"]] += units - line["quantity"]

    async def fold(self, thing: int, units: int) -> None:
        guest = (await self.street.add((self.things[thing], units)))["cart"]["id"]
        given = {"guestCartId": guest, "strategy": "SUM", "idempotencyKey": guest}
        merged = (await self.street.ask(MERGE, {"input": given}, **self.who))["cartMerge"]
        if merged["__typename"] == "CartMergeSuccess":
            self.wanted[self.things[thing]] += units

    async def aside(self, at: int) -> None:
        line = self._line(await self.basket(), at)
        if line is not None:
            await self.street.ask(ASIDE, {"id": line["id"]}, **self.who)

    async def back(self, at: int) -> None:
        cart = await self.basket()
        if cart and cart["savedForLater"]:
            saved = cart["savedForLater"]
            await self.street.ask(BACK, {"id": saved[at % len(saved)]["id"]}, **self.who)

    async def buy(self, token: str) -> None:
        cart = await self.basket()
        if not cart or not cart["lines"]:
            return
        number = new_id("Checkout")
        payments = [{"kind": "CARD", "token": f"{token}_{number}"}]
        if token == "gift":
            unit = Decimal(PRICES[self.currency])
            await self.street.save(StoredValueRow(token=number, kind="GIFT_CARD", currency=self.currency, balance=unit))
            part = {"amount": str(unit), "currency": self.currency}
            payments = [
                {"kind": "GIFT_CARD", "token": number, "amount": part},
                {"kind": "CARD", "token": f"tok_ok_{number}"},
            ]
        told = await self.street.details(
            cart["id"], shippingAddress=ADDRESS, email="a@example.com", payments=payments, **self.who
        )
        if told["__typename"] == "CartSuccess":
            seen = told["cart"]
            self.last = {
                "cartId": seen["id"],
                "expectedVersion": seen["version"],
                "expectedTotal": seen["totals"]["due"],
                "idempotencyKey": number,
            }
            await self.again()

    async def again(self) -> None:
        """The last purchase, once more with its key."""
        if self.last is None:
            return
        answer = await self.street.shop.execute(BUY, {"input": self.last}, channel="web", **self.who)
        if answer.errors:
            assert answer.codes == ["SERVICE_UNAVAILABLE"]
        elif order := answer.data["checkoutComplete"].get("order"):
            self.answers.setdefault(self.last["idempotencyKey"], set()).add(order["id"])

    async def away(self, gone: bool) -> None:
        self.street.neighbours.down = {"fulfilment"} if gone else set()

    async def refuse(self, no: bool) -> None:
        self.street.neighbours.refuse_orders = no

    def _line(self, cart: Any, at: int) -> Any:
        """A line that may be made less: what is being paid is bought as it was agreed to, whatever becomes of the line."""
        if not cart or not cart["lines"] or cart["status"] == "IN_CHECKOUT":
            return None
        return {**cart["lines"][at % len(cart["lines"])], "cart": cart["id"]}


ADDRESS = {"lines": ["1 High Street"], "city": "London", "postcode": "N1 1AA", "country": "GB"}


@dataclass
class Opened:
    """A started shop in an event loop of its own, for examples one after another."""

    runner: asyncio.Runner
    street: Street

    def spend(self, currency: str, doings: list[tuple[Any, ...]]) -> None:
        self.runner.run(self._spend(currency, doings))

    async def _spend(self, currency: str, doings: list[tuple[Any, ...]]) -> None:
        street = self.street
        afternoon = Afternoon(street, currency)
        await afternoon.add(0, 3)
        for name, *given_ in doings:
            await getattr(afternoon, name)(*given_)
        await afternoon.away(gone=False)
        await afternoon.refuse(no=False)
        await self._finish_all()
        await afternoon.again()
        await self._finish_all()  # what could not begin before may have begun now
        assert all(len(orders) == 1 for orders in afternoon.answers.values()), "a key is one order"
        await self._money_and_orders()
        await self._goods(afternoon)

    async def _finish_all(self) -> None:
        for row in await self.street.rows(CheckoutRow):
            if Step(row.step) not in ENDS:
                await self._finish(row.id)

    async def _finish(self, checkout_id: str) -> None:
        street = self.street
        partners = ShopPartners(peers_of(street.database, street.shop.settings), adapters_of(street.database))
        for _ in range(EVENINGS):
            with contextlib.suppress(ServiceUnavailable):
                await drive(street.database, partners, checkout_id)
                return
        pytest.fail(f"the checkout {checkout_id} never ends")

    async def _money_and_orders(self) -> None:
        """Nothing is taken without an order, no order is without its money, and its parts are its total."""
        street = self.street
        done = [row for row in await street.rows(CheckoutRow) if row.step == "DONE"]
        placed = dict(street.neighbours.orders.values())
        assert {row.answers["order"] for row in done} == set(placed)
        moves = await street.rows(StoredValueMoveRow)
        kept = sum(street.cards.taken.values()) - sum(street.cards.given_back.values())
        kept += sum(move.taken - move.given_back for move in moves)
        asked = Decimal(0)
        for order in placed.values():
            total, currency = Decimal(order["total"]), order["currency"]
            goods = sum(Decimal(line["unitPrice"]) * line["quantity"] for line in order["lines"])
            paid = sum(Decimal(each["amount"]) for each in order["payments"])
            assert goods - Decimal(order["discount"]) + Decimal(order["delivery"]) == total == paid
            assert is_exact(total, currency)
            asked += total
        assert kept == asked

    async def _goods(self, afternoon: Afternoon) -> None:
        """Every unit is where it was put; nothing is held that is not ordered."""
        street = self.street
        ordered: Counter[str] = Counter()
        for _, order in street.neighbours.orders.values():
            for line in order["lines"]:
                ordered[line["variantId"]] += line["quantity"]
        carts = {row.id: row.status for row in await street.rows(CartRow)}
        there = Counter(ordered)
        for row in await street.rows(CartLineRow):
            if carts[row.cart_id] not in {"ORDERED", "MERGED"}:
                there[row.variant_id] += row.quantity
        for row in await street.rows(SavedItemRow):
            there[row.variant_id] += row.quantity
        for thing in afternoon.things:
            assert there[thing] == afternoon.wanted[thing], "a unit was lost, or made"
            assert street.neighbours.stock[thing] + ordered[thing] == STOCK, "something is held for nobody"


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, templates, tmp_path):
    """The cart without what runs beside it, among its neighbours, in an event loop of its own."""
    shelf = None if request.param == "sqlite" else request.getfixturevalue("shelf")
    values = {"name": "cart", "data_dir": tmp_path, "sample_data": False, "relay": False, "migrate": True}
    config = SubgraphSettings(**values, identity_secret=SECRET)
    with asyncio.Runner() as runner:
        url = runner.run(templates.lay(create_app, config, shelf))
        config = config.model_copy(update={"database_url": url})
        app = create_subgraph(replace(domain_of(config), background=()), config)
        neighbours = Neighbours()
        apps = {name: neighbours.app(name) for name in ("catalog", "inventory", "fulfilment")}
        for name, each in apps.items():
            join_peers(tmp_path, name, each)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        client = Client(app, httpx2.AsyncClient(transport=transport, base_url="http://cart"), config)
        street = Street(client, neighbours)
        street.apps = apps  # kept here: peers are found as long as somebody has them
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        runner.run(street.offer(kind="PERCENT_OFF", percent=Decimal("33.333")))
        yield Opened(runner, street)
        runner.run(lifespan.__aexit__(None, None, None))


def test_C4_C5_C9_whatever_happens_units_holds_and_money_add_up(opened):
    # The same examples in every run: a run that is to tell something of a change must not hang on luck.
    @settings(max_examples=16, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(currency=st.sampled_from(sorted(PRICES)), doings=actions)
    def afternoons(currency, doings):
        opened.spend(currency, doings)

    afternoons()
