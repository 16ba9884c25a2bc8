"""Keys of interfaces, and interface objects, as far as one subgraph can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.field_sets import parse_field_set, selection_key
from gateway.composition.subgraph import Directive, Kind, SubgraphModel, TypeDefinition

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector

__all__ = ["check_interfaces"]


def check_interfaces(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report INTERFACE_KEY_NOT_ON_IMPLEMENTATION, and INTERFACE_OBJECT_USAGE_ERROR for one without a key."""
    for item in subgraph.types.values():
        if item.kind is Kind.INTERFACE:
            for key in item.all("key"):
                _check_key(item, key, subgraph, diagnostics)
        elif item.is_interface_object and not item.has("key"):
            diagnostics.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f"{item.name} is an @interfaceObject without a @key. Give it the interface's key.",
                subgraph=subgraph.name,
                location=item.location,
                coordinate=item.name,
            )


def _check_key(
    interface: TypeDefinition, key: Directive, subgraph: SubgraphModel, diagnostics: DiagnosticCollector
) -> None:
    wanted = _fields(key)
    resolvable = key.flag("resolvable", default=True)
    lacking: list[str] = []
    unresolvable: list[str] = []
    for name in subgraph.runtime_types(interface.name):
        own = [other for other in subgraph.types[name].all("key") if _fields(other) == wanted]
        if not own:
            lacking.append(name)
        elif resolvable and not any(other.flag("resolvable", default=True) for other in own):
            unresolvable.append(name)
    if lacking or unresolvable:
        problem = (
            f"{', '.join(lacking)} implementing it {'lack' if len(lacking) > 1 else 'lacks'} the key"
            if lacking
            else f"the key is not resolvable on {', '.join(unresolvable)} implementing it"
        )
        diagnostics.error(
            "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
            f"{interface.name}: {key}: {problem}. Repeat the interface's keys on every implementation.",
            subgraph=subgraph.name,
            location=key.location,
            coordinate=interface.name,
        )


def _fields(key: Directive) -> str:
    text = key.text("fields") or ""
    try:
        return selection_key(parse_field_set(text))
    except ValueError:
        return text
