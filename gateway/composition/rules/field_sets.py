"""The field sets of `@key`, `@requires` and `@provides`: that they parse, fit their type, and select what they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql.language import FieldNode, InlineFragmentNode, SelectionNode, SelectionSetNode, StringValueNode

from gateway.composition.diagnostics import DiagnosticCollector, did_you_mean
from gateway.composition.field_sets import parse_field_set
from gateway.composition.model_building import meaning_of
from gateway.composition.rules.graphql_values import value_problem
from gateway.composition.subgraph import (
    Directive,
    Field,
    Kind,
    SubgraphModel,
    TypeDefinition,
    base_name,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["check_field_sets", "directives_inside", "selection_problems"]

_COMPOSITE = frozenset({Kind.OBJECT, Kind.INTERFACE, Kind.UNION})
_KEYS_ON_INTERFACES = (2, 3)


@dataclass(frozen=True, slots=True)
class _FieldSet:
    """One field set: written at `coordinate` in `directive`, selecting from the type `parent`."""

    coordinate: str
    directive: Directive
    parent: str

    @property
    def meaning(self) -> str:
        return self.directive.meaning or ""

    @property
    def prefix(self) -> str:
        return self.meaning.upper()


def check_field_sets(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report what is wrong with every field set of one subgraph."""
    for item in subgraph.types.values():
        if item.kind not in {Kind.OBJECT, Kind.INTERFACE}:
            continue
        for key in item.all("key"):
            if item.kind is Kind.INTERFACE and subgraph.version < _KEYS_ON_INTERFACES:
                _unsupported(_FieldSet(item.name, key, item.name), item.name, subgraph, diagnostics)
            _check(_FieldSet(item.name, key, item.name), subgraph, diagnostics)
        for field in item.fields.values():
            for requires in field.all("requires"):
                if item.kind is Kind.INTERFACE:
                    _unsupported(_FieldSet(field.coordinate, requires, item.name), item.name, subgraph, diagnostics)
                _check(_FieldSet(field.coordinate, requires, item.name), subgraph, diagnostics)
            for provides in field.all("provides"):
                _check_provides(field, provides, item, subgraph, diagnostics)


def _check_provides(
    field: Field,
    provides: Directive,
    item: TypeDefinition,
    subgraph: SubgraphModel,
    diagnostics: DiagnosticCollector,
) -> None:
    field_set = _FieldSet(field.coordinate, provides, base_name(field.type))
    target = subgraph.types.get(field_set.parent)
    if subgraph.is_external(field):
        _report(
            "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
            "the field is @external, and only its resolver can provide anything. Remove one of the two.",
            field_set,
            subgraph,
            diagnostics,
        )
        return
    if target is None or target.kind not in _COMPOSITE:
        _report(
            "PROVIDES_ON_NON_OBJECT_FIELD",
            f"{field.type} has no fields to provide. Remove @provides.",
            field_set,
            subgraph,
            diagnostics,
        )
        return
    if item.kind is Kind.INTERFACE:
        _unsupported(field_set, item.name, subgraph, diagnostics)
    _check(field_set, subgraph, diagnostics)


