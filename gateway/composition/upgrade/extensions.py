"""Federation 1 extensions: types another subgraph owns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.subgraph import Kind, SubgraphModel, TypeDefinition
from gateway.composition.upgrade.edits import Types, edit_types

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["ROOT_NAMES", "check_bases", "is_extension", "turn_into_definitions"]

ROOT_NAMES = frozenset({"Query", "Mutation", "Subscription"})


def is_extension(item: TypeDefinition) -> bool:
    """Whether the type is an extension as Federation 1 understands it; root types included."""
    if item.kind not in {Kind.OBJECT, Kind.INTERFACE}:
        return False
    return item.has("extends") or (item.has_extension and not item.has_definition)


def check_bases(subgraph: SubgraphModel, others: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> None:
    """Report EXTENSION_WITH_NO_BASE for extensions of what no other subgraph defines.

    Elsewhere a type marked `@extends` counts as a definition: Federation 1 composed several of them without complaint.
    """
    for item in subgraph.types.values():
        if item.name in ROOT_NAMES or not is_extension(item):
            continue
        if any(item.name in other.types and other.types[item.name].has_definition for other in others):
            continue
        diagnostics.error(
            "EXTENSION_WITH_NO_BASE",
            f"{item.name} is only extended, and no other subgraph defines it. Define it (without extend) in the "
            "subgraph that owns it.",
            subgraph=subgraph.name,
            location=item.location,
            coordinate=item.name,
        )


def turn_into_definitions(types: Types) -> Types:
    """Extensions as definitions: Federation 2 knows no owner. A mark `@extends` stays, and shows in the supergraph."""

    def change(item: TypeDefinition) -> TypeDefinition:
        if not is_extension(item):
            return item
        parts = tuple(replace(part, extension=False) for part in item.parts)
        return replace(item, parts=parts)

    return edit_types(types, change)
