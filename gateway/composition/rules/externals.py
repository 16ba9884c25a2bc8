"""`@external`: used, and not on interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.subgraph import Kind, SubgraphModel

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["check_externals"]


def check_externals(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report EXTERNAL_ON_INTERFACE and EXTERNAL_UNUSED."""
    for item in subgraph.types.values():
        if item.kind not in {Kind.OBJECT, Kind.INTERFACE}:
            continue
        for field in item.fields.values():
            if item.kind is Kind.INTERFACE and field.has("external"):
                diagnostics.error(
                    "EXTERNAL_ON_INTERFACE",
                    f"{field.coordinate} is @external, and {item.name} is an interface. Mark the fields of the "
                    "implementing types instead.",
                    subgraph=subgraph.name,
                    location=field.location,
                    coordinate=field.coordinate,
                )
            # Beside @provides it collides, which has a code of its own.
            if subgraph.is_external(field) and not subgraph.is_used(field) and not field.has("provides"):
                diagnostics.error(
                    "EXTERNAL_UNUSED",
                    f"{field.coordinate} is @external, and no @key, @requires, @provides or interface uses it. "
                    "Remove the field, or the mark if this subgraph resolves it.",
                    subgraph=subgraph.name,
                    location=field.location,
                    coordinate=field.coordinate,
                )
