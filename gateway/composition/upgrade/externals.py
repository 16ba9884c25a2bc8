"""`@external` in Federation 1: written often, meant less often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.field_facts import facts_of
from gateway.composition.field_sets import fields_selected
from gateway.composition.subgraph import Field, Kind, SubgraphModel, TypeDefinition, base_name
from gateway.composition.upgrade.edits import Types, edit_fields, edit_types, without_meaning
from gateway.composition.upgrade.extensions import is_extension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["drop_on_interfaces_and_objects", "drop_on_keys_of_extensions", "drop_unused"]


def drop_on_interfaces_and_objects(types: Types) -> Types:
    """It means nothing on interface fields, and nothing on whole types."""

    def change(item: TypeDefinition, field: Field) -> Field:
        return without_meaning(field, "external") if item.kind is Kind.INTERFACE else field

    return edit_types(edit_fields(types, change), lambda item: without_meaning(item, "external"))


def drop_on_keys_of_extensions(types: Types, others: tuple[SubgraphModel, ...]) -> Types:
    """A key field of an extension is known to its subgraph, whatever is written.

    An extension without a key of its own has the first key of each other subgraph: that is how Federation 1 behaved.
    """
    known = {
        coordinate
        for item in types.values()
        if is_extension(item)
        for coordinate in (_own_keys(item, types) if item.has("key") else _first_keys_elsewhere(item, others))
    }

    def change(_item: TypeDefinition, field: Field) -> Field:
        return without_meaning(field, "external") if field.coordinate in known else field

    return edit_fields(types, change)


def _own_keys(item: TypeDefinition, types: Types) -> Iterator[str]:
    for key in item.all("key"):
        for field in fields_selected(item.name, key.text("fields"), types, implementations=False):
            if field.parent == item.name:  # a field of what the key leads into stays what it is
                yield field.coordinate


def _first_keys_elsewhere(item: TypeDefinition, others: tuple[SubgraphModel, ...]) -> Iterator[str]:
    for other in others:
        key = other.types[item.name].first("key") if item.name in other.types else None
        if key is not None:
            for field in fields_selected(item.name, key.text("fields"), other.types, implementations=False):
                if field.parent == item.name:
                    yield field.coordinate


def drop_unused(types: Types, subgraph: str, diagnostics: DiagnosticCollector) -> Types:
    """External fields that nothing needs go; a type left empty goes with them, unless something refers to it."""
    facts = facts_of(types, (1, 0))
    unused = facts.external - facts.used
    if not unused:
        return types
    trimmed = edit_fields(types, lambda _item, field: None if field.coordinate in unused else field)
    emptied = {name for name, item in trimmed.items() if types[name].fields and not item.fields}
    for name in sorted(emptied & _referenced(trimmed)):
        item = types[name]
        diagnostics.error(
            "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
            f"{name} has external fields only, and nothing uses them. Remove the type, or use a field in a @key, "
            "@requires or @provides.",
            subgraph=subgraph,
            location=item.location,
            coordinate=name,
        )
    kept = {name: item for name, item in trimmed.items() if name not in emptied}
    return edit_types(kept, lambda item: _without_types(item, emptied))


def _referenced(types: Types) -> set[str]:
    """Names that something needs: members, interfaces, types of fields; entities, which other subgraphs refer to."""
    names: set[str] = set()
    for item in types.values():
        if item.has("key"):
            names.add(item.name)
        names.update(item.members)
        names.update(item.interfaces)
        names.update(base_name(field.type) for field in item.fields.values())
    return names


def _without_types(item: TypeDefinition, gone: set[str]) -> TypeDefinition:
    if not gone & {*item.members, *item.interfaces}:
        return item
    return replace(
        item,
        members=tuple(name for name in item.members if name not in gone),
        interfaces=tuple(name for name in item.interfaces if name not in gone),
    )
