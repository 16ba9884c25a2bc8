"""Programs: a plan made ready to run, once, and then shared by every request of that shape.

A program holds what depends on the operation only: the tables of the plan, request bodies encoded up to their
variables, variable coercion and the code for collecting and projecting. What changes from run to run is in the
`Execution` it starts.

    program = compile_program(plan, api_schema, document, operation)
    variables = program.coerce(request.variables)
    execution = program.start(variables)
    await drive(execution, clients, headers, deadline)
    execution.answer()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from graphql import GraphQLObjectType

from gateway.executor.compiled import Code
from gateway.executor.execution import Execution
from gateway.executor.introspection import Introspection, introspection_of
from gateway.executor.layout import Layout, lay_out
from gateway.executor.subgraph_errors import ErrorPolicy
from gateway.executor.variables import Coercer, compile_variables
from gateway.planner.nodes import OperationKind, OutputField, Plan, Special

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode


ENTITIES: Final = 1_000
"""Most representations in one request, unless the settings say otherwise: what subgraphs commonly take."""


@dataclass(frozen=True, slots=True)
class Program:
    """One compiled operation; see the module's text.

    prefixes       by request: the body up to and including `"variables":{`
    successors     by request: the requests that wait for it
    object_types   names of the API schema's object types: what asked for one of them must not call itself otherwise
    code           what is generated for it, made when that pays
    entities       most representations in one request; more of them go in parts
    """

    layout: Layout
    policy: ErrorPolicy
    coercer: Coercer
    introspection: Introspection | None
    prefixes: tuple[bytes, ...]
    successors: tuple[tuple[int, ...], ...]
    object_types: frozenset[str]
    code: Code
    entities: int = ENTITIES

    @property
    def plan(self) -> Plan:
        """The plan it was compiled from."""
        return self.layout.plan

    @property
    def kind(self) -> OperationKind:
        """Query, mutation or subscription."""
        return self.layout.plan.kind

    def coerce(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """The operation's variables out of what the client gave; raises `VariablesInvalid`."""
        return self.coercer.coerce(given or {})

    def start(self, variables: Mapping[str, Any], event: Mapping[str, Any] | None = None) -> Execution:
        """Begin one execution with coerced variables.

        event    for subscriptions: one decoded answer of the root request, with `data` and perhaps `errors`; that
                 request is then over and is not sent.
        """
        return Execution(self, variables, event)


def compile_program(
    plan: Plan,
    api_schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    policy: ErrorPolicy | None = None,
) -> Program:
    """Compile a plan of `operation`, which `document` holds and which is valid against `api_schema`."""
    successors: list[list[int]] = [[] for _ in plan.requests]
    for request in plan.requests:
        for before in request.after:
            successors[before].append(request.id)
    layout = lay_out(plan)
    return Program(
        layout=layout,
        policy=policy or ErrorPolicy(),
        coercer=compile_variables(operation.variable_definitions or (), api_schema),
        introspection=introspection_of(api_schema, document, operation) if _introspects(plan) else None,
        prefixes=tuple(_prefix(request.document, request.operation_name) for request in plan.requests),
        successors=tuple(map(tuple, successors)),
        object_types=frozenset(n for n, t in api_schema.type_map.items() if isinstance(t, GraphQLObjectType)),
        code=Code(layout),
    )


def _prefix(document: str, operation_name: str | None) -> bytes:
    body: dict[str, Any] = {"query": document}
    if operation_name is not None:
        body["operationName"] = operation_name
    return orjson.dumps(body)[:-1] + b',"variables":{'


def _introspects(plan: Plan) -> bool:
    def asks(field: OutputField) -> bool:
        return field.special is Special.INTROSPECTION

    return any(asks(field) for _, fields in plan.output.variants for field in fields)
