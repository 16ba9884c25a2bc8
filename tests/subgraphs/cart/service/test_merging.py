from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subgraphs.cart.models import CartLineRow, CartRow, SavedItemRow

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


@pytest.mark.parametrize("strategy", ["SUM", "KEEP_CURRENT", "KEEP_ACCOUNT"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(guest=baskets, account=baskets)
def test_no_unit_is_lost(strategy, guest, account, tmp_path_factory):
    """Whatever is in both, ways and limits included: in the basket or put aside, every unit is there afterwards."""
    import asyncio

    from sqlmodel import select

    from subgraphs.cart.rules.merging import Strategy
    from subgraphs.cart.service.carts import Caller, now
    from subgraphs.cart.service.merging import fold as folded
    from subgraphs.kit.database import Database
    from subgraphs.kit.identity import Viewer
    from subgraphs.kit.ids import new_id
    from subgraphs.kit.migrations import upgrade

    async def run():
        database = Database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('merge') / 'cart.sqlite'}")
        await upgrade(database, "subgraphs.cart.migrations")
        ids = [new_id("Cart"), new_id("Cart")]

        async def store(session):
            for cart_id, owner in zip(ids, (None, "cus_1"), strict=True):
                session.add(
                    CartRow(
                        id=cart_id,
                        brand_code="b",
                        started_in="web",
                        channels=["web"],
                        customer_id=owner,
                        in_use=owner is not None,
                        currency="GBP",
                        created_at=now(),
                        updated_at=now(),
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
                            added_at=now(),
                        )
                    )

        async def count(session):
            lines = (await session.exec(select(CartLineRow))).all()
            saved = (await session.exec(select(SavedItemRow))).all()
            assert {row.cart_id for row in (*lines, *saved)} <= {ids[1]}
            assert all(row.quantity <= 999 for row in lines)
            totals: dict[str, int] = {}
            for row in (*lines, *saved):
                totals[row.variant_id] = totals.get(row.variant_id, 0) + row.quantity
            return totals

        await database.write(store)
        await database.write(folded, Caller(Viewer("cus_1"), "web", now()), ids[0], Strategy(strategy), "key")
        found = await database.read(count)
        await database.close()
        return found

    wanted: dict[str, int] = {}
    for variant, quantity, _ in (*guest, *account):
        wanted[f"v{variant}"] = wanted.get(f"v{variant}", 0) + quantity
    assert asyncio.run(run()) == wanted
