"""The predicates half of the rules ask, computed once per subgraph: see `subgraph.FieldFacts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.composition.field_sets import fields_selected, runtime_types_of
from gateway.composition.subgraph import Field, FieldFacts, Kind, TypeDefinition, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.composition.links import Version

__all__ = ["facts_of", "key_fields"]

_CONTEXT = re.compile(r"^[\s,]*\$[\s,]*(\w+)")


def facts_of(types: Mapping[str, TypeDefinition], version: Version) -> FieldFacts:
    """All predicates of one subgraph's types; invalid field sets count for nothing."""
    composites = [item for item in types.values() if item.kind in {Kind.OBJECT, Kind.INTERFACE}]
    fields = [field for item in composites for field in item.fields.values()]
    fake = frozenset(field.coordinate for field in _fake_externals(composites, types))
    marked = {field.coordinate for field in fields if field.has("external")}
    if version >= (2, 0):
        marked |= {field.coordinate for item in composites if item.has("external") for field in item.fields.values()}
    provided = frozenset(
        field.coordinate
        for carrier in fields
        for directive in carrier.all("provides")
        for field in fields_selected(base_name(carrier.type), directive.text("fields"), types, implementations=True)
    )
    return FieldFacts(
        external=frozenset(marked - fake),
        fake_external=fake,
        provided=provided,
        shareable=frozenset(_marked_shareable(types)) | key_fields(types) | provided,
        used=frozenset(field.coordinate for field in _used(composites, fields, types)) | provided,
    )


def _fake_externals(composites: list[TypeDefinition], types: Mapping[str, TypeDefinition]) -> Iterator[Field]:
    for item in composites:
        for key in item.all("key"):
            if item.written_in_extension(key):
                for field in fields_selected(item.name, key.text("fields"), types, implementations=False):
                    if field.has("external"):
                        yield field


def key_fields(types: Mapping[str, TypeDefinition]) -> frozenset[str]:
    """Coordinates of all fields that are part of a key; for an interface's key, of the implementations' as well."""
    return frozenset(
        field.coordinate
        for item in types.values()
        for key in item.all("key")
        for field in fields_selected(item.name, key.text("fields"), types, implementations=True)
    )


def _marked_shareable(types: Mapping[str, TypeDefinition]) -> Iterator[str]:
    for item in types.values():
        if item.kind is not Kind.OBJECT:
            continue
        parts = {directive.part for directive in item.all("shareable")}
        for field in item.fields.values():
            if field.has("shareable") or field.part in parts:
                yield field.coordinate


def _used(
    composites: list[TypeDefinition], fields: list[Field], types: Mapping[str, TypeDefinition]
) -> Iterator[Field]:
    for item in composites:
        for key in item.all("key"):
            yield from fields_selected(item.name, key.text("fields"), types, implementations=True)
        if item.kind is Kind.INTERFACE:
            for name in runtime_types_of(item.name, types):
                for field in item.fields:
                    own = types[name].fields.get(field) if name in types else None
                    if own is not None:
                        yield own
    for carrier in fields:
        for requires in carrier.all("requires"):
            yield from fields_selected(carrier.parent, requires.text("fields"), types, implementations=True)
        for argument in carrier.arguments.values():
            for contextual in argument.all("fromContext"):
                yield from _used_in_context(contextual.text("field"), types)


def _used_in_context(text: str | None, types: Mapping[str, TypeDefinition]) -> Iterator[Field]:
    match = _CONTEXT.match(text or "")
    if match is None or text is None:
        return
    for item in types.values():
        if any(context.text("name") == match[1] for context in item.all("context")):
            yield from fields_selected(item.name, text[match.end() :], types, implementations=True)
