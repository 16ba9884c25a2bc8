"""SIGKILL at any moment of trading: the next start is clean, and whatever was answered is still true."""

from __future__ import annotations

import asyncio
import random
import sqlite3

import httpx2
import pytest

from subgraphs.kit.sample_world import variant

from .served import Server, answers, serving

ADD = """
mutation Add($input: CartLinesAddInput!) {
  cartLinesAdd(input: $input) {
    __typename
    ... on CartSuccess { replayed cart { id totalQuantity } }
  }
}
"""
CANDLE = variant("ALD-CAN-CED").id


async def add(client: httpx2.AsyncClient, server: Server, key: str) -> dict:
    """A cart of two candles, by its key; the same again for the same key."""
    host, port = server.address
    given = {"lines": [{"variantId": CANDLE, "quantity": 2}], "idempotencyKey": key}
    answered = await client.post(f"http://{host}:{port}/graphql", json={"query": ADD, "variables": {"input": given}})
    return answered.json()["data"]["cartLinesAdd"]


async def trade(server: Server, start: int, kept: dict[str, str]) -> None:
    """Add carts until the server is gone; those that were answered are kept."""
    async with httpx2.AsyncClient(timeout=20) as client:
        for number in range(start, start + 100_000):
            try:
                answer = await add(client, server, f"killed-key-{number:08}")
            except (httpx2.HTTPError, ValueError):
                return
            kept[f"killed-key-{number:08}"] = answer["cart"]["id"]


@pytest.mark.prove
async def test_L3_C16_killed_at_any_moment_it_starts_clean_and_has_what_it_answered(tmp_path):
    kept: dict[str, str] = {}
    for turn in range(4):
        with serving(tmp_path, "up") as server:
            traders = [asyncio.create_task(trade(server, (turn * 10 + n) * 1_000_000, kept)) for n in range(3)]
            await asyncio.sleep(1 + random.random())
            server.process.kill()
            server.process.wait()
            await asyncio.gather(*traders)
        for path in (tmp_path / "data").glob("*.sqlite"):
            with sqlite3.connect(path) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
            database.close()
    assert len(kept) > 4
    with serving(tmp_path, "up") as server:
        assert await answers(server)
        async with httpx2.AsyncClient(timeout=20) as client:
            for key, cart in kept.items():
                again = await add(client, server, key)
                assert (again["replayed"], again["cart"]) == (True, {"id": cart, "totalQuantity": 2})
    assert "Traceback" not in server.log.read_text("utf-8")
