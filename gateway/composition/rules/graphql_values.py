"""GraphQL's rule that constants fit their types: defaults, and arguments of directives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql.language import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

from gateway.composition.known_features import definitions_of
from gateway.composition.subgraph import (
    Annotated,
    Directive,
    InputValue,
    Kind,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    TypeDefinition,
    TypeRef,
    type_ref,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.links import Feature

__all__ = ["LITERALS", "check_values", "value_problem"]

_FIELD_SETS = frozenset({"key", "requires", "provides"})


def check_values(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report INVALID_GRAPHQL for every default and every directive's argument that does not fit its type."""
    for place in _input_values(subgraph):
        if place.value.default is None:
            continue
        problem = value_problem(place.value.default, place.value.type, subgraph.types, complete=True)
        if problem:
            diagnostics.error(
                "INVALID_GRAPHQL",
                f"{place.coordinate}: the default is wrong: {problem}.",
                subgraph=subgraph.name,
                location=place.value.location,
                coordinate=place.coordinate,
            )
    for coordinate, element in _annotated_elements(subgraph):
        for directive in element.directives:
            _check_directive(coordinate, directive, subgraph, diagnostics)
    for directive in subgraph.schema_directives:
        _check_directive("schema", directive, subgraph, diagnostics)


@dataclass(frozen=True, slots=True)
class _Place:
    coordinate: str
    value: InputValue


def _input_values(subgraph: SubgraphModel) -> Iterator[_Place]:
    for item in subgraph.types.values():
        for input_field in item.input_fields.values():
            yield _Place(f"{item.name}.{input_field.name}", input_field)
        for field in item.fields.values():
            for argument in field.arguments.values():
                yield _Place(f"{field.coordinate}({argument.name}:)", argument)
    for definition in subgraph.directives.values():
        for argument in definition.arguments.values():
            yield _Place(f"@{definition.name}({argument.name}:)", argument)


def _annotated_elements(subgraph: SubgraphModel) -> Iterator[tuple[str, Annotated]]:
    """Every element that can carry directives, with its coordinate."""
    for item in subgraph.types.values():
        yield item.name, item
        for field in item.fields.values():
            yield field.coordinate, field
        for value in item.values.values():
            yield f"{item.name}.{value.name}", value
    for place in _input_values(subgraph):
        yield place.coordinate, place.value


def _check_directive(
    coordinate: str, directive: Directive, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    types = _argument_types(directive, subgraph)
    for name, value in directive.arguments.items():
        if name == "fields" and directive.meaning in _FIELD_SETS:
            continue  # has codes of its own
        ref = types.get(name)
        problem = value_problem(value, ref, subgraph.types) if ref is not None else None
        if problem:
            diagnostics.error(
                "INVALID_GRAPHQL",
                f'{coordinate}: the argument "{name}" of @{directive.name} is wrong: {problem}.',
                subgraph=subgraph.name,
                location=directive.location,
                coordinate=coordinate,
            )


def _argument_types(directive: Directive, subgraph: SubgraphModel) -> Mapping[str, TypeRef]:
    definition = subgraph.directives.get(directive.name)
    if definition is not None:
        return {argument.name: argument.type for argument in definition.arguments.values()}
    element = subgraph.names.element_of_directive(directive.name)
    specified = definitions_of(element.feature).directives.get(element.name) if element else None
    if element is None or specified is None:
        return _BUILT_IN.get(directive.name, {})
    return {
        argument.name.value: _as_called_here(type_ref(argument.type), element.feature)
        for argument in specified.arguments or ()
    }


def _as_called_here(ref: TypeRef, feature: Feature) -> TypeRef:
    """A type of a feature's definition under the name it has in the subgraph: the author may have a `Scope` as well."""
    if isinstance(ref, NamedRef):
        return NamedRef(feature.type(ref.name)) if ref.name in definitions_of(feature).types else ref
    inner = _as_called_here(ref.of, feature)
    return ListRef(inner) if isinstance(ref, ListRef) or isinstance(inner, NonNullRef) else NonNullRef(inner)


_BUILT_IN: Mapping[str, Mapping[str, TypeRef]] = {
    "deprecated": {"reason": NamedRef("String")},
    "specifiedBy": {"url": NonNullRef(NamedRef("String"))},
}


def value_problem(
    value: ValueNode, ref: TypeRef, types: Mapping[str, TypeDefinition], *, complete: bool = False
) -> str | None:
    """Why a constant does not fit a type, as half a sentence; None when it does.

    Foreign scalars take anything, and an enum's value may be written as a string.
    complete  whether input objects must have their required fields; tools leave them out of directives' arguments
    """
    if isinstance(ref, NonNullRef):
        if isinstance(value, NullValueNode):
            return f"null is no {ref}"
        return value_problem(value, ref.of, types, complete=complete)
    if isinstance(value, NullValueNode):
        return None
    if isinstance(ref, ListRef):
        items = value.values if isinstance(value, ListValueNode) else (value,)
        problems = (value_problem(item, ref.of, types, complete=complete) for item in items)
        return next((problem for problem in problems if problem), None)
    definition = types.get(ref.name)
    if definition is None or ref.name in LITERALS:
        allowed = LITERALS.get(ref.name)
        return None if allowed is None or isinstance(value, allowed) else f"{value_text(value)} is no {ref.name}"
    if definition.kind is Kind.ENUM:
        return _enum_problem(value, definition)
    if definition.kind is Kind.INPUT:
        return _object_problem(value, definition, types, complete=complete)
    return None


LITERALS: Mapping[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}


def _enum_problem(value: ValueNode, definition: TypeDefinition) -> str | None:
    if isinstance(value, EnumValueNode | StringValueNode) and value.value in definition.values:
        return None
    return f"{value_text(value)} is no value of {definition.name}, which has {', '.join(definition.values)}"


def _object_problem(
    value: ValueNode, definition: TypeDefinition, types: Mapping[str, TypeDefinition], *, complete: bool
) -> str | None:
    if not isinstance(value, ObjectValueNode):
        return f"{value_text(value)} is no {definition.name}"
    given = {field.name.value: field.value for field in value.fields or ()}
    for name, item in given.items():
        if name not in definition.input_fields:
            return f'{definition.name} has no field "{name}"'
        problem = value_problem(item, definition.input_fields[name].type, types, complete=complete)
        if problem:
            return problem
    if not complete:
        return None
    missing = [field.name for field in definition.input_fields.values() if field.required and field.name not in given]
    return f'the field "{missing[0]}" of {definition.name} is missing' if missing else None
