"""A client's document → `Operation`: one selection tree, fragments and conditions resolved.

House rules of this file
1. `@skip` and `@include` are resolved here, on the values of the boolean variables that steer them; the names of
   those variables (`used_booleans`) belong in the key under which a plan is kept. Nothing behind this file knows
   of conditions.
2. Work is linear in the document: a set of selection sets on a type is normalised once, however many fragments
   lead to it, so the result is a directed graph without cycles rather than a tree.
3. A selection on an abstract type keeps what holds for every runtime type apart (`common`); it is never written
   out per type before that is needed: fifty implementations at three levels would be 125,000 branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphql.language import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from gateway.errors import OperationNotFound, PlanningLimit, Unplannable
from gateway.planner.literals import print_arguments, print_value, variables_of
from gateway.planner.nodes import OperationKind
from gateway.supergraph.model import Supergraph, TypeKind
from gateway.supergraph.types import type_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_FIELDS = 20_000
"""Distinct fields of one normalised operation; a document of 64 kB without fragment bombs stays far below."""

TOO_DEEP = "The operation is nested too deeply to be planned."


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a selection.

    key         the response key
    arguments   printed, sorted by name: `first: 5, channel: $c`; empty without arguments
    variables   names of the variables the arguments use
    selection   None for leaves
    """

    key: str
    name: str
    arguments: str
    variables: tuple[str, ...]
    selection: Selection | None


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What is asked of one place.

    common  response key → field, for every runtime type
    per     runtime type → response key → field; only where the declared type is abstract. A composite field here
            holds what `common` asks under the same key as well; a leaf already in `common` is not repeated
    order   runtime type of `per` → all its keys, those of `common` included, in the operation's order
    """

    type_name: str
    common: Mapping[str, Field]
    per: Mapping[str, Mapping[str, Field]]
    order: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    """A variable of the operation: its type and default, printed."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation, normalised.

    root_type   the supergraph's name of the root type
    booleans    the boolean variables it was specialised on, with their values
    """

    kind: OperationKind
    name: str | None
    root_type: str
    selection: Selection
    variables: Mapping[str, VariableDefinition]
    booleans: Mapping[str, bool]


def normalise(
    document: DocumentNode,
    operation_name: str | None,
    boolean_values: Mapping[str, bool],
    supergraph: Supergraph,
    *,
    max_fields: int = MAX_FIELDS,
) -> Operation:
    """Select and normalise one operation of a valid document.

    `boolean_values` holds the coerced value of each variable in `used_booleans`; for one that is missing, the
    default in the document counts, and without it false.

    Raises  OperationNotFound; PlanningLimit over `max_fields`; Unplannable for a field the supergraph lacks
            (a document that validates against the API schema has none)
    """
    definition = select_operation(document, operation_name)
    kind = OperationKind(definition.operation.value)
    root_type = supergraph.roots.get(kind.value)
    if root_type is None:
        raise Unplannable(f"No subgraph offers a {kind} type.")
    booleans = _boolean_values(document, definition, boolean_values)
    normaliser = Normaliser(supergraph, fragments_of(document), booleans, max_fields)
    try:
        selection = normaliser.selection(root_type, (definition.selection_set,))
    except RecursionError as exc:
        raise PlanningLimit(TOO_DEEP) from exc
    return Operation(
        kind=kind,
        name=definition.name.value if definition.name else None,
        root_type=root_type,
        selection=selection,
        variables={
            item.variable.name.value: VariableDefinition(
                item.variable.name.value,
                type_text(item.type),
                print_value(item.default_value) if item.default_value is not None else None,
            )
            for item in definition.variable_definitions or ()
        },
        booleans=booleans,
    )


LONGEST_ECHO: Final = 120
"""Characters of a name that come back to the one who sent it."""


def select_operation(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    """Find the operation to run (GraphQL specification, section 6.1, GetOperation).

    Raises  OperationNotFound
    """
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if operation_name is None:
        if len(operations) == 1:
            return operations[0]
        if not operations:
            raise OperationNotFound("The document holds no operation.")
        raise OperationNotFound("The document holds several operations; name one as `operationName`.")
    for operation in operations:
        if operation.name and operation.name.value == operation_name:
            return operation
    raise OperationNotFound(f'The document holds no operation named "{operation_name[:LONGEST_ECHO]}".')


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Name the document's fragments."""
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}


def used_booleans(document: DocumentNode, operation_name: str | None) -> tuple[str, ...]:
    """Name the variables that steer `@skip` or `@include` in an operation, sorted: part of a plan's cache key.

    Linear in the document: each fragment is read once.

    Raises  OperationNotFound
    """
    operation = select_operation(document, operation_name)
    return _used_booleans(operation, fragments_of(document))


