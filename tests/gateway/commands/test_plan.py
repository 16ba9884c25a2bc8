"""`channelgraph plan`: which variables it asks for, and where an operation is wrong."""

from __future__ import annotations

import pytest

from gateway.commands.plan import Asked, run
from gateway.composition import SubgraphSource, compose
from gateway.errors import ClientError

OPERATION = "query Q($id: ID!, $full: Boolean!) { thing(id: $id) { name text @include(if: $full) } }"


@pytest.fixture
def printed(tmp_path, capsys):
    """Plan an operation; gives what is printed."""
    sdl = "type Query { thing(id: ID!): Thing } type Thing { name: String text: String }"
    result = compose([SubgraphSource(name="things", url="http://127.0.0.1/graphql", sdl=sdl)])
    supergraph, operation = tmp_path / "supergraph.graphql", tmp_path / "q.graphql"
    supergraph.write_text(result.supergraph, "utf-8")

    def plan(text: str, variables: str | None = None) -> str:
        operation.write_text(text, "utf-8")
        run("plan", supergraph, Asked(operation, None, variables), "text")
        return capsys.readouterr().out

    return plan


def test_only_variables_that_decide_are_asked_for(printed):
    assert "text" in printed(OPERATION, '{"full": true}')
    assert "text" not in printed(OPERATION, '{"full": false}')


@pytest.mark.parametrize(("variables", "says"), [('{"fall": true}', "fall"), ('{"full": 3}', "full"), ("{", "JSON")])
def test_variables_that_cannot_be_meant_are_named(printed, variables, says):
    with pytest.raises(ClientError, match=says):
        printed(OPERATION, variables)


def test_what_is_wrong_is_told_with_file_line_and_column_and_all_at_once(printed):
    with pytest.raises(ClientError) as refused:
        printed("{\n  thing(id: 1) { nmae nope }\n}")
    assert "q.graphql:2:18: Cannot query field 'nmae'" in refused.value.message
    assert "q.graphql:2:23: Cannot query field 'nope'" in refused.value.message
    assert refused.value.code == "GRAPHQL_VALIDATION_FAILED"
