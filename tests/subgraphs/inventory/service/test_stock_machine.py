"""available + reserved + sold = received, whatever happens in whatever order: a state machine on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from subgraphs.inventory.app import DOMAIN
from subgraphs.inventory.errors import InsufficientStock
from subgraphs.inventory.rules.count import MovementKind, Scan
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.reservation import ReservationKind
from subgraphs.inventory.rules.transfer import TransferStatus
from subgraphs.inventory.service import catalogue, counts, holds, orders, shelf, transfers
from subgraphs.inventory.service.heard import CONSUMERS
from subgraphs.kit.bus import Event
from subgraphs.kit.database import Database
from subgraphs.kit.errors import WrongState
from subgraphs.kit.inbox import consume
from subgraphs.kit.migrations import upgrade

units = st.integers(1, 6)
which = st.integers(0, 10**6)


class StockMachine(RuleBasedStateMachine):
    """Two places and one variant; every rule runs service functions, every invariant reads the database."""

    url = ""
    code = "05012345678900"
    town_type = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.town = self.town_type(Database(self.url))
        self.clock = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.received = 0
        self.written_off = 0
        self.found_otherwise = False
        """A count, a late scan or a sale elsewhere said that the shelf is not as the system thought."""
        self.holds: list[str] = []
        self.requests: list[str] = []
        self.transfers: list[str] = []

    def run(self, work):
        return self.runner.run(work)

    def write(self, work, *arguments):
        return self.run(self.town.database.write(work, *arguments))

    @initialize()
    def open_shop(self):
        async def make():
            self.home = await self.town.warehouse(f"home-{id(self)}-{self.clock}")
            self.away = await self.town.place(f"away-{id(self)}-{self.clock}")
            self.thing = await self.town.variant()
            await self.town.stock(self.thing, self.home, 0)
            await self.town.stock(self.thing, self.away, 0)
            await self.town.database.write(catalogue.know_barcodes, [(self.code, self.thing, 1)])

        self.run(self.town.database.write(_forget_places))
        self.run(make())
        self.records = [shelf.level_id(self.thing, each) for each in (self.home, self.away)]

    @rule(quantity=units, away=st.booleans())
    def receive(self, quantity, away):
        change = shelf.Change(self.records[away], on_hand=quantity, movement=MovementKind.RECEIPT)
        self.write(shelf.change, [change], self.clock)
        self.received += quantity

    @rule(quantity=units, away=st.booleans())
    def write_off(self, quantity, away):
        before = self.run(self.town.level(self.records[away]))
        quantity = min(quantity, before.on_hand - before.reserved)
        if quantity > 0:
            change = shelf.Change(self.records[away], on_hand=-quantity, movement=MovementKind.WRITE_OFF)
            self.write(shelf.change, [change], self.clock)
            self.written_off += quantity

    @rule(first=units, second=units, place=st.sampled_from(["home", "away", None]))
    def hold(self, first, second, place):
        at = None if place is None else getattr(self, place)
        ask = self.town.ask((self.thing, first), (self.thing, second), at=at)
        free = [self.run(self.town.level(record)) for record in self.records]
        left = [level.on_hand - level.reserved for level in free][place == "away"]
        try:
            self.holds += self.write(holds.hold, ask, self.clock)
        except InsufficientStock:
            assert first + second > left
        else:
            assert first + second <= left
            self.requests.append(ask.request)

    @precondition(lambda self: self.holds)
    @rule(index=which)
    def sell(self, index):
        self.write(holds.sell, [self.holds[index % len(self.holds)]], "ord_1", self.clock)

    @precondition(lambda self: self.holds)
    @rule(index=which)
    def release(self, index):
        self.write(holds.release, [self.holds[index % len(self.holds)]], self.clock)

    @rule(quantity=units, kind=st.sampled_from([ReservationKind.TRY_ON, ReservationKind.PULL]))
    def put_aside(self, quantity, kind):
        ask = self.town.ask((self.thing, quantity), at=self.away, kind=kind, customer_id=f"cus_{self.town.asks}")
        with suppress(InsufficientStock):
            self.holds += self.write(holds.hold, dataclasses.replace(ask, by_customer=True), self.clock)

    @rule(found=st.integers(0, 20), away=st.booleans())
    def count_shelf(self, found, away):
        """A count is right whatever the system thinks: what it finds is there, and what was held beyond it is not."""
        self.found_otherwise = True
        self.town.asks += 1
        place = self.away if away else self.home
        scan = Scan(place, self.code, found, None, self.clock, f"count-{self.home}-{self.town.asks}")
        self.write(counts.scan, [scan], self.clock)

    @rule(change=st.integers(-4, 6).filter(bool), away=st.booleans(), minutes=st.integers(0, 30))
    def scan_change(self, change, away, minutes):
        """Received or written off by a device that may have been offline."""
        self.found_otherwise = True
        self.town.asks += 1
        place = self.away if away else self.home
        at = self.clock - timedelta(minutes=minutes)
        self.write(
            counts.scan, [Scan(place, self.code, None, change, at, f"scan-{self.home}-{self.town.asks}")], self.clock
        )

    @rule(quantity=units, away=st.booleans(), times=st.integers(1, 2))
    def take_back(self, quantity, away, times):
        self.tell("return.received", times, {"location_id": self.away if away else self.home}, quantity)

    @rule(quantity=units, away=st.booleans(), times=st.integers(1, 2))
    def sell_elsewhere(self, quantity, away, times):
        self.found_otherwise = True
        self.tell("order.recorded", times, {"location_id": self.away if away else self.home}, quantity)

    @rule(times=st.integers(1, 2))
    def cancel_order(self, times):
        self.tell("order.cancelled", times, {"order_id": "ord_1"}, 0)

    def tell(self, topic, times, payload, quantity):
        """An event of fulfilment's, delivered once or twice."""
        self.town.asks += 1
        lines = [{"variant_id": self.thing, "quantity": quantity}] if quantity else []
        event = Event(f"{self.home[4:]}-{self.town.asks}", topic, "ord_1", 1, {**payload, "lines": lines}, self.clock)
        for _ in range(times):
            for consumer in CONSUMERS:
                if topic in consumer.topics:
                    self.run(consume(self.town.database, consumer, event))

    @precondition(lambda self: self.requests)
    @rule(index=which)
    def assign(self, index):
        self.write(orders.assign, self.requests[index % len(self.requests)], "ord_1", self.clock)

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes):
        self.clock += timedelta(minutes=minutes)

    @rule()
    def sweep(self):
        self.write(holds.expire_due, self.clock)

    @rule(quantity=units)
    def ask_for_transfer(self, quantity):
        ends = self.clock + timedelta(hours=1)
        offer = Offer(self.home, self.away, self.thing, quantity, ends, 0, "GBP", ends)
        self.town.asks += 1
        try:
            made = self.write(transfers.ask, offer, "cus_1", None, f"transfer-{self.town.asks}", self.clock)
        except InsufficientStock:
            return
        self.transfers.append(made)

    @precondition(lambda self: self.transfers)
    @rule(index=which, status=st.sampled_from(TransferStatus))
    def advance(self, index, status):
        transfer = self.transfers[index % len(self.transfers)]
        with suppress(WrongState):
            self.write(transfers.advance, transfer, transfers.Step(status), self.clock)

    @invariant()
    def nothing_is_lost_and_nothing_is_made(self):
        if not hasattr(self, "records"):
            return
        levels = [self.run(self.town.level(record)) for record in self.records]
        ledger = self.run(self.town.database.read(_ledger, self.thing))
        for level in levels:
            assert level.on_hand == sum(ledger.get(level.location_id, {}).values()), "the ledger explains the shelf"
        total = Counter()
        for kinds in ledger.values():
            total.update(kinds)
        sold, under_way = -total["SALE"], -(total["TRANSFER_OUT"] + total["TRANSFER_IN"])
        received = total["RECEIPT"] + total["RETURN"] + total["WRITE_OFF"] + total["COUNT"] + total["CORRECTION"]
        available = sum(level.on_hand - level.reserved for level in levels)
        reserved = sum(level.reserved for level in levels)
        assert available + reserved + under_way + sold == received
        assert total["RECEIPT"] >= self.received
        if not self.found_otherwise:
            assert under_way == sum(level.inbound for level in levels)
            assert received == self.received + total["RETURN"] - self.written_off

    @invariant()
    def what_is_reserved_is_what_is_held(self):
        for record in getattr(self, "records", ()):
            level = self.run(self.town.level(record))
            assert level.reserved == self.run(self.town.held(record))
            assert level.reserved >= 0
            if not self.found_otherwise:
                assert level.reserved <= level.on_hand

    def teardown(self):
        self.run(self.town.database.close())
        self.runner.close()


async def _ledger(session, variant_id):
    """Place → kind → sum of the ledger's changes."""
    table = shelf.MOVEMENTS
    columns = (table.c.location_id, table.c.kind, func.sum(table.c.change))
    rows = await session.execute(
        select(*columns).where(table.c.variant_id == variant_id).group_by(table.c.location_id, table.c.kind)
    )
    found = {}
    for place, kind, change in rows:
        found.setdefault(place, {})[kind] = int(change)
    return found


async def _forget_places(session):
    """Places of earlier runs must not answer this run's asks without a place."""
    await session.execute(shelf.LOCATIONS.update().values(promises_online=False))


@pytest.mark.parametrize("steps", [25])
def test_C3_available_and_reserved_and_sold_are_what_was_received(database_url, town_type, steps):
    async def prepare():
        database = Database(database_url)
        await upgrade(database, DOMAIN.migrations)
        await database.close()

    asyncio.run(prepare())
    examples = (
        15 if database_url.startswith("sqlite") else 6
    )  # the rules are the same, and each costs six times as much
    machine = type("Machine", (StockMachine,), {"url": database_url, "town_type": town_type})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
