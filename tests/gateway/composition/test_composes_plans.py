"""Whatever is given: composition answers instead of failing, says the same twice, and what composes can be planned.

The long proof draws the same sets in every run. `COMPOSE_SEED=7 COMPOSE_SETS=5000 make prove` (or pytest with the two
variables) draws others, four times that many; a failure prints the set it was reduced to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLField,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from gateway.composition import SubgraphSource, compose
from gateway.planner import normalise, plan
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph

CASES = Path(__file__).parent / "cases"
COMPOSING = sorted(file.parent for file in CASES.glob("*/supergraph.graphql"))
DEPTH = 4


def sources_of(case: Path) -> list[SubgraphSource]:
    return [
        SubgraphSource(file.name.removesuffix(".graphql"), "", file.read_text("utf-8"))
        for file in sorted((case / "subgraphs").glob("*.graphql"))
    ]


# --- every operation along one path of the API schema ---


def operations(schema: GraphQLSchema) -> Iterator[str]:
    for keyword, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        if root is not None:
            for path in paths(schema, root, 0):
                yield f"{keyword} {path}"


def paths(schema: GraphQLSchema, owner: GraphQLObjectType, depth: int) -> Iterator[str]:
    for name, field in owner.fields.items():
        target = get_named_type(field.type)
        text = name + arguments(field)
        if is_leaf_type(target):
            yield f"{{ {text} }}"
        elif depth < DEPTH:
            possible = schema.get_possible_types(target) if is_abstract_type(target) else (target,)
            for each in possible:
                for inner in paths(schema, each, depth + 1):
                    yield (
                        f"{{ {text} {{ ... on {each.name} {inner} }} }}"
                        if is_abstract_type(target)
                        else f"{{ {text} {inner} }}"
                    )


def arguments(field: GraphQLField) -> str:
    given = [f"{name}: {literal(arg.type)}" for name, arg in field.args.items() if is_required_argument(arg)]
    return f"({', '.join(given)})" if given else ""


def literal(kind: GraphQLInputType) -> str:
    text = str(kind).rstrip("!")
    if text.startswith("["):
        return "[]"
    named = get_named_type(kind)
    if hasattr(named, "values"):
        return next(iter(named.values))
    if hasattr(named, "fields"):
        inner = ", ".join(f"{n}: {literal(f.type)}" for n, f in named.fields.items() if str(f.type).endswith("!"))
        return "{" + inner + "}"
    return {"Int": "1", "Float": "1.5", "Boolean": "true"}.get(text, '"x"')


def plan_everything(supergraph: Supergraph) -> None:
    for text in operations(supergraph.api_schema):
        document = parse(text)
        assert not validate(supergraph.api_schema, document), text
        assert plan(normalise(document, None, {}, supergraph), supergraph).fetches, text


@pytest.mark.parametrize("case", COMPOSING, ids=lambda case: case.name)
def test_every_path_of_a_composed_case_has_a_plan(case):
    plan_everything(load_supergraph((case / "supergraph.graphql").read_text("utf-8")))


# --- random edits ---

WORDS = ["Int", "String", "ID", "Product", "Book", "Film", "Media", "id", "name", "Money", "Status", "[Int]"]
DIRECTIVES = [
    "@shareable",
    "@external",
    "@inaccessible",
    '@key(fields: "id")',
    '@requires(fields: "id")',
    '@provides(fields: "name")',
    '@override(from: "catalog")',
    "@interfaceObject",
    "@deprecated",
    '@tag(name: "t")',
    '@key(fields: "id", resolvable: false)',
    '@key(fields: "name")',
    '@key(fields: "id name")',
    '@requires(fields: "name")',
    '@override(from: "catalog", label: "percent(5)")',
    "@authenticated",
    "@extends",
]


def drop(lines: list[str], at: int, _: int) -> list[str]:
    return lines[:at] + lines[at + 1 :]


def repeat(lines: list[str], at: int, _: int) -> list[str]:
    return lines[: at + 1] + lines[at:]


def retype(lines: list[str], at: int, choice: int) -> list[str]:
    head, colon, _ = lines[at].partition(": ")
    return [*lines[:at], f"{head}{colon}{WORDS[choice % len(WORDS)]}" if colon else lines[at], *lines[at + 1 :]]


def bang(lines: list[str], at: int, _: int) -> list[str]:
    line = lines[at]
    changed = line.replace("!", "", 1) if "!" in line else f"{line}!" if ": " in line else line
    return [*lines[:at], changed, *lines[at + 1 :]]


def annotate(lines: list[str], at: int, choice: int) -> list[str]:
    line, directive = lines[at], DIRECTIVES[choice % len(DIRECTIVES)]
    changed = line.replace(" {", f" {directive} {{") if line.endswith("{") else f"{line} {directive}"
    return [*lines[:at], changed, *lines[at + 1 :]]


def extend(lines: list[str], at: int, _: int) -> list[str]:
    line = lines[at]
    changed = f"extend {line}" if line.startswith(("type", "interface", "union", "enum", "input")) else line
    return [*lines[:at], changed, *lines[at + 1 :]]


def swap(lines: list[str], at: int, choice: int) -> list[str]:
    """Put a line elsewhere: a field moves to another type, mostly."""
    rest = lines[:at] + lines[at + 1 :]
    to = choice % (len(rest) + 1)
    return [*rest[:to], lines[at], *rest[to:]]


edits = st.lists(
    st.tuples(
        st.sampled_from([drop, repeat, retype, bang, annotate, extend, swap]),
        st.integers(0, 10),
        st.integers(0, 200),
        st.integers(0, 200),
    ),
    min_size=1,
    max_size=4,
)


def edited(sources: list[SubgraphSource], changes) -> list[SubgraphSource]:
    texts = [source.sdl.splitlines() for source in sources]
    for change, which, at, choice in changes:
        lines = texts[which % len(texts)]
        body = [index for index, line in enumerate(lines) if line.strip() and "@link" not in line]
        if body:
            texts[which % len(texts)] = change(lines, body[at % len(body)], choice)
    return [
        SubgraphSource(source.name, source.url, "\n".join(lines)) for source, lines in zip(sources, texts, strict=True)
    ]


@given(st.sampled_from(COMPOSING), edits)
@settings(max_examples=120, deadline=None)
def test_an_edited_set_is_answered_and_what_composes_plans(case, changes):
    check_edited(case, changes)


@pytest.mark.prove
@pytest.mark.parametrize("fixed", range(4))
def test_thousands_of_edited_sets_are_answered_and_what_composes_plans(fixed):
    @seed(int(os.environ.get("COMPOSE_SEED", "0")) * 4 + fixed)
    @given(st.sampled_from(COMPOSING), edits)
    @settings(max_examples=int(os.environ.get("COMPOSE_SETS", "500")), deadline=None, database=None)
    def check(case, changes):
        check_edited(case, changes)

    check()


def check_edited(case, changes) -> None:
    """Composing gives a supergraph or errors, the same twice, and every field of the supergraph can be planned."""
    sources = edited(sources_of(case), changes)
    result = compose(sources)
    assert result == compose(sources)
    assert (result.supergraph is None) == bool(result.errors)
    if result.supergraph is not None:
        plan_everything(load_supergraph(result.supergraph))
