"""Where one SDL leaves another: what a printed schema has that the target schema has not, or has otherwise.

Descriptions are not compared: the target fixes what clients rely on, and a text is better every time somebody makes it
clearer. `test_descriptions.py` says what each has to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import (
    DirectiveNode,
    FieldDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

_FEDERATION = {"_Any", "_Entity", "_Service", "_FieldSet", "federation__FieldSet", "link__Import"}
_FEDERATION_FIELDS = {"Query._entities", "Query._service"}


def differences(printed: str, target: str) -> list[str]:
    """One line for each thing of `printed` that is not in `target`, or not the same there."""
    goal = dict(_definitions(target))
    lines: list[str] = []
    for name, node in _definitions(printed):
        if name not in goal:
            lines.append(f"{name} is not in the target")
            continue
        lines += _compare(name, node, goal[name])
    return lines


def missing(printed: str, target: str) -> list[str]:
    """What `target` has and `printed` has not: types, and fields of types that are there."""
    have = dict(_definitions(printed))
    lines: list[str] = []
    for name, node in _definitions(target):
        if name not in have:
            lines.append(name)
            continue
        mine = {member.name.value for member in _members(have[name])}
        lines += [f"{name}.{member.name.value}" for member in _members(node) if member.name.value not in mine]
        lines += [f"{name} = {part}" for part in _union(node) if part not in _union(have[name])]
    return lines


def _definitions(sdl: str) -> Iterator[tuple[str, Any]]:
    for node in parse(sdl).definitions:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode) and node.name.value not in _FEDERATION:
            yield node.name.value, node


def _members(node: Any) -> Iterable[Any]:
    members = getattr(node, "fields", None) or getattr(node, "values", None) or ()
    return [member for member in members if f"{node.name.value}.{member.name.value}" not in _FEDERATION_FIELDS]


def _compare(name: str, mine: Any, goal: Any) -> Iterator[str]:
    yield from _same(name, mine, goal)
    theirs = {member.name.value: member for member in _members(goal)}
    for member in _members(mine):
        path = f"{name}.{member.name.value}"
        if member.name.value not in theirs:
            yield f"{path} is not in the target"
            continue
        other = theirs[member.name.value]
        yield from _same(path, member, other)
        if isinstance(member, FieldDefinitionNode):
            yield from _arguments(path, member, other)
    if isinstance(mine, UnionTypeDefinitionNode):
        yield from (f"{name} = {part} is not in the target" for part in _union(mine) if part not in _union(goal))


def _arguments(path: str, mine: FieldDefinitionNode, goal: FieldDefinitionNode) -> Iterator[str]:
    theirs = {argument.name.value: argument for argument in goal.arguments or ()}
    for argument in mine.arguments or ():
        if argument.name.value not in theirs:
            yield f"{path}({argument.name.value}:) is not in the target"
        else:
            yield from _same(f"{path}({argument.name.value}:)", argument, theirs[argument.name.value])
    have = {argument.name.value for argument in mine.arguments or ()}
    yield from (f"{path} lacks the argument {name}" for name in theirs if name not in have)


def _same(path: str, mine: Any, goal: Any) -> Iterator[str]:
    if type(mine) is not type(goal):
        yield f"{path} is {type(mine).__name__}, the target has {type(goal).__name__}"
    for what, read in _ASPECTS.items():
        have, want = read(mine), read(goal)
        if have != want:
            yield f"{path}: {what} is {have!r}, the target has {want!r}"


def _directives(node: Any) -> list[str]:
    return sorted(_directive(directive) for directive in node.directives or ())


def _directive(node: DirectiveNode) -> str:
    arguments = sorted((argument.name.value, print_ast(argument.value)) for argument in node.arguments or ())
    inside = ", ".join(f"{name}: {value}" for name, value in arguments)
    return f"@{node.name.value}({inside})" if inside else f"@{node.name.value}"


def _type(node: Any) -> str | None:
    return print_ast(node.type) if getattr(node, "type", None) else None


def _default(node: Any) -> str | None:
    return print_ast(node.default_value) if getattr(node, "default_value", None) else None


def _interfaces(node: Any) -> list[str]:
    return sorted(interface.name.value for interface in getattr(node, "interfaces", None) or ())


def _union(node: Any) -> list[str]:
    return [part.name.value for part in getattr(node, "types", None) or ()]


_ASPECTS = {
    "the type": _type,
    "the default": _default,
    "the interfaces": _interfaces,
    "the list of directives": _directives,
}
