"""The checks behind `channelgraph check`; each is pure, looks at one thing and reports every problem it finds."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.channels.pages import plan_on
from gateway.documents import Documents
from gateway.errors import ClientError, ClientErrors
from gateway.planner.operation import normalise
from gateway.planner.planning import plan
from gateway.planner.text import plan_size, plan_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gateway.channels.operations import ChannelOperation
    from gateway.planner.nodes import Plan
    from gateway.supergraph.model import Supergraph

DIFFERENCE_LINES = 12
"""Lines of a difference that are shown; the file itself shows the rest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold: where, what, and the way out."""

    where: str
    what: str


def check_text(path: Path, expected: str, made_by: str) -> list[Problem]:
    """A checked-in file against what the code prints."""
    if not path.is_file():
        return [Problem(str(path), f"is missing; {made_by}")]
    written = path.read_text("utf-8")
    if written.rstrip() == expected.rstrip():
        return []
    lines = list(
        difflib.unified_diff(written.splitlines(), expected.splitlines(), "checked in", "printed now", lineterm="", n=0)
    )
    shown = "\n    ".join(lines[2 : 2 + DIFFERENCE_LINES])
    more = f"\n    … {len(lines) - 2 - DIFFERENCE_LINES} more lines" if len(lines) > 2 + DIFFERENCE_LINES else ""
    return [Problem(str(path), f"differs from what the code prints; {made_by}\n    {shown}{more}")]


def check_document(operation: ChannelOperation, schemas: Mapping[str, Documents]) -> list[Problem]:
    """An operation against the schema of its contract."""
    problems = []
    if operation.stated is not None and operation.stated != operation.contract:
        problems.append(Problem(str(operation.path), f"names contract {operation.stated}, but lies elsewhere"))
    documents = schemas.get(operation.contract)
    if documents is None:
        return [
            *problems,
            Problem(str(operation.path), f"there is no contract {operation.contract}, or it does not compose"),
        ]
    try:
        documents.resolve(operation.text)
    except ClientErrors as exc:
        problems += [Problem(str(operation.path), each.message) for each in exc.errors]
    except ClientError as exc:
        problems.append(Problem(str(operation.path), exc.message))
    return problems


def plan_of(operation: ChannelOperation, supergraph: Supergraph) -> Plan:
    """The plan of a valid operation, no variable given; raises `ClientError`."""
    document = Documents(supergraph.api_schema).resolve(operation.text)
    return plan(normalise(document.ast, None, {}, supergraph), supergraph)


def check_budget(operation: ChannelOperation, made: Plan) -> list[Problem]:
    """A plan against what the operation's file allows it: requests, and how many wait for each other."""
    size = plan_size(made)
    return [
        Problem(str(operation.path), f"takes {taken} {name}; its budget is {most}")
        for name, most, taken in (
            ("fetches", operation.fetches, size.requests),
            ("stages", operation.stages, size.depth),
        )
        if most is not None and taken > most
    ]


def check_page(page: Path, made: Plan) -> list[Problem]:
    """A plan against the page that people review."""
    if not page.is_file():
        return [Problem(str(page), "is missing; channelgraph check --write begins it")]
    shown = plan_on(page.read_text("utf-8"))
    if shown is None:
        return [Problem(str(page), "has no block of text with the plan")]
    if shown.rstrip() != plan_text(made).rstrip():
        return [Problem(str(page), "shows another plan than is made now; channelgraph check --write renews it")]
    return []
