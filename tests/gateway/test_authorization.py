"""Fields that demand something of the caller: never asked for when refused, null with an error in the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.authorization import Guards, Requirement
from gateway.composition import SubgraphSource, compose
from gateway.documents import Documents
from gateway.identity import Identity
from gateway.supergraph.load import load_supergraph

NOBODY = Identity(subject=None, scopes=frozenset(), channel="web", authenticated=False)


async def told(shop, query, **who):
    answer = await shop.ask(query, **who)
    errors = [(error["extensions"]["code"], error["path"]) for error in answer.get("errors", ())]
    return answer["data"], errors


async def test_a_refused_field_is_null_with_an_error_and_the_rest_is_delivered(shop):
    data, errors = await told(shop, "{ note me { name } }")
    assert data == {"note": "n", "me": None}
    assert errors == [("UNAUTHENTICATED", ["me"])]


async def test_a_refused_field_is_never_asked_for(shop):
    await shop.ask("{ products { name cost } me { name } vault { gold } }")
    asked = " ".join(shop.queries)
    assert "name" in asked
    assert not any(word in asked for word in ("cost", "me {", "vault", "gold"))


async def test_whoever_is_signed_in_sees_it(shop):
    data, errors = await told(shop, "{ me { name label } vault { gold } }", scopes="")
    assert (data, errors) == ({"me": {"name": "Ann", "label": "lc"}, "vault": {"gold": 1}}, [])


@pytest.mark.parametrize(("scopes", "seen"), [("staff finance", True), ("admin", True), ("staff", False), ("", False)])
async def test_scopes_are_alternatives_of_scopes_that_belong_together(shop, scopes, seen):
    data, errors = await told(shop, "{ products { name cost } }", scopes=scopes)
    assert [product["cost"] for product in data["products"]] == ([1, 2] if seen else [None, None])
    assert errors == ([] if seen else [("FORBIDDEN", ["products", i, "cost"]) for i in (0, 1)])


async def test_A13_a_null_rises_to_where_it_is_allowed(shop):
    data, errors = await told(shop, "{ note products { name margin } }")
    assert (data, errors) == (None, [("UNAUTHENTICATED", ["products", i, "margin"]) for i in (0, 1)])
    data, _ = await told(shop, "{ note required { name } }")
    assert data is None
    data, _ = await told(shop, "{ nodes { id ... on Product { margin } } note }")
    assert data == {"nodes": None, "note": "n"}


@pytest.mark.parametrize(
    "query",
    [
        "{ products { x: cost } }",
        "{ products { ...P } } fragment P on Product { x: cost }",
        "{ products { ... on Product { ... { x: cost } } } }",
        "{ nodes { ... on Product { x: cost } } }",
        "{ nodes { ... on Node { ... on Product { x: cost } } } }",
        "{ products { x: cost @include(if: true) } }",
    ],
)
async def test_A10_no_way_round_leads_to_it(shop, query):
    data, errors = await told(shop, query, scopes="other")
    shown = [item["x"] for item in data.get("products") or data["nodes"] if "x" in item]
    assert shown == [None, None]
    assert {code for code, _ in errors} == {"FORBIDDEN"}
    assert "cost" not in " ".join(shop.queries)


async def test_A10_a_field_of_an_interface_demands_what_any_of_its_types_demands(shop):
    """Customer.label is protected, so Node.label is."""
    data, errors = await told(shop, "{ nodes { id label } }")
    assert [node["label"] for node in data["nodes"]] == [None, None, None]
    assert len(errors) == 3
    data, errors = await told(shop, "{ nodes { ... on Product { label } } }")
    assert [node.get("label") for node in data["nodes"]] == ["l1", "l2", None]
    assert errors == []


async def test_where_a_key_is_refused_on_one_type_the_other_keeps_it(shop):
    data, errors = await told(shop, "{ nodes { ... on Product { label } ... on Customer { label } } }")
    assert data == {"nodes": [{"label": "l1"}, {"label": "l2"}, {"label": None}]}
    assert errors == [("UNAUTHENTICATED", ["nodes", 2, "label"])]


async def test_a_policy_holds_for_nobody_whose_token_does_not_list_it(shop):
    data, errors = await told(shop, "{ ruled }", scopes="admin")
    assert (data, errors) == ({"ruled": None}, [("FORBIDDEN", ["ruled"])])


@pytest.mark.parametrize(
    ("policies", "holds"),
    [(set(), False), ({"p"}, True), ({"p", "q"}, True), ({"q"}, False), ({"q", "r"}, True), ({"r", "s"}, False)],
)
def test_of_the_alternatives_of_a_policy_one_must_be_whole(policies, holds):
    requirement = Requirement(policies=(("p",), ("q", "r")))
    assert requirement.holds(replace(NOBODY, authenticated=True, policies=frozenset(policies))) is holds


def test_an_empty_list_of_policies_lets_nobody_in():
    assert not Requirement(policies=()).holds(replace(NOBODY, authenticated=True, policies=frozenset({"p"})))


async def test_a_refused_mutation_does_nothing(shop):
    data, errors = await told(shop, "mutation { restock(by: 1) add(by: 2) }", scopes="")
    assert (data, errors) == ({"restock": None, "add": 2}, [("FORBIDDEN", ["restock"])])
    assert "restock" not in " ".join(shop.queries)


async def test_A14_callers_never_share_what_only_one_may_see(shop):
    query = "{ products { cost } }"
    assert (await told(shop, query, scopes="admin"))[0]["products"][0]["cost"] == 1
    assert (await told(shop, query))[1][0][0] == "UNAUTHENTICATED"
    assert (await told(shop, query, scopes="other"))[1][0][0] == "FORBIDDEN"
    assert (await told(shop, query, scopes="admin"))[0]["products"][0]["cost"] == 1


async def test_keys_keep_the_operations_order(shop):
    data, _ = await told(shop, "{ products { cost name c: cost } }")
    assert list(data["products"][0]) == ["cost", "name", "c"]


async def test_D19_an_alias_of_our_own_form_is_no_way_in_or_out(shop):
    data, errors = await told(shop, "{ _denied0_note: note _denied0_ruled: note ruled }")
    assert data == {"_denied0_note": "n", "_denied0_ruled": "n", "ruled": None}
    assert len(errors) == 1


async def test_enforcing_can_be_left_to_the_subgraphs(make_shop):
    shop = make_shop(identity={"enforce": False})
    assert (await told(shop, "{ me { name } }")) == ({"me": {"name": "Ann"}}, [])


def composed(*imports: str, **subgraphs: str):
    """The supergraph of these subgraphs, each of which links the federation with these imports."""
    names = ", ".join(['"@key"', '"@requires"', '"@external"', '"@context"', '"@fromContext"', *imports])
    link = f'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{names}])\n'
    return compose([SubgraphSource(name, f"http://{name}.invalid", link + sdl) for name, sdl in subgraphs.items()])


def denied(supergraph: str, query: str) -> bool:
    """Whether something in the query is refused to a caller who is nobody."""
    graph = load_supergraph(supergraph)
    document = Documents(graph.api_schema).resolve(query)
    return bool(Guards.of(graph, document.ast, document.operations[0]).denied(NOBODY))


STAFF = '@requiresScopes(scopes: [["staff"]])'


@pytest.mark.parametrize("stated", [False, True])
def test_A11_what_is_computed_of_a_protected_field_has_to_be_as_protected(stated):
    demand = STAFF if stated else ""
    result = composed(
        '"@requiresScopes"',
        a=f'type Query {{ p: P }} type P @key(fields: "id") {{ id: ID! cost: Int {STAFF} }}',
        b=f'type P @key(fields: "id") {{ id: ID! cost: Int @external margin: Int @requires(fields: "cost") {demand} }}',
    )
    if stated:
        assert denied(result.supergraph, "{ p { margin } }")
    else:
        assert [error.code for error in result.errors] == ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"]


def test_A11_what_is_computed_of_a_protected_context_has_to_be_as_protected():
    result = composed(
        '"@requiresScopes"',
        a=f"""
        type Query {{ p: P }}
        type P @key(fields: "id") @context(name: "c") {{ id: ID! cost: Int {STAFF} child: C! }}
        type C @key(fields: "id") {{ id: ID! margin(cost: Int @fromContext(field: "$c {{ cost }}")): Int }}
        """,
        b='type C @key(fields: "id") { id: ID! }',
    )
    assert [error.code for error in result.errors] == ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"]


@pytest.mark.parametrize(
    ("imports", "demand"),
    [
        (['{name: "@authenticated", as: "@signedIn"}'], "@signedIn"),
        (['{name: "@requiresScopes", as: "@needs"}'], '@needs(scopes: [["staff"]])'),
        (['{name: "@policy", as: "@rule"}'], '@rule(policies: [["p"]])'),
        ([], "@federation__authenticated"),
        ([], '@federation__requiresScopes(scopes: [["staff"]])'),
    ],
)
def test_A12_a_demand_under_another_name_is_a_demand(imports, demand):
    result = composed(*imports, a=f"type Query {{ open: Int closed: Int {demand} }}")
    assert result.errors == ()
    assert denied(result.supergraph, "{ closed }")
    assert not denied(result.supergraph, "{ open }")


def test_A12_so_it_is_in_a_supergraph_that_names_it_otherwise():
    """Supergraphs of other composers may link with a name of their own."""
    text = composed('"@authenticated"', a="type Query { open: Int closed: Int @authenticated }").supergraph
    link = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)'
    assert link in text
    renamed = {
        link: link.replace(", for", ', as: "auth", for'),
        "@authenticated": "@auth",
    }
    other = text
    for old, new in renamed.items():
        other = other.replace(old, new)
    assert other.count("@auth") >= 2
    assert denied(other, "{ closed }")
    assert not denied(other, "{ open }")
