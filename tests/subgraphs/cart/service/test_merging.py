from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from subgraphs.cart.models import CartLineRow, CartRow, SavedItemRow
from subgraphs.cart.rules.merging import Strategy
from subgraphs.cart.rules.quantities import MOST_UNITS
from subgraphs.cart.service.carts import Caller, now
from subgraphs.cart.service.merging import fold as fold_into
from subgraphs.kit.database import Database
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id
from subgraphs.kit.migrations import upgrade

MERGE = """
mutation ($input: CartMergeInput!) { cartMerge(input: $input) {
  __typename
  ... on CartMergeSuccess { joinedLineIds savedForLater { id quantity variant { id } } cart { id status totalQuantity customer { id }
    lines { id quantity variant { id } } savedForLater { quantity variant { id } } } }
  ... on CartMergeChoice { guestCart { id totalQuantity } accountCart { id totalQuantity } }
  ... on BusinessError { code path }
} }
"""


async def fold(street, guest, strategy, customer, key="merge"):
    given = {"guestCartId": guest, "strategy": strategy, "idempotencyKey": key}
    return (await street.ask(MERGE, {"input": given}, customer=customer))["cartMerge"]


async def both(street, ada):
    """A guest's basket (3 mugs, 1 plate) and Ada's (2 mugs, 5 bowls)."""
    mug, plate, bowl = (street.goods() for _ in range(3))
    guest = (await street.add((mug, 3), (plate, 1)))["cart"]["id"]
    await street.add((mug, 2), (bowl, 5), customer=ada)
    return guest, mug, plate, bowl


def units(lines):
    return {line["variant"]["id"]: line["quantity"] for line in lines}


async def test_the_larger_number_is_kept_while_browsing(street, ada):
    guest, mug, plate, bowl = await both(street, ada)
    merged = await fold(street, guest, "MAX", ada)
    assert units(merged["cart"]["lines"]) == {mug: 3, plate: 1, bowl: 5}
    assert merged["joinedLineIds"] == [line["id"] for line in merged["cart"]["lines"] if line["variant"]["id"] == mug]
    assert merged["savedForLater"] == []


async def test_both_are_added_up(street, ada):
    guest, mug, plate, bowl = await both(street, ada)
    assert units((await fold(street, guest, "SUM", ada))["cart"]["lines"]) == {mug: 5, plate: 1, bowl: 5}


async def test_in_checkout_the_guests_basket_goes_on_and_the_older_one_is_put_aside(street, ada):
    guest, mug, plate, bowl = await both(street, ada)
    merged = await fold(street, guest, "KEEP_CURRENT", ada)
    assert units(merged["cart"]["lines"]) == {mug: 3, plate: 1}
    assert units(merged["savedForLater"]) == units(merged["cart"]["savedForLater"]) == {mug: 2, bowl: 5}


async def test_the_accounts_basket_goes_on_and_the_guests_is_put_aside(street, ada):
    guest, mug, plate, bowl = await both(street, ada)
    merged = await fold(street, guest, "KEEP_ACCOUNT", ada)
    assert units(merged["cart"]["lines"]) == {mug: 2, bowl: 5}
    assert units(merged["savedForLater"]) == {mug: 3, plate: 1}


async def test_asking_changes_nothing_and_shows_both(street, ada):
    guest, *_ = await both(street, ada)
    asked = await fold(street, guest, "ASK", ada)
    assert (asked["__typename"], asked["guestCart"]["totalQuantity"], asked["accountCart"]["totalQuantity"]) == (
        "CartMergeChoice",
        4,
        7,
    )
    chosen = await fold(street, guest, "SUM", ada, key="chosen")
    assert chosen["cart"]["totalQuantity"] == 11


async def test_without_a_basket_of_his_own_the_guests_becomes_the_customers(street, ada):
    guest = (await street.add((street.goods(), 2)))["cart"]["id"]
    merged = await fold(street, guest, "ASK", ada)
    assert (merged["cart"]["id"], merged["cart"]["customer"]) == (guest, {"id": ada})


