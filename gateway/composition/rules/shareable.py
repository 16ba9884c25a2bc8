"""`@shareable`: once per declaration, on object types and their fields."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gateway.composition.subgraph import Annotated, Kind, SubgraphModel

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["check_shareable"]


def check_shareable(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report INVALID_SHAREABLE_USAGE."""
    if subgraph.upgraded:
        return  # nobody wrote what the upgrade added
    for item in subgraph.types.values():
        _check_once(item, item.name, subgraph, diagnostics)
        for field in item.fields.values():
            _check_once(field, field.coordinate, subgraph, diagnostics)
            if item.kind is Kind.INTERFACE and field.has("shareable"):
                _report(
                    f"{field.coordinate} is @shareable, and {item.name} is an interface. Mark the fields of the "
                    "implementing types instead.",
                    field,
                    field.coordinate,
                    subgraph,
                    diagnostics,
                )


def _check_once(element: Annotated, coordinate: str, subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    per_part = Counter(directive.part for directive in element.all("shareable"))
    if any(count > 1 for count in per_part.values()):
        _report(
            f"{coordinate} is marked @shareable more than once in one declaration. Once is enough.",
            element,
            coordinate,
            subgraph,
            diagnostics,
        )


def _report(
    message: str, element: Annotated, coordinate: str, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    diagnostics.error(
        "INVALID_SHAREABLE_USAGE",
        message,
        subgraph=subgraph.name,
        location=element.location,
        coordinate=coordinate,
    )
