from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.errors import SubgraphError, SubgraphMalformed, SubgraphTimeout, SubgraphUnreachable
from gateway.transport.retry import RetriedSubgraph

from .faulty import MUTATION, outcome, request
from .scripted import OK, Scripted, status

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphResponse

BROKEN = SubgraphUnreachable("no connection", "stock")


def retried(inner: Scripted, **more: float) -> RetriedSubgraph:
    return RetriedSubgraph(inner, pause_seconds=0.001, **more)


@pytest.mark.parametrize("first", [BROKEN, status(502), status(503), status(504)])
async def test_a_query_that_failed_in_passing_is_sent_once_more(first: SubgraphResponse | SubgraphError) -> None:
    inner = Scripted(first, OK)
    assert await outcome(retried(inner)) == OK
    assert len(inner.asked) == 2


async def test_the_second_failure_is_the_answer() -> None:
    inner = Scripted(BROKEN)
    assert await outcome(retried(inner)) is BROKEN
    assert len(inner.asked) == 2


@pytest.mark.parametrize(
    "first",
    [
        status(500),
        status(429),
        status(401),
        status(503, retry_after="1"),
        SubgraphTimeout("late", "stock"),
        SubgraphMalformed("odd", "stock"),
    ],
)
async def test_what_will_not_pass_is_not_repeated(first: SubgraphResponse | SubgraphError) -> None:
    inner = Scripted(first, OK)
    assert await outcome(retried(inner)) is first
    assert len(inner.asked) == 1


async def test_a_mutation_is_never_repeated() -> None:
    inner = Scripted(BROKEN, OK)
    assert await outcome(retried(inner), request(MUTATION)) is BROKEN
    assert len(inner.asked) == 1


async def test_over_time_at_most_one_in_ten_requests_is_an_extra_one() -> None:
    inner = Scripted(BROKEN)
    client = retried(inner, saved=2.0)
    for _ in range(100):
        await outcome(client)
    assert 100 + 8 <= len(inner.asked) <= 100 + 12


async def test_nothing_is_repeated_when_the_deadline_is_near() -> None:
    inner = Scripted(BROKEN, OK)
    assert await outcome(RetriedSubgraph(inner, pause_seconds=1.0), request(seconds=0.5)) is BROKEN


async def test_closing_closes_what_is_wrapped() -> None:
    inner = Scripted()
    await retried(inner).close()
    assert inner.closed
