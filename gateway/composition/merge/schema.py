"""Merging as a straight line: names, kinds, types, directives, and what depends on all of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.applied import merge_applications
from gateway.composition.merge.composed import composed_directives
from gateway.composition.merge.context import ROOTS, MergeContext, Sources
from gateway.composition.merge.descriptions import merge_descriptions
from gateway.composition.merge.directive_definitions import merge_directive_definitions
from gateway.composition.merge.enum_usage import enum_usages
from gateway.composition.merge.enums import EnumUsage, merge_enum
from gateway.composition.merge.features import UsedFeatures, join_version, used_features
from gateway.composition.merge.graphs import join_graphs
from gateway.composition.merge.inputs import merge_input
from gateway.composition.merge.interface_objects import add_stand_in_fields
from gateway.composition.merge.kinds import merged_kind, merged_kinds
from gateway.composition.merge.model import MergedDirective, MergedSchema, MergedType
from gateway.composition.merge.objects_and_interfaces import merge_interface, merge_object
from gateway.composition.merge.scalars import merge_scalar
from gateway.composition.merge.unions import merge_union
from gateway.composition.subgraph import Kind, SubgraphModel, TypeDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.diagnostics import DiagnosticCollector

_MERGES = {
    Kind.OBJECT: merge_object,
    Kind.INTERFACE: merge_interface,
    Kind.UNION: merge_union,
    Kind.INPUT: merge_input,
    Kind.SCALAR: merge_scalar,
}


def merge_subgraphs(subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> MergedSchema:
    """Merge validated subgraphs, given in the order of their names.

    Every fault is collected; the schema is to be used only when there was none.
    """
    features = used_features(subgraphs, diagnostics)
    context = _context(subgraphs, features, diagnostics)
    directives = merge_directive_definitions(context)
    types = _types(context, directives)
    types = add_stand_in_fields(context, types)
    if not types.get("Query"):
        diagnostics.error(
            "NO_QUERIES",
            "No subgraph has a query field, and a supergraph needs at least one. Add type Query to a subgraph.",
        )
    return _schema(context, features, directives, types)


def _context(
    subgraphs: tuple[SubgraphModel, ...], features: UsedFeatures, diagnostics: DiagnosticCollector
) -> MergeContext:
    found: dict[str, list[tuple[int, TypeDefinition]]] = {}
    for index, subgraph in enumerate(subgraphs):
        for name, definition in subgraph.types.items():
            found.setdefault(name, []).append((index, definition))
    types: dict[str, Sources[TypeDefinition]] = {name: tuple(sources) for name, sources in found.items()}
    kinds = merged_kinds(subgraphs, types, diagnostics)
    types = {
        name: tuple(source for source in sources if merged_kind(source[1]) is kinds[name])
        for name, sources in types.items()
    }
    return MergeContext(
        subgraphs=subgraphs,
        graphs=join_graphs(subgraphs),
        diagnostics=diagnostics,
        types=types,
        kinds=kinds,
        implements={name: _union_of(sources, "interfaces") for name, sources in types.items()},
        members={name: _union_of(sources, "members") for name, sources in types.items() if kinds[name] is Kind.UNION},
        names=features.names,
        composed=composed_directives(subgraphs, [link.url.split("/")[-2] for link in features.links], diagnostics),
    )


def _union_of(sources: Sources[TypeDefinition], attribute: str) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for _, definition in sources:
        names |= dict.fromkeys(getattr(definition, attribute))
    return tuple(names)


def _types(context: MergeContext, directives: Mapping[str, MergedDirective]) -> dict[str, MergedType]:
    types = {
        name: _MERGES[kind](context, name, context.types[name])
        for name, kind in sorted(context.kinds.items())
        if kind is not Kind.ENUM
    }
    types = {name: merged for name, merged in types.items() if name not in ROOTS or merged.fields}
    usages = enum_usages(context, types, directives)
    for name, kind in context.kinds.items():
        if kind is Kind.ENUM:
            types[name] = merge_enum(context, name, context.types[name], usages.get(name, EnumUsage(None, None)))
    return types


def _schema(
    context: MergeContext,
    features: UsedFeatures,
    directives: Mapping[str, MergedDirective],
    types: Mapping[str, MergedType],
) -> MergedSchema:
    descriptions = tuple((index, subgraph.schema_description) for index, subgraph in enumerate(context.subgraphs))
    applications = [
        (index, directive)
        for index, subgraph in enumerate(context.subgraphs)
        for directive in subgraph.schema_directives
        if context.propagates(index, directive)
    ]
    return MergedSchema(
        graphs=context.graphs,
        join_version=join_version(context.subgraphs),
        links=(*features.links, *context.composed.links),
        names=context.names,
        directives={**features.directives, **directives},
        types=dict(sorted(types.items())),
        roots={
            operation: name
            for name, operation in ROOTS.items()
            if name in types and types[name].kind is Kind.OBJECT  # an interface of that name is no root
        },
        description=merge_descriptions(context, descriptions, "schema"),
        schema_directives=merge_applications(context, applications, "schema"),
        extra_scalars=tuple(name for name in features.scalars if name not in types),
    )
