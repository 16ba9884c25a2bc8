"""A shopper's token sees nothing of another's, by whatever way the schema has: Ben asks for all that is Ada's.

The ways are read from the schemas, so a field that is added tomorrow is asked for tomorrow. Ada's own answers say what is
hers: every text she is shown and neither Ben nor a stranger is.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio
from graphql import build_ast_schema, parse

from subgraphs.kit.identity import HEADER, sign
from subgraphs.kit.ids import type_of
from subgraphs.kit.sample_world import customer, location, variant

from .conftest import ROOT
from .prying import PUBLIC, Pryer, closed_in, declared, given, leaves, operation, texts, types
from .watching import watching

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
NEW_KEY = "prying-key-0001"
PLACES = {
    "Location": location("LON-OXF").id,
    "Product": variant("ALD-CAN-CED").product_id,
    "ProductVariant": variant("ALD-CAN-CED").id,
}
"""Public things that lead to people: visitors, tasks, holds, purchases."""
BY_THE_MINUTE = {"qrPayload", "statusLine", "lastSeenAt"}
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

    def clues(self) -> list[tuple[str, str]]:
        """One id of each kind of thing, each with something else she is known by."""
        known = ("ada@example.com", "A10000001", "+447700900101")
        ids = [ids[0] for kind, ids in self.ids.items() if kind not in PUBLIC | {"Customer"}]
        return [(id, known[index % len(known)]) for index, id in enumerate([ADA, *ids])]

    def told_in(self, data: Any, asked: dict[str, str]) -> set[str]:
        """What of hers is in an answer, beside what was in the question."""
        return {text for text in texts(data) if text in self.texts and text not in asked.values()}


def question(pryer: Pryer, name: str, id: str) -> str:
    """The query of a root field: of a thing by its id alone, all that things of its type have."""
    query = operation(pryer.field("Query", name, 1))
    kind = type_of(id)
    if name not in {"node", "nodes"} or kind is None:
        return query
    arguments = query[query.index(f"{name}(") :].partition(")")[0] + ")"
    if not pryer.is_node(kind):  # no id of such a thing is anything to this field
        return operation(f"{arguments} {{ __typename id }}")
    return operation(f"{arguments} {{ ... on {kind} {{ {pryer.everything(kind, 1)} }} }}")


def stopped(codes: Any) -> bool:
    """Whether a question was not asked after all."""
    return any(code in STOPPED or code.endswith("LIMIT_EXCEEDED") for code in codes)


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
    for name in gateway_pryer.fields("Customer"):
        if f"Customer.{name}" in gateway_pryer.closed or gateway_pryer.is_public("Customer", name):
            continue
        query = operation(f"me {{ {gateway_pryer.field('Customer', name, 3, private_only=True)} }}")
        for who in ("ada", "ben", "chiara"):
            answer = await window.ask(query, given(query, "", "", ""), who=who)
            assert not stopped(answer.codes), (query, answer.errors)
            if who == "ada":
                found.texts |= set(texts(answer.data))
                found.types |= set(types(answer.data))
            else:
                others |= set(texts(answer.data))
    for name in gateway_pryer.fields("Query"):
        query = operation(gateway_pryer.field("Query", name, 1))
        others |= set(texts((await window.ask(query, given(query, "none", "none", NEW_KEY))).data))
    found.texts -= others
    return found


def test_there_is_something_to_hide(hers):
    assert hers.types >= WORTH_HIDING
    assert {"ada@example.com", ADA} <= hers.texts
    assert len(hers.texts) > 60


async def test_no_query_through_the_gateway_tells_ben_of_ada(window, hers, gateway_pryer):
    leaks, asked = [], 0
    for name in gateway_pryer.fields("Query"):
        for id, known in hers.clues():
            query = question(gateway_pryer, name, id)
            variables = given(query, id, known, NEW_KEY)
            answer = await window.ask(query, variables, who="ben")
            asked += 1
            if stopped(answer.codes):
                leaks.append(f"not asked: {name}: {answer.errors[0]['message']}")
            if told := hers.told_in(answer.data, variables):
                leaks.append(f"{name} with {variables} tells {sorted(told)}")
    assert not leaks, "\n".join(leaks[:40])
    assert asked > 100


async def test_the_same_questions_tell_ada_of_herself(window, hers, gateway_pryer):
    told = set()
    for name in gateway_pryer.fields("Query"):
        for id, known in hers.clues():
            query = question(gateway_pryer, name, id)
            variables = given(query, id, known, NEW_KEY)
            if hers.told_in((await window.ask(query, variables, who="ada")).data, variables):
                told.add(name)
    assert told >= {"cart", "me", "node", "nodes", "order", "reservation"}


@pytest.mark.parametrize("name", SERVICES)
async def test_no_entity_of_a_subgraph_asked_directly_tells_ben_of_ada(window, hers, name):
    pryer, leaks, met = pryers()[name], [], 0
    entity = pryer.schema.type_map["_Entity"]
    for kind in pryer.schema.get_possible_types(entity):
        ids = hers.ids.get(kind.name, [])[:3] or ([PLACES.get(kind.name)] if kind.name in PLACES else [])
        selections = [pryer.everything(kind.name, 2)]
        selections += [pryer.field(kind.name, each, 2) for each in pryer.closed_fields(kind.name)]
        for id in ids:
            for selection in selections:
                query = f"query ($r: [_Any!]!{declared(selection)}) {{ _entities(representations: $r) {{ ... on {kind.name} {{ {selection} }} }} }}"
                variables = {
                    "r": [{"__typename": kind.name, "id": id}],
                    **given(query, ADA, "ada@example.com", NEW_KEY),
                }
                answer = await ask_service(window, name, query, BEN, variables)
                codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
                met += 1
                if stopped(codes):
                    leaks.append(f"not asked: {kind.name}: {answer['errors'][0]['message']}")
                if told := hers.told_in(answer.get("data"), {"id": id, "ada": ADA}):
                    leaks.append(f"{kind.name} {id} tells {sorted(told)}")
    assert not leaks, "\n".join(leaks[:40])
    assert met


async def own_record(shop, pryer) -> dict[Any, Any]:
    """All Ada sees of herself, leaf by leaf; what changes with the minute left aside."""
    found: dict[Any, Any] = {}
    for name in pryer.fields("Customer"):
        if f"Customer.{name}" not in pryer.closed and not pryer.is_public("Customer", name):
            query = operation(f"me {{ {pryer.field('Customer', name, 3, private_only=True)} }}")
            answer = await shop.ask(query, given(query, "", "", ""), who="ada")
            found |= {path: value for path, value in leaves(answer.data) if not BY_THE_MINUTE & set(path)}
    return found


async def test_no_mutation_with_adas_ids_tells_ben_of_her_or_changes_what_is_hers(shop, hers, gateway_pryer):
    before = await own_record(shop, gateway_pryer)
    leaks, keys = [], count()
    for name in gateway_pryer.fields("Mutation"):
        query = operation(gateway_pryer.field("Mutation", name, 1, private_only=True), "mutation")
        for id, known in hers.clues() if "$id" in query or "$text" in query else [("", "")]:
            variables = given(query, id, known, f"prying-key-{next(keys):06}")
            answer = await shop.ask(query, variables, who="ben")
            if stopped(answer.codes):
                leaks.append(f"not asked: {name}: {answer.errors[0]['message']}")
            if told := hers.told_in(answer.data, variables):
                leaks.append(f"{name} with {variables} tells {sorted(told)}")
    after = await own_record(shop, gateway_pryer)
    leaks += [
        f"changed: {path}: {before.get(path)} → {value}" for path, value in after.items() if before.get(path) != value
    ]
    assert not leaks, "\n".join(leaks[:40])


async def test_no_subscription_with_adas_ids_shows_ben_anything_of_hers(window, hers, gateway_pryer):
    leaks = []

    async def watch(name: str, id: str, known: str) -> None:
        query = operation(gateway_pryer.field("Subscription", name, 1), "subscription")
        variables = given(query, id, known, NEW_KEY)
        async with watching(window, query, variables, who="ben") as screen:
            await asyncio.sleep(0.1)
        if told := hers.told_in(screen.shown(), variables):
            leaks.append(f"{name} with {variables} tells {sorted(told)}")

    for name in gateway_pryer.fields("Subscription"):
        await asyncio.gather(*(watch(name, id, known) for id, known in hers.clues()))
    assert not leaks, "\n".join(leaks[:40])
