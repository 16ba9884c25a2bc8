"""Accounts, identities, consents, facts."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from subgraphs.kit.ids import new_id

SIGN_UP = """mutation ($input: SignUpInput!) { customerSignUp(input: $input) { __typename
  ... on CustomerSuccess { customer { id displayName isGuest } } ... on BusinessError { code message path } } }"""
LINK = """mutation ($identity: IdentityLinkInput!, $id: ID) { customerIdentityLink(identity: $identity, customerId: $id) {
  __typename ... on CustomerSuccess { customer { id phone identities { kind value verified } } } ... on BusinessError { code path } } }"""


def _input(email="new@example.com", key="k1", **more):
    return {"input": {"email": email, "firstName": "New", "lastName": "One", "idempotencyKey": key, **more}}


async def _topics(shop):
    async def read(session):
        return list((await session.execute(text("SELECT topic FROM outbox ORDER BY id"))).scalars())

    return await shop.database.read(read)


async def test_a_guest_keeps_the_id_when_opening_an_account(shop):
    guest = new_id("Customer")
    answer = await shop.execute(SIGN_UP, _input(orderToken="t-1"), customer=guest)
    assert answer.data["customerSignUp"]["customer"] == {"id": guest, "displayName": "New One", "isGuest": False}
    assert "customer.signed_up" in await _topics(shop)


async def test_the_same_key_gives_the_same_account_and_another_body_is_refused(shop):
    first = await shop.execute(SIGN_UP, _input())
    again = await shop.execute(SIGN_UP, _input())
    assert again.data == first.data
    assert first.data["customerSignUp"]["__typename"] == "CustomerSuccess"
    other = await shop.execute(SIGN_UP, _input(firstName="Else"))
    assert other.data["customerSignUp"]["code"] == "IDEMPOTENCY_CONFLICT"


async def _sign_up_and_look(shop, email, key):
    """Everything a stranger can see of a sign-up with this address, without ids; and the statements it cost."""
    guest = new_id("Customer")
    with shop.statements() as counted:
        answer = await shop.execute(SIGN_UP, _input(email, key), customer=guest)
    mine = "{ me { email isGuest identities { kind value verified } } }"
    seen = await shop.execute(mine, customer=guest)
    linked = await shop.execute(LINK, {"identity": {"kind": "EMAIL", "value": email}}, customer=guest)
    assert (answer.data["customerSignUp"]["customer"].pop("id"), seen.errors, linked.errors) == (guest, [], [])
    linked.data["customerIdentityLink"]["customer"].pop("id")
    return str([answer.data, seen.data, linked.data]).replace(email.lower(), "…").replace(
        email[0].lower() + "•", "…"
    ), counted.sql


async def test_C14_an_address_that_someone_has_is_answered_as_one_that_nobody_has_and_costs_the_same(shop, ada):
    await _sign_up_and_look(shop, "first@example.com", "k0")  # names are known from then on
    nobodys = await _sign_up_and_look(shop, "bda@example.com", "k1")
    assert await _sign_up_and_look(shop, "ada@example.com", "k2") == nobodys
    # The claim changes nothing for who proved the address: a till and other services still find her by it.
    lookup = '{ customerLookup(by: EMAIL, value: "ada@example.com") { id } }'
    assert (await shop.execute(lookup, scopes=("staff:store",))).data == {"customerLookup": {"id": ada}}
    told = text("SELECT payload FROM outbox WHERE topic IN ('customer.signed_up', 'customer.identity_linked')")

    async def read(session):
        return [str(row.payload) for row in await session.execute(told)]

    assert not any("ada@example.com" in payload for payload in await shop.database.read(read))


async def test_a_wrong_address_is_refused_with_its_path(shop):
    wrong = await shop.execute(SIGN_UP, _input("nowhere", "k2"))
    assert wrong.data["customerSignUp"]["path"] == ["input", "email"]


async def test_someone_with_an_account_cannot_open_another(shop, ada):
    answer = await shop.execute(SIGN_UP, _input(), customer=ada)
    assert answer.data["customerSignUp"]["__typename"] == "NotPermittedError"


async def test_of_several_who_claim_one_address_at_once_staff_proves_it_for_one(shop):
    people = [new_id("Customer") for _ in range(6)]
    answers = await asyncio.gather(
        *(shop.execute(SIGN_UP, _input(key=f"k{n}"), customer=one) for n, one in enumerate(people))
    )
    assert {answer.data["customerSignUp"]["__typename"] for answer in answers} == {"CustomerSuccess"}
    email = {"identity": {"kind": "EMAIL", "value": "new@example.com"}}
    proved = await asyncio.gather(
        *(shop.execute(LINK, {**email, "id": one}, scopes=("staff:agent",)) for one in people)
    )
    kinds = [answer.data["customerIdentityLink"]["__typename"] for answer in proved]
    assert sorted(kinds) == ["CustomerSuccess"] + ["IdentityTakenError"] * 5
    lookup = '{ customerLookup(by: EMAIL, value: "new@example.com") { id } }'
    found = (await shop.execute(lookup, scopes=("staff:store",))).data["customerLookup"]["id"]
    assert found == people[kinds.index("CustomerSuccess")]


async def test_a_shopper_links_unproved_and_staff_links_proved(shop, ben, ada):
    social = {"identity": {"kind": "SOCIAL", "value": "@ben"}}
    mine = await shop.execute(LINK, social, customer=ben)
    linked = {row["kind"]: row for row in mine.data["customerIdentityLink"]["customer"]["identities"]}
    assert linked["SOCIAL"] == {"kind": "SOCIAL", "value": "@ben", "verified": False}
    claimed = await shop.execute(LINK, social, customer=ada)
    assert claimed.data["customerIdentityLink"]["__typename"] == "CustomerSuccess"
    device = {"identity": {"kind": "DEVICE", "value": "7f3c9a"}}
    await shop.execute(LINK, device, customer=ben)
    stolen = await shop.execute(LINK, device, customer=ada)
    assert stolen.data["customerIdentityLink"]["__typename"] == "IdentityTakenError"
    crm = {"identity": {"kind": "EXTERNAL", "value": "CRM-7"}}
    assert (await shop.execute(LINK, crm, customer=ben)).data["customerIdentityLink"]["code"] == "NOT_PERMITTED"
    agent = await shop.execute(LINK, {**crm, "id": ben}, scopes=("staff:agent",))
    linked = {row["kind"]: row for row in agent.data["customerIdentityLink"]["customer"]["identities"]}
    assert linked["EXTERNAL"]["verified"]


async def test_facts_are_remembered_and_forgotten(shop, ben):
    query = """mutation ($code: String!, $value: String) { profileFactSet(code: $code, value: $value) {
      ... on CustomerSuccess { customer { profileFacts { code label value source } } } ... on BusinessError { code path } } }"""
    kept = await shop.execute(query, {"code": "shoe-size", "value": "43"}, customer=ben)
    fact = {"code": "shoe-size", "label": "Shoe size", "value": "43", "source": "TOLD"}
    assert kept.data["profileFactSet"]["customer"]["profileFacts"] == [fact]
    gone = await shop.execute(query, {"code": "shoe-size"}, customer=ben)
    assert gone.data["profileFactSet"]["customer"]["profileFacts"] == []
    wrong = await shop.execute(query, {"code": "Shoe Size", "value": "43"}, customer=ben)
    assert wrong.data["profileFactSet"] == {"code": "INVALID_INPUT", "path": ["code"]}


async def test_a_guest_gives_and_withdraws_a_consent(shop):
    guest = new_id("Customer")
    query = """mutation ($granted: Boolean!) { consentsSet(consents: [{purpose: MARKETING_EMAIL, granted: $granted}]) {
      ... on CustomerSuccess { customer { consents { purpose granted channel { code } } } } ... on BusinessError { code } } }"""
    for granted in (True, False):
        answer = await shop.execute(query, {"granted": granted}, customer=guest, channel="app")
        expected = [{"purpose": "MARKETING_EMAIL", "granted": granted, "channel": {"code": "app"}}]
        assert answer.data["consentsSet"]["customer"]["consents"] == expected
    assert (await shop.execute(query, {"granted": True})).data["consentsSet"] == {"code": "NOT_PERMITTED"}


async def test_two_records_of_one_person_become_one(shop, ada):
    guest = new_id("Customer")
    view = [{"kind": "VIEW", "channel": "web", "at": "2026-11-01T10:00:00Z", "subjectId": new_id("Product")}]
    record = (
        'mutation ($t: [TouchpointInput!]!) { touchpointsRecord(touchpoints: $t, idempotencyKey: "m") { __typename } }'
    )
    await shop.execute(record, {"t": view}, customer=guest)
    merge = "mutation ($keep: ID!, $fold: ID!) { customersMerge(keepId: $keep, foldId: $fold) { __typename ... on BusinessError { code } } }"
    agent = {"scopes": ("staff:agent",)}
    assert (await shop.execute(merge, {"keep": ada, "fold": ada}, **agent)).data["customersMerge"][
        "code"
    ] == "INVALID_INPUT"
    done = await shop.execute(merge, {"keep": ada, "fold": guest}, **agent)
    assert done.data["customersMerge"] == {"__typename": "CustomerSuccess"}
    history = await shop.execute("{ me { browsingHistory(first: 50) { product { id } } } }", customer=ada)
    assert view[0]["subjectId"] in [row["product"]["id"] for row in history.data["me"]["browsingHistory"]]
    gone = await shop.entities("Customer", [{"id": guest}], "id", **agent)
    assert gone.data == [None]
