"""Input objects: only the fields that every subgraph accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.applied import merge_applied
from gateway.composition.merge.arguments import merge_default
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.join_types import join_types
from gateway.composition.merge.model import Applied, MergedInput, MergedType
from gateway.composition.merge.type_refs import merge_input_field_type
from gateway.composition.merge.values import enum, string
from gateway.composition.merge.wording import presence
from gateway.composition.subgraph import InputValue, Kind, TypeDefinition

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources


def merge_input(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> MergedType:
    """An input object. A field missing somewhere is left out with a hint, or an error where it is required.

    A field that ends up `@inaccessible` is kept in any case: clients cannot send it.
    """
    having: dict[str, list[tuple[int, InputValue]]] = {}
    for index, definition in sources:
        for field_name, field in definition.input_fields.items():
            having.setdefault(field_name, []).append((index, field))
    fields: dict[str, MergedInput] = {}
    for field_name, found in having.items():
        merged = _merge_input_field(context, name, field_name, tuple(found))
        hidden = merged.all(context.names.get("inaccessible"))
        if len(found) == len(sources) or hidden:
            fields[field_name] = merged
        else:
            _report_absence(context, name, sources, field_name, tuple(found))
    if not fields:
        message = f'No field of input object "{name}" is in all subgraphs that define it, so nothing would be left of it. Give them a field in common.'
        context.diagnostics.error("EMPTY_MERGED_INPUT_TYPE", message, coordinate=name)
    return MergedType(
        name=name,
        description=description_of(context, sources, name),
        joins=join_types(context, name, sources),
        directives=merge_applied(context, sources, name),
        kind=Kind.INPUT,
        input_fields=fields,
    )


def _merge_input_field(context: MergeContext, type_name: str, name: str, sources: Sources[InputValue]) -> MergedInput:
    coordinate = f"{type_name}.{name}"
    merged = merge_input_field_type(context, sources, coordinate)
    everywhere = {index for index, _ in sources} == context.homes(type_name)
    joins: list[Applied] = []
    if not (merged.equal and everywhere):
        for index, source in sources:
            arguments = {"graph": enum(context.graphs[index].value)}
            if not merged.equal:
                arguments["type"] = string(str(source.type))
            joins.append(Applied("join__field", arguments))
    return MergedInput(
        name=name,
        description=description_of(context, sources, coordinate),
        joins=tuple(joins),
        directives=merge_applied(context, sources, coordinate),
        type=merged.type,
        default=merge_default(context, sources, coordinate, "input field"),
    )


def _report_absence(
    context: MergeContext,
    name: str,
    sources: Sources[TypeDefinition],
    field_name: str,
    having: Sources[InputValue],
) -> None:
    coordinate = f"{name}.{field_name}"
    present = [index for index, _ in having]
    lacking = context.subgraph_names([index for index, _ in sources if index not in present])
    required = [index for index, field in having if field.required]
    if required:
        message = (
            f'Input field "{coordinate}" is required in some subgraphs but missing in others: '
            f"{presence(context.subgraph_names(required), lacking, 'is required')}. Add it there, or make it optional."
        )
        code = "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"
        context.diagnostics.error(code, message, location=having[0][1].location, coordinate=coordinate)
        return
    message = (
        f'Input field "{coordinate}" is left out of the supergraph because some subgraphs do not have it: '
        f"{presence(context.subgraph_names(present), lacking)}."
    )
    context.diagnostics.hint("INCONSISTENT_INPUT_OBJECT_FIELD", message, coordinate=coordinate)
