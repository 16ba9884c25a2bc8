from __future__ import annotations

import pytest

from gateway.composition import SubgraphSource, compose
from gateway.composition.diagnostics import DiagnosticCollector
from gateway.composition.merge.graphs import join_graphs
from gateway.composition.read import read_subgraphs


def values(*names: str) -> list[str]:
    sources = [SubgraphSource(name, "", "type Query { a: Int }") for name in names]
    return [graph.value for graph in join_graphs(read_subgraphs(sources, DiagnosticCollector()))]


@pytest.mark.parametrize(
    ("name", "value"),
    [("cart", "CART"), ("cart-eu", "CART_EU"), ("2go", "_2GO"), ("cart_1", "CART_1_"), ("a.b c", "A_B_C")],
)
def test_a_name_becomes_a_graphql_name(name, value):
    assert values(name) == [value]


def test_names_that_come_out_the_same_are_numbered():
    assert values("cart-eu", "cart.eu", "stock") == ["CART_EU_1", "CART_EU_2", "STOCK"]


def test_the_name_and_url_are_kept():
    result = compose([SubgraphSource("cart-eu", "http://cart/graphql", "type Query { a: Int }")])
    assert '  CART_EU @join__graph(name: "cart-eu", url: "http://cart/graphql")' in (result.supergraph or "")
