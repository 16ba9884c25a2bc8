"""`extensions.plan`: off unless set, and then how each fetch went."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from graphql import build_schema

from gateway.channels.served import ServedContract
from gateway.pipeline import Pipeline
from gateway.settings import Settings

QUERY = "query ($on: Boolean!) { products { name stock @include(if: $on) } }"
SHOWN = {"planning": {"shown": True}}


async def asked(shop, query: str = QUERY, variables=None, contract: str | None = None, **more):
    request = shop.request(query, {"on": True} if variables is None else variables, **more)
    return await shop.pipeline.answer(replace(request, show_plan=True, contract=contract))


@pytest.fixture
def watch(make_shop):
    """A shop that serves the contract `watch`."""

    def make(**changes):
        shop = make_shop()
        sdl = "type Query { products: [Product!]! } type Product { id: ID! name: String! stock: Int }"
        contract = ServedContract("watch", build_schema(sdl), ())
        shop.pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, Settings(**changes), None, [contract])
        return shop

    return make


async def test_a_plan_comes_back_with_how_each_fetch_went(make_shop):
    shop = make_shop(**SHOWN)
    plan = (await asked(shop))["extensions"]["plan"]
    assert plan["size"] == {"requests": 2, "fetches": 2, "depth": 2}
    first, second = plan["fetches"]
    assert (first["subgraph"], first["run"]["entities"]) == ("a", None)
    assert (second["subgraph"], second["run"]["entities"]) == ("b", 2)
    keys = "startMs durationMs bytesSent bytesReceived status entities parts shared errors failed"
    assert all(list(each["run"]) == keys.split() for each in [*plan["requests"], *plan["fetches"]])
    sent = [len(double.sent[0].body) for double in shop.subgraphs.values()]
    assert [each["run"]["bytesSent"] for each in plan["requests"]] == sent
    assert second["run"]["startMs"] >= first["run"]["startMs"] + first["run"]["durationMs"] - 0.01


async def test_it_is_off_unless_set_and_then_refused_without_a_word(shop, make_shop):
    assert await asked(shop) == await shop.ask(QUERY, {"on": True})
    assert "extensions" not in await make_shop(**SHOWN).ask(QUERY, {"on": True})


@pytest.mark.parametrize("both", [False, True])
async def test_a_contract_shows_plans_only_when_that_is_set_as_well(watch, both):
    shop = watch(**SHOWN, contracts={"plans_shown": both})
    answer = await asked(shop, contract="watch")
    assert ("extensions" in answer) == both
    assert "extensions" not in await asked(watch(contracts={"plans_shown": True}), contract="watch")


async def test_the_interpreter_and_the_generated_code_report_alike(make_shop):
    shop = make_shop(**SHOWN)
    first, second, third = [(await asked(shop))["extensions"]["plan"] for _ in range(3)]
    for plan in (first, second, third):
        for each in [*plan["requests"], *plan["fetches"]]:
            assert each["run"].pop("startMs") >= 0
            assert each["run"].pop("durationMs") >= 0
    assert first == second == third


async def test_no_header_and_no_variable_is_repeated(make_shop):
    shop = make_shop(**SHOWN)
    query = "mutation ($by: Int!) { add(by: $by) }"
    answer = await asked(shop, query, {"by": 987_654}, headers=((b"authorization", b"Bearer s3cret"),))
    assert answer["data"] == {"add": 987_654}
    plan = json.dumps(answer["extensions"])
    assert "$by" in plan
    assert "987654" not in plan
    assert "s3cret" not in plan


async def test_each_event_of_a_subscription_has_its_plan(make_shop):
    shop = make_shop(**SHOWN)
    event = {"data": {"restocked": {"id": "1", "name": "p1", "__typename": "Product"}}}
    shop.source.told = [json.dumps(event).encode()] * 2
    request = replace(shop.request("subscription { restocked { name stock } }"), show_plan=True)
    answers = [answer async for answer in await shop.pipeline.subscribe(request)]
    for answer in answers:
        assert answer["data"] == {"restocked": {"name": "p1", "stock": 10}}
        begun, asked_for = answer["extensions"]["plan"]["fetches"]
        assert begun["run"] is None
        assert asked_for["run"]["entities"] == 1
