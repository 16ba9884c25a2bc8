"""Policies stand in their order around every client: turns, breaker, retry, sharing, returned headers. Ids: S."""

from __future__ import annotations

import asyncio

import pytest

from gateway.clients import returned_names, with_policies
from gateway.errors import SubgraphHttpError, SubgraphUnavailable, SubgraphUnreachable
from gateway.planner.nodes import OperationKind
from gateway.settings import SubgraphSettings
from gateway.transport.base import SubgraphRequest, SubgraphResponse
from gateway.transport.returned_headers import gathering


class Subgraph:
    """Answers after `seconds`, or raises `error`; counts."""

    def __init__(self, seconds: float = 0, error: Exception | None = None, **headers: str) -> None:
        self.seconds = seconds
        self.error = error
        self.headers = headers
        self.asked = self.at_once = self.most = 0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            if self.error is not None:
                raise self.error
            return SubgraphResponse(200, self.headers, b"{}")
        finally:
            self.at_once -= 1

    async def close(self) -> None:
        """Nothing is held."""


def request(body: bytes = b"{}", kind: OperationKind = OperationKind.QUERY) -> SubgraphRequest:
    return SubgraphRequest("stock", kind, body, (), asyncio.get_running_loop().time() + 600)


async def test_S31_at_one_subgraph_only_so_many_are_under_way():
    subgraph = Subgraph(0.01)
    client = with_policies(subgraph, SubgraphSettings(concurrent=3, waiting=100))
    await asyncio.gather(*(client.send(request(b"%d" % n)) for n in range(20)))
    assert (subgraph.most, subgraph.asked) == (3, 20)


async def test_S35_beyond_the_queue_requests_are_shed_and_do_not_open_the_breaker():
    subgraph = Subgraph(0.05)
    client = with_policies(subgraph, SubgraphSettings(concurrent=1, waiting=1))
    sent = [client.send(request(b"%d" % n)) for n in range(50)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(each, SubgraphUnavailable) for each in outcomes) == 48
    assert (await client.send(request())).status == 200


async def test_S36_equal_queries_take_one_turn_and_one_try():
    subgraph = Subgraph(0.01)
    client = with_policies(subgraph, SubgraphSettings(concurrent=1, waiting=1))
    await asyncio.gather(*(client.send(request()) for _ in range(50)))
    assert subgraph.asked == 1


async def test_S34_an_open_breaker_answers_at_once_although_all_turns_are_taken():
    subgraph = Subgraph(error=SubgraphHttpError("down", "stock"))
    client = with_policies(subgraph, SubgraphSettings(concurrent=1, waiting=100, retry=False))
    for n in range(20):
        with pytest.raises(SubgraphHttpError):
            await client.send(request(b"%d" % n))
    with pytest.raises(SubgraphUnavailable, match="left alone"):
        await client.send(request())
    assert subgraph.asked == 20


async def test_S30_a_mutation_is_never_repeated_through_all_policies():
    subgraph = Subgraph(error=SubgraphUnreachable("gone", "stock"))
    client = with_policies(subgraph, SubgraphSettings())
    with pytest.raises(SubgraphUnreachable):
        await client.send(request(kind=OperationKind.MUTATION))
    assert subgraph.asked == 1
    with pytest.raises(SubgraphUnreachable):
        await client.send(request())
    assert subgraph.asked == 3


async def test_S32_headers_go_back_only_when_named_and_cookies_never():
    settings = SubgraphSettings(return_headers=("X-Region", "Set-Cookie", "Content-Length"))
    subgraph = Subgraph(**{"x-region": "eu", "set-cookie": "sid=1", "content-length": "2", "x-secret": "s"})
    with gathering() as found:
        await with_policies(subgraph, settings).send(request())
    assert found == {"x-region": "eu"}
    assert returned_names(settings) == {b"x-region"}
    with gathering() as found:
        await with_policies(subgraph, SubgraphSettings()).send(request())
    assert found == {}


async def test_S32_each_caller_of_a_shared_request_has_the_headers():
    client = with_policies(Subgraph(0.01, **{"x-region": "eu"}), SubgraphSettings(return_headers=("x-region",)))

    async def one() -> dict[str, str]:
        with gathering() as found:
            await client.send(request())
            return found

    assert await asyncio.gather(one(), one()) == [{"x-region": "eu"}] * 2
