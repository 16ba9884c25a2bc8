from __future__ import annotations

from gateway.planner.search import Node, Reachability

from .worlds import world


def graphs(nodes: frozenset[Node]) -> set[str]:
    return {node.graph for node in nodes}


def test_roots_are_every_graph_of_the_root_type():
    reach = Reachability(world("keys"))
    assert graphs(reach.roots("query")) == {"PRODUCTS", "REVIEWS", "STOCK"}
    assert reach.roots("mutation") == frozenset()


def test_a_field_is_reached_over_two_hops():
    reach = Reachability(world("keys"))
    review = reach.field(reach.field(reach.roots("query"), "products"), "reviews")
    product = reach.field(review, "product")
    assert graphs(product) == {"REVIEWS"}
    assert graphs(reach.field(product, "inStock")) == {"STOCK"}
    (node,) = product
    assert not reach.plain(node, "inStock")
    assert reach.plain(node, "reviews")
    assert graphs(reach.enter(node, "STOCK")) == {"STOCK"}


def test_an_unreachable_field_has_no_nodes():
    reach = Reachability(world("shareable"))
    assert reach.field(frozenset({Node("NAMES", "Offer", None)}), "price") == frozenset()


def test_what_is_provided_is_part_of_the_node():
    reach = Reachability(world("provides"))
    roots = reach.roots("query")
    (provided,) = reach.field(reach.field(roots, "latest"), "author")
    (plain,) = reach.field(reach.field(roots, "reviews"), "author")
    assert reach.plain(provided, "name")
    assert not reach.plain(plain, "name")
    assert graphs(reach.field({plain}, "name")) == {"USERS"}


def test_an_interface_object_learns_its_type_elsewhere():
    reach = Reachability(world("interface_object"))
    accounts = reach.field(reach.roots("query"), "named")
    assert graphs(accounts) == {"NAMES"}
    assert graphs(reach.cast(accounts, "Admin")) == {"ACCOUNTS"}
    assert reach.tells_type(accounts)


def test_below_the_root_the_query_type_opens_every_graph():
    reach = Reachability(world("mutations"))
    query = reach.field(reach.field(reach.roots("query"), "cart"), "query")
    assert graphs(query) == {"CART", "PRICES"}