def _unsupported(
    field_set: _FieldSet, interface: str, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    way_out = (
        "Link federation v2.3 or later."
        if field_set.meaning == "key"
        else "Move it to the object types that implement it."
    )
    _report(
        f"{field_set.prefix}_UNSUPPORTED_ON_INTERFACE",
        f"{interface} is an interface. {way_out}",
        field_set,
        subgraph,
        diagnostics,
    )


def _check(field_set: _FieldSet, subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    fields = field_set.directive.arguments.get("fields")
    if not isinstance(fields, StringValueNode):
        _report(
            f"{field_set.prefix}_INVALID_FIELDS_TYPE",
            f"fields is {value_text(fields)}, not a string. Write the selection in quotes.",
            field_set,
            subgraph,
            diagnostics,
        )
        return
    try:
        selection = parse_field_set(fields.value)
    except ValueError as error:
        _report(
            f"{field_set.prefix}_INVALID_FIELDS", f"it is no selection ({error}).", field_set, subgraph, diagnostics
        )
        return
    found = list(_key_type_problems(selection, field_set, subgraph))
    if not found:
        problems = (
            *_unknown_directives(selection, subgraph),
            *selection_problems(selection, field_set.parent, subgraph.types),
        )
        found = [(f"{field_set.prefix}_INVALID_FIELDS", problem) for problem in problems]
    if not found:
        found = [
            *((f"{field_set.prefix}_DIRECTIVE_IN_FIELDS_ARG", problem) for problem in _known_directives(selection)),
            *_semantic_problems(selection, field_set, subgraph),
        ]
    for code, text in found:
        _report(code, text, field_set, subgraph, diagnostics)


def _report(
    code: str, problem: str, field_set: _FieldSet, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    diagnostics.error(
        code,
        f"{field_set.coordinate}: {field_set.directive}: {problem}",
        subgraph=subgraph.name,
        location=field_set.directive.location,
        coordinate=field_set.coordinate,
    )


def directives_inside(selection: SelectionSetNode) -> Iterator[str]:
    """Names of the directives applied anywhere in a selection."""
    for node in selection.selections:
        yield from (directive.name.value for directive in node.directives or ())
        inner = getattr(node, "selection_set", None)
        if inner is not None:
            yield from directives_inside(inner)


def _unknown_directives(selection: SelectionSetNode, subgraph: SubgraphModel) -> Iterator[str]:
    for name in directives_inside(selection):
        if name not in subgraph.directives and meaning_of(name, subgraph.names) is None:
            yield f"the directive @{name} is unknown, and field sets have none. Take it out."


def _known_directives(selection: SelectionSetNode) -> Iterator[str]:
    for name in directives_inside(selection):
        yield f"@{name} stands inside the selection. Take it out."


# --- does the selection fit ------------------------------------------------------------------------------------------


def selection_problems(selection: SelectionSetNode, parent: str, types: Mapping[str, TypeDefinition]) -> Iterator[str]:
    """Why a selection does not fit the type it is made on, as whole sentences; nothing when it does."""
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield from _field_problems(node, parent, types)
        elif isinstance(node, InlineFragmentNode):
            yield from _fragment_problems(node, parent, types)
        else:
            yield "fragments cannot be spread in a field set. Write the fields out."


def _field_problems(node: FieldNode, parent: str, types: Mapping[str, TypeDefinition]) -> Iterator[str]:
    name = node.name.value
    if node.alias is not None:
        yield f'"{name}" has the alias "{node.alias.value}". Take the alias off.'
    if name == "__typename":
        return
    definition = types.get(parent)
    field = definition.fields.get(name) if definition else None
    if definition is None or field is None:
        known = list(definition.fields) if definition else []
        advice = " Define it (marked @external if another subgraph resolves it), or select another."
        yield f'{parent} has no field "{name}" here.{did_you_mean(name, known) or advice}'
        return
    yield from _argument_problems(node, field, types)
    target = types.get(base_name(field.type))
    is_composite = target is not None and target.kind in _COMPOSITE
    if node.selection_set is not None and not is_composite:
        yield f"{field.coordinate} is {field.type} and has no sub-fields. Select the field alone."
    elif node.selection_set is None and is_composite:
        yield f"{field.coordinate} is {field.type}. Select some of its fields."
    elif node.selection_set is not None:
        yield from selection_problems(node.selection_set, base_name(field.type), types)


def _argument_problems(node: FieldNode, field: Field, types: Mapping[str, TypeDefinition]) -> Iterator[str]:
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    for name, value in given.items():
        argument = field.arguments.get(name)
        if argument is None:
            yield f'{field.coordinate} has no argument "{name}".{did_you_mean(name, list(field.arguments))}'
        elif problem := value_problem(value, argument.type, types, complete=True):
            yield f'the argument "{name}" of {field.coordinate} is wrong: {problem}.'
    for argument in field.arguments.values():
        if argument.required and argument.name not in given and not argument.has("fromContext"):
            yield f'the required argument "{argument.name}" of {field.coordinate} is missing.'


def _fragment_problems(node: InlineFragmentNode, parent: str, types: Mapping[str, TypeDefinition]) -> Iterator[str]:
    condition = node.type_condition.name.value if node.type_condition else parent
    target = types.get(condition)
    if target is None or target.kind not in _COMPOSITE:
        yield f'there is no type "{condition}" with fields here.{did_you_mean(condition, list(types))}'
        return
    yield from selection_problems(node.selection_set, condition, types)


# --- may it select that ----------------------------------------------------------------------------------------------


def _key_type_problems(
    selection: SelectionSetNode, field_set: _FieldSet, subgraph: SubgraphModel
) -> Iterator[tuple[str, str]]:
    if field_set.meaning != "key":
        return
    for field in _all_fields(selection, field_set.parent, subgraph.types):
        target = subgraph.types.get(base_name(field.type))
        if target is not None and target.kind in {Kind.INTERFACE, Kind.UNION}:
            yield (
                "KEY_FIELDS_SELECT_INVALID_TYPE",
                f"{field.coordinate} is of {target.kind} type. A key has fields of scalar, enum and object types only.",
            )


def _semantic_problems(
    selection: SelectionSetNode, field_set: _FieldSet, subgraph: SubgraphModel
) -> Iterator[tuple[str, str]]:
    if field_set.meaning != "requires":
        for field in _all_fields(selection, field_set.parent, subgraph.types):
            if field.arguments:
                yield (
                    f"{field_set.prefix}_FIELDS_HAS_ARGS",
                    f"{field.coordinate} has arguments. Select fields without arguments only.",
                )
    if field_set.meaning != "key":
        yield from _owned_leaves(selection, field_set.parent, field_set, subgraph, under_external=False)


def _all_fields(selection: SelectionSetNode, parent: str, types: Mapping[str, TypeDefinition]) -> Iterator[Field]:
    for node, field in _with_fields(selection, parent, types):
        if field is not None:
            yield field
        inner = getattr(node, "selection_set", None)
        if inner is not None:
            yield from _all_fields(inner, _target(node, field, parent), types)


def _with_fields(
    selection: SelectionSetNode, parent: str, types: Mapping[str, TypeDefinition]
) -> Iterator[tuple[SelectionNode, Field | None]]:
    for node in selection.selections:
        is_field = isinstance(node, FieldNode) and parent in types
        yield node, types[parent].fields.get(node.name.value) if is_field and isinstance(node, FieldNode) else None


def _target(node: SelectionNode, field: Field | None, parent: str) -> str:
    if field is not None:
        return base_name(field.type)
    if isinstance(node, InlineFragmentNode) and node.type_condition:
        return node.type_condition.name.value
    return parent


def _owned_leaves(
    selection: SelectionSetNode,
    parent: str,
    field_set: _FieldSet,
    subgraph: SubgraphModel,
    *,
    under_external: bool,
) -> Iterator[tuple[str, str]]:
    """Leaves that this subgraph resolves anyway: no field on the way to them is external."""
    for node, field in _with_fields(selection, parent, subgraph.types):
        external = under_external or (field is not None and _is_external_somewhere(field, subgraph))
        inner = getattr(node, "selection_set", None)
        if inner is not None:
            target = _target(node, field, parent)
            yield from _owned_leaves(inner, target, field_set, subgraph, under_external=external)
        elif isinstance(node, FieldNode) and node.name.value == "__typename" and not under_external:
            yield (
                f"{field_set.prefix}_FIELDS_MISSING_EXTERNAL",
                f"every subgraph knows {parent}.__typename. Take it out.",
            )
        elif field is not None and not under_external and not subgraph.is_external(field):
            reason = (
                "it is a key field of an extended type, which the subgraph knows although it is marked @external"
                if subgraph.is_fake_external(field)
                else "it is not marked @external"
            )
            yield (
                f"{field_set.prefix}_FIELDS_MISSING_EXTERNAL",
                f"this subgraph resolves {field.coordinate} itself: {reason}. Mark it @external, or take it out.",
            )


def _is_external_somewhere(field: Field, subgraph: SubgraphModel) -> bool:
    """External itself, or as an interface's field in one of the implementations."""
    if subgraph.is_external(field):
        return True
    if subgraph.types[field.parent].kind is not Kind.INTERFACE:
        return False
    twins = (
        subgraph.types[name].fields.get(field.name)
        for name in subgraph.runtime_types(field.parent)
        if name in subgraph.types
    )
    return any(twin is not None and subgraph.is_external(twin) for twin in twins)
