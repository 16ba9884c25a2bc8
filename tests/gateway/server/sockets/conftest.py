"""Connections that are hung up after the test, whatever became of it."""

from __future__ import annotations

import pytest

from . import client


@pytest.fixture
async def connect():
    """Opens connections, as `client.connect` does."""
    opened = []

    async def connect(*arguments, **options) -> client.Socket:
        opened.append(await client.connect(*arguments, **options))
        return opened[-1]

    yield connect
    for socket in opened:
        socket.leave()
