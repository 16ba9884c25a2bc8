"""Every channel's operation takes no more requests, and no more that wait for each other, than its file allows.

The budgets are what a good plan takes. This needs no running shop: a plan that grows fails here in a second.
"""

from __future__ import annotations

from functools import cache

import pytest
from graphql import parse

from gateway.planner import normalise, plan
from gateway.planner.text import plan_size
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph

from .conftest import OPERATIONS, ROOT, budget


@cache
def shop() -> Supergraph:
    return load_supergraph((ROOT / "schema" / "supergraph.graphql").read_text("utf-8"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_operation_takes_more_requests_or_stages_than_its_budget(operation: str):
    document = parse(OPERATIONS[operation].read_text("utf-8"))
    size = plan_size(plan(normalise(document, None, {}, shop()), shop()))
    assert size.requests <= budget(operation, "fetches")
    assert size.depth <= budget(operation, "stages")
