"""available + reserved + sold = received, whatever happens in whatever order: a state machine on both databases."""

from __future__ import annotations

import asyncio
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

from subgraphs.inventory.app import DOMAIN
from subgraphs.inventory.errors import InsufficientStock
from subgraphs.inventory.rules.count import MovementKind
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.transfer import TransferStatus
from subgraphs.inventory.service import holds, orders, shelf, transfers
from subgraphs.kit.database import Database
from subgraphs.kit.errors import WrongState
from subgraphs.kit.migrations import upgrade

units = st.integers(1, 6)
which = st.integers(0, 10**6)


class StockMachine(RuleBasedStateMachine):
    """Two places and one variant; every rule runs service functions, every invariant reads the database."""

    url = ""
    town_type = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.town = self.town_type(Database(self.url))
        self.clock = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.received = 0
        self.written_off = 0
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
        sold = -self.run(self.town.ledger(self.thing, "SALE"))
        available = sum(level.on_hand - level.reserved for level in levels)
        reserved = sum(level.reserved for level in levels)
        under_way = sum(level.inbound for level in levels)
        assert available + reserved + under_way + sold + self.written_off == self.received

    @invariant()
    def what_is_reserved_is_what_is_held(self):
        for record in getattr(self, "records", ()):
            level = self.run(self.town.level(record))
            assert level.reserved == self.run(self.town.held(record))
            assert 0 <= level.reserved <= level.on_hand

    def teardown(self):
        self.run(self.town.database.close())
        self.runner.close()


async def _forget_places(session):
    """Places of earlier runs must not answer this run's asks without a place."""
    await session.execute(shelf.LOCATIONS.update().values(promises_online=False))


@pytest.mark.parametrize("steps", [25])
def test_available_and_reserved_and_sold_are_what_was_received(database_url, town_type, steps):
    async def prepare():
        database = Database(database_url)
        await upgrade(database, DOMAIN.migrations)
        await database.close()

    asyncio.run(prepare())
    machine = type("Machine", (StockMachine,), {"url": database_url, "town_type": town_type})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
