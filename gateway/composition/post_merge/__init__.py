"""Rules that only the merged schema can answer, one file per family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.post_merge.access import check_access
from gateway.composition.post_merge.composed import check_composed
from gateway.composition.post_merge.defaults import check_defaults
from gateway.composition.post_merge.inaccessible import check_inaccessible
from gateway.composition.post_merge.interfaces import check_interfaces
from gateway.composition.post_merge.requires import check_requires

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import MergedSchema
    from gateway.composition.subgraph import SubgraphModel

__all__ = ["validate_merged"]


def validate_merged(
    merged: MergedSchema, subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector
) -> None:
    """Report everything that is wrong with the supergraph as a whole; later rules rely on earlier ones."""
    check_interfaces(merged, subgraphs, diagnostics)
    check_requires(merged, subgraphs, diagnostics)
    check_defaults(merged, diagnostics)
    check_composed(merged, subgraphs, diagnostics)
    if diagnostics.has_failed():
        return
    check_access(merged, subgraphs, diagnostics)
    check_inaccessible(merged, diagnostics)
