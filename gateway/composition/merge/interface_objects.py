"""Fields that only interface objects provide are added to every implementation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.merge.access import ACCESS, inherited_field_access
from gateway.composition.merge.applied import merge_applications
from gateway.composition.merge.model import Applied, MergedField, MergedType
from gateway.composition.merge.override import NONE
from gateway.composition.merge.sharing import check_sharing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.merge.context import MergeContext

_BARE = Applied("join__field", {})


def add_stand_in_fields(context: MergeContext, types: Mapping[str, MergedType]) -> dict[str, MergedType]:
    """The types, with a copy of each interface-object field on the implementations that lack it.

    The copy has a bare `@join__field`: the field is part of the type, but no subgraph resolves it there.
    """
    added: dict[str, dict[str, MergedField]] = {}
    for interface in sorted(context.interface_objects):
        merged = types.get(interface)
        if merged is None:
            continue
        for field_name in _provided(context, interface):
            field = merged.fields.get(field_name)
            if field is None:
                continue
            for implementation in context.implementations.get(interface, ()):
                if field_name in types[implementation].fields or field_name in added.get(implementation, {}):
                    continue
                added.setdefault(implementation, {})[field_name] = _copy(context, field, implementation)
                check_sharing(context, (), NONE, implementation, field_name)
    return {
        name: replace(merged, fields={**merged.fields, **added[name]}) if name in added else merged
        for name, merged in types.items()
    }


def _copy(context: MergeContext, field: MergedField, implementation: str) -> MergedField:
    """The field with the access directives of this implementation: the interface's are those of all of them."""
    access = {context.names[meaning] for meaning in ACCESS if meaning in context.names}
    directives = tuple(applied for applied in field.directives if applied.name not in access)
    inherited = inherited_field_access(context, implementation, field.name)
    if inherited:
        directives += merge_applications(context, inherited, f"{implementation}.{field.name}")
    return replace(field, joins=(_BARE,), directives=directives)


def _provided(context: MergeContext, interface: str) -> list[str]:
    """Names of the fields that some interface object has and resolves, in order of appearance."""
    names: dict[str, None] = {}
    for index in context.interface_objects[interface]:
        subgraph = context.subgraphs[index]
        for name, field in subgraph.types[interface].fields.items():
            if not subgraph.is_external(field):
                names[name] = None
    return list(names)
