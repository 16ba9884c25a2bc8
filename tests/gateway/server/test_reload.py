"""A new supergraph takes over between two requests; a bad one changes nothing. Ids: L for life cycle."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import weakref

import pytest

from gateway.errors import SupergraphInvalid
from gateway.server.memory import keep_what_is_there
from gateway.server.reload import Reloader, stamp_of
from tests.waiting import forward, settled, until


class Loaded:
    """Stands for a pipeline; says of which text it was made."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.closed = False

    def warm(self, old) -> None:
        """Nothing to plan."""

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
async def watched(tmp_path, make_gateway):
    """A gateway over a file whose text `bad` cannot be loaded."""
    path = tmp_path / "supergraph.graphql"
    path.write_text("first")

    def load() -> Loaded:
        text = path.read_text()
        if text == "bad":
            raise SupergraphInvalid("it is bad")
        return Loaded(text)

    gateway = make_gateway(server={"reload_seconds": 0.02}, limits={"request_seconds": 600})
    gateway.pipeline = load()
    gateway.path, gateway.load = path, load
    async with Reloader(gateway, path, load).watching():
        yield gateway


async def test_a_changed_file_is_loaded_and_the_old_pipeline_closed_afterwards(watched):
    old = watched.pipeline
    watched.path.write_text("second")
    await until(lambda: watched.pipeline.text == "second")
    await settled()
    assert not old.closed
    forward(601)
    await until(lambda: old.closed)


async def test_L1_a_file_swapped_by_renaming_is_loaded(watched, tmp_path):
    fresh = tmp_path / "fresh"
    fresh.write_text("third")
    fresh.replace(watched.path)
    await until(lambda: watched.pipeline.text == "third")


async def test_L1_a_bad_file_changes_nothing_and_the_next_good_one_is_taken(watched, capsys):
    watched.path.write_text("bad")
    said = ""

    def told() -> bool:
        nonlocal said
        said += "".join(capsys.readouterr())
        return "it is bad" in said

    await until(told)
    assert (watched.pipeline.text, watched.ready) == ("first", True)
    watched.path.unlink()
    await asyncio.sleep(0.1)
    assert watched.pipeline.text == "first"
    watched.path.write_text("good again")
    await until(lambda: watched.pipeline.text == "good again")


async def test_L4_a_hangup_loads_it_anew(watched):
    old = watched.pipeline
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: watched.pipeline is not old)


async def test_an_old_supergraph_is_let_go_of_although_it_is_one_great_cycle_and_was_there_from_the_start(watched):
    threshold = gc.get_threshold()
    try:
        watched.pipeline.cycle = watched.pipeline
        keep_what_is_there()  # as a server does before it serves: nothing of this is looked through again …
        old = weakref.ref(watched.pipeline)
        watched.path.write_text("second")
        await until(lambda: watched.pipeline.text == "second")
        await settled()  # the old one waits for its last request
        forward(601)
        await until(lambda: old() is None)  # … until a reload
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)


async def test_a_file_that_changed_after_it_was_read_is_read_again(tmp_path, make_gateway):
    path = tmp_path / "supergraph.graphql"
    path.write_text("first")
    stamp = stamp_of(path)
    gateway = make_gateway(server={"reload_seconds": 0.02})
    gateway.pipeline = Loaded("first")
    path.write_text("second")  # between reading and watching
    async with Reloader(gateway, path, lambda: Loaded(path.read_text()), stamp).watching():
        await until(lambda: gateway.pipeline.text == "second")
