"""One field of an object or an interface, and its `@join__field` directives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import StringValueNode, ValueNode

from gateway.composition.merge.access import inherited_field_access
from gateway.composition.merge.applied import merge_applications
from gateway.composition.merge.arguments import merge_arguments_of
from gateway.composition.merge.cache_tags import join_cache_tags
from gateway.composition.merge.contextual import contextual_arguments
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.external import check_external, check_no_merged_directives
from gateway.composition.merge.model import Applied, MergedField, MergedInput
from gateway.composition.merge.type_refs import merge_field_type
from gateway.composition.merge.values import TRUE, enum, string
from gateway.composition.merge.wording import in_words

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.merge.override import Overrides
    from gateway.composition.subgraph import Field


def merge_field(
    context: MergeContext, sources: Sources[Field], overrides: Overrides, type_name: str, field_name: str
) -> MergedField | None:
    """Merge what the subgraphs say about a field; None when it is external wherever it is."""
    coordinate = f"{type_name}.{field_name}"
    external = tuple((index, field) for index, field in sources if context.is_external(index, field))
    owned = sources if not external else tuple(pair for pair in sources if not context.is_external(*pair))
    if not owned and not _provided_by_stand_in(context, type_name, field_name):
        _report_external_everywhere(context, external, coordinate)
        return None
    if external:
        check_no_merged_directives(context, external)
    # Where an interface object alone provides the field, the external declarations are all there is to go by.
    basis = owned or external
    merged_type = merge_field_type(context, basis, coordinate)
    applications = [(i, d) for i, field in owned for d in field.directives if context.propagates(i, d)]
    applications += inherited_field_access(context, type_name, field_name)
    merged = MergedField(
        name=field_name,
        description=description_of(context, basis, coordinate),
        joins=(
            *_join_fields(context, sources, overrides, type_name, equal=merged_type.equal),
            *join_cache_tags(context, owned),
        ),
        directives=merge_applications(context, applications, coordinate) if applications else (),
        type=merged_type.type,
        arguments=_arguments(context, basis, coordinate),
    )
    if external:
        check_external(context, external, owned, merged, coordinate)
    return merged


def _arguments(context: MergeContext, sources: Sources[Field], coordinate: str) -> dict[str, MergedInput]:
    if not any(field.arguments for _, field in sources):
        return {}
    return merge_arguments_of(context, sources, coordinate)


def _provided_by_stand_in(context: MergeContext, type_name: str, field_name: str) -> bool:
    return any(not context.is_external(index, field) for index, field in context.stand_ins(type_name, field_name))


def _report_external_everywhere(context: MergeContext, sources: Sources[Field], coordinate: str) -> None:
    where = in_words(context.subgraph_names([index for index, _ in sources]))
    message = f'Field "{coordinate}" is @external in every subgraph that has it ({where}); one of them must resolve it.'
    context.diagnostics.error(
        "EXTERNAL_MISSING_ON_BASE", message, location=sources[0][1].location, coordinate=coordinate
    )


# --- @join__field ----------------------------------------------------------------------------------------------------


def _join_fields(
    context: MergeContext, sources: Sources[Field], overrides: Overrides, type_name: str, *, equal: bool
) -> tuple[Applied, ...]:
    """One per subgraph that resolves the field or has it external; none when they would say nothing.

    They say nothing when every subgraph that has the type has the field, of the same type, and simply resolves it.
    """
    if not _needed(context, sources, overrides, type_name, equal=equal):
        return ()
    return tuple(
        Applied("join__field", _join_arguments(context, index, field, overrides, equal=equal))
        for index, field in sources
        if not overrides.omits(index)
    )


def _needed(
    context: MergeContext, sources: Sources[Field], overrides: Overrides, type_name: str, *, equal: bool
) -> bool:
    if not equal or overrides.used or overrides.labels:
        return True
    present = {index for index, _ in sources if not overrides.omits(index)}
    if present != context.homes(type_name):
        return True
    return any(
        context.is_external(index, field)
        or any(directive.meaning in {"requires", "provides"} for directive in field.directives)
        or any(argument.has("fromContext") for argument in field.arguments.values())
        for index, field in sources
    )


def _join_arguments(
    context: MergeContext, index: int, field: Field, overrides: Overrides, *, equal: bool
) -> dict[str, ValueNode]:
    arguments: dict[str, ValueNode] = {"graph": enum(context.graphs[index].value)}
    for meaning, argument, name in (
        ("requires", "fields", "requires"),
        ("provides", "fields", "provides"),
        ("override", "from", "override"),
    ):
        directive = field.first(meaning)
        value = directive.arguments.get(argument) if directive is not None else None
        if isinstance(value, StringValueNode):
            arguments[name] = string(value.value)
    if not equal:
        arguments["type"] = string(str(field.type))
    if context.is_external(index, field):
        arguments["external"] = TRUE
    if index in overrides.used:
        arguments["usedOverridden"] = TRUE
    if index in overrides.labels:
        arguments["overrideLabel"] = string(overrides.labels[index])
    if (contextual := contextual_arguments(context, index, field)) is not None:
        arguments["contextArguments"] = contextual
    return arguments
