"""Small supergraphs to plan over; each in `supergraphs/` shows one thing. The machinery around them is written here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import parse, print_ast, validate

from gateway.planner import PlanOptions, normalise, plan
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph
from gateway.supergraph.subgraph_schema import subgraph_schema

FOLDER = Path(__file__).parent
HEADER = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
{ query: Query%s }
directive @inaccessible on OBJECT | FIELD_DEFINITION | ENUM_VALUE
scalar join__FieldSet
"""


def with_header(types: str) -> str:
    roots = "".join(f" {kind.lower()}: {kind}" for kind in ("Mutation", "Subscription") if f"type {kind}" in types)
    return HEADER % roots + types


@cache
def world(name: str) -> Supergraph:
    return load_supergraph(with_header((FOLDER / "supergraphs" / f"{name}.graphql").read_text("utf-8")))


def planned(supergraph: Supergraph, document: str, options: PlanOptions | None = None, **booleans: bool):
    """Plan a document that must be valid for clients; everything it sends must be valid for the subgraphs."""
    parsed = parse(document)
    assert [error.message for error in validate(supergraph.api_schema, parsed)] == []
    found = plan(normalise(parsed, None, booleans, supergraph), supergraph, options or PlanOptions())
    assert_valid_for_subgraphs(supergraph, found)
    return found


def assert_valid_for_subgraphs(supergraph: Supergraph, found) -> None:
    graphs = {each.name: graph for graph, each in supergraph.subgraphs.items()}
    for request in found.requests:
        document = parse(request.document)
        errors = validate(subgraph_schema(supergraph, graphs[request.subgraph]), document)
        assert [error.message for error in errors] == [], print_ast(document)


def asked(found) -> list[tuple[str, str]]:
    """What is sent, as (subgraph, document)."""
    return [(request.subgraph, request.document) for request in found.requests]
