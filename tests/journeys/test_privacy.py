"""A shopper's token sees nothing of another's, by whatever way the schema has: Ben asks for all that is Ada's.

The ways are read from the schemas, so a field that is added tomorrow is asked for tomorrow. Ada's own answers say what is
hers: every text she is shown and neither Ben nor a stranger is.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson
import pytest_asyncio
from graphql import build_ast_schema, parse

from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.ids import type_of
from subgraphs.kit.sample_world import customer

from .conftest import ROOT
from .prying import PUBLIC, Clue, Pryer, closed_in, texts, types

ADA, BEN = customer("ada").id, customer("ben").id
SERVICES = ("cart", "catalog", "customer", "fulfilment", "inventory")
WORTH_HIDING = {
    "Cart",
    "CartLine",
    "Customer",
    "CustomerAddress",
    "Membership",
    "Order",
    "OrderLine",
    "PickupFulfilment",
    "Reservation",
    "StoredValueCard",
    "Wishlist",
}
"""Types the sample world has something of Ada's of: with less, this test would prove less."""
STOPPED = {"OPERATION_TOO_LARGE", "LIMIT_EXCEEDED", "COST_LIMIT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
"""What would mean that a question was not asked."""


@dataclass
class Hers:
    """What is Ada's alone: texts, and of those the ids by type."""

    texts: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    @property
    def ids(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for text in sorted(self.texts):
            if (kind := type_of(text)) is not None:
                found[kind].append(text)
        return found

    def clues(self) -> list[Clue]:
        """One id of each kind of thing, with what else she is known by."""
        known = ("ada@example.com", "A10000001", "+447700900101")
        ids = [ids[0] for kind, ids in self.ids.items() if kind not in PUBLIC]
        return [Clue(id, known[index % len(known)]) for index, id in enumerate([ADA, *ids])]

    def told_in(self, data: Any, *asked: str) -> set[str]:
        """What of hers is in an answer, beside what was in the question."""
        return {text for text in texts(data) if text in self.texts and not any(text in part for part in asked)}


def pryers() -> dict[str, Pryer]:
    """One for each subgraph, over what it has, federation's entry points included."""
    made = {}
    for name in SERVICES:
        document = parse((ROOT / f"schema/subgraphs/{name}.graphql").read_text("utf-8"))
        made[name] = Pryer(build_ast_schema(document, assume_valid=True, assume_valid_sdl=True), closed_in(document))
    return made


async def ask_service(shop, name: str, query: str, who: str, variables: dict[str, Any] | None = None) -> Any:
    """Ask a subgraph directly, with the identity the gateway would give it."""
    app = shop.applications[name]
    identity = sign(shop.identity_secret, customer_id=who, scopes=(), channel="web", now=int(time.time()))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://subgraph") as http:
        response = await http.post(
            "/graphql",
            content=orjson.dumps({"query": query, "variables": variables or {}}),
            headers={"content-type": "application/json", HEADER: identity},
        )
    return orjson.loads(response.content)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def gateway_pryer(supergraph) -> Pryer:
    closed: dict[str, Any] = {}
    for pryer in pryers().values():
        closed |= pryer.closed
    return Pryer(supergraph.api_schema, closed)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hers(window, gateway_pryer) -> Hers:
    """Every text Ada is shown of herself, less what Ben and strangers are shown too."""
    found, others = Hers(), set()
    nobody = Clue("", "")
    for name in gateway_pryer.fields("Customer"):
        if f"Customer.{name}" in gateway_pryer.closed:
            continue
        query = f"{{ me {{ {gateway_pryer.field('Customer', name, nobody, 3, private_only=True)} }} }}"
        for who in ("ada", "ben", "chiara"):
            answer = await window.ask(query, who=who)
            assert not STOPPED & set(answer.codes), (query, answer.errors)
            if who == "ada":
                found.texts |= set(texts(answer.data))
                found.types |= set(types(answer.data))
            else:
                others |= set(texts(answer.data))
    public = "{ locations(first: 50) { nodes { id name address { lines city postcode } phone } } loyaltyPrograms { code name tiers { name perks { description } } } }"
    others |= set(texts((await window.ask(public)).data))
    found.texts -= others
    return found


def test_there_is_something_to_hide(hers):
    assert hers.types >= WORTH_HIDING
    assert {"ada@example.com", ADA} <= hers.texts
    assert len(hers.texts) > 60


async def test_no_query_through_the_gateway_tells_ben_of_ada(window, hers, gateway_pryer):
    leaks, asked = [], 0
    for name in gateway_pryer.fields("Query"):
        for clue in hers.clues():
            query = f"{{ {gateway_pryer.field('Query', name, clue, 2)} }}"
            answer = await window.ask(query, who="ben")
            asked += 1
            if STOPPED & set(answer.codes):
                leaks.append(f"not asked: {name}: {answer.errors[0]['message']}")
            if told := hers.told_in(answer.data, query):
                leaks.append(f"{name} with {clue.id} tells {sorted(told)}")
    assert not leaks, "\n".join(leaks[:40])
    assert asked > 100
