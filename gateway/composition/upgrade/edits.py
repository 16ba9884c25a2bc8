"""Changing frozen types: each function gives a new mapping of types, with the old one left as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from gateway.composition.subgraph import Annotated, Directive, Field, TypeDefinition

__all__ = ["Types", "edit_directives", "edit_fields", "edit_types", "without", "without_meaning"]

Types = Mapping[str, TypeDefinition]
_Element = TypeVar("_Element", bound=Annotated)


def edit_types(types: Types, change: Callable[[TypeDefinition], TypeDefinition]) -> Types:
    """Every type changed."""
    return {name: change(item) for name, item in types.items()}


def edit_fields(types: Types, change: Callable[[TypeDefinition, Field], Field | None]) -> Types:
    """Every field of objects and interfaces changed, or taken away where `change` gives None."""

    def change_type(item: TypeDefinition) -> TypeDefinition:
        if not item.fields:
            return item
        changed = {name: change(item, field) for name, field in item.fields.items()}
        kept = {name: field for name, field in changed.items() if field is not None}
        return replace(item, fields=kept)

    return edit_types(types, change_type)


def edit_directives(types: Types, change: Callable[[Directive], Directive]) -> Types:
    """Every directive of types, fields, arguments, values and input fields changed."""

    def plain(element: _Element) -> _Element:
        if not element.directives:
            return element
        return replace(element, directives=tuple(change(directive) for directive in element.directives))

    def field(item: Field) -> Field:
        return replace(plain(item), arguments={name: plain(argument) for name, argument in item.arguments.items()})

    def whole(item: TypeDefinition) -> TypeDefinition:
        return replace(
            plain(item),
            fields={name: field(child) for name, child in item.fields.items()},
            values={name: plain(child) for name, child in item.values.items()},
            input_fields={name: plain(child) for name, child in item.input_fields.items()},
        )

    return edit_types(types, whole)


def without(element: _Element, drop: Callable[[Directive], bool]) -> _Element:
    """The element without the directives `drop` is true for."""
    kept = tuple(directive for directive in element.directives if not drop(directive))
    return element if len(kept) == len(element.directives) else replace(element, directives=kept)


def without_meaning(element: _Element, *meanings: str) -> _Element:
    """The element without directives of those meanings."""
    return without(element, lambda directive: directive.meaning in meanings)
