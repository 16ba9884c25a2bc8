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


async def test_L2_what_was_asked_lately_is_planned_before_a_new_supergraph_takes_over(make_shop):
    old, new = make_shop(), make_shop()
    asked = ["{ products { name stock } }", "query ($s: Boolean!) { note @skip(if: $s) products { id } }"]
    await old.ask(asked[0])
    await old.ask(asked[1], {"s": True})
    await old.ask("{ me { name } }")  # refused to nobody: demands are numbered anew, so this is left out
    new.pipeline.warm(old.pipeline)
    compiled = []
    original = new.pipeline.programs._compile
    new.pipeline.programs._compile = lambda *arguments: compiled.append(1) or original(*arguments)
    await new.ask(asked[0])
    await new.ask(asked[1], {"s": True})
    assert compiled == []
    await new.ask(asked[1], {"s": False})
    assert compiled == [1]


async def test_L2_warming_takes_no_longer_than_it_may_and_passes_over_what_no_longer_fits(make_shop):
    old, other = make_shop(), make_shop(planning={"warm_seconds": 0.000_001})
    await old.ask("{ products { name stock } }")
    other.pipeline.warm(old.pipeline)
    assert len(other.pipeline.programs._ready) == 0
    fresh = make_shop(limits={"depth": 1})
    fresh.pipeline.warm(old.pipeline)
    assert len(fresh.pipeline.programs._ready) == 0
