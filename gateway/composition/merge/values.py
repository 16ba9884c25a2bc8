"""Value nodes for the arguments of directives that we write ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import (
    BooleanValueNode,
    EnumValueNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

TRUE = BooleanValueNode(value=True)
FALSE = BooleanValueNode(value=False)


def string(text: str) -> ValueNode:
    """`"text"`."""
    return StringValueNode(value=text)


def enum(name: str) -> ValueNode:
    """`NAME`."""
    return EnumValueNode(value=name)


def integer(number: int) -> ValueNode:
    """`3`."""
    return IntValueNode(value=str(number))


def listing(items: Iterable[ValueNode]) -> ValueNode:
    """`[…]`."""
    return ListValueNode(values=tuple(items))


def record(entries: Iterable[tuple[str, ValueNode]]) -> ValueNode:
    """`{name: value}`."""
    return ObjectValueNode(
        fields=tuple(ObjectFieldNode(name=NameNode(value=name), value=value) for name, value in entries)
    )
