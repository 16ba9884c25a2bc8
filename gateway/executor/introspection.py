"""`__schema` and `__type`: answered by graphql-core over the API schema, beside the plan.

The operation is cut to its introspection fields. Fragments on the root type are cut once each and stay fragments, so
that a document whose fragments multiply costs no more here than it has tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
)

from gateway.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping

CUT: Final = "introspection__"
"""What the names of fragments cut to their introspection fields begin with."""


@dataclass(frozen=True, slots=True)
class Introspection:
    """The introspection part of one operation."""

    schema: GraphQLSchema
    document: DocumentNode
    constant: bool
    """Whether the answer depends on no variable."""
    known: dict[str, Any] = field(default_factory=dict)
    """The answer, once it has been asked for and is constant."""

    def answer(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Response key → value.

        Raises `InternalError` when graphql-core cannot execute it, which validation excludes.
        """
        if self.known:
            return self.known
        result = execute_sync(self.schema, self.document, variable_values=dict(variables))
        if not isinstance(result, ExecutionResult) or result.data is None:
            raise InternalError("The introspection part of a validated operation could not be executed")
        if self.constant:
            self.known.update(result.data)
        return result.data


def introspection_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Introspection:
    """Cut `operation` to its introspection fields."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    needed: dict[str, FragmentDefinitionNode] = {}
    reduced = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=_cut(operation.selection_set, fragments, needed),
    )
    return Introspection(
        schema=schema,
        document=DocumentNode(definitions=(reduced, *fragments.values(), *needed.values())),
        constant=not operation.variable_definitions,
    )


def _cut(
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    needed: dict[str, FragmentDefinitionNode],
) -> SelectionSetNode:
    kept: list[SelectionNode] = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if node.name.value in {"__schema", "__type"}:
                kept.append(node)
        elif isinstance(node, InlineFragmentNode):
            inner = _cut(node.selection_set, fragments, needed)
            kept.append(
                InlineFragmentNode(type_condition=node.type_condition, directives=node.directives, selection_set=inner)
            )
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if CUT + name not in needed:
                whole = fragments[name]
                needed[CUT + name] = whole  # taken, so that the cut below meets each fragment once
                needed[CUT + name] = FragmentDefinitionNode(
                    name=NameNode(value=CUT + name),
                    type_condition=whole.type_condition,
                    selection_set=_cut(whole.selection_set, fragments, needed),
                )
            kept.append(FragmentSpreadNode(name=NameNode(value=CUT + name), directives=node.directives))
    return SelectionSetNode(selections=tuple(kept))
