"""The type definitions of a supergraph's document → `TypeDefinition`s."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from graphql import GraphQLError, parse_type
from graphql.language import (
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from gateway.errors import SupergraphInvalid
from gateway.supergraph.links import Links, arguments_of
from gateway.supergraph.model import (
    ArgumentDefinition,
    EnumValue,
    FieldDefinition,
    JoinField,
    Key,
    Subgraph,
    TypeDefinition,
    TypeKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS: Mapping[type, TypeKind] = {
    ObjectTypeDefinitionNode: TypeKind.OBJECT,
    InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
    UnionTypeDefinitionNode: TypeKind.UNION,
    EnumTypeDefinitionNode: TypeKind.ENUM,
    ScalarTypeDefinitionNode: TypeKind.SCALAR,
    InputObjectTypeDefinitionNode: TypeKind.INPUT,
}
_BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


@lru_cache(maxsize=4096)
def type_text(node: TypeNode) -> str:
    """Print a type reference: `[Product!]!`. Kept, since the same nodes are asked for again and again."""
    if isinstance(node, NamedTypeNode):
        return node.name.value
    if isinstance(node, ListTypeNode):
        return f"[{type_text(node.type)}]"
    return f"{type_text(node.type)}!" if isinstance(node, NonNullTypeNode) else print_ast(node)


def unwrap(node: TypeNode) -> tuple[str, int]:
    """Take the wrapping off a type: its name, and how many levels of list there were."""
    depth = 0
    while not isinstance(node, NamedTypeNode):
        if isinstance(node, ListTypeNode):
            depth += 1
            node = node.type
        elif isinstance(node, NonNullTypeNode):
            node = node.type
    return node.name.value, depth


class TypeReader:
    """Reads definitions by the names that `links` gives the join directives."""

    def __init__(self, links: Links, subgraphs: Mapping[str, Subgraph]) -> None:
        self.links = links
        self.subgraphs = subgraphs

    def read(self, document: DocumentNode) -> dict[str, TypeDefinition]:
        """Read every type that is the schema's own.

        Raises  SupergraphInvalid when a type belongs to no subgraph, or refers to what is not there
        """
        types: dict[str, TypeDefinition] = {}
        for definition in document.definitions:
            kind = _KINDS.get(type(definition))
            if kind is None or not isinstance(definition, TypeDefinitionNode):
                continue
            name = definition.name.value
            if self.links.owns_type(name):
                continue
            if name in types:
                raise SupergraphInvalid(f"The supergraph defines the type `{name}` twice.")
            types[name] = self._type(definition, kind)
        for definition in document.definitions:
            if isinstance(definition, UnionTypeDefinitionNode) and definition.name.value in types:
                _know_members(types, definition)
        _check_references(types)
        return types

    def _applied(self, node: object) -> Iterator[tuple[str, dict[str, object]]]:
        """The join directives (`join.…`) and `inaccessible` on a node, by their own names."""
        directives: tuple[DirectiveNode, ...] = getattr(node, "directives", None) or ()
        for directive in directives:
            owner = self.links.directive(directive.name.value)
            if owner is None:
                continue
            feature, own = owner
            if feature.name == "join":
                yield f"join.{own}", arguments_of(directive)
            elif own == "inaccessible":
                yield own, {}

    def _graph(self, arguments: Mapping[str, object], where: str) -> str:
        graph = arguments.get("graph")
        if not isinstance(graph, str) or graph not in self.subgraphs:
            raise SupergraphInvalid(f"The supergraph is incomplete: `{where}` names the graph `{graph}`, not listed.")
        return graph

    def _type(self, node: TypeDefinitionNode, kind: TypeKind) -> TypeDefinition:
        name = node.name.value
        homes: dict[str, list[Key]] = {}
        interface_objects: set[str] = set()
        implements: dict[str, set[str]] = {}
        members: dict[str, set[str]] = {}
        inaccessible = False
        for own, arguments in self._applied(node):
            if own == "inaccessible":
                inaccessible = True
            elif own == "join.type":
                graph = self._graph(arguments, name)
                keys = homes.setdefault(graph, [])
                if isinstance(key := arguments.get("key"), str):
                    keys.append(
                        Key(key, arguments.get("resolvable", True) is not False, arguments.get("extension") is True)
                    )
                if arguments.get("isInterfaceObject"):
                    interface_objects.add(graph)
            elif own == "join.implements":
                implements.setdefault(self._graph(arguments, name), set()).add(str(arguments.get("interface")))
            elif own == "join.unionMember":
                members.setdefault(self._graph(arguments, name), set()).add(str(arguments.get("member")))
        if not homes:
            raise SupergraphInvalid(
                f"The supergraph is incomplete: the type `{name}` has no @join__type. Compose the subgraphs again."
            )
        return TypeDefinition(
            name=name,
            kind=kind,
            fields=self._fields(node, homes),
            homes={graph: tuple(keys) for graph, keys in sorted(homes.items())},
            interface_objects=frozenset(interface_objects),
            implements={graph: frozenset(names) for graph, names in sorted(implements.items())},
            members={graph: frozenset(names) for graph, names in sorted(members.items())},
            values={value.name.value: self._value(name, value) for value in getattr(node, "values", None) or ()},
            inaccessible=inaccessible,
        )

    def _value(self, owner: str, node: EnumValueDefinitionNode) -> EnumValue:
        graphs: set[str] = set()
        inaccessible = False
        for own, arguments in self._applied(node):
            if own == "join.enumValue":
                graphs.add(self._graph(arguments, f"{owner}.{node.name.value}"))
            inaccessible = inaccessible or own == "inaccessible"
        return EnumValue(node.name.value, frozenset(graphs), inaccessible)

    def _fields(self, node: TypeDefinitionNode, homes: Mapping[str, list[Key]]) -> dict[str, FieldDefinition]:
        nodes: tuple[FieldDefinitionNode | InputValueDefinitionNode, ...] = getattr(node, "fields", None) or ()
        return {each.name.value: self._field(node.name.value, each, homes) for each in nodes}

    def _field(
        self, owner: str, node: FieldDefinitionNode | InputValueDefinitionNode, homes: Mapping[str, list[Key]]
    ) -> FieldDefinition:
        coordinate = f"{owner}.{node.name.value}"
        joins: dict[str, JoinField] = {}
        has_joins = inaccessible = False
        for own, arguments in self._applied(node):
            if own == "inaccessible":
                inaccessible = True
            elif own == "join.field":
                has_joins = True
                if arguments.get("contextArguments"):
                    raise SupergraphInvalid(f"`{coordinate}` takes an argument from @fromContext, which is not served.")
                if arguments.get("graph") is not None:
                    graph = self._graph(arguments, coordinate)
                    if graph not in homes:
                        raise SupergraphInvalid(
                            f"The supergraph is incomplete: `{owner}` has no @join__type for {graph}."
                        )
                    joins[graph] = _join(graph, arguments, coordinate)
        named, depth = unwrap(node.type)
        return FieldDefinition(
            name=node.name.value,
            type=node.type,
            named_type=named,
            list_depth=depth,
            arguments={each.name.value: _argument(each) for each in getattr(node, "arguments", None) or ()},
            joins=joins,
            has_joins=has_joins,
            inaccessible=inaccessible,
        )


def _know_members(types: dict[str, TypeDefinition], node: UnionTypeDefinitionNode) -> None:
    """Fill in who a union's members are where the document does not say so by graph, as join v0.2 never does.

    A graph that has the union then has it with all members it has a type for.
    """
    union = types[node.name.value]
    if union.members:
        return
    names = [each.name.value for each in node.types or ()]
    members = {
        graph: frozenset(name for name in names if name not in types or graph in types[name].homes)
        for graph in union.homes
    }
    types[union.name] = replace(union, members=members)


def _argument(node: InputValueDefinitionNode) -> ArgumentDefinition:
    required = isinstance(node.type, NonNullTypeNode) and node.default_value is None
    return ArgumentDefinition(node.name.value, type_text(node.type), required)


def _join(graph: str, arguments: Mapping[str, object], coordinate: str) -> JoinField:
    def text(name: str) -> str | None:
        value = arguments.get(name)
        return value if isinstance(value, str) and value else None

    own_type = text("type")
    try:
        parsed = parse_type(own_type, no_location=True) if own_type else None
    except GraphQLError as exc:
        raise SupergraphInvalid(f'`{coordinate}`: @join__field(type: "{own_type}") is not a type.') from exc
    return JoinField(
        graph=graph,
        requires=text("requires"),
        provides=text("provides"),
        type=parsed,
        external=arguments.get("external") is True,
        override=text("override"),
        used_overridden=arguments.get("usedOverridden") is True,
        label=text("overrideLabel"),
    )


def _check_references(types: Mapping[str, TypeDefinition]) -> None:
    """Demand that every name a type uses is defined."""
    for each in types.values():
        for field in each.fields.values():
            if field.named_type not in types and field.named_type not in _BUILT_IN:
                raise SupergraphInvalid(
                    f"The supergraph is incomplete: `{each.name}.{field.name}` has the unknown type `{field.named_type}`."
                )
        for kind, group in (("interface", each.implements), ("member", each.members)):
            for names in group.values():
                for name in names:
                    if name not in types:
                        raise SupergraphInvalid(
                            f"The supergraph is incomplete: `{each.name}` has the unknown {kind} `{name}`."
                        )
