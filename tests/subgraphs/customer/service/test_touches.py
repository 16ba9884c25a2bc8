"""Touches are kept once and join a person once."""

from __future__ import annotations

from subgraphs.kit.ids import new_id

RECORD = """mutation ($t: [TouchpointInput!]!, $k: IdempotencyKey!) { touchpointsRecord(touchpoints: $t, idempotencyKey: $k) {
  ... on TouchpointsSuccess { recorded duplicates } ... on BusinessError { code path } } }"""
HISTORY = "{ me { browsingHistory { product { id } views channel { code } } timeline { nodes { kind source subject { __typename } } } } }"


def _view(product, visitor=None, minute=0, **more):
    touch = {"kind": "VIEW", "channel": "web", "at": f"2026-11-01T10:{minute:02}:00Z", "subjectId": product, **more}
    return {**touch, "visitorId": visitor} if visitor else touch


async def test_what_a_visitor_did_joins_the_person_once_even_when_sent_twice(shop):
    person, product = new_id("Customer"), new_id("Product")
    touches = [_view(product, "dev-1", minute, source="newsletter") for minute in range(2)]
    first = await shop.execute(RECORD, {"t": touches, "k": "a"})
    assert first.data["touchpointsRecord"] == {"recorded": 2, "duplicates": 0}
    again = await shop.execute(RECORD, {"t": touches, "k": "b"})
    assert again.data["touchpointsRecord"] == {"recorded": 0, "duplicates": 2}
    link = 'mutation { customerIdentityLink(identity: {kind: DEVICE, value: "dev-1"}) { __typename } }'
    for _ in range(2):
        await shop.execute(link, customer=person)
    await shop.execute(RECORD, {"t": touches, "k": "c"}, customer=person)
    me = (await shop.execute(HISTORY, customer=person)).data["me"]
    assert me["browsingHistory"] == [{"product": {"id": product}, "views": 2, "channel": {"code": "web"}}]
    assert [node["source"] for node in me["timeline"]["nodes"]] == ["newsletter", "newsletter"]


async def test_a_replay_gives_the_first_answer(shop):
    touches = [_view(new_id("Product"), "dev-2")]
    answers = [await shop.execute(RECORD, {"t": touches, "k": "same"}) for _ in range(2)]
    assert answers[0].data == answers[1].data == {"touchpointsRecord": {"recorded": 1, "duplicates": 0}}


async def test_a_client_tells_only_what_it_can_know(shop, ada):
    purchase = [{"kind": "PURCHASE", "channel": "web", "at": "2026-11-01T10:00:00Z", "subjectId": new_id("Order")}]
    answer = await shop.execute(RECORD, {"t": purchase, "k": "p"}, customer=ada)
    assert answer.data["touchpointsRecord"] == {"code": "INVALID_INPUT", "path": ["touchpoints", "0", "kind"]}
    future = [_view(new_id("Product")) | {"at": "2126-01-01T00:00:00Z"}]
    assert (await shop.execute(RECORD, {"t": future, "k": "f"}, customer=ada)).data["touchpointsRecord"]["path"][
        -1
    ] == "at"
    nobody = await shop.execute(RECORD, {"t": [_view(new_id("Product"))], "k": "n"})
    assert nobody.data["touchpointsRecord"]["path"][-1] == "visitorId"
    many = await shop.execute(RECORD, {"t": [_view(new_id("Product"))] * 501, "k": "m"}, customer=ada)
    assert many.data["touchpointsRecord"]["code"] == "INVALID_INPUT"


async def test_opening_the_app_shows_where_the_person_is_signed_in(shop, ben):
    opened = [{"kind": "APP_OPEN", "channel": "app", "at": "2026-11-24T10:00:00Z", "visitorId": "Ben's new phone"}]
    await shop.execute(RECORD, {"t": opened, "k": "o"}, customer=ben, channel="app")
    answer = await shop.execute("{ me { sessions { device channel { name } } } }", customer=ben)
    assert {"device": "Ben's new phone", "channel": {"name": "Alder & Ash app"}} in answer.data["me"]["sessions"]