def _used_booleans(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[str, ...]:
    found: set[str] = set()
    seen: set[str] = set()
    pending: list[SelectionSetNode] = [operation.selection_set]
    while pending:
        for node in pending.pop().selections:
            for directive in node.directives or ():
                condition = _condition(directive)
                if isinstance(condition, VariableNode):
                    found.add(condition.name.value)
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments.get(node.name.value)
                if fragment is not None and node.name.value not in seen:
                    seen.add(node.name.value)
                    pending.append(fragment.selection_set)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                pending.append(node.selection_set)
    return tuple(sorted(found))


def _boolean_values(
    document: DocumentNode, operation: OperationDefinitionNode, given: Mapping[str, bool]
) -> dict[str, bool]:
    defaults = {
        item.variable.name.value: getattr(item.default_value, "value", False) is True
        for item in operation.variable_definitions or ()
    }
    used = _used_booleans(operation, fragments_of(document))
    return {name: bool(given.get(name, defaults.get(name, False))) for name in used}


def _condition(directive: DirectiveNode) -> object:
    if directive.name.value in {"skip", "include"}:
        for argument in directive.arguments or ():
            if argument.name.value == "if":
                return argument.value
    return None


_Types = frozenset[str] | None
"""The runtime types a selection holds for; None: whatever the declared type can be."""


class Normaliser:
    """Normalises selection sets of one document, remembering what it has done."""

    def __init__(
        self,
        supergraph: Supergraph,
        fragments: Mapping[str, FragmentDefinitionNode],
        booleans: Mapping[str, bool],
        max_fields: int = MAX_FIELDS,
    ) -> None:
        self.types = supergraph.types
        self.possible = supergraph.possible
        self.fragments = fragments
        self.booleans = booleans
        self.max_fields = max_fields
        self.count = 0
        self.done: dict[tuple[str, tuple[int, ...]], tuple[Selection, tuple[SelectionSetNode, ...]]] = {}
        """With each result its sources, so that no other node can come by their identity."""

    def selection(self, type_name: str, sets: tuple[SelectionSetNode, ...]) -> Selection:
        """Merge selection sets on one declared type."""
        memo = (type_name, tuple(id(each) for each in sets))
        found = self.done.get(memo)
        if found is None:
            found = self.done[memo] = (self._selection(type_name, sets), sets)
        return found[0]

    def _selection(self, type_name: str, sets: Iterable[SelectionSetNode]) -> Selection:
        entries: list[tuple[_Types, FieldNode]] = []
        seen: set[tuple[int, _Types]] = set()
        for each in sets:
            self._gather(type_name, each, None, entries, seen)
        self.count += len(entries)
        if self.count > self.max_fields:
            raise PlanningLimit(
                f"The operation asks for more than {self.max_fields} fields once its fragments are written out."
            )
        common = self._fields(type_name, (node for types, node in entries if types is None))
        named = sorted({name for types, _ in entries if types is not None for name in types})
        per: dict[str, dict[str, Field]] = {}
        order: dict[str, tuple[str, ...]] = {}
        for name in named:
            mine = [(types, node) for types, node in entries if types is None or name in types]
            self.count += len(mine)
            if self.count > self.max_fields * 5:
                raise PlanningLimit("The operation has too many type conditions on types with many implementations.")
            own_keys = {_key(node) for types, node in mine if types is not None}
            order[name] = tuple(dict.fromkeys(_key(node) for _, node in mine))
            fields = self._fields(name, (node for _, node in mine if _key(node) in own_keys))
            per[name] = {
                key: field for key, field in fields.items() if key not in common or field.selection is not None
            }
        return Selection(type_name, common, per, order)

    def _gather(
        self,
        declared: str,
        selection_set: SelectionSetNode,
        types: _Types,
        entries: list[tuple[_Types, FieldNode]],
        seen: set[tuple[int, _Types]],
    ) -> None:
        """Collect the fields of a selection set, each with the runtime types it holds for."""
        if (id(selection_set), types) in seen:
            return
        seen.add((id(selection_set), types))
        whole = self.possible.get(declared)
        for node in selection_set.selections:
            if not self._included(node.directives):
                continue
            if isinstance(node, FieldNode):
                everywhere = types is None or (types == whole and self._is_common(declared, node.name.value))
                entries.append((None if everywhere else types, node))
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                condition, inner = fragment.type_condition.name.value, fragment.selection_set
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else declared
                inner = node.selection_set
            else:
                continue
            if whole is None:
                if condition == declared or declared in self.possible.get(condition, ()):
                    self._gather(declared, inner, None, entries, seen)
            elif condition == declared:
                self._gather(declared, inner, types, entries, seen)
            else:
                narrowed = self.possible.get(condition, frozenset((condition,))) & (whole if types is None else types)
                if narrowed:
                    self._gather(declared, inner, narrowed, entries, seen)

    def _is_common(self, declared: str, name: str) -> bool:
        """Whether a field asked for on every runtime type of an abstract one may as well be asked for on that.

        Not where it is unknown there, nor where a runtime type has a narrower type for it: what is selected below may
        be unknown to the wider one.
        """
        if name == "__typename":
            return True
        field = self.types[declared].fields.get(name)
        return field is not None and all(
            self.types[each].fields[name].named_type == field.named_type for each in self.possible[declared]
        )

    def _included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            condition = _condition(directive)
            if condition is None:
                continue
            value = (
                self.booleans.get(condition.name.value, False)
                if isinstance(condition, VariableNode)
                else getattr(condition, "value", False)
            )
            if bool(value) is (directive.name.value == "skip"):
                return False
        return True

    def _fields(self, owner: str, nodes: Iterable[FieldNode]) -> dict[str, Field]:
        groups: dict[str, list[FieldNode]] = {}
        for node in nodes:
            groups.setdefault(_key(node), []).append(node)
        return {key: self._field(owner, key, group) for key, group in groups.items()}

    def _field(self, owner: str, key: str, nodes: list[FieldNode]) -> Field:
        first = nodes[0]
        name = first.name.value
        selection: Selection | None = None
        if name not in {"__typename", "__schema", "__type"}:
            definition = self.types[owner].fields.get(name)
            if definition is None:
                raise Unplannable(f"The supergraph has no field `{owner}.{name}`.")
            target = self.types.get(definition.named_type)
            if target is not None and target.kind in {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION}:
                sets = {id(node.selection_set): node.selection_set for node in nodes if node.selection_set is not None}
                selection = self.selection(target.name, tuple(sets.values()))
        return Field(key, name, print_arguments(first.arguments), variables_of(first.arguments), selection)


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value
