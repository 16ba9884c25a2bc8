"""`@join__type` and `@join__implements`: where a type is at home, by which keys, and what it implements there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import StringValueNode, ValueNode

from gateway.composition.merge.model import Applied
from gateway.composition.merge.values import TRUE, enum, string

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.subgraph import Directive, TypeDefinition


def join_types(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> tuple[Applied, ...]:
    """One per key, and one per subgraph without keys; Query is at home everywhere."""
    found = dict(sources)
    joins: list[Applied] = []
    for index in sorted(context.homes(name)):
        definition = found.get(index)
        keys = definition.all("key") if definition is not None else ()
        if definition is None or not keys:
            joins.append(Applied("join__type", _arguments(context, index, definition, None)))
        joins += [Applied("join__type", _arguments(context, index, definition, key)) for key in keys]
    return tuple(joins)


def _arguments(
    context: MergeContext, index: int, definition: TypeDefinition | None, key: Directive | None
) -> dict[str, ValueNode]:
    arguments: dict[str, ValueNode] = {"graph": enum(context.graphs[index].value)}
    if definition is not None and key is not None:
        fields = key.arguments.get("fields")
        if isinstance(fields, StringValueNode):
            arguments["key"] = string(fields.value)
        if definition.written_in_extension(key):
            arguments["extension"] = TRUE
        resolvable = key.arguments.get("resolvable")
        if resolvable is not None:
            arguments["resolvable"] = resolvable
    if definition is not None and definition.is_interface_object:
        arguments["isInterfaceObject"] = TRUE
    return arguments


def join_implements(context: MergeContext, sources: Sources[TypeDefinition]) -> tuple[Applied, ...]:
    """One per subgraph and interface."""
    return tuple(
        Applied("join__implements", {"graph": enum(context.graphs[index].value), "interface": string(interface)})
        for index, definition in sources
        for interface in definition.interfaces
    )
