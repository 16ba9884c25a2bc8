"""Contracts as they are served: other API schemas over the same subgraphs, each with its documents and its budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.channels.served import served_contracts
from gateway.errors import (
    CostLimitExceeded,
    DocumentInvalid,
    DocumentNotTrusted,
    IntrospectionDisabled,
    NotFound,
    SettingsInvalid,
    SupergraphInvalid,
)
from gateway.pipeline import Pipeline
from gateway.settings import Settings
from gateway.stored_documents import hash_of

WATCH = "type Query { products: [Product!]! nodes: [Node!] } interface Node { id: ID! } type Product implements Node { id: ID! stock: Int }"
TEXT = "# contract: watch\n{ products { stock } }\n"


@pytest.fixture
def folder(tmp_path):
    operations = tmp_path / "watch" / "operations"
    operations.mkdir(parents=True)
    (tmp_path / "watch" / "api.graphql").write_text(WATCH, "utf-8")
    (operations / "stock.graphql").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def watch(folder, shop, make_shop):
    """A shop that serves the contract `watch`, and asks over it."""

    def make(**changes):
        shop = make_shop()
        contracts = served_contracts(folder)
        shop.pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, Settings(**changes), None, contracts)
        return shop

    return make


async def ask(shop, query: str, contract: str | None = "watch", **more) -> dict:
    return await shop.pipeline.answer(replace(shop.request(query, **more), contract=contract))


async def test_a_contract_is_answered_by_the_same_subgraphs(watch):
    shop = watch()
    assert (await ask(shop, TEXT))["data"] == {"products": [{"stock": 10}, {"stock": 20}]}


@pytest.mark.parametrize("query", ["{ products { name } }", "{ me { id } }", "mutation { add(by: 1) }", "{ note }"])
async def test_what_the_contract_leaves_out_is_unknown_there_and_known_elsewhere(watch, query):
    shop = watch()
    with pytest.raises(DocumentInvalid):
        await ask(shop, query)
    assert "data" in await ask(shop, query, contract=None)


async def test_introspection_shows_the_contract_alone(watch):
    shop = watch()
    found = await ask(shop, '{ __type(name: "Product") { fields { name } } }')
    assert [each["name"] for each in found["data"]["__type"]["fields"]] == ["id", "stock"]
    found = await ask(shop, '{ __type(name: "Customer") { name } }')
    assert found["data"]["__type"] is None


async def test_objects_of_types_that_the_contract_hides_are_null(watch):
    found = await ask(watch(), "{ nodes { id __typename } }")
    assert "Customer" not in str(found)


async def test_a_contract_may_have_a_budget_of_its_own(watch):
    shop = watch(contracts={"cost": {"watch": 5}})
    with pytest.raises(CostLimitExceeded):
        await ask(shop, TEXT)
    assert "data" in await ask(shop, TEXT, contract=None)


async def test_D21_the_operations_of_a_contract_are_its_trusted_documents(watch):
    shop = watch(documents={"trusted_only": True})
    assert shop.pipeline.text_of(None, hash_of(TEXT), "watch") == TEXT
    assert shop.pipeline.text_of(None, hash_of(TEXT), None) == TEXT
    with pytest.raises(DocumentNotTrusted):
        shop.pipeline.text_of("{ products { id } }", None, "watch")


def test_an_unknown_contract_is_named(watch):
    with pytest.raises(NotFound):
        watch().pipeline.view("nobody")
    with pytest.raises(SettingsInvalid, match="by_channel.tv: there is no contract nobody"):
        watch(contracts={"by_channel": {"tv": "nobody"}})


def test_a_contract_with_more_than_the_supergraph_is_refused_at_start(folder, shop):
    (folder / "watch" / "api.graphql").write_text("type Query { gone: Int }", "utf-8")
    with pytest.raises(SupergraphInvalid, match=r"Contract watch shows Query\.gone"):
        Pipeline(shop.pipeline.supergraph, {}, Settings(), None, served_contracts(folder))


def test_a_schema_that_is_none_is_named_at_start(folder):
    (folder / "watch" / "api.graphql").write_text("type Query {", "utf-8")
    with pytest.raises(SettingsInvalid, match="api.graphql"):
        served_contracts(folder)
    with pytest.raises(SettingsInvalid, match="is no folder"):
        served_contracts(folder / "none")


async def test_D9_each_contract_may_close_its_schema_or_open_it_alone(watch):
    asked = "{ __schema { __typename } }"
    closed = watch(contracts={"introspection": {"watch": False}})
    with pytest.raises(IntrospectionDisabled):
        await ask(closed, asked)
    assert "data" in await ask(closed, asked, contract=None)
    assert (await ask(closed, "{ __typename }"))["data"] == {"__typename": "Query"}
    opened = watch(introspection=False, contracts={"introspection": {"watch": True}})
    with pytest.raises(IntrospectionDisabled):
        await ask(opened, asked, contract=None)
    assert "data" in await ask(opened, asked)


@pytest.mark.parametrize("setting", ["cost", "introspection", "by_channel"])
def test_L5_a_setting_for_a_contract_that_is_not_there_is_refused(watch, setting):
    value = {"cost": {"wacth": 5}, "introspection": {"wacth": False}, "by_channel": {"watch": "wacth"}}[setting]
    with pytest.raises(SettingsInvalid, match=rf"contracts\.{setting}\..*no contract wacth"):
        watch(contracts={setting: value})


def test_D13_contracts_share_the_memory_for_documents(watch):
    shop = watch(caches={"document_characters": 10_000})
    views = [shop.pipeline.view(None), shop.pipeline.view("watch")]
    assert [view.documents.options.cache_characters for view in views] == [5_000, 5_000]
