"""Federation 1 subgraphs, read as what they mean in Federation 2.

The steps stand in the order they must be taken: later ones rely on what earlier ones removed. "Extension" here is meant
as in Federation 1: a type with `extend` parts and no definition in its subgraph, or one marked `@extends`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.diagnostics import DiagnosticCollector, names_in_words
from gateway.composition.field_facts import facts_of, key_fields
from gateway.composition.links import FEDERATION, Feature, Import, Names
from gateway.composition.subgraph import Directive, DirectiveDefinition, Kind, SubgraphModel
from gateway.composition.upgrade import extensions, externals, field_sets, sharing
from gateway.composition.upgrade.edits import Types, edit_directives

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FEDERATION_2", "upgrade_subgraphs"]

FEDERATION_2 = (2, 0)
# A Federation 1 subgraph may define these itself, and then means what Federation 2 means; those with an argument they
# cannot do without must have it in the definition.
_ADDED_DIRECTIVES: Mapping[str, str | None] = {
    "shareable": None,
    "inaccessible": None,
    "override": "from",
    "composeDirective": "name",
    "interfaceObject": None,
}


def upgrade_subgraphs(
    subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector
) -> tuple[SubgraphModel, ...]:
    """Every model as Federation 2; those that are already stay the same.

    Reports  EXTENSION_WITH_NO_BASE, TYPE_WITH_ONLY_UNUSED_EXTERNAL, INTERFACE_OBJECT_USAGE_ERROR
    """
    if all(subgraph.version >= FEDERATION_2 for subgraph in subgraphs):
        return subgraphs
    _check_interface_objects(subgraphs, diagnostics)
    by_name = {subgraph.name: subgraph for subgraph in subgraphs}
    return tuple(
        subgraph if subgraph.version >= FEDERATION_2 else _upgrade(subgraph, by_name, diagnostics)
        for subgraph in subgraphs
    )


def _upgrade(
    subgraph: SubgraphModel, by_name: Mapping[str, SubgraphModel], diagnostics: DiagnosticCollector
) -> SubgraphModel:
    others = tuple(other for name, other in by_name.items() if name != subgraph.name)
    extensions.check_bases(subgraph, others, diagnostics)
    added = frozenset(name for name, item in subgraph.directives.items() if _is_federation_2(item))
    types = field_sets.coerce_to_strings(_with_added_meanings(subgraph.types, added))
    types = externals.drop_on_interfaces_and_objects(types)
    types = externals.drop_on_keys_of_extensions(types, others)
    types = field_sets.drop_inactive(types)
    types = extensions.turn_into_definitions(types)
    types = field_sets.drop_on_interfaces(types)
    types = field_sets.drop_provides_on_leaves(types)
    types = externals.drop_unused(types, subgraph.name, diagnostics)
    types = sharing.add_shareable(types, key_fields(subgraph.types), others)
    types = sharing.drop_tags_on_externals(types, others)
    return replace(
        subgraph,
        version=FEDERATION_2,
        upgraded=True,
        names=_upgraded_names(subgraph.names),
        types=types,
        directives={name: item for name, item in subgraph.directives.items() if name not in added},
        roots={kind: name for kind, name in subgraph.roots.items() if name in types},
        facts=facts_of(types, FEDERATION_2),
    )


def _is_federation_2(definition: DirectiveDefinition) -> bool:
    if definition.name not in _ADDED_DIRECTIVES:
        return False
    needed = _ADDED_DIRECTIVES[definition.name]
    return needed is None or needed in definition.arguments


def _with_added_meanings(types: Types, added: frozenset[str]) -> Types:
    def change(directive: Directive) -> Directive:
        is_added = directive.meaning is None and directive.name in added
        return replace(directive, meaning=directive.name) if is_added else directive

    return edit_directives(types, change)


def _upgraded_names(names: Names) -> Names:
    old = names.federation
    federation = Feature(
        url=f"{FEDERATION}/v2.0",
        identity=FEDERATION,
        name="federation",
        version=FEDERATION_2,
        alias="federation",
        imports=(*old.imports, *(Import(f"@{name}", f"@{name}") for name in _ADDED_DIRECTIVES)),
    )
    return Names({**names.features, FEDERATION: federation})


def _check_interface_objects(subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> None:
    """Federation 1 let keys stand on interfaces without meaning them; an interface object would take them seriously."""
    for subgraph in subgraphs:
        for item in subgraph.types.values():
            if not item.is_interface_object:
                continue
            keyed = [
                other.name
                for other in subgraphs
                if other.version < FEDERATION_2
                and item.name in other.types
                and other.types[item.name].kind is Kind.INTERFACE
                and other.types[item.name].has("key")
            ]
            if keyed:
                diagnostics.error(
                    "INTERFACE_OBJECT_USAGE_ERROR",
                    f"{item.name}: @interfaceObject needs the interface's key to be one of Federation 2, and "
                    f'{names_in_words(keyed)} {"is" if len(keyed) == 1 else "are"} Federation 1. Add @link(url: "{FEDERATION}/v2.3") there.',
                    subgraph=subgraph.name,
                    location=item.location,
                    coordinate=item.name,
                )
