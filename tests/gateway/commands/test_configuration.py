"""`supergraph.yaml` as other tools write it, and all that is wrong with its sources at once."""

from __future__ import annotations

import pytest

from gateway.commands.composing import sources_of
from gateway.commands.sources import read_config
from gateway.errors import SettingsInvalid


@pytest.fixture
def config(tmp_path):
    """Read a configuration of this text; `a.graphql` lies beside it."""
    (tmp_path / "a.graphql").write_text("type Query { a: ID }", "utf-8")
    path = tmp_path / "supergraph.yaml"

    def read(text: str):
        path.write_text(text, "utf-8")
        return read_config(path)

    return read


def test_a_file_of_rover_is_read_as_it_is(config):
    written = config(
        "federation_version: =2.9.0\n"
        "subgraphs:\n"
        "  a: {routing_url: 'http://a/graphql', schema: {file: a.graphql}}\n"
        "  b: {schema: {subgraph_url: 'http://b/graphql'}}\n"
    )
    assert sources_of(config("subgraphs: {a: {routing_url: x, schema: {file: a.graphql}}}"))[0].sdl.startswith("type")
    assert written.entry("a").schema == "a.graphql"
    assert (written.entry("b").schema, written.entry("b").routing_url) == ("http://b/graphql", "http://b/graphql")


def test_a_source_that_can_only_be_had_from_apollo_is_refused(config):
    with pytest.raises(SettingsInvalid, match=r"subgraphs\.a\.schema"):
        config("subgraphs: {a: {routing_url: x, schema: {graphref: 'shop@main'}}}")


def test_an_unknown_key_is_told_with_those_there_are(config):
    with pytest.raises(SettingsInvalid, match="There are routing_url, schema, app"):
        config("subgraphs: {a: {routing_url: x, schema: a.graphql, colour: red}}")


def test_every_subgraph_without_an_sdl_is_named_at_once(config):
    written = config(
        "subgraphs:\n"
        "  a: {routing_url: x, schema: a.graphql}\n"
        "  b: {routing_url: x, schema: b.graphql}\n"
        "  c: {routing_url: x, schema: 'no_such_module:schema'}\n"
    )
    with pytest.raises(SettingsInvalid, match=r"subgraphs\.b\.schema.*subgraphs\.c\.schema"):
        sources_of(written)
