"""`channelgraph plan` and `channelgraph show`: what an operation becomes, stage by stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.commands.reading import read_supergraph, read_text
from gateway.documents import DocumentOptions, Documents
from gateway.errors import VariablesInvalid
from gateway.executor.variables import compile_variables
from gateway.planner.operation import normalise, select_operation, used_booleans
from gateway.planner.options import DEFAULT_OPTIONS
from gateway.planner.planning import plan
from gateway.planner.stages import STAGES
from gateway.planner.text import plan_json

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """Which operation: its file, its name where the file holds several, and its variables as JSON."""

    path: Path
    name: str | None
    variables: str | None


def run(stage: str, supergraph: Path, asked: Asked, format_: str) -> None:
    """Print one stage. Without `--variables` every `@skip` and `@include` takes its default, or false."""
    composed = read_supergraph(supergraph)
    documents = Documents(composed.api_schema, DocumentOptions(suggestions=True))
    name = asked.name
    ast = documents.resolve(read_text(asked.path, "Operation")).ast
    node = select_operation(ast, name)
    booleans: dict[str, bool] = {}
    if asked.variables is not None:
        coercer = compile_variables(node.variable_definitions or (), composed.api_schema)
        values = coercer.coerce(_parse(asked.variables))
        booleans = {each: bool(values.get(each)) for each in used_booleans(ast, name)}
    normalised = normalise(ast, name, booleans, composed)
    if format_ == "json":
        print(json.dumps(plan_json(plan(normalised, composed)), indent=2))  # noqa: T201
    else:
        print(STAGES[stage](normalised, composed, DEFAULT_OPTIONS), end="")  # noqa: T201


def _parse(variables: str) -> dict[str, Any]:
    try:
        parsed = json.loads(variables)
    except json.JSONDecodeError as exc:
        raise VariablesInvalid(f"--variables is not JSON: {exc}.") from exc
    if not isinstance(parsed, dict):
        raise VariablesInvalid("--variables must be a JSON object.")
    return parsed
