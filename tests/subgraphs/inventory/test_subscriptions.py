"""Subscriptions tell what changed after they began, each change once, and nobody's transfers but the caller's."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.transfer import TransferStatus
from subgraphs.inventory.schema import schema
from subgraphs.inventory.service import catalogue, transfers
from subgraphs.kit.context import Context
from subgraphs.kit.execution import Execution, GraphQLRequest
from subgraphs.kit.identity import Viewer
from tests.waiting import PATIENCE_SECONDS

STOCK = """subscription ($v: [ID!]!, $l: [ID!]) { stockLevelChanged(variantIds: $v, locationIds: $l)
    { status band version at variant { id } location { id } } }"""
TRANSFER = "subscription ($id: ID!) { transferChanged(id: $id) { status aheadBy } }"


@pytest.fixture
def listen(bare):
    """Start a subscription as some viewer; gives `anext` with a time limit."""
    execution = Execution(schema)

    @contextlib.asynccontextmanager
    async def start(query, variables, viewer=None):
        request = GraphQLRequest(query, None, variables)
        context = Context(viewer or Viewer(channel="web"), bare.database, bare.settings)
        events = await execution.stream(execution.choose(request), request, context)
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.05)  # the first look has been taken

        async def news():
            nonlocal upcoming
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = await upcoming
            upcoming = asyncio.ensure_future(anext(events))
            return told

        try:
            yield news
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)
            await events.aclose()

    return start


async def test_a_hold_lowers_the_online_promise_at_once(town, listen):
    home, thing = await town.warehouse(), await town.variant("alder")
    await town.stock(thing, home, 4)
    await town.database.write(catalogue.know_channels, [("web", "alder")])
    async with listen(STOCK, {"v": [thing]}) as news:
        await town.hold((thing, 2))
        first = (await news())["data"]["stockLevelChanged"]
        assert (first["status"], first["band"], first["location"]) == ("LOW_STOCK", "FEW", None)
        await town.hold((thing, 2))
        second = (await news())["data"]["stockLevelChanged"]
        assert (second["status"], second["band"]) == ("OUT_OF_STOCK", "NONE")
        assert second["version"] > first["version"]


async def test_a_watched_place_tells_of_itself(town, listen):
    store, other, thing = await town.place("store"), await town.place("other"), await town.variant()
    await town.stock(thing, store, 4)
    await town.stock(thing, other, 4)
    async with listen(STOCK, {"v": [thing], "l": [store]}) as news:
        await town.hold((thing, 1), at=other)
        await town.hold((thing, 1), at=store)
        told = (await news())["data"]["stockLevelChanged"]
        assert told["location"] == {"id": store}


@pytest.mark.parametrize("variants", [[], [f"var_{number}" for number in range(51)]])
async def test_too_many_or_no_variants_are_refused(listen, variants):
    async with listen(STOCK, {"v": variants}) as news:
        told = await news()
        assert told["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_transfer_is_told_as_it_moves_and_only_to_its_customer(town, listen):
    home, away, thing = await town.warehouse(), await town.place("away"), await town.variant()
    await town.stock(thing, home, 4)
    offer = Offer(home, away, thing, 1, town.later(days=2), 0, "GBP", town.later(minutes=30))
    transfer = await town.database.write(transfers.ask, offer, "cus_ada", None, "key", town.now)
    async with listen(TRANSFER, {"id": transfer}, Viewer(customer_id="cus_ada")) as news:
        assert (await news())["data"]["transferChanged"] == {"status": "REQUESTED", "aheadBy": "PT0S"}
        step = transfers.Step(TransferStatus.IN_TRANSIT, town.later(days=1))
        await town.database.write(transfers.advance, transfer, step, town.now)
        assert (await news())["data"]["transferChanged"] == {"status": "IN_TRANSIT", "aheadBy": "P1D"}
    async with listen(TRANSFER, {"id": transfer}, Viewer(customer_id="cus_ben")) as news:
        assert (await news())["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
