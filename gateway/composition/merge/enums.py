"""Enums, merged last because the rule depends on how the enum is used in the supergraph.

    1. input only            intersection: what every subgraph accepts; a hint per value left out
    2. output only, unused   union: what any subgraph may answer; a hint per value that some lack
    3. both                  the values must be the same everywhere
A value marked `@inaccessible` is exempt: clients neither see nor send it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.merge.applied import merge_applied
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.join_types import join_types
from gateway.composition.merge.model import Applied, MergedElement, MergedType
from gateway.composition.merge.values import enum
from gateway.composition.merge.wording import presence
from gateway.composition.subgraph import EnumValue, Kind, TypeDefinition

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources


@dataclass(frozen=True, slots=True)
class EnumUsage:
    """Coordinates of one example each; None when there is none."""

    as_input: str | None
    as_output: str | None


def merge_enum(context: MergeContext, name: str, sources: Sources[TypeDefinition], usage: EnumUsage) -> MergedType:
    """An enum, with `@join__enumValue` for each subgraph and value."""
    if usage.as_input is None and usage.as_output is None:
        message = f'Enum "{name}" is used nowhere; it is kept with the values of all subgraphs.'
        context.diagnostics.hint("UNUSED_ENUM_TYPE", message, coordinate=name)
    having: dict[str, list[tuple[int, EnumValue]]] = {}
    for index, definition in sources:
        for value_name, value in definition.values.items():
            having.setdefault(value_name, []).append((index, value))
    values = [
        merged
        for found in having.values()
        if (merged := _merge_value(context, name, sources, tuple(found), usage)) is not None
    ]
    if not values:
        message = f'No value of enum "{name}" is in all subgraphs that define it, so nothing would be left of it. Give them a value in common.'
        context.diagnostics.error("EMPTY_MERGED_ENUM_TYPE", message, coordinate=name)
    return MergedType(
        name=name,
        description=description_of(context, sources, name),
        joins=join_types(context, name, sources),
        directives=merge_applied(context, sources, name),
        kind=Kind.ENUM,
        values=tuple(values),
    )


def _merge_value(
    context: MergeContext,
    name: str,
    sources: Sources[TypeDefinition],
    having: Sources[EnumValue],
    usage: EnumUsage,
) -> MergedElement | None:
    value_name = having[0][1].name
    coordinate = f"{name}.{value_name}"
    merged = MergedElement(
        name=value_name,
        description=description_of(context, having, coordinate),
        joins=tuple(Applied("join__enumValue", {"graph": enum(context.graphs[index].value)}) for index, _ in having),
        directives=merge_applied(context, having, coordinate),
    )
    hidden = merged.all(context.names.get("inaccessible"))
    if len(having) == len(sources):
        return merged
    present = [index for index, _ in having]
    lacking = [index for index, _ in sources if index not in present]
    where = presence(context.subgraph_names(present), context.subgraph_names(lacking))
    if usage.as_input is None:
        message = f'Value "{value_name}" of enum "{name}" is kept although some subgraphs do not have it: {where}.'
        context.diagnostics.hint("INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", message, coordinate=coordinate)
        return merged
    if hidden:
        return merged
    if usage.as_output is None:
        message = f'Value "{value_name}" of enum "{name}" is left out because some subgraphs do not accept it: {where}.'
        context.diagnostics.hint("INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM", message, coordinate=coordinate)
        return None
    message = (
        f'Enum "{name}" is used both as input ("{usage.as_input}") and as output ("{usage.as_output}"), so its values '
        f'must be the same everywhere; value "{value_name}" is not: {where}. Add it there, or remove it.'
    )
    context.diagnostics.error("ENUM_VALUE_MISMATCH", message, location=having[0][1].location, coordinate=coordinate)
    return merged
