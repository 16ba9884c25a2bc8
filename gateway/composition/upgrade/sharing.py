"""What Federation 1 took for granted: value types are shared, and tags on external fields are repetitions."""

from __future__ import annotations

from dataclasses import replace

from gateway.composition.subgraph import Directive, Field, Kind, SubgraphModel, TypeDefinition
from gateway.composition.upgrade.edits import Types, edit_fields, edit_types, without
from gateway.composition.upgrade.extensions import ROOT_NAMES

__all__ = ["add_shareable", "drop_tags_on_externals"]


def add_shareable(types: Types, keys: frozenset[str], others: tuple[SubgraphModel, ...]) -> Types:
    """`@shareable` on value types defined elsewhere too, and on fields of entities and roots resolved elsewhere too.

    An `extend` part beside a definition of the same type is not marked: Apollo composes it so.
    keys  coordinates of key fields, which everybody may resolve anyway
    """

    def change(item: TypeDefinition) -> TypeDefinition:
        if item.kind is not Kind.OBJECT or item.name == "Subscription":
            return item
        if item.has("key") or item.name in ROOT_NAMES:
            fields = {name: _shared_field(field, keys, others) for name, field in item.fields.items()}
            return replace(item, fields=fields)
        if not any(item.name in other.types for other in others):
            return item
        marks = tuple(_shareable(index) for index, part in enumerate(item.parts) if not part.extension)
        return replace(item, directives=(*item.directives, *marks))

    return edit_types(types, change)


def _shared_field(field: Field, keys: frozenset[str], others: tuple[SubgraphModel, ...]) -> Field:
    if field.coordinate in keys:
        return field
    resolved_elsewhere = any(
        not other.is_external(twin) or other.is_partially_external(twin)
        for other in others
        if field.parent in other.types and (twin := other.types[field.parent].fields.get(field.name))
    )
    return replace(field, directives=(*field.directives, _shareable(0))) if resolved_elsewhere else field


def _shareable(part: int) -> Directive:
    return Directive(name="shareable", meaning="shareable", arguments={}, part=part)


def drop_tags_on_externals(types: Types, others: tuple[SubgraphModel, ...]) -> Types:
    """A tag on an external field goes when a definition elsewhere has the same."""

    def change(item: TypeDefinition, field: Field) -> Field:
        if not field.has("external") or not field.has("tag"):
            return field
        elsewhere = {
            tag.text("name")
            for other in others
            if item.name in other.types and (twin := other.types[item.name].fields.get(field.name))
            if not other.is_external(twin)
            for tag in twin.all("tag")
        }
        return without(field, lambda tag: tag.meaning == "tag" and tag.text("name") in elsewhere)

    return edit_fields(types, change)
