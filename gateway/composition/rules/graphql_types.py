"""GraphQL's rules about types that need more than the syntax: kinds, emptiness, implementations, cycles."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.composition.diagnostics import DiagnosticCollector, Location
from gateway.composition.field_sets import runtime_types_of
from gateway.composition.subgraph import (
    Field,
    InputValue,
    Kind,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    TypeDefinition,
    TypeRef,
    base_name,
)

__all__ = ["check_types", "is_subtype"]

_Report = Callable[[str, Location | None, str], None]

_CONTENT = {
    Kind.OBJECT: "fields",
    Kind.INTERFACE: "fields",
    Kind.INPUT: "fields",
    Kind.UNION: "members",
    Kind.ENUM: "values",
}


def check_types(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report INVALID_GRAPHQL for every type that GraphQL does not allow to be as it is."""

    def report(message: str, location: Location | None, coordinate: str) -> None:
        diagnostics.error("INVALID_GRAPHQL", message, subgraph=subgraph.name, location=location, coordinate=coordinate)

    for item in subgraph.types.values():
        _check_names(item, report)
        _check_content(item, report)
        _check_members(item, subgraph.types, report)
        _check_references(item, subgraph.types, report)
        _check_interfaces(item, subgraph.types, report)
        _check_cycles(item, subgraph.types, report)
    for definition in subgraph.directives.values():
        for argument in definition.arguments.values():
            _check_input(f"@{definition.name}({argument.name}:)", argument, subgraph.types, report)
    for kind, name in subgraph.roots.items():
        root = subgraph.types[name]
        if root.kind is not Kind.OBJECT:
            report(f"{name} is the {kind} type and no object.", root.location, name)


def _check_names(item: TypeDefinition, report: _Report) -> None:
    children = (*item.fields.values(), *item.input_fields.values(), *item.values.values())
    names = [(child.name, f"{item.name}.{child.name}", child.location) for child in children]
    for name, coordinate, location in ((item.name, item.name, item.location), *names):
        if name.startswith("__"):
            report(f"{coordinate}: names that start with __ belong to GraphQL. Choose another.", location, coordinate)


def _check_content(item: TypeDefinition, report: _Report) -> None:
    what = _CONTENT.get(item.kind)
    if what and item.name != "Query" and not (item.fields or item.input_fields or item.members or item.values):
        report(f"{item.name} has no {what}. Add one, or remove the {item.kind}.", item.location, item.name)


def _check_members(item: TypeDefinition, types: Mapping[str, TypeDefinition], report: _Report) -> None:
    for member in item.members:
        if member in types and types[member].kind is not Kind.OBJECT:
            report(
                f"{item.name}: the member {member} is {types[member].kind}, not object. Unions hold objects only.",
                item.location,
                item.name,
            )


def _check_references(item: TypeDefinition, types: Mapping[str, TypeDefinition], report: _Report) -> None:
    for field in item.fields.values():
        kind = _kind(field.type, types)
        if kind is Kind.INPUT:
            report(
                f"{field.coordinate}: {base_name(field.type)} is an input type and cannot be returned.",
                field.location,
                field.coordinate,
            )
        for argument in field.arguments.values():
            _check_input(f"{field.coordinate}({argument.name}:)", argument, types, report)
    for input_field in item.input_fields.values():
        _check_input(f"{item.name}.{input_field.name}", input_field, types, report)


def _kind(ref: TypeRef, types: Mapping[str, TypeDefinition]) -> Kind:
    definition = types.get(base_name(ref))
    return definition.kind if definition else Kind.SCALAR


def _check_input(coordinate: str, value: InputValue, types: Mapping[str, TypeDefinition], report: _Report) -> None:
    kind = _kind(value.type, types)
    if kind in {Kind.OBJECT, Kind.INTERFACE, Kind.UNION}:
        report(
            f"{coordinate}: {base_name(value.type)} is an output type ({kind}). Use a scalar, an enum or an input type.",
            value.location,
            coordinate,
        )
    if value.required and value.has("deprecated"):
        report(
            f"{coordinate} is required, and what must be given cannot be @deprecated. Make it nullable, or give it a "
            "default, before it is deprecated.",
            value.location,
            coordinate,
        )


def _check_interfaces(item: TypeDefinition, types: Mapping[str, TypeDefinition], report: _Report) -> None:
    for name in item.interfaces:
        interface = types.get(name)
        if interface is None:
            continue
        if name == item.name:
            report(f"{name} implements itself.", item.location, item.name)
        elif interface.kind is not Kind.INTERFACE:
            report(
                f"{item.name} implements {name}, which is {interface.kind} here, not interface.",
                item.location,
                item.name,
            )
        else:
            for field in interface.fields.values():
                _check_implementation(item, field, types, report)


def _check_implementation(
    item: TypeDefinition, wanted: Field, types: Mapping[str, TypeDefinition], report: _Report
) -> None:
    own = item.fields.get(wanted.name)
    if own is None:
        report(
            f"{item.name} implements {wanted.parent} and lacks its field {wanted.coordinate}. Add the field.",
            item.location,
            item.name,
        )
        return
    if not is_subtype(own.type, wanted.type, types):
        report(
            f"{own.coordinate} is {own.type}, which does not fit {wanted.coordinate}: {wanted.type}.",
            own.location,
            own.coordinate,
        )
    for name, argument in wanted.arguments.items():
        given = own.arguments.get(name)
        if given is None:
            report(f"{own.coordinate} lacks the argument {wanted.coordinate}({name}:).", own.location, own.coordinate)
        elif given.type != argument.type:
            report(
                f"{own.coordinate}({name}:) is {given.type}, and {wanted.coordinate}({name}:) is {argument.type}.",
                given.location,
                own.coordinate,
            )
    for name, argument in own.arguments.items():
        if name not in wanted.arguments and argument.required:
            report(
                f"{own.coordinate}({name}:) is required, and {wanted.coordinate} does not have it. Make it optional.",
                argument.location,
                own.coordinate,
            )


def is_subtype(own: TypeRef, wanted: TypeRef, types: Mapping[str, TypeDefinition]) -> bool:
    """Whether every value of type `own` is one of type `wanted`."""
    if isinstance(own, NonNullRef):
        return is_subtype(own.of, wanted.of if isinstance(wanted, NonNullRef) else wanted, types)
    if isinstance(wanted, NonNullRef):
        return False
    if isinstance(own, ListRef) or isinstance(wanted, ListRef):
        return isinstance(own, ListRef) and isinstance(wanted, ListRef) and is_subtype(own.of, wanted.of, types)
    if own == wanted:
        return True
    definition = types.get(own.name)
    if definition is not None and wanted.name in definition.interfaces:
        return True
    return own.name in runtime_types_of(wanted.name, types)


def _check_cycles(item: TypeDefinition, types: Mapping[str, TypeDefinition], report: _Report) -> None:
    """An input object that must hold itself can never be written."""
    if item.kind is not Kind.INPUT:
        return
    seen: set[str] = set()
    waiting = [item.name]
    while waiting:
        current = types.get(waiting.pop())
        for field in current.input_fields.values() if current else ():
            if not isinstance(field.type, NonNullRef) or not isinstance(field.type.of, NamedRef):
                continue
            name = field.type.of.name
            if name == item.name:
                report(
                    f"{item.name} must hold another {item.name} by {current.name if current else ''}.{field.name}, so "
                    "that it can never be written. Make the field nullable.",
                    item.location,
                    item.name,
                )
                return
            if name not in seen:
                seen.add(name)
                waiting.append(name)
