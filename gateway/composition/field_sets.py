"""Selections written in directives: parsing them, and finding the fields they name.

Nothing here reports; `rules.field_sets` checks, this reads.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from graphql import GraphQLError
from graphql.language import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from gateway.composition.subgraph import Field, Kind, TypeDefinition, base_name, value_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

__all__ = ["fields_selected", "parse_field_set", "runtime_types_of", "selection_key"]


@lru_cache(maxsize=4096)
def _parse(text: str) -> SelectionSetNode | str:
    """The selection, or what is wrong with it. Nodes are never changed, so one may serve all."""
    try:
        document = parse("{" + text + "}", no_location=True)
    except GraphQLError as error:
        return error.message
    if len(document.definitions) != 1 or not isinstance(document.definitions[0], OperationDefinitionNode):
        return "it is more than one selection"
    selection = document.definitions[0].selection_set
    return "it is empty" if _has_empty(selection) else selection


def _has_empty(selection: SelectionSetNode) -> bool:
    inner = (getattr(node, "selection_set", None) for node in selection.selections)
    return not selection.selections or any(below is not None and _has_empty(below) for below in inner)


def parse_field_set(text: str) -> SelectionSetNode:
    """The selection a field set holds; braces around it may be written or not.

    Raises  ValueError with the reason, when it is no selection
    """
    stripped = text.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        stripped = stripped[1:-1]
    result = _parse(stripped)
    if isinstance(result, str):
        raise ValueError(result)  # noqa: TRY004  # the text is wrong, not the type
    return result


def runtime_types_of(name: str, types: Mapping[str, TypeDefinition]) -> tuple[str, ...]:
    """Object types a value of type `name` can have, among `types`."""
    definition = types.get(name)
    if definition is None:
        return ()
    if definition.kind is Kind.UNION:
        return definition.members
    if definition.kind is Kind.INTERFACE:
        return tuple(other.name for other in types.values() if other.kind is Kind.OBJECT and name in other.interfaces)
    return (name,) if definition.kind is Kind.OBJECT else ()


def fields_selected(
    parent: str, text: str | None, types: Mapping[str, TypeDefinition], *, implementations: bool
) -> Iterator[Field]:
    """Every field a field set names, nested ones included, up to the first that does not exist; nothing is reported.

    What comes after a field that does not exist counts for nothing: the set has to be written anew anyway.

    implementations  whether an interface's field stands for the fields of its implementations as well
    """
    if text is None:
        return
    try:
        selection = parse_field_set(text)
    except ValueError:
        return
    yield from _selected(parent, selection, types, implementations=implementations)


def _selected(
    parent: str, selection: SelectionSetNode, types: Mapping[str, TypeDefinition], *, implementations: bool
) -> Generator[Field, None, bool]:
    """The fields; returns whether all of them exist."""
    definition = types.get(parent)
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else parent
            if not (yield from _selected(condition, node.selection_set, types, implementations=implementations)):
                return False
        elif isinstance(node, FieldNode) and node.name.value != "__typename":
            field = definition.fields.get(node.name.value) if definition is not None else None
            if definition is None or field is None:
                return False
            yield field
            if implementations and definition.kind is Kind.INTERFACE:
                for name in runtime_types_of(parent, types):
                    own = types[name].fields.get(field.name) if name in types else None
                    if own is not None:
                        yield own
            if node.selection_set is not None:
                target = base_name(field.type)
                if not (yield from _selected(target, node.selection_set, types, implementations=implementations)):
                    return False
    return True


def selection_key(selection: SelectionSetNode) -> str:
    """The selection in a fixed order: the same text for `id name` and `name, id`."""
    parts: list[str] = []
    for node in selection.selections:
        if isinstance(node, FieldNode):
            arguments = sorted(f"{item.name.value}:{value_text(item.value)}" for item in node.arguments or ())
            called = f"({','.join(arguments)})" if arguments else ""
            parts.append(f"{node.name.value}{called}{_inner(node.selection_set)}")
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else ""
            parts.append(f"...{condition}{_inner(node.selection_set)}")
    return " ".join(sorted(parts))


def _inner(selection: SelectionSetNode | None) -> str:
    return f"{{{selection_key(selection)}}}" if selection is not None else ""
