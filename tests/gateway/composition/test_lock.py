from __future__ import annotations

import json

from gateway.composition import SubgraphSource
from gateway.composition.lock import changed_subgraphs, lock_text

CART = SubgraphSource("cart", "http://cart", "type Query { a: ID }\n")
PRICES = SubgraphSource("prices", "", "type Query { b: ID }")


def test_a_lock_lists_every_subgraph_by_name():
    lock = json.loads(lock_text([PRICES, CART]))
    assert list(lock) == ["cart", "prices"]
    assert lock["cart"]["url"] == "http://cart"
    assert len(lock["cart"]["sha256"]) == 64


def test_line_ends_and_white_space_around_change_nothing():
    other = SubgraphSource("cart", "http://cart", "\r\ntype Query { a: ID }\r\n\r\n")
    assert lock_text([CART]) == lock_text([other])


def test_new_gone_and_changed_subgraphs_are_named():
    lock = lock_text([CART, PRICES])
    assert changed_subgraphs(lock, [CART, PRICES]) == ()
    assert changed_subgraphs(lock, [CART]) == ("prices",)
    assert changed_subgraphs(lock, [CART, PRICES, SubgraphSource("new", "", "")]) == ("new",)
    assert changed_subgraphs(lock, [SubgraphSource("cart", "http://other", CART.sdl), PRICES]) == ("cart",)


def test_what_is_no_lock_says_nothing():
    assert changed_subgraphs("nonsense", [CART]) == ("cart",)
    assert changed_subgraphs("[]", [CART]) == ("cart",)
