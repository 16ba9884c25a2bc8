"""Plans made by the planner, run over subgraphs: the answer of one server that has all the data."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import HealthCheck, given, settings
from hypothesis_graphql import queries

from gateway.executor.drive import drive
from gateway.executor.program import compile_program
from gateway.planner.operation import normalise
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph
from gateway.transport.base import SubgraphClient

from ..transport.reversing import reversing
from .library import SUBGRAPHS, SUPERGRAPH, LibrarySubgraph, alone

LIBRARY = load_supergraph(SUPERGRAPH)
CLIENTS: Mapping[str, SubgraphClient] = dict.fromkeys(SUBGRAPHS, LibrarySubgraph())


async def answered(document: str, *, compiled: bool, clients: Mapping[str, SubgraphClient] = CLIENTS) -> dict[str, Any]:
    parsed = parse(document)
    operation = next(node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))
    made = plan(normalise(parsed, None, {}, LIBRARY), LIBRARY)
    of = compile_program(made, LIBRARY.api_schema, parsed, operation)
    if compiled:
        of.code.compile()
    execution = of.start(of.coerce({}))
    await drive(execution, clients, (), asyncio.get_running_loop().time() + 600)
    return execution.answer()


OPERATIONS = [
    "{ items { isbn title } }",
    "{ items { __typename ... on Book { present postage shape } ... on Film { minutes } notes { text } } }",
    "{ readers { name notes { text reader { name friends { name } } book { title postage } item { isbn title } } } lost { name } }",
    "{ book { postage size { width } notes { text } } again: items { notes { reader { notes { item { title } } } } } }",
    "{ a: items { b: title c: isbn } x: __typename readers { friends { friends { notes { book { present } } } } } }",
    "{ items { notes { reader { friends { notes { text } } } } } }",
]


@pytest.mark.parametrize("document", OPERATIONS)
@pytest.mark.parametrize("compiled", [False, True])
async def test_an_operation_is_answered_as_by_one_server(document: str, compiled: bool) -> None:
    expected = {"data": alone(LIBRARY.api_schema, document)}
    assert orjson.dumps(await answered(document, compiled=compiled)) == orjson.dumps(expected)


@pytest.mark.parametrize("compiled", [False, True])
async def test_answers_that_come_in_reverse_make_the_same_answer(compiled: bool) -> None:
    overtaken = 0
    for document in OPERATIONS:
        clients = reversing(CLIENTS)
        answer = await answered(document, compiled=compiled, clients=clients)
        assert orjson.dumps(answer) == orjson.dumps({"data": alone(LIBRARY.api_schema, document)})
        delivered = clients["books"].board.delivered
        assert sorted(delivered) == list(range(len(delivered)))
        overtaken += sum(now < before for before, now in pairwise(delivered))
    assert overtaken >= 3


@settings(suppress_health_check=list(HealthCheck), deadline=None, derandomize=True, max_examples=90)
@given(queries(LIBRARY.api_schema))
def test_any_operation_is_answered_as_by_one_server(document: str) -> None:
    expected = orjson.dumps({"data": alone(LIBRARY.api_schema, document)})
    for compiled in (False, True):
        answer = asyncio.run(answered(document, compiled=compiled))
        assert orjson.dumps(answer) == expected
