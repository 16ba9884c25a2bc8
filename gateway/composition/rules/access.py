"""Where `@authenticated`, `@requiresScopes` and `@policy` may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.subgraph import Annotated, Kind, SubgraphModel

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["ACCESS_DIRECTIVES", "check_access"]

ACCESS_DIRECTIVES = ("authenticated", "requiresScopes", "policy")


def check_access(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE: an interface inherits what its implementations demand."""
    for item in subgraph.types.values():
        if item.kind is Kind.INTERFACE:
            _check(item, item.name, "an interface", subgraph, diagnostics)
            for field in item.fields.values():
                _check(field, field.coordinate, "a field of an interface", subgraph, diagnostics)
        elif item.is_interface_object:
            _check(item, item.name, "an interface object", subgraph, diagnostics)


def _check(
    element: Annotated, coordinate: str, what: str, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    for directive in element.directives:
        if directive.meaning in ACCESS_DIRECTIVES:
            diagnostics.error(
                "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                f"{coordinate}: @{directive.name} is applied to {what}. Apply it to the implementing types and their "
                "fields; the interface inherits it.",
                subgraph=subgraph.name,
                location=directive.location,
                coordinate=coordinate,
            )
