from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from gateway.errors import SubgraphUnreachable
from gateway.executor.drive import drive
from gateway.executor.execution import Execution
from gateway.planner.nodes import OperationKind
from gateway.transport.base import SubgraphRequest, SubgraphResponse
from tests.waiting import forward, settled

from .plans import leaf, place, plan, program, root, send, shown
from .shop import ANSWERS, shop

Answer = Callable[[SubgraphRequest], Any]


class Subgraph:
    """Answers by the document; waits for `gates[document]` first where there is one."""

    def __init__(self) -> None:
        self.asked: list[SubgraphRequest] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.finished: list[str] = []
        self.cancelled: list[str] = []
        self.failing: set[str] = set()
        self.crashing: set[str] = set()

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked.append(request)
        document = orjson.loads(request.body)["query"]
        try:
            if document in self.gates:
                await self.gates[document].wait()
        except asyncio.CancelledError:
            self.cancelled.append(document)
            raise
        self.finished.append(document)
        if document in self.failing:
            raise SubgraphUnreachable("gone", request.subgraph)
        if document in self.crashing:
            raise RuntimeError("a transport must not do this")
        return SubgraphResponse(200, {}, orjson.dumps({"data": ANSWERS[int(document[5:])]}))

    async def close(self) -> None:
        pass


NAMES = ("products", "accounts", "reviews", "inventory")


LONG = 600.0


def soon() -> float:
    return asyncio.get_running_loop().time() + LONG


async def driven(subgraph: Subgraph, execution: Execution) -> dict[str, Any]:
    await drive(execution, dict.fromkeys(NAMES, subgraph), (), soon())
    return execution.answer()


async def test_everything_is_asked_and_answered() -> None:
    subgraph = Subgraph()
    answer = await driven(subgraph, program(shop()).start({}))
    assert answer["data"]["topProducts"][0]["inStock"] is True
    assert "errors" not in answer
    assert len(subgraph.asked) == 6


async def test_a_request_does_not_wait_for_others_than_those_it_comes_after() -> None:
    subgraph = Subgraph()
    subgraph.gates["query1"] = asyncio.Event()
    task = asyncio.ensure_future(driven(subgraph, program(shop()).start({})))
    await settled()
    assert subgraph.finished == ["query0", "query3"]
    subgraph.gates["query1"].set()
    await task


async def test_headers_may_depend_on_the_subgraph() -> None:
    subgraph = Subgraph()
    execution = program(shop()).start({})
    await drive(execution, dict.fromkeys(NAMES, subgraph), lambda name: ((b"to", name.encode()),), soon())
    assert {(one.subgraph, one.headers) for one in subgraph.asked} == {
        (name, ((b"to", name.encode()),)) for name in NAMES
    }


async def test_a_subgraph_that_fails_or_has_no_client_is_an_error_in_the_answer() -> None:
    subgraph = Subgraph()
    subgraph.failing.add("query4")
    subgraph.crashing.add("query5")
    execution = program(shop()).start({})
    clients = dict.fromkeys(("products", "accounts", "reviews"), subgraph)
    await drive(execution, clients, (), soon())
    answer = execution.answer()
    assert [error["extensions"] for error in answer["errors"]] == [
        {"code": "SUBREQUEST_UNREACHABLE", "service": "inventory"},
        {"code": "SUBREQUEST_UNREACHABLE", "service": "accounts"},
        {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "products"},
    ]


async def test_a_client_that_raises_at_once_is_an_error_in_the_answer_too() -> None:
    class Refusing(Subgraph):
        def send(self, request: SubgraphRequest) -> Any:
            raise SubgraphUnreachable("full", request.subgraph)

    answer = await driven(Refusing(), program(shop()).start({}))
    assert answer["data"] == {"topProducts": None, "users": None}
    assert [error["extensions"]["service"] for error in answer["errors"]] == ["products", "accounts"]


async def test_at_the_deadline_what_has_come_is_answered_and_the_rest_abandoned() -> None:
    subgraph = Subgraph()
    subgraph.gates["query2"] = asyncio.Event()
    task = asyncio.ensure_future(driven(subgraph, program(shop()).start({})))
    await settled()
    forward(LONG)
    answer = await task
    assert answer["data"]["topProducts"][0] == {"upc": "p1", "name": "Table", "inStock": True, "reviews": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SUBREQUEST_TIMEOUT"]
    await settled()
    assert subgraph.cancelled == ["query2"]


async def test_cancelling_abandons_queries_in_flight() -> None:
    subgraph = Subgraph()
    subgraph.gates["query0"] = subgraph.gates["query1"] = asyncio.Event()
    task = asyncio.ensure_future(driven(subgraph, program(shop()).start({})))
    await settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settled()
    assert subgraph.cancelled == ["query0", "query1"]


def mutations() -> Execution:
    places = [place(0, None, "", "Mutation", fetches=(0, 1))]
    kind = OperationKind.MUTATION
    requests = [send(0, "products", 0, kind=kind), send(1, "accounts", 1, after=(0,), kind=kind)]
    output = shown(0, "Mutation", leaf("a", "0:a", "Json"), leaf("b", "1:b", "Json"))
    return program(plan(places, [root(0, "products"), root(1, "accounts")], requests, output, kind=kind)).start({})


async def test_cancelling_lets_a_mutation_already_sent_finish_and_starts_no_other() -> None:
    subgraph = Subgraph()
    gate = subgraph.gates["query0"] = asyncio.Event()
    task = asyncio.ensure_future(driven(subgraph, mutations()))
    await settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    await settled()
    assert subgraph.finished == ["query0"]
    assert subgraph.cancelled == []
    assert len(subgraph.asked) == 1


async def test_a_mutation_after_the_deadline_is_not_sent() -> None:
    subgraph = Subgraph()
    subgraph.gates["query0"] = asyncio.Event()
    task = asyncio.ensure_future(driven(subgraph, mutations()))
    await settled()
    forward(LONG)
    answer = await task
    assert len(subgraph.asked) == 1
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SUBREQUEST_TIMEOUT"] * 2
    subgraph.gates["query0"].set()
    await settled()
    assert subgraph.finished == ["query0"]


async def test_nothing_to_send_is_over_at_once() -> None:
    places = [place(0, None, "", "Query")]
    execution = program(plan(places, [], [], shown(0, "Query"))).start({})
    await drive(execution, {}, (), soon())
    assert execution.answer() == {"data": {}}
