from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gateway.errors import SubgraphError, SubgraphTimeout, SubgraphUnavailable
from gateway.transport.breaker import BreakerSettings, BreakingSubgraph, State

from .faulty import outcome, request
from .scripted import OK, Scripted, status

if TYPE_CHECKING:
    from gateway.transport.base import SubgraphResponse

LATE = SubgraphTimeout("late", "stock")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def breaker(inner: Scripted, clock: Clock) -> BreakingSubgraph:
    return BreakingSubgraph(inner, BreakerSettings(), clock)


async def asked(client: BreakingSubgraph, times: int) -> list[SubgraphResponse | SubgraphError]:
    return [await outcome(client) for _ in range(times)]


@pytest.mark.parametrize("failure", [LATE, status(500)])
async def test_it_opens_when_half_of_twenty_requests_fail(failure: SubgraphResponse | SubgraphError) -> None:
    clock = Clock()
    inner = Scripted(*[OK] * 10, failure)
    client = breaker(inner, clock)
    await asked(client, 20)
    assert client.state is State.OPEN
    refused = await outcome(client)
    assert isinstance(refused, SubgraphUnavailable)
    assert len(inner.asked) == 20


async def test_fewer_than_twenty_requests_never_open_it() -> None:
    client = breaker(Scripted(LATE), Clock())
    await asked(client, 19)
    assert client.state is State.CLOSED


async def test_old_failures_are_forgotten() -> None:
    clock = Clock()
    client = breaker(Scripted(LATE), clock)
    await asked(client, 19)
    clock.now += 11
    await asked(client, 19)
    assert client.state is State.CLOSED


async def test_client_errors_and_refusals_do_not_count() -> None:
    client = breaker(Scripted(status(404)), Clock())
    await asked(client, 50)
    assert client.state is State.CLOSED
    client = breaker(Scripted(SubgraphUnavailable("full", "stock")), Clock())
    await asked(client, 50)
    assert client.state is State.CLOSED


async def test_cancelled_requests_do_not_count() -> None:
    client = breaker(Scripted(held=True), Clock())
    tasks = [asyncio.ensure_future(client.send(request())) for _ in range(50)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert client.state is State.CLOSED


async def test_after_its_pause_three_good_probes_close_it() -> None:
    clock = Clock()
    client = breaker(Scripted(*[LATE] * 20, OK), clock)
    await asked(client, 20)
    clock.now += 5
    assert client.state is State.HALF_OPEN
    assert await asked(client, 3) == [OK] * 3
    assert client.state is State.CLOSED


async def test_one_failing_probe_opens_it_again() -> None:
    clock = Clock()
    client = breaker(Scripted(*[LATE] * 20, OK, LATE, OK), clock)
    await asked(client, 20)
    clock.now += 5
    await asked(client, 2)
    assert client.state is State.OPEN
    assert isinstance(await outcome(client), SubgraphUnavailable)


async def test_half_open_lets_no_more_than_the_probes_through() -> None:
    clock = Clock()
    inner = Scripted(*[LATE] * 20, OK)
    client = breaker(inner, clock)
    await asked(client, 20)
    clock.now += 5
    inner.released.clear()
    probes = [asyncio.ensure_future(client.send(request())) for _ in range(3)]
    await asyncio.sleep(0)
    assert isinstance(await outcome(client), SubgraphUnavailable)
    inner.released.set()
    assert await asyncio.gather(*probes) == [OK] * 3


async def test_S34_one_that_flaps_is_left_alone_again_and_again_until_it_holds() -> None:
    clock = Clock()
    inner = Scripted(*[LATE] * 20, OK, OK, LATE, *[OK] * 2, LATE, OK)
    client = breaker(inner, clock)
    await asked(client, 20)
    for _ in range(2):  # twice it comes back, and fails its last probe
        clock.now += 5
        await asked(client, 3)
        assert client.state is State.OPEN
        assert isinstance(await outcome(client), SubgraphUnavailable)
    clock.now += 5
    assert await asked(client, 30) == [OK] * 30
    assert client.state is State.CLOSED


async def test_a_cancelled_probe_makes_room_for_another() -> None:
    clock = Clock()
    inner = Scripted(*[LATE] * 20, OK)
    client = breaker(inner, clock)
    await asked(client, 20)
    clock.now += 5
    inner.released.clear()
    probes = [asyncio.ensure_future(client.send(request())) for _ in range(3)]
    await asyncio.sleep(0)
    for probe in probes:
        probe.cancel()
    await asyncio.gather(*probes, return_exceptions=True)
    inner.released.set()
    assert await asked(client, 3) == [OK] * 3
    assert client.state is State.CLOSED
