"""Worlds written by hand: subgraphs as their teams would write them, read into the model that gives them data.

Types named `Value…` are part of the object they hang on; other types without a key have objects of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import parse
from graphql.language import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from gateway.supergraph.links import arguments_of

from .model import Kind, Member, Part, World

Composite = (
    ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode
)


def world_of_texts(texts: Mapping[str, str]) -> World:
    """Read the world that these subgraphs are parts of; one without `@link` is of Federation 1."""
    world = World(list(texts), {graph for graph, text in texts.items() if "@link" not in text})
    world.kinds["Query"] = Kind("Query", keys=dict.fromkeys(texts, ()))
    for graph, text in texts.items():
        for node in parse(text).definitions:
            if isinstance(node, Composite):
                _composite(world, node, graph)
            elif isinstance(node, UnionTypeDefinitionNode):
                kind = world.kinds.setdefault(node.name.value, Kind(node.name.value, "union"))
                kind.members[graph] = [each.name.value for each in node.types or ()]
            elif isinstance(node, EnumTypeDefinitionNode) and node.name.value != "Mood":
                kind = world.kinds.setdefault(node.name.value, Kind(node.name.value, "enum"))
                kind.values[graph] = [each.name.value for each in node.values or ()]
                kind.hidden_values |= {
                    v.name.value for v in node.values or () if _applied(v.directives, "inaccessible")
                }
    for kind in list(world.kinds.values()):
        _lend(world, kind)
    return world


def _applied(directives: tuple[DirectiveNode, ...] | None, name: str) -> list[dict[str, object]]:
    return [arguments_of(each) for each in directives or () if each.name.value == name]


def _composite(world: World, node: Composite, graph: str) -> None:
    name = node.name.value
    is_object = bool(_applied(node.directives, "interfaceObject"))
    is_interface = isinstance(node, InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode) or is_object
    kind = world.kinds.setdefault(name, Kind(name, "interface" if is_interface else "type"))
    kind.keyword = "interface" if is_interface else kind.keyword
    keys = _applied(node.directives, "key")
    kind.keys[graph] = tuple(str(key["fields"]) for key in keys)
    if any(key.get("resolvable") is False for key in keys):
        kind.stubs.add(graph)
    if is_object:
        kind.objects.add(graph)
    kind.hidden |= bool(_applied(node.directives, "inaccessible"))
    for interface in node.interfaces or ():
        whose = world.kinds.setdefault(interface.name.value, Kind(interface.name.value, "interface"))
        if not isinstance(node, InterfaceTypeDefinitionNode):
            whose.members.setdefault(graph, []).append(name)
    for field in node.fields or ():
        _field(kind, field, graph)


def _field(kind: Kind, node: FieldDefinitionNode, graph: str) -> None:
    name, declared = node.name.value, print_ast(node.type)
    arguments = {
        each.name.value: print_ast(each.type)
        + (f" = {print_ast(each.default_value)}" if each.default_value is not None else "")
        for each in node.arguments or ()
    }
    member = kind.fields.setdefault(name, Member(name, declared, {}, arguments))
    if len(declared) < len(member.type):  # the whole has the most general of its parts' types
        member.type = declared
    own: dict[str, str] = {}
    for directive, argument in (("requires", "fields"), ("provides", "fields"), ("override", "from")):
        for applied in _applied(node.directives, directive):
            own[directive] = str(applied[argument])
    external = bool(_applied(node.directives, "external"))
    member.parts[graph] = Part(external, type="" if external else declared, **own)
    member.hidden |= bool(_applied(node.directives, "inaccessible"))
    member.required = True  # nothing fails here: what fails is the random worlds' matter


def _lend(world: World, kind: Kind) -> None:
    """Give implementations what an interface object has for them."""
    for member in kind.fields.values():
        if kind.objects and not set(member.sources()) - kind.objects:
            for name in kind.all_members():
                own = world.kinds[name].fields
                own.setdefault(member.name, Member(member.name, member.type, arguments=member.arguments, lent=True))
