"""Events leave with the write, arrive at least once, and are dealt with once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from subgraphs.kit import parked
from subgraphs.kit.bus import Away, Event, InProcessBus, shared_bus
from subgraphs.kit.database import Database
from subgraphs.kit.inbox import Consumer, consume
from subgraphs.kit.outbox import Relay, emit, replay
from subgraphs.kit.tables import KIT
from tests.waiting import PATIENCE_SECONDS


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


async def _expire(session):
    await session.execute(update(KIT.outbox).values(leased_until=datetime.now(UTC) - timedelta(seconds=1)))


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


async def test_C10_C11_events_of_one_thing_arrive_in_order_from_any_number_of_relays(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    for aggregate in ("a", "b", "c"):
        await database.write(_emit, aggregate, *range(10))
    await asyncio.gather(*(_carry_all(Relay(database, bus)) for _ in range(3)))
    await _carry_all(Relay(database, bus))
    assert sorted(heard.events) == sorted((aggregate, n) for aggregate in "abc" for n in range(10))
    for aggregate in "abc":
        assert [n for who, n in heard.events if who == aggregate] == list(range(10))


async def test_C10_an_event_that_is_not_taken_holds_up_its_own_thing_only_and_comes_again(database):
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


async def test_C12_a_poisonous_event_is_parked_others_flow_on_and_it_can_be_replayed(database):
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


async def test_C11_a_relay_that_dies_in_between_is_followed_by_another(database):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    await database.write(_emit, "a", 1)
    from subgraphs.kit.outbox import _claim

    assert len(await database.write(_claim, "the one that dies")) == 1
    assert await Relay(database, bus).carry() == 0

    await database.write(_expire)
    assert await Relay(database, bus).carry() == 1
    assert heard.events == [("a", 1)]


async def test_C10_a_consumer_deals_with_an_event_once_even_when_two_deliveries_meet(database):
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


async def test_C11_a_relay_that_dies_after_publishing_and_before_saying_so_does_no_harm(database):
    handled = []

    async def handle(session, event):
        handled.append(event.payload["n"])

    class Dying(InProcessBus):
        async def publish(self, event):
            await super().publish(event)
            raise asyncio.CancelledError  # what kill -9 leaves: taken by the consumer, not marked as sent

    consumer = Consumer("points", ("thing.changed",), handle)
    for bus in (dying := Dying(), living := InProcessBus()):
        bus.subscribe("g", consumer.topics, partial(consume, database, consumer))
    await database.write(_emit, "a", 1, 2)
    with pytest.raises(asyncio.CancelledError):
        await Relay(database, dying).carry()
    assert await database.read(_states) == {"pending": 2}
    await database.write(_expire)
    await _carry_all(Relay(database, living))
    assert handled == [1, 2]
    assert await database.read(_states) == {"sent": 2}


async def test_C11_of_two_relays_no_event_is_carried_by_both(database):
    carried = []

    def relay(name):
        bus = InProcessBus()

        async def note(event):
            carried.append((name, event.id))
            await asyncio.sleep(0)

        bus.subscribe("g", ("thing.changed",), note)
        return Relay(database, bus)

    for thing in range(80):
        await database.write(_emit, f"thing-{thing}", 1)
    await asyncio.gather(_carry_all(relay("one")), _carry_all(relay("two")))
    assert len({event for _, event in carried}) == len(carried) == 80


async def test_C10_while_the_bus_is_away_writes_go_on_and_nothing_is_parked_then_all_drains_in_order(database):
    bus, heard = InProcessBus(), Heard()
    away = True

    async def deliver(event):
        if away:
            raise Away("the broker is down")
        await heard(event)

    bus.subscribe("g", ("thing.changed",), deliver)
    relay = Relay(database, bus, attempts=2)
    for n in range(6):
        await database.write(_emit, "a", n)
        await database.write(_emit, "b", n)
        await _carry_all(relay)
        await database.write(_hurry)
    assert await database.read(_states) == {"pending": 12}
    away = False
    await _carry_all(relay)
    assert await database.read(_states) == {"sent": 12}
    for thing in ("a", "b"):
        assert [n for who, n in heard.events if who == thing] == list(range(6))


async def test_C10_an_older_event_that_comes_late_and_twice_changes_nothing(database):
    handled = []

    async def handle(session, event):
        handled.append(event.id)

    consumer = Consumer("points", ("thing.changed",), handle)
    first, second = (
        Event(f"0190c2b4-0000-7000-8000-00000000000{n}", "thing.changed", "a", 1, {"n": n}, datetime.now(UTC))
        for n in (1, 2)
    )
    dealt = [await consume(database, consumer, event) for event in (second, first, second, first)]
    assert dealt == [True, True, False, False]
    assert handled == [second.id, first.id]


async def test_C12_what_is_parked_is_shown_and_let_go_again_by_a_command(database, monkeypatch, capsys, tmp_path):
    bus, heard = InProcessBus(), Heard()
    bus.subscribe("g", ("thing.changed",), heard)
    heard.failing = {0}
    await database.write(_emit, "a", 0)
    await Relay(database, bus, attempts=1).carry()
    monkeypatch.setenv("CHANNELGRAPH_DATABASE_URL", database.url.render_as_string(hide_password=False))
    ask = partial(asyncio.to_thread, parked.main)
    assert await ask(["notes", "--data", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "thing.changed  a  1 attempts  NotTaken: g did not take thing.changed: RuntimeError: not now" in shown
    assert await ask(["notes", "--replay", "no-such-event"]) == 0
    assert await ask(["notes", "--replay"]) == 0
    assert capsys.readouterr().out == "0 parked events go again\n1 parked events go again\n"
    heard.failing = set()
    assert await Relay(database, bus).carry() == 1


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
    running = asyncio.create_task(Relay(database, bus, poll_seconds=2 * PATIENCE_SECONDS).run())
    await asyncio.sleep(0.05)
    await database.write(_emit, "a", 1)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await heard.woken.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_subgraphs_of_one_data_folder_share_a_bus(tmp_path):
    one = shared_bus(tmp_path / "a")
    assert shared_bus(tmp_path / "a" / ".." / "a") is one
    assert shared_bus(tmp_path / "b") is not one
