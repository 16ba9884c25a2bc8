"""Defaults must fit the merged types: merging may have dropped an enum value or an input field that one uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import EnumValueNode, ListValueNode, NullValueNode, ObjectValueNode, ValueNode

from gateway.composition.rules.graphql_values import LITERALS
from gateway.composition.subgraph import Kind, ListRef, NonNullRef, TypeRef, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import MergedInput, MergedSchema


def check_defaults(merged: MergedSchema, diagnostics: DiagnosticCollector) -> None:
    """Report defaults that are no values of their type in the supergraph."""
    for coordinate, value in _inputs(merged):
        if value.default is None:
            continue
        for problem in value_problems(merged, value.default, value.type):
            message = (
                f'The default {value_text(value.default)} of "{coordinate}" does not fit the supergraph: {problem}'
            )
            diagnostics.error("INVALID_GRAPHQL", message, coordinate=coordinate)


def _inputs(merged: MergedSchema) -> Iterator[tuple[str, MergedInput]]:
    for merged_type in merged.types.values():
        for field in merged_type.fields.values():
            for argument in field.arguments.values():
                yield f"{merged_type.name}.{field.name}({argument.name}:)", argument
        for input_field in merged_type.input_fields.values():
            yield f"{merged_type.name}.{input_field.name}", input_field
    for directive in merged.directives.values():
        for argument in directive.arguments.values():
            yield f"@{directive.name}({argument.name}:)", argument


def value_problems(merged: MergedSchema, node: ValueNode, ref: TypeRef, *, complete: bool = True) -> Iterator[str]:
    """Why a constant is no value of its type in the supergraph, a sentence each; foreign scalars take anything.

    complete  whether input objects must have their required fields, as in `rules.graphql_values`
    """
    if isinstance(ref, NonNullRef):
        if isinstance(node, NullValueNode):
            yield f"{ref} is never null."
        else:
            yield from value_problems(merged, node, ref.of, complete=complete)
    elif isinstance(node, NullValueNode):  # before lists: null is the list itself, not its only item
        return
    elif isinstance(ref, ListRef):
        for item in node.values if isinstance(node, ListValueNode) else (node,):
            yield from value_problems(merged, item, ref.of, complete=complete)
    else:
        yield from _named_problems(merged, node, ref.name, complete=complete)


def _named_problems(merged: MergedSchema, node: ValueNode, name: str, *, complete: bool) -> Iterator[str]:
    if name in LITERALS:
        if not isinstance(node, LITERALS[name]):
            yield f"{value_text(node)} is no {name}."
        return
    target = merged.types.get(name)
    if target is None:
        return
    if target.kind is Kind.ENUM and isinstance(node, EnumValueNode):
        if all(value.name != node.value for value in target.values):
            yield f'enum "{name}" has no value "{node.value}".'
    elif target.kind is Kind.INPUT and isinstance(node, ObjectValueNode):
        given = {entry.name.value for entry in node.fields}
        for entry in node.fields:
            field = target.input_fields.get(entry.name.value)
            if field is None:
                yield f'input "{name}" has no field "{entry.name.value}".'
            else:
                yield from value_problems(merged, entry.value, field.type, complete=complete)
        for field in target.input_fields.values() if complete else ():
            if field.name not in given and isinstance(field.type, NonNullRef) and field.default is None:
                yield f'field "{field.name}" of input "{name}" is required.'