async def test_a_replay_gives_the_same_and_folds_once(street, ada):
    guest, *_ = await both(street, ada)
    first = await fold(street, guest, "SUM", ada)
    assert await fold(street, guest, "SUM", ada) == first
    assert (await fold(street, guest, "SUM", ada, key="other"))["code"] == "NOT_FOUND"
    assert (await street.cart(guest))["status"] == "MERGED"


async def test_somebodys_basket_is_not_folded(street, ada, ben):
    theirs = (await street.add((street.goods(), 2), customer=ben))["cart"]["id"]
    assert (await fold(street, theirs, "SUM", ada))["code"] == "NOT_PERMITTED"
    assert (await street.cart(theirs, customer=ben))["totalQuantity"] == 2


async def test_two_customers_who_are_one_person_have_one_basket(street, ada, ben):
    mug, plate = street.goods(), street.goods()
    await street.add((mug, 1), customer=ada)
    await street.add((mug, 3), (plate, 1), customer=ben)
    await street.hear("customer.merged", {"keep_id": ada, "fold_id": ben}, "once")
    await street.hear("customer.merged", {"keep_id": ada, "fold_id": ben}, "once")
    cart = (await street.ask("{ me { activeCart { lines { quantity variant { id } } } carts { id } } }", customer=ada))[
        "me"
    ]
    assert units(cart["activeCart"]["lines"]) == {mug: 3, plate: 1}
    assert (await street.ask("{ me { activeCart { id } carts { id } } }", customer=ben))["me"] == {
        "activeCart": None,
        "carts": [],
    }


baskets = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 700), st.sampled_from(["SHIP", "CARRY_OUT"])),
    max_size=5,
    unique_by=lambda line: (line[0], line[2]),
)


def test_no_unit_is_lost(database_url):
    """Whatever is in both, ways and limits included: in the basket or put aside, every unit is there afterwards."""
    runner = asyncio.Runner()
    database = Database(database_url)
    runner.run(upgrade(database, "subgraphs.cart.migrations"))

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(guest=baskets, account=baskets, strategy=st.sampled_from(["SUM", "KEEP_CURRENT", "KEEP_ACCOUNT"]))
    def folds(guest, account, strategy):
        wanted: Counter[str] = Counter()
        for variant, quantity, _ in (*guest, *account):
            wanted[f"v{variant}"] += quantity
        assert runner.run(folded(database, guest, account, Strategy(strategy))) == wanted

    try:
        folds()
    finally:
        runner.run(database.close())
        runner.close()


async def folded(database, guest, account, strategy):
    """Units by variant that are left of a guest's basket folded into a customer's."""
    ids, owner, moment = [new_id("Cart"), new_id("Cart")], new_id("Customer"), now()

    async def store(session):
        for cart_id, customer_id in zip(ids, (None, owner), strict=True):
            session.add(
                CartRow(
                    id=cart_id,
                    brand_code="b",
                    started_in="web",
                    channels=["web"],
                    customer_id=customer_id,
                    in_use=customer_id is not None,
                    currency="GBP",
                    created_at=moment,
                    updated_at=moment,
                )
            )
        await session.flush()
        for cart_id, lines in zip(ids, (guest, account), strict=True):
            for variant, quantity, method in lines:
                session.add(
                    CartLineRow(
                        id=new_id("CartLine"),
                        cart_id=cart_id,
                        variant_id=f"v{variant}",
                        quantity=quantity,
                        price_added=Decimal(1),
                        method=method,
                        added_in="web",
                        added_at=moment,
                    )
                )

    async def left(session):
        lines = (await session.exec(select(CartLineRow).where(col(CartLineRow.cart_id).in_(ids)))).all()
        saved = (await session.exec(select(SavedItemRow).where(col(SavedItemRow.cart_id).in_(ids)))).all()
        assert {row.cart_id for row in (*lines, *saved)} <= {ids[1]}
        assert all(row.quantity <= MOST_UNITS for row in lines)
        units: Counter[str] = Counter()
        for row in (*lines, *saved):
            units[row.variant_id] += row.quantity
        return units

    await database.write(store)
    await database.write(fold_into, Caller(Viewer(owner), "web", moment), ids[0], strategy, "key")
    return await database.read(left)
