"""The customer subgraph with its sample world."""

from __future__ import annotations

import pytest

from subgraphs.customer.app import create_app
from subgraphs.kit.sample_world import customer


@pytest.fixture
async def shop(subgraph):
    """A started customer subgraph, samples loaded."""
    return await subgraph(create_app, sample_data=True)


@pytest.fixture
def ada():
    """A sample customer: gold in one programme, silver in the other."""
    return customer("ada").id


@pytest.fixture
def ben():
    """Another sample customer."""
    return customer("ben").id
