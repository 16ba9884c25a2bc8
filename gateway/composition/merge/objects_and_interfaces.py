"""Objects and interfaces: the union of their fields."""

from __future__ import annotations

from gateway.composition.merge.access import inherited_type_access
from gateway.composition.merge.applied import merge_applications
from gateway.composition.merge.cache_tags import join_cache_tags
from gateway.composition.merge.context import ROOTS, MergeContext, Sources
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.fields import merge_field
from gateway.composition.merge.join_types import join_implements, join_types
from gateway.composition.merge.model import MergedField, MergedType
from gateway.composition.merge.override import overrides_of
from gateway.composition.merge.sharing import check_sharing, check_subscription_field
from gateway.composition.merge.wording import in_words, presence
from gateway.composition.subgraph import Field, Kind, TypeDefinition


def merge_object(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> MergedType:
    """An object type; a field several subgraphs resolve must be shareable."""
    is_entity = _check_entity(context, name, sources)
    fields: dict[str, MergedField] = {}
    for field_name, having in _fields(sources).items():
        if not is_entity and name not in ROOTS:
            _hint_on_presence(context, name, sources, field_name, having)
        overrides = overrides_of(context, having, f"{name}.{field_name}")
        if name == "Subscription":
            check_subscription_field(context, having)
        merged = merge_field(context, having, overrides, name, field_name)
        if merged is not None:
            fields[field_name] = merged
        check_sharing(context, having, overrides, name, field_name)
    return _merged_type(context, name, sources, fields)


def merge_interface(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> MergedType:
    """An interface; interface objects are among its sources."""
    has_key = any(definition.has("key") for _, definition in sources)
    _check_interface_keys(context, name, sources)
    _check_interface_objects(context, name, sources)
    fields: dict[str, MergedField] = {}
    for field_name, having in _fields(sources).items():
        if not has_key:
            _hint_on_presence(context, name, sources, field_name, having)
        overrides = overrides_of(context, having, f"{name}.{field_name}")
        merged = merge_field(context, having, overrides, name, field_name)
        if merged is not None:
            fields[field_name] = merged
    return _merged_type(context, name, sources, fields)


def _merged_type(
    context: MergeContext, name: str, sources: Sources[TypeDefinition], fields: dict[str, MergedField]
) -> MergedType:
    applications = [(i, d) for i, definition in sources for d in definition.directives if context.propagates(i, d)]
    applications += inherited_type_access(context, name)
    return MergedType(
        name=name,
        description=description_of(context, sources, name),
        joins=(
            *join_implements(context, sources),
            *join_types(context, name, sources),
            *join_cache_tags(context, sources),
        ),
        directives=merge_applications(context, applications, name) if applications else (),
        kind=context.kinds[name],
        interfaces=context.implements.get(name, ()),
        fields=fields,
    )


def _fields(sources: Sources[TypeDefinition]) -> dict[str, tuple[tuple[int, Field], ...]]:
    found: dict[str, list[tuple[int, Field]]] = {}
    for index, definition in sources:
        for name, field in definition.fields.items():
            found.setdefault(name, []).append((index, field))
    return {name: tuple(having) for name, having in found.items()}


def _check_entity(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> bool:
    """Whether the type has a key anywhere; a hint when it has none elsewhere."""
    keyed = [index for index, definition in sources if definition.has("key")]
    plain = [index for index, definition in sources if not definition.has("key")]
    if keyed and plain:
        message = (
            f'Type "{name}" is an entity in some subgraphs only: '
            f"{presence(context.subgraph_names(keyed), context.subgraph_names(plain), 'has a @key')}."
        )
        context.diagnostics.hint("INCONSISTENT_ENTITY", message, coordinate=name)
    return bool(keyed)


def _hint_on_presence(
    context: MergeContext,
    name: str,
    sources: Sources[TypeDefinition],
    field_name: str,
    having: Sources[Field],
) -> None:
    """A field of a value type that some definitions of the type lack; all-external definitions are no definitions."""
    if len(having) == len(sources):
        return
    present = {index for index, _ in having}
    lacking = [
        index
        for index, definition in sources
        if index not in present and not all(context.is_external(index, f) for f in definition.fields.values())
    ]
    if not lacking:
        return
    kind = "INTERFACE" if context.kinds[name] is Kind.INTERFACE else "OBJECT"
    noun = "interface" if kind == "INTERFACE" else "non-entity object"
    message = (
        f'Field "{name}.{field_name}" of {noun} type "{name}" is missing in some subgraphs that define "{name}": '
        f"{presence(context.subgraph_names(sorted(present)), context.subgraph_names(lacking))}."
    )
    context.diagnostics.hint(f"INCONSISTENT_{kind}_VALUE_TYPE_FIELD", message, coordinate=f"{name}.{field_name}")


def _check_interface_keys(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> None:
    """A subgraph that resolves an interface by key must know every implementation there is."""
    implementations = context.implementations.get(name, ())
    for index, definition in sources:
        keys = [key for key in definition.all("key") if key.flag("resolvable", default=True)]
        if definition.kind is not Kind.INTERFACE or not keys:
            continue
        subgraph = context.subgraphs[index]
        here = set(subgraph.runtime_types(name))
        missing = [implementation for implementation in implementations if implementation not in here]
        if missing:
            types = ", ".join(f'"{implementation}"' for implementation in missing)
            message = (
                f'Interface "{name}" has the resolvable {keys[0]}, so this subgraph must define all of its '
                f"implementations; it lacks {types}."
            )
            context.diagnostics.error(
                "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                message,
                subgraph=subgraph.name,
                location=keys[0].location,
                coordinate=name,
            )


def _check_interface_objects(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> None:
    """An interface object stands for all implementations, so none of them may be next to it."""
    objects = [index for index, definition in sources if definition.is_interface_object]
    for index in objects:
        subgraph = context.subgraphs[index]
        beside = [other for other in context.implementations.get(name, ()) if other in subgraph.types]
        if beside:
            types = ", ".join(f'"{other}"' for other in beside)
            message = f'"{name}" is an interface object here, so its implementations may not be defined here: {types}.'
            context.diagnostics.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                message,
                subgraph=subgraph.name,
                location=subgraph.types[name].location,
                coordinate=name,
            )
    having = sum(name in subgraph.types for subgraph in context.subgraphs)
    if objects and len(objects) == having:  # one of another kind is reported as such
        where = in_words(context.subgraph_names(objects))
        message = (
            f'"{name}" is an interface object in every subgraph that has it ({where}); one must define the interface.'
        )
        context.diagnostics.error("INTERFACE_OBJECT_USAGE_ERROR", message, coordinate=name)
