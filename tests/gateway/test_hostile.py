"""Documents of up to 64 kB made to hurt: each is refused by name or planned within the budget of steps.

No clock decides: the search counts its steps, and what comes before it is linear or limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.documents import DocumentOptions, Documents
from gateway.errors import ClientError
from gateway.executor.program import compile_program
from gateway.limits import DocumentLimits
from gateway.planner.operation import normalise
from gateway.planner.options import PlanOptions
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph

from .executor.library import SUPERGRAPH

CODES = set(
    re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8"))
)
STEPS = 20_000
"""Of the search; a step is about 50 microseconds of work, so this is a second."""
SIZE = 64_000
LIBRARY = load_supergraph(SUPERGRAPH)
OPEN = DocumentLimits(
    tokens=1_000_000, depth=10_000, fields=10**8, fragments=10**8, root_fields=10**8, aliases=10**8, directives=10**8
)
"""Limits as an operator may set them who trusts his clients; what stands behind them must hold alone."""


def repeated(piece: Callable[[int], str], head: str = "{ ", tail: str = " }", size: int = SIZE) -> str:
    """As many pieces as fit."""
    pieces: list[str] = []
    length = len(head) + len(tail)
    while True:
        text = piece(len(pieces))
        if length + len(text) + 1 > size:
            return head + " ".join(pieces) + tail
        pieces.append(text)
        length += len(text) + 1


def chain(levels: int, spreads: int) -> str:
    links = " ".join(f"fragment F{i} on Query {{ {f'...F{i + 1} ' * spreads}}}" for i in range(levels))
    return f"{{ ...F0 }} {links} fragment F{levels} on Query {{ lost {{ name }} }}"


def nested(field: str, count: int, leaf: str) -> str:
    return field * count + leaf + " }" * count


HOSTILE = {
    "aliases of one field": repeated(lambda n: f"a{n}:lost{{name}}"),
    "aliases of a deep path": repeated(lambda n: f"a{n}:items{{notes{{reader{{notes{{item{{title}}}}}}}}}}"),
    "aliases below a list": repeated(lambda n: f"a{n}:title", "{ items { ", " } }"),
    "fragments that double": chain(40, 2),
    "fragments in a long row": chain(1_400, 1),
    "fragments that go round": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "nesting without end": nested("{ readers { friends ", 2_500, "{ name }"),
    "nesting as deep as is legal": "{ readers " + nested("{ friends ", 5_000, "{ name }") + " }",
    "type conditions on an interface": repeated(
        lambda n: f"... on {('Book', 'Film', 'Item')[n % 3]}{{a{n}:title}}", "{ items { ", " } }"
    ),
    "type conditions within each other": "{ items "
    + nested("{ ... on Item { ... on Book ", 1_000, "{ title }")
    + nested("", 0, "")
    + " }" * 1_001,
    "keys that all have to be compared": repeated(lambda _: "items{notes{text}}"),
    "directives on one field": repeated(lambda _: "@include(if: true)", "{ lost { name ", " } }"),
    "variables by the thousand": repeated(lambda n: f"$v{n}: Int", "query (", ") { lost { name } }"),
    "a list by the thousand": repeated(lambda n: "1", "{ lost { name(a: [", "]) } }"),
    "operations by the thousand": repeated(lambda n: f"query Q{n}{{lost{{name}}}}", "", ""),
    "strings without end": '{ lost { name(a: "' + "x" * 60_000,
    "braces without end": "{" * SIZE,
}


def outcome(text: str, limits: DocumentLimits) -> str:
    """Go the way of a request up to its program: `planned`, or the code it was refused with."""
    assert len(text.encode()) <= 65_536
    try:
        document = Documents(LIBRARY.api_schema, DocumentOptions(limits=limits)).resolve(text)
        node = document.operations[0]
        operation = normalise(document.ast, node.name.value if node.name else None, {}, LIBRARY)
        made = plan(operation, LIBRARY, PlanOptions(max_steps=STEPS, max_seconds=1e9))
        compile_program(made, LIBRARY.api_schema, document.ast, node)
    except ClientError as error:
        return error.code
    return "planned"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_D3_D4_D5_D6_D7_D8_a_hostile_document_is_refused_with_a_documented_code(text: str):
    assert outcome(text, DocumentLimits()) in CODES


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_D12_behind_open_limits_the_budget_of_planning_holds(text: str):
    assert outcome(text, OPEN) in {"planned", *CODES}
