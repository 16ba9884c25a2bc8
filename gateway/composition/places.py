"""Where a diagnostic points to: every place in the subgraphs' SDLs that defines the element it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.diagnostics import Diagnostic, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.composition.diagnostics import Location
    from gateway.composition.subgraph import Annotated, DirectiveDefinition, SubgraphModel

__all__ = ["with_places"]


def with_places(found: Iterable[Diagnostic], subgraphs: tuple[SubgraphModel, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics with their `places`: their own, or for one of several subgraphs those of its coordinate."""
    return tuple(replace(each, places=_places(each, subgraphs)) for each in found)


def _places(each: Diagnostic, subgraphs: tuple[SubgraphModel, ...]) -> tuple[Place, ...]:
    if each.subgraph is not None:
        return (Place(each.subgraph, each.location),) if each.location else ()
    if each.coordinate is None:
        return ()
    # What nobody defines is missing in what is around it.
    for coordinate in (each.coordinate, each.coordinate.partition("(")[0], each.coordinate.partition(".")[0]):
        located = ((subgraph.name, _location(subgraph, coordinate)) for subgraph in subgraphs)
        places = tuple(Place(name, location) for name, location in located if location is not None)
        if places:
            return places
    return ()


def _location(subgraph: SubgraphModel, coordinate: str) -> Location | None:
    """Of `Type`, `Type.member`, `Type.field(argument:)`, `@directive` or `@directive(argument:)`; None when it is not there."""
    owner, _, argument = coordinate.partition("(")
    element: Annotated | DirectiveDefinition | None
    if owner.startswith("@"):
        element = subgraph.directives.get(owner[1:])
        arguments = element.arguments if element else {}
    else:
        name, _, member = owner.partition(".")
        item = subgraph.types.get(name)
        field = item.fields.get(member) if item else None
        arguments = field.arguments if field else {}
        element = item
        if item is not None and member:
            element = field or item.input_fields.get(member) or item.values.get(member)
    if argument:
        element = arguments.get(argument.removesuffix(":)"))
    return element.location if element else None
