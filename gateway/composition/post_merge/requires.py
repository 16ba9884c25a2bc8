"""`@requires` once more, against the merged types: what a subgraph asks for, another one has to be able to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.composition.field_sets import parse_field_set
from gateway.composition.subgraph import Directive, Field, NonNullRef, SubgraphModel, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import MergedSchema


def requirements(subgraph: SubgraphModel) -> Iterator[tuple[Field, Directive, SelectionSetNode]]:
    """Every `@requires` of a subgraph that can be read, with its field."""
    for definition in subgraph.types.values():
        for field in definition.fields.values():
            for directive in field.all("requires"):
                text = directive.text("fields")
                if text is None:
                    continue
                try:
                    yield field, directive, parse_field_set(text)
                except ValueError:
                    continue  # reported when the subgraph was read


def check_requires(
    merged: MergedSchema, subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector
) -> None:
    """Report required fields and arguments that merging left out of the supergraph."""
    for subgraph in subgraphs:
        for field, directive, selection in requirements(subgraph):
            for problem in _problems(merged, field.parent, selection):
                message = f'On field "{field.coordinate}", for {directive}: {problem}'
                diagnostics.error(
                    "REQUIRES_INVALID_FIELDS",
                    message,
                    subgraph=subgraph.name,
                    location=directive.location,
                    coordinate=field.coordinate,
                )


def _problems(merged: MergedSchema, type_name: str, selection: SelectionSetNode) -> Iterator[str]:
    parent = merged.types.get(type_name)
    if parent is None:
        yield f'type "{type_name}" is not part of the supergraph.'
        return
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else type_name
            if set(merged.runtime_types(condition)).isdisjoint(merged.runtime_types(type_name)):
                yield f'"... on {condition}" can never apply to "{type_name}".'
                continue
            yield from _problems(merged, condition, node.selection_set)
        elif isinstance(node, FieldNode) and node.name.value != "__typename":
            yield from _field_problems(merged, type_name, node)


def _field_problems(merged: MergedSchema, type_name: str, node: FieldNode) -> Iterator[str]:
    coordinate = f"{type_name}.{node.name.value}"
    field = merged.types[type_name].fields.get(node.name.value)
    if field is None:
        yield f'field "{coordinate}" is not in the supergraph, so no subgraph can provide it.'
        return
    given = {argument.name.value for argument in node.arguments or ()}
    for name in sorted(given - field.arguments.keys()):
        yield f'argument "{coordinate}({name}:)" is not in the supergraph, because not all subgraphs have it.'
    for name, argument in field.arguments.items():
        if name not in given and isinstance(argument.type, NonNullRef) and argument.default is None:
            yield f'argument "{coordinate}({name}:)" is required in the supergraph, but no value is given.'
    if node.selection_set is not None:
        yield from _problems(merged, base_name(field.type), node.selection_set)
