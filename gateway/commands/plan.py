"""`channelgraph plan` and `channelgraph show`: what an operation becomes, stage by stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.commands.reading import read_supergraph, read_text
from gateway.documents import DocumentOptions, Documents
from gateway.errors import ClientError, ClientErrors, VariablesInvalid
from gateway.executor.variables import compile_variables
from gateway.planner.operation import normalise, select_operation, used_booleans
from gateway.planner.options import DEFAULT_OPTIONS
from gateway.planner.planning import plan
from gateway.planner.stages import STAGES
from gateway.planner.text import plan_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from graphql import OperationDefinitionNode

    from gateway.supergraph.model import Supergraph


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
    try:
        ast = documents.resolve(read_text(asked.path, "Operation")).ast
    except ClientError as exc:
        raise _in_file(exc, asked.path) from exc
    node = select_operation(ast, name)
    booleans: dict[str, bool] = {}
    if asked.variables is not None:
        booleans = _booleans(node, used_booleans(ast, name), _parse(asked.variables), composed)
    normalised = normalise(ast, name, booleans, composed)
    if format_ == "json":
        print(json.dumps(plan_json(plan(normalised, composed)), indent=2))  # noqa: T201
    else:
        print(STAGES[stage](normalised, composed, DEFAULT_OPTIONS), end="")  # noqa: T201


def _booleans(
    node: OperationDefinitionNode, used: Iterable[str], given: dict[str, Any], composed: Supergraph
) -> dict[str, bool]:
    """The variables that decide `@skip` and `@include`; nothing else decides a plan, and so nothing else is asked for."""
    deciding = frozenset(used)
    definitions = [each for each in node.variable_definitions or () if each.variable.name.value in deciding]
    named = {each.variable.name.value for each in node.variable_definitions or ()}
    unknown = sorted(given.keys() - named)
    if unknown:
        raise VariablesInvalid(f"--variables names {unknown[0]}, which the operation does not declare.")
    coercer = compile_variables(definitions, composed.api_schema)
    values = coercer.coerce({key: value for key, value in given.items() if key in deciding})
    return {each: bool(values.get(each)) for each in deciding}


def _in_file(error: ClientError, path: Path) -> ClientError:
    """The same with the file, and line and column where there are some; of several the code of the first."""
    each = error.errors if isinstance(error, ClientErrors) else (error,)
    told = "; ".join(f"{':'.join([str(path), *map(str, (one.locations or ((),))[0])])}: {one.message}" for one in each)
    located = each[0].again()
    located.message = told
    return located


def _parse(variables: str) -> dict[str, Any]:
    try:
        parsed = json.loads(variables)
    except json.JSONDecodeError as exc:
        raise VariablesInvalid(f"--variables is not JSON: {exc}.") from exc
    if not isinstance(parsed, dict):
        raise VariablesInvalid("--variables must be a JSON object.")
    return parsed
