"""Definitions of directives: composed ones as they are, executable ones as far as all subgraphs agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.arguments import merge_arguments_of
from gateway.composition.merge.descriptions import merge_descriptions
from gateway.composition.merge.model import MergedDirective
from gateway.composition.merge.wording import differing, grouped, presence

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.subgraph import DirectiveDefinition


def merge_directive_definitions(context: MergeContext) -> dict[str, MergedDirective]:
    """The authors' directives that are part of the supergraph, by name.

    A directive with executable locations is kept when every subgraph defines it; operations may then use it at the
    locations they have in common.
    """
    merged: dict[str, MergedDirective] = {}
    for name, definition in context.composed.definitions.items():
        index = min(context.composed.subgraphs[name])
        merged[name] = _composed(context, definition, index)
    for name in sorted({name for subgraph in context.subgraphs for name in subgraph.directives}):
        sources = tuple(
            (index, subgraph.directives[name])
            for index, subgraph in enumerate(context.subgraphs)
            if name in subgraph.directives
        )
        if name in merged or not any(definition.executable_locations for _, definition in sources):
            continue
        executable = _executable(context, name, sources)
        if executable is not None:
            merged[name] = executable
    return merged


def _composed(context: MergeContext, definition: DirectiveDefinition, index: int) -> MergedDirective:
    return MergedDirective(
        name=definition.name,
        description=definition.description,
        arguments=merge_arguments_of(context, ((index, definition),), f"@{definition.name}"),
        repeatable=definition.repeatable,
        locations=tuple(location.name for location in definition.locations),
    )


def _executable(context: MergeContext, name: str, sources: Sources[DirectiveDefinition]) -> MergedDirective | None:
    coordinate = f"@{name}"
    having = context.subgraph_names([index for index, _ in sources])
    if len(sources) < len(context.subgraphs):
        lacking = tuple(subgraph.name for subgraph in context.subgraphs if subgraph.name not in having)
        message = f'Directive "{coordinate}" is left out because some subgraphs do not define it: {presence(having, lacking)}.'
        context.diagnostics.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE", message, coordinate=coordinate)
        return None
    locations = [loc.name for loc in sources[0][1].executable_locations]
    for _, definition in sources[1:]:
        here = {location.name for location in definition.executable_locations}
        locations = [location for location in locations if location in here]
    groups = grouped(
        (" | ".join(sorted(location.name for location in definition.executable_locations)), subgraph)
        for (_, definition), subgraph in zip(sources, having, strict=True)
    )
    if not locations:
        message = f'Directive "{coordinate}" is left out because its locations have none in common: {differing("locations", groups)}.'
        context.diagnostics.hint("NO_EXECUTABLE_DIRECTIVE_INTERSECTION", message, coordinate=coordinate)
        return None
    if len(groups) > 1:
        message = f'Directive "{coordinate}" keeps only the locations that are the same everywhere: {differing("locations", groups)}.'
        context.diagnostics.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS", message, coordinate=coordinate)
    return MergedDirective(
        name=name,
        description=merge_descriptions(context, tuple((i, d.description) for i, d in sources), coordinate),
        arguments=merge_arguments_of(context, sources, coordinate),
        repeatable=_repeatable(context, sources, coordinate),
        locations=tuple(locations),
    )


def _repeatable(context: MergeContext, sources: Sources[DirectiveDefinition], coordinate: str) -> bool:
    yes = [index for index, definition in sources if definition.repeatable]
    no = [index for index, definition in sources if not definition.repeatable]
    if yes and no:
        where = presence(context.subgraph_names(yes), context.subgraph_names(no), "is repeatable")
        message = f'Directive "{coordinate}" is not repeatable in the supergraph: {where}.'
        context.diagnostics.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE", message, coordinate=coordinate)
    return not no
