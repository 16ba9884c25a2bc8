"""Literals and arguments as one line of GraphQL, faster than the general printer and always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import (
    ArgumentNode,
    ConstArgumentNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from graphql.language.print_string import print_string

if TYPE_CHECKING:
    from collections.abc import Iterable


def print_value(node: ValueNode) -> str:
    """Print a literal: `{first: 5, ids: ["a", $b]}`. Block strings become plain strings of the same value."""
    if isinstance(node, VariableNode):
        return "$" + node.name.value
    if isinstance(node, IntValueNode | FloatValueNode | EnumValueNode):
        return node.value
    if isinstance(node, StringValueNode):
        return print_string(node.value)
    if isinstance(node, NullValueNode):
        return "null"
    if isinstance(node, ListValueNode):
        return "[" + ", ".join(print_value(item) for item in node.values or ()) + "]"
    if isinstance(node, ObjectValueNode):
        return "{" + ", ".join(f"{item.name.value}: {print_value(item.value)}" for item in node.fields or ()) + "}"
    return "true" if getattr(node, "value", False) else "false"


def print_arguments(nodes: Iterable[ArgumentNode | ConstArgumentNode] | None) -> str:
    """Print arguments without parentheses, sorted by name: `channel: $c, first: 5`."""
    if not nodes:
        return ""
    return ", ".join(f"{name}: {text}" for name, text in sorted((n.name.value, print_value(n.value)) for n in nodes))


def variables_of(nodes: Iterable[ArgumentNode | ConstArgumentNode] | None) -> tuple[str, ...]:
    """Name the variables that arguments use, sorted."""
    found: set[str] = set()
    pending: list[ValueNode] = [node.value for node in nodes or ()]
    while pending:
        node = pending.pop()
        if isinstance(node, VariableNode):
            found.add(node.name.value)
        elif isinstance(node, ListValueNode):
            pending += node.values or ()
        elif isinstance(node, ObjectValueNode):
            pending += [item.value for item in node.fields or ()]
    return tuple(sorted(found))
