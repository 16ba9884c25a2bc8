"""Directives by schema coordinate: `Product.price` → `@cost(weight: 5)`; join's and link's own are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.pyutils import snake_to_camel

from gateway.supergraph.links import Links, arguments_of
from gateway.supergraph.model import AppliedDirective

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql.language import ConstDirectiveNode, DocumentNode

_MACHINERY = frozenset({"join", "link", "core"})
_SPECIFIED = frozenset({"deprecated", "specifiedBy", "oneOf"})


def applied_directives(document: DocumentNode, links: Links) -> dict[str, tuple[AppliedDirective, ...]]:
    """Collect what is applied to each element, under the feature's own names.

    A directive of no linked feature keeps its name. `@inaccessible` is among them.
    """
    found: dict[str, tuple[AppliedDirective, ...]] = {}
    for coordinate, nodes in _elements(document):
        applied = tuple(each for node in nodes if (each := _applied(node, links)) is not None)
        if applied:
            found[coordinate] = applied
    return found


def _applied(node: ConstDirectiveNode, links: Links) -> AppliedDirective | None:
    name = node.name.value
    owner = links.directive(name)
    if name in _SPECIFIED or (owner is not None and owner[0].name in _MACHINERY):
        return None
    return AppliedDirective(owner[1] if owner is not None else name, arguments_of(node))


def _elements(document: DocumentNode) -> Iterator[tuple[str, Iterable[ConstDirectiveNode]]]:
    """Every element that may carry a directive, with its coordinate."""
    for definition in document.definitions:
        if not snake_to_camel(definition.kind).endswith("TypeDefinition"):
            continue
        name: str = definition.name.value  # type: ignore[attr-defined]  # every type definition has a name
        yield name, getattr(definition, "directives", None) or ()
        for child in (*(getattr(definition, "fields", None) or ()), *(getattr(definition, "values", None) or ())):
            coordinate = f"{name}.{child.name.value}"
            if child.directives:
                yield coordinate, child.directives
            for argument in getattr(child, "arguments", None) or ():
                if argument.directives:
                    yield f"{coordinate}({argument.name.value}:)", argument.directives
