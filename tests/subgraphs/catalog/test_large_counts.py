"""Counts of large listings are remembered, those of small ones are told anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.catalog.service.large_counts import remembered
from subgraphs.catalog.service.search import Wanted, count_facets, count_hits

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EVERYTHING = Wanted(channels=("web",), currency="GBP", now=NOW)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here is of a database


async def statements(shop, wanted, count, **more):
    before = shop.database.statements
    value = await remembered(shop.database, count, wanted, **more)
    return value, shop.database.statements - before


@pytest.mark.parametrize("count", [count_hits, count_facets])
async def test_a_large_count_is_made_once_whenever_it_is_asked_for(shop, count):
    first, sent = await statements(shop, EVERYTHING, count, large=1)
    later = Wanted(channels=("web",), currency="GBP", now=NOW + timedelta(seconds=1))
    assert sent == 1
    assert await statements(shop, later, count, large=1) == (first, 0)


async def test_other_words_or_another_channel_are_another_count(shop):
    every, _ = await statements(shop, EVERYTHING, count_hits, large=1)
    worded = Wanted(channels=("web",), currency="GBP", now=NOW, words=("candle",))
    fewer, sent = await statements(shop, worded, count_hits, large=1)
    assert (sent, 0 < fewer < every) == (1, True)
    nowhere = Wanted(channels=("no-such-channel",), currency="GBP", now=NOW)
    assert await statements(shop, nowhere, count_hits, large=1) == (0, 1)


async def test_a_small_count_is_told_anew(shop):
    await statements(shop, EVERYTHING, count_hits)
    assert (await statements(shop, EVERYTHING, count_hits))[1] == 1
