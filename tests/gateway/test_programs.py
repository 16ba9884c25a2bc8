"""What one program is kept for: the same operation under other labels is another, unless it touches none of them."""

from __future__ import annotations

from gateway.composition import SubgraphSource, compose
from gateway.documents import Documents
from gateway.identity import Identity
from gateway.pipeline import error_policy
from gateway.programs import Programs
from gateway.settings import Settings
from gateway.supergraph.load import load_supergraph

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])\n'
OLD = 'type Query { all: [Thing!] } type Thing @key(fields: "id") { id: ID! name: String size: Int weight: Int }'
NEW = """
type Thing @key(fields: "id") {
  id: ID!
  size: Int @override(from: "old", label: "percent(50)")
}
"""
NOBODY = Identity(subject=None, scopes=frozenset(), channel="web", authenticated=False)


async def programs_of(question: str, **subgraphs: str) -> int:
    """How many programs forty requests make."""
    sources = [SubgraphSource(name, f"http://{name}.invalid", LINK + sdl) for name, sdl in subgraphs.items()]
    result = compose(sources)
    assert result.supergraph is not None, result.errors
    supergraph = load_supergraph(result.supergraph)
    settings = Settings()
    programs = Programs(supergraph, settings, error_policy(settings))
    prepared = programs.prepare(Documents(supergraph.api_schema).resolve(question), None)
    return len({id((await programs.get(prepared, {}, NOBODY)).program) for _ in range(40)})


async def test_an_operation_that_touches_no_label_is_planned_once():
    assert await programs_of("{ all { name } }", old=OLD, new=NEW) == 1


async def test_an_operation_that_touches_a_label_is_planned_for_either_value():
    assert await programs_of("{ all { size } }", old=OLD, new=NEW) == 2
