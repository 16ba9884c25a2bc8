"""Composed directives must fit the one definition the supergraph has of them.

Each subgraph was checked against its own definition; the supergraph takes that of the latest version, which may have
other locations and arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.diagnostics import did_you_mean
from gateway.composition.post_merge.defaults import value_problems
from gateway.composition.subgraph import Annotated, Directive, Kind, NonNullRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql.language import ValueNode

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import Applied, MergedDirective, MergedElement, MergedSchema
    from gateway.composition.subgraph import SubgraphModel, TypeDefinition

_LOCATIONS = {
    Kind.SCALAR: "SCALAR",
    Kind.OBJECT: "OBJECT",
    Kind.INTERFACE: "INTERFACE",
    Kind.UNION: "UNION",
    Kind.ENUM: "ENUM",
    Kind.INPUT: "INPUT_OBJECT",
}


def check_composed(
    merged: MergedSchema, subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector
) -> None:
    """Report applications that the supergraph's definition does not allow."""
    for subgraph in subgraphs:
        # A composed directive keeps its name, and is composed from a subgraph that asks for it.
        asked = {
            (each.text("name") or "")[1:] for each in subgraph.schema_directives if each.meaning == "composeDirective"
        }
        definitions = {
            name: merged.directives[name] for name in asked & subgraph.directives.keys() & merged.directives.keys()
        }
        if not definitions:
            continue
        for place in _places(subgraph):
            for name, definition in definitions.items():
                written = [each for each in place.directives if each.name == name]
                for problem, directive in _problems(merged, place, written, definition):
                    diagnostics.error(
                        "INVALID_GRAPHQL",
                        f"{place.coordinate}: in the supergraph {problem}. Its definition there is that of the latest "
                        "version composed: follow it here, or link one version everywhere.",
                        subgraph=subgraph.name,
                        location=directive.location,
                        coordinate=place.coordinate,
                    )


@dataclass(frozen=True, slots=True)
class _Place:
    coordinate: str
    location: str
    directives: tuple[Directive, ...]


def _problems(
    merged: MergedSchema, place: _Place, written: list[Directive], definition: MergedDirective
) -> Iterator[tuple[str, Directive]]:
    if len(written) > 1 and not definition.repeatable:
        yield f"@{definition.name} cannot be repeated", written[1]
    kept = {str(applied) for applied in _merged_at(merged, place.coordinate)}
    for directive in written:
        if str(directive) not in kept:
            continue  # another subgraph's won
        if place.location not in definition.locations:
            allowed = ", ".join(definition.locations)
            yield f"@{definition.name} cannot be used on {place.location}, but on {allowed}", directive
        for problem in _argument_problems(merged, directive.arguments, definition):
            yield problem, directive


def _merged_at(merged: MergedSchema, coordinate: str) -> tuple[Applied, ...]:
    """What is applied in the supergraph to `schema`, `Type`, `Type.member` or `Type.field(argument:)`."""
    if coordinate == "schema":
        return merged.schema_directives
    name, _, member = coordinate.partition(".")
    item = merged.types.get(name)
    if item is None or not member:
        return item.directives if item else ()
    field_name, _, argument = member.partition("(")
    field = item.fields.get(field_name)
    found: MergedElement | None = field
    if field is not None and argument:
        found = field.arguments.get(argument.removesuffix(":)"))
    elif field is None:
        values = {value.name: value for value in item.values}
        found = item.input_fields.get(member) or values.get(member)
    return found.directives if found else ()


def _argument_problems(
    merged: MergedSchema, given: Mapping[str, ValueNode], definition: MergedDirective
) -> Iterator[str]:
    for name, value in given.items():
        if name not in definition.arguments:
            near = did_you_mean(name, list(definition.arguments)).rstrip("?")
            near = f" ({near.strip()}?)" if near else ""
            yield f'@{definition.name} has no argument "{name}"{near}'
            continue
        for problem in value_problems(merged, value, definition.arguments[name].type, complete=False):
            yield f'the argument "{name}" of @{definition.name} is wrong: {problem.rstrip(".")}'
    for argument in definition.arguments.values():
        if isinstance(argument.type, NonNullRef) and argument.default is None and argument.name not in given:
            yield f'@{definition.name} lacks its argument "{argument.name}: {argument.type}"'


def _places(subgraph: SubgraphModel) -> Iterator[_Place]:
    """Everything of a subgraph that can carry directives."""
    yield _Place("schema", "SCHEMA", subgraph.schema_directives)
    for item in subgraph.types.values():
        yield from _places_of(item)


def _places_of(item: TypeDefinition) -> Iterator[_Place]:
    def place(coordinate: str, location: str, element: Annotated) -> _Place:
        return _Place(coordinate, location, element.directives)

    yield place(item.name, _LOCATIONS[item.kind], item)
    for field in item.fields.values():
        yield place(field.coordinate, "FIELD_DEFINITION", field)
        for argument in field.arguments.values():
            yield place(f"{field.coordinate}({argument.name}:)", "ARGUMENT_DEFINITION", argument)
    for value in item.values.values():
        yield place(f"{item.name}.{value.name}", "ENUM_VALUE", value)
    for input_field in item.input_fields.values():
        yield place(f"{item.name}.{input_field.name}", "INPUT_FIELD_DEFINITION", input_field)
