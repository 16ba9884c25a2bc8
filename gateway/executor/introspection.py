"""`__schema` and `__type`: answered by graphql-core over the API schema, beside the plan.

The operation is cut to its introspection fields. Fragments on the root type are cut once each and stay fragments, so
that a document whose fragments multiply costs no more here than it has tokens.

All of a large schema takes a tenth of a second: whoever has a loop to keep turning calls `prepare` in a thread first.
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
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    execute_sync,
)

from gateway.errors import InternalError
from gateway.executor.introspection_size import check_size

if TYPE_CHECKING:
    from collections.abc import Mapping

CUT: Final = "introspection__"
"""What the names of fragments cut to their introspection fields begin with."""
MOST_KNOWN: Final = 8
"""Answers kept of one operation; common tools' operations have one, or one per value of `includeDeprecated`."""


@dataclass(frozen=True, slots=True)
class Introspection:
    """The introspection part of one operation."""

    schema: GraphQLSchema
    document: DocumentNode
    used: tuple[str, ...]
    """Names of the variables that the answer depends on."""
    known: dict[tuple[str, ...], Mapping[str, Any]] = field(default_factory=dict)
    """Answers by the values of those variables; few, and all of them forgotten when there are more."""

    def prepared(self, variables: Mapping[str, Any]) -> bool:
        """Whether the answer is known already."""
        return self._key(variables) in self.known

    def answer(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Response key → value.

        Raises `InternalError` when graphql-core cannot execute it, which validation excludes.
        """
        key = self._key(variables)
        found = self.known.get(key)
        if found is not None:
            return found
        result = execute_sync(self.schema, self.document, variable_values=dict(variables))
        if not isinstance(result, ExecutionResult) or result.data is None:
            raise InternalError("The introspection part of a validated operation could not be executed")
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        self.known[key] = result.data
        return result.data

    def _key(self, variables: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple([repr(variables.get(name)) for name in self.used])


def introspection_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Introspection:
    """Cut `operation` to its introspection fields; raises `CostLimitExceeded` where they show too much."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    needed: dict[str, FragmentDefinitionNode] = {}
    reduced = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=_cut(operation.selection_set, fragments, needed),
    )
    cut = DocumentNode(definitions=(reduced, *fragments.values(), *needed.values()))
    check_size(schema, cut)
    return Introspection(
        schema=schema,
        document=cut,
        used=_variables_used(reduced.selection_set, {**fragments, **needed}),
    )


def _variables_used(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[str, ...]:
    """Names of the variables in what is selected, each once."""
    found: dict[str, None] = {}
    entered: set[str] = set()
    waiting: list[Node] = [selections]
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            found[node.name.value] = None
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered:
            entered.add(node.name.value)
            waiting.append(fragments[node.name.value])
        for key in node.keys:
            value = getattr(node, key, None)
            waiting += [
                each for each in (value if isinstance(value, tuple | list) else (value,)) if isinstance(each, Node)
            ]
    return tuple(sorted(found))


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
