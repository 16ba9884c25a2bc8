"""From a request to its answer, over the real planner and executor."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.errors import (
    ClientError,
    DocumentInvalid,
    MethodNotAllowed,
    NotAcceptable,
    OperationNotFound,
    SubgraphMalformed,
    Unauthenticated,
    VariablesInvalid,
)
from tests.waiting import forward, until


async def test_an_operation_over_two_subgraphs_is_answered(shop):
    answer = await shop.ask("{ products { name stock } }")
    assert answer == {"data": {"products": [{"name": "p1", "stock": 10}, {"name": "p2", "stock": 20}]}}


async def test_headers_and_deadline_travel_with_every_request(shop):
    await shop.ask("{ products { stock } }", headers=((b"x-a", b"1"),))
    sent = [request for double in shop.subgraphs.values() for request in double.sent]
    assert len(sent) == 2
    assert all((b"x-a", b"1") in request.headers for request in sent)


async def test_D14_D18_an_operation_is_planned_once_per_shape(shop):
    query = "query ($stock: Boolean!) { products { name stock @include(if: $stock) } }"
    await shop.ask(query, {"stock": True})
    await shop.ask(query, {"stock": False})
    assert len(shop.subgraphs["b"].sent) == 1
    document = shop.pipeline.documents.resolve(query)
    prepared = shop.pipeline.programs.prepare(document, None)
    assert prepared.booleans == ("stock",)
    assert prepared is shop.pipeline.programs.prepare(document, None)


async def test_many_who_ask_at_once_wait_for_one_planning(shop):
    planned = []
    original = shop.pipeline.programs._compile
    shop.pipeline.programs._compile = lambda *arguments: planned.append(1) or original(*arguments)
    answers = await asyncio.gather(*(shop.ask("{ products { name } }") for _ in range(20)))
    assert len(planned) == 1
    assert all(answer == answers[0] for answer in answers)


async def test_a_large_operation_is_planned_off_the_loop(make_shop):
    shop = make_shop(planning={"thread_characters": 10})
    assert (await shop.ask("{ products { name stock } }"))["data"]["products"][0]["stock"] == 10


async def test_whoever_leaves_while_planning_leaves_it_to_the_others(make_shop):
    shop = make_shop(planning={"thread_characters": 10})
    first = asyncio.create_task(shop.ask("{ products { name stock } }"))
    second = asyncio.create_task(shop.ask("{ products { name stock } }"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)["data"]["products"][0]["name"] == "p1"


@pytest.mark.parametrize(
    ("query", "variables", "error"),
    [
        ("{ nope }", {}, ClientError),
        ("{ products { hidden } }", {}, DocumentInvalid),
        ("{ _entities(representations: []) { __typename } }", {}, DocumentInvalid),
        ("query A { note } query B { note }", {}, OperationNotFound),
        ("query ($s: Boolean!) { note @skip(if: $s) }", {}, VariablesInvalid),
        ("query ($s: Boolean!) { note @skip(if: $s) }", {"s": None}, VariablesInvalid),
        ("query ($s: Boolean!) { note @skip(if: $s) }", {"s": "no"}, VariablesInvalid),
        ("query ($s: Boolean = true) { note @skip(if: $s) }", {"s": None}, VariablesInvalid),
        ("mutation ($by: Int!) { add(by: $by) }", {"by": "x"}, VariablesInvalid),
    ],
)
async def test_D2_D15_D18_what_has_no_answer_reaches_no_subgraph(shop, query, variables, error):
    for _ in range(2):
        with pytest.raises(error):
            await shop.ask(query, variables)
    assert shop.queries == []


async def test_D16_a_hidden_field_is_refused_like_one_that_never_was(shop):
    with pytest.raises(DocumentInvalid) as hidden:
        await shop.ask("{ products { hidden } }")
    with pytest.raises(DocumentInvalid) as missing:
        await shop.ask("{ products { xidden } }")
    assert hidden.value.message.replace("hidden", "xidden") == missing.value.message
    with pytest.raises(DocumentInvalid) as close:
        await shop.ask("{ products { hiden } }")
    assert "hidden" not in close.value.message
    assert "hidden" not in str(await shop.ask("{ __schema { types { name fields { name } } } }"))


async def test_D18_a_skipped_field_costs_no_request(shop):
    query = "query ($s: Boolean = true) { products { name stock @skip(if: $s) } }"
    assert "stock" not in (await shop.ask(query))["data"]["products"][0]
    assert shop.subgraphs["b"].sent == []
    assert (await shop.ask(query, {"s": False}))["data"]["products"][0]["stock"] == 10


async def test_H4_a_get_may_not_write(shop):
    with pytest.raises(MethodNotAllowed):
        await shop.ask("mutation { add(by: 1) }", read_only=True)
    with pytest.raises(MethodNotAllowed):
        await shop.ask("query A { note } mutation M { add(by: 1) }", read_only=True, name="M")
    assert shop.queries == []


async def test_a_mutation_is_carried_out(shop):
    assert await shop.ask("mutation ($by: Int!) { add(by: $by) }", {"by": 3}) == {"data": {"add": 3}}


async def test_introspection_is_answered_beside_data(shop):
    answer = await shop.ask('{ note __typename __type(name: "Vault") { name } }')
    assert answer == {"data": {"note": "n", "__typename": "Query", "__type": {"name": "Vault"}}}


async def test_after_the_deadline_what_is_there_is_sent(shop):
    shop.subgraphs["b"].before = asyncio.Event().wait
    asked = asyncio.ensure_future(shop.ask("{ products { name stock } }", seconds=600))
    await until(lambda: shop.subgraphs["b"].sent)
    forward(601)
    answer = await asked
    assert answer["data"]["products"][0] == {"name": "p1", "stock": None}
    assert answer["errors"][0]["extensions"]["code"] == "SUBREQUEST_TIMEOUT"


async def test_D12_a_failure_to_plan_is_remembered_for_a_while(make_shop):
    shop = make_shop(planning={"max_steps": 1})
    told, kept = [], []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            await shop.ask("{ products { name stock } }")
        told.append((caught.value.code, caught.value.message))
        kept += shop.pipeline.programs._ready.values()
    assert told[0] == told[1]
    assert told[0][0] == "QUERY_PLANNING_LIMIT"
    assert len(kept) == 2
    assert kept[0] is kept[1], "it was planned once"


async def test_D13_programs_are_forgotten_beyond_their_number(make_shop):
    shop = make_shop(caches={"program_entries": 5, "document_entries": 5})
    for i in range(30):
        await shop.ask(f"{{ a{i}: note }}")
    assert len(shop.pipeline.programs._ready) <= 5


RESTOCKED = b'{"data":{"restocked":{"__typename":"Product","id":"%d","name":"p%d"}}}'


async def told(shop, query, scopes=None, renew=None) -> list[dict]:
    request = replace(shop.request(query, scopes=scopes), renew=renew)
    return [answer async for answer in await shop.pipeline.subscribe(request)]


async def test_each_event_is_completed_by_the_other_subgraphs(shop):
    shop.source.told = [RESTOCKED % (i, i) for i in (1, 2)]
    answers = await told(shop, "subscription { restocked { name stock } }")
    assert answers == [{"data": {"restocked": {"name": f"p{i}", "stock": i * 10}}} for i in (1, 2)]
    assert len(shop.subgraphs["b"].sent) == 2
    assert shop.subgraphs["a"].sent == []
    assert shop.source.left == 1


async def test_every_event_is_asked_about_with_headers_of_its_own(shop):
    shop.source.told = [RESTOCKED % (1, 1)] * 2
    number = iter(range(9))

    async def renew():
        return ((b"x-time", b"%d" % next(number)),)

    await told(shop, "subscription { restocked { stock } }", renew=renew)
    assert [request.headers for request in shop.subgraphs["b"].sent] == [((b"x-time", b"0"),), ((b"x-time", b"1"),)]


async def test_W7_a_stream_ends_when_its_caller_may_no_longer_ask(shop):
    shop.source.told = [RESTOCKED % (1, 1)] * 2

    async def renew():
        raise Unauthenticated("The token has expired.")

    with pytest.raises(Unauthenticated):
        await told(shop, "subscription { restocked { name } }", renew=renew)
    assert shop.source.left == 1


async def test_a_refused_subscription_opens_no_stream(shop):
    (answer,) = await told(shop, "subscription { arrived { name } }")
    assert answer["data"] == {"arrived": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert shop.source.asked == []


async def test_errors_of_an_event_are_in_its_answer(shop):
    shop.source.told = [b'{"data":null,"errors":[{"message":"secret"}]}']
    (answer,) = await told(shop, "subscription { restocked { name } }")
    assert answer["data"] in (None, {"restocked": None})
    assert "secret" not in str(answer)


@pytest.mark.parametrize("event", [b"<html>", b"[]", b"5"])
async def test_an_event_that_is_no_answer_ends_the_stream(shop, event):
    shop.source.told = [event]
    with pytest.raises(SubgraphMalformed):
        await told(shop, "subscription { restocked { name } }")


async def test_a_subscription_is_no_plain_request(shop):
    with pytest.raises(NotAcceptable):
        await shop.ask("subscription { restocked { name } }")
