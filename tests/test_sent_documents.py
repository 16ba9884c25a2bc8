from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.composition import SubgraphSource, compose
from gateway.planner.nodes import Plan
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph

from .gateway.planner.worlds import planned
from .sent_documents import WATCH, Watch

OF_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'


@pytest.fixture
def made() -> tuple[Supergraph, Plan]:
    composed = compose(
        [
            SubgraphSource(
                "lists",
                "http://lists.invalid",
                OF_LINK + 'type Query { all: [Thing!] } type Thing @key(fields: "id") { id: ID! }',
            ),
            SubgraphSource(
                "names", "http://names.invalid", OF_LINK + 'type Thing @key(fields: "id") { id: ID! name: String }'
            ),
        ]
    )
    assert composed.supergraph is not None
    supergraph = load_supergraph(composed.supergraph)
    return supergraph, planned(supergraph, "{ all { id name } }")


def test_every_plan_of_this_process_is_watched(made: tuple[Supergraph, Plan]):
    plan = planned(made[0], "{ all { nobodyElsesAlias: id name } }")
    watched = {document for _, _, document in WATCH.made} | {document for _, document in WATCH.valid}
    assert {request.document for request in plan.requests} <= watched


def test_a_plans_documents_are_valid_for_their_subgraphs(made: tuple[Supergraph, Plan]):
    watch = Watch()
    watch.take(*made)
    watch.look()
    assert {document for _, document in watch.valid} == {request.document for request in made[1].requests}


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("{all{id name}}", "Cannot query field 'name' on type 'Thing'"),
        ("{all{id ...on Nobody{id}}}", "Unknown type 'Nobody'"),
        ("{all{a:id a:__typename}}", "Fields 'a' conflict"),
        ("query($a:Int){all{id}}", "Variable '\\$a' is never used"),
    ],
)
def test_a_document_that_its_subgraph_would_refuse_is_caught(made: tuple[Supergraph, Plan], document: str, fault: str):
    supergraph, plan = made
    bad = replace(plan, requests=(replace(plan.requests[0], document=document), *plan.requests[1:]))
    watch = Watch()
    watch.take(supergraph, bad)
    with pytest.raises(AssertionError, match=f"invalid for subgraph lists: {fault}"):
        watch.look()
