"""Events leave with the write, arrive at least once, and are dealt with once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from subgraphs.kit.bus import InProcessBus, shared_bus
from subgraphs.kit.database import Database
from subgraphs.kit.inbox import Consumer, consume
from subgraphs.kit.outbox import Relay, emit, replay
from subgraphs.kit.tables import KIT


@pytest.fixture
async def database(database_url):
    database = Database(database_url)
    async with database.writing_connection() as connection:
        await connection.run_sync(KIT.metadata.create_all)
    yield database
    await database.close()


class Heard:
    """A consumer that fails for as long as it is told to."""

    def __init__(self) -> None:
        self.events = []
        self.failing = set()
        self.woken = asyncio.Event()

    async def __call__(self, event):
        if event.payload["n"] in self.failing:
            raise RuntimeError("not now")
        self.events.append((event.aggregate_id, event.payload["n"]))
        self.woken.set()


async def _states(session):
    rows = await session.execute(select(KIT.outbox.c.state, func.count()).group_by(KIT.outbox.c.state))
    return dict(rows.all())


async def _emit(session, aggregate, *numbers):
    for number in numbers:
        await emit(session, "thing.changed", aggregate, {"n": number})


async def _hurry(session):
    await session.execute(update(KIT.outbox).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))


async def _carry_all(relay):
    total = 0
    while sent := await relay.carry():
        total += sent
    return total


async def test_a_write_that_fails_tells_nobody(database):
    async def write(session):
        await _emit(session, "a", 1)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(write)
    assert await database.read(_states) == {}


async def test_events_of_one_thing_arrive_in_order_from_any_number_of_relays(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    for aggregate in ("a", "b", "c"):
        await database.write(_emit, aggregate, *range(10))
    await asyncio.gather(*(_carry_all(Relay(database, bus)) for _ in range(3)))
    await _carry_all(Relay(database, bus))
    assert sorted(heard.events) == sorted((aggregate, n) for aggregate in "abc" for n in range(10))
    for aggregate in "abc":
        assert [n for who, n in heard.events if who == aggregate] == list(range(10))


async def test_an_event_that_is_not_taken_holds_up_its_own_thing_only_and_comes_again(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    heard.failing = {0}
    await database.write(_emit, "a", 0, 1)
    await database.write(_emit, "b", 5)
    relay = Relay(database, bus)
    await _carry_all(relay)
    assert heard.events == [("b", 5)]
    heard.failing = set()
    await database.write(_hurry)
    await _carry_all(relay)
    assert heard.events == [("b", 5), ("a", 0), ("a", 1)]


async def test_a_poisonous_event_is_parked_others_flow_on_and_it_can_be_replayed(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    heard.failing = {0}
    await database.write(_emit, "a", 0, 1)
    relay = Relay(database, bus, attempts=3)
    for _ in range(3):
        await relay.carry()
        await database.write(_hurry)
    await _carry_all(relay)
    assert heard.events == [("a", 1)]
    assert await database.read(_states) == {"parked": 1, "sent": 1}
    heard.failing = set()
    assert await database.write(replay) == 1
    await _carry_all(relay)
    assert heard.events == [("a", 1), ("a", 0)]


async def test_a_relay_that_dies_in_between_is_followed_by_another(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    await database.write(_emit, "a", 1)
    from subgraphs.kit.outbox import _claim

    assert len(await database.write(_claim, "the one that dies")) == 1
    assert await Relay(database, bus).carry() == 0

    async def expire(session):
        await session.execute(update(KIT.outbox).values(leased_until=datetime.now(UTC) - timedelta(seconds=1)))

    await database.write(expire)
    assert await Relay(database, bus).carry() == 1
    assert heard.events == [("a", 1)]


async def test_a_consumer_deals_with_an_event_once_even_when_two_deliveries_meet(database):
    handled = []

    async def handle(session, event):
        handled.append(event.id)

    bus = InProcessBus()
    consumer = Consumer("points", ("thing.changed",), handle)

    async def deliver(event):
        await asyncio.gather(*(consume(database, consumer, event) for _ in range(3)))

    bus.subscribe("g", consumer.topics, deliver)
    await database.write(_emit, "a", 1)
    await _carry_all(Relay(database, bus))
    assert len(handled) == 1


async def test_a_handler_that_fails_is_not_remembered(database):
    attempts = []

    async def handle(session, event):
        attempts.append(event.id)
        if len(attempts) == 1:
            raise RuntimeError

    consumer = Consumer("points", ("thing.changed",), handle)
    bus = InProcessBus()

    async def deliver(event):
        await consume(database, consumer, event)

    bus.subscribe("g", consumer.topics, deliver)
    await database.write(_emit, "a", 1)
    relay = Relay(database, bus)
    await relay.carry()
    await database.write(_hurry)
    assert await relay.carry() == 1
    assert len(attempts) == 2


async def test_a_running_relay_is_woken_by_the_write(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    running = asyncio.create_task(Relay(database, bus, poll_seconds=60).run())
    await asyncio.sleep(0.05)
    await database.write(_emit, "a", 1)
    async with asyncio.timeout(10):
        await heard.woken.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_subgraphs_of_one_data_folder_share_a_bus(tmp_path):
    one = shared_bus(tmp_path / "a")
    assert shared_bus(tmp_path / "a" / ".." / "a") is one
    assert shared_bus(tmp_path / "b") is not one
