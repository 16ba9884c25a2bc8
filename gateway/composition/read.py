"""Subgraph sources → models: parsed, linked, checked as GraphQL, every directive's meaning resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import (
    DirectiveNode,
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
)

from gateway.composition.diagnostics import DiagnosticCollector
from gateway.composition.documents import parse_source
from gateway.composition.known_definitions import check_known_definitions
from gateway.composition.link_reading import read_links
from gateway.composition.model_building import build_model
from gateway.composition.rules.graphql_types import check_types
from gateway.composition.rules.graphql_values import check_values
from gateway.composition.sdl_rules import check_sdl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.subgraph import SubgraphModel, SubgraphSource

__all__ = ["read_subgraphs"]


def read_subgraphs(sources: Sequence[SubgraphSource], diagnostics: DiagnosticCollector) -> tuple[SubgraphModel, ...]:
    """The models of all subgraphs, sorted by name; a subgraph that cannot be read is reported and left out."""
    _check_names(sources, diagnostics)
    models = (_read(source, diagnostics) for source in sorted(sources, key=lambda source: source.name))
    return tuple(model for model in models if model is not None)


def _check_names(sources: Sequence[SubgraphSource], diagnostics: DiagnosticCollector) -> None:
    if not sources:
        diagnostics.error("NO_QUERIES", "There is no subgraph to compose. Give at least one.")
    names = [source.name for source in sources]
    for name in sorted(set(names)):
        if name == "_":
            diagnostics.error(
                "INVALID_SUBGRAPH_NAME", '"_" is reserved. Give the subgraph another name.', subgraph=name
            )
        elif not name.strip():
            diagnostics.error("INVALID_SUBGRAPH_NAME", "A subgraph has no name. Give it one.")
        elif names.count(name) > 1:
            diagnostics.error(
                "INVALID_SUBGRAPH_NAME",
                f"{names.count(name)} subgraphs have this name. Give each a name of its own.",
                subgraph=name,
            )


def _read(source: SubgraphSource, diagnostics: DiagnosticCollector) -> SubgraphModel | None:
    found = DiagnosticCollector()
    model = _read_model(source, found)
    for error in found.errors:
        diagnostics.add(error)
    return None if found.has_failed() else model


def _read_model(source: SubgraphSource, diagnostics: DiagnosticCollector) -> SubgraphModel | None:
    document = parse_source(source, diagnostics)
    if document is None:
        return None
    names = read_links(_schema_directives(document), source.name, diagnostics)
    if diagnostics.has_failed():
        return None
    check_known_definitions(document, names, source.name, diagnostics)
    if not diagnostics.has_failed():
        check_sdl(document, names, source.name, diagnostics)
    if diagnostics.has_failed():
        return None
    model = build_model(source, document, names, diagnostics)
    if model is not None:
        check_types(model, diagnostics)
        check_values(model, diagnostics)
    return model


def _schema_directives(document: DocumentNode) -> tuple[DirectiveNode, ...]:
    return tuple(
        directive
        for node in document.definitions
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        for directive in node.directives or ()
    )
