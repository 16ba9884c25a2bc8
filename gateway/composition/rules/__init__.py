"""What one subgraph must obey, rule family by rule family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.rules.access import check_access
from gateway.composition.rules.context import check_context
from gateway.composition.rules.demand_control import check_demand_control
from gateway.composition.rules.externals import check_externals
from gateway.composition.rules.field_sets import check_field_sets
from gateway.composition.rules.interfaces import check_interfaces
from gateway.composition.rules.shareable import check_shareable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.subgraph import SubgraphModel

__all__ = ["RULES", "validate_subgraphs"]

RULES: tuple[Callable[[SubgraphModel, DiagnosticCollector], None], ...] = (
    check_field_sets,
    check_externals,
    check_shareable,
    check_interfaces,
    check_demand_control,
    check_access,
    check_context,
)


def validate_subgraphs(subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> None:
    """Report everything that is wrong within subgraphs, in the order of subgraphs, then of rules."""
    for subgraph in subgraphs:
        for rule in RULES:
            rule(subgraph, diagnostics)
