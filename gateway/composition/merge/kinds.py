"""What each name is in the supergraph: all subgraphs must agree, and one of them must define it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.context import ROOTS, Sources
from gateway.composition.merge.wording import differing, grouped
from gateway.composition.subgraph import Kind, SubgraphModel, TypeDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.diagnostics import DiagnosticCollector


def merged_kinds(
    subgraphs: tuple[SubgraphModel, ...],
    types: Mapping[str, Sources[TypeDefinition]],
    diagnostics: DiagnosticCollector,
) -> dict[str, Kind]:
    """Name → kind; an interface object counts as an interface.

    A name of several kinds is reported, and then is what it is first: the rest of merging may find more errors.
    """
    kinds: dict[str, Kind] = {}
    for name, sources in types.items():
        kinds[name] = merged_kind(sources[0][1])
        if any(merged_kind(definition) is not kinds[name] for _, definition in sources):
            groups = grouped((_said(definition), subgraphs[index].name) for index, definition in sources)
            message = (
                f'"{name}" is not the same kind of type everywhere: {differing("kind", groups)}. Rename all but one.'
            )
            diagnostics.error("TYPE_KIND_MISMATCH", message, location=sources[0][1].location, coordinate=name)
        if name not in ROOTS and not any(definition.has_definition for _, definition in sources):
            _report_no_base(subgraphs, name, sources, diagnostics)
    return kinds


def merged_kind(definition: TypeDefinition) -> Kind:
    """What a subgraph's type is in the supergraph."""
    return Kind.INTERFACE if definition.is_interface_object else definition.kind


def _said(definition: TypeDefinition) -> str:
    return f'"{definition.kind} (interface object)"' if definition.is_interface_object else f'"{definition.kind}"'


def _report_no_base(
    subgraphs: tuple[SubgraphModel, ...],
    name: str,
    sources: Sources[TypeDefinition],
    diagnostics: DiagnosticCollector,
) -> None:
    for index, definition in sources:
        message = f'"{name}" is only extended, and no subgraph defines it; define it here or where it belongs.'
        diagnostics.error(
            "EXTENSION_WITH_NO_BASE",
            message,
            subgraph=subgraphs[index].name,
            location=definition.location,
            coordinate=name,
        )
