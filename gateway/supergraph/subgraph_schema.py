"""One subgraph's schema, as far as the supergraph knows it: what the planner's documents must be valid against.

The subgraph's own SDL may hold more (directives, descriptions, private types); of what is composed, nothing is missing
but arguments and external fields that composition dropped. What has a default value is printed as nullable instead: it may
be left out, and the model keeps no values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from graphql import GraphQLSchema, InputObjectTypeDefinitionNode, build_schema

from gateway.supergraph.model import FieldDefinition, Supergraph, TypeDefinition, TypeKind
from gateway.supergraph.types import type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMO: Final = "inputs with default"


def subgraph_schema(supergraph: Supergraph, graph: str) -> GraphQLSchema:
    """Build the schema of one graph (a value of `join__Graph`), with `_entities` and `_service`."""
    return build_schema(subgraph_sdl(supergraph, graph), assume_valid=True)


def subgraph_sdl(supergraph: Supergraph, graph: str) -> str:
    """Print the schema of one graph: types sorted by name, without directives."""
    types = [each for _, each in sorted(supergraph.types.items()) if graph in each.homes]
    operations = {kind: name for kind, name in supergraph.roots.items() if graph in supergraph.types[name].homes}
    query = supergraph.roots["query"]
    lines = ["scalar _Any", "type _Service { sdl: String }"]
    entities = [each.name for each in types if _is_entity(each, graph) and each.name not in operations.values()]
    extra = ["_service: _Service!"]
    if entities:
        lines.append("union _Entity = " + " | ".join(entities))
        extra.append("_entities(representations: [_Any!]!): [_Entity]!")
    lines += [_definition(supergraph, each, graph, extra if each.name == query else []) for each in types]
    if query not in operations.values():
        lines.append(f"type {query} {{ {' '.join(extra)} }}")
        operations["query"] = query
    lines.append("schema { " + " ".join(f"{kind}: {name}" for kind, name in operations.items()) + " }")
    return "\n".join(lines)


def _is_entity(each: TypeDefinition, graph: str) -> bool:
    is_object = each.kind is TypeKind.OBJECT or graph in each.interface_objects
    return is_object and any(key.resolvable for key in each.homes[graph])


def _definition(supergraph: Supergraph, each: TypeDefinition, graph: str, extra: list[str]) -> str:
    if each.kind is TypeKind.SCALAR:
        return f"scalar {each.name}"
    if each.kind is TypeKind.ENUM:
        values = [value.name for value in each.values.values() if not value.graphs or graph in value.graphs]
        return f"enum {each.name} {{ {' '.join(values)} }}"
    if each.kind is TypeKind.UNION:
        return f"union {each.name} = " + " | ".join(sorted(each.members.get(graph, ())))
    keyword = "type" if graph in each.interface_objects else each.kind.value.replace("object", "type")
    interfaces = sorted(
        name
        for name in each.implements.get(graph, ())
        if graph in supergraph.types[name].homes and graph not in supergraph.types[name].interface_objects
    )
    clause = f" implements {' & '.join(interfaces)}" if interfaces else ""
    fields = [*_fields(supergraph, each, graph), *extra]
    return f"{keyword} {each.name}{clause} {{ {' '.join(fields) or '_: Boolean'} }}"


def _fields(supergraph: Supergraph, each: TypeDefinition, graph: str) -> Iterator[str]:
    for field in each.fields.values():
        if field.has_joins and graph not in field.joins:
            continue
        join = field.joins.get(graph)
        node = join.type if join is not None and join.type is not None else field.type
        text = type_text(node)
        if each.kind is TypeKind.INPUT and (each.name, field.name) in _with_default(supergraph):
            text = text.removesuffix("!")
        yield f"{field.name}{_arguments(supergraph, field, graph)}: {text}"


def _with_default(supergraph: Supergraph) -> frozenset[tuple[str, str]]:
    """Name the fields of input objects that have a default value."""
    if _MEMO not in supergraph.derived:
        supergraph.derived[_MEMO] = frozenset(
            (node.name.value, field.name.value)
            for node in supergraph.document.definitions
            if isinstance(node, InputObjectTypeDefinitionNode)
            for field in node.fields or ()
            if field.default_value is not None
        )
    return cast("frozenset[tuple[str, str]]", supergraph.derived[_MEMO])


def _arguments(supergraph: Supergraph, field: FieldDefinition, graph: str) -> str:
    """Print the arguments whose types the graph has; one it has not was optional there."""
    known = [
        f"{each.name}: {each.type if each.required else each.type.removesuffix('!')}"
        for each in field.arguments.values()
        if (target := supergraph.types.get(each.type.strip("[]!"))) is None or graph in target.homes
    ]
    return f"({', '.join(known)})" if known else ""
