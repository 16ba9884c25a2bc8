"""The merged schema as a document, and as text.

The document is made once; satisfiability reads it as it is, so that nothing composed here is ever parsed again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from graphql.language import (
    ConstArgumentNode,
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    OperationType,
    OperationTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    ValueNode,
)

from gateway.composition.links import APOLLO
from gateway.composition.merge.machinery import machinery
from gateway.composition.merge.model import (
    Applied,
    Link,
    MergedDirective,
    MergedElement,
    MergedField,
    MergedInput,
    MergedSchema,
    MergedType,
)
from gateway.composition.merge.values import enum, listing, record, string
from gateway.composition.subgraph import Kind, ListRef, NamedRef, TypeRef
from gateway.supergraph.print import print_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql.language.ast import ConstValueNode


def print_supergraph(merged: MergedSchema) -> str:
    """The supergraph's SDL: schema, directives, types, each sorted by name; members in order of appearance."""
    return print_document(document_of(merged))


@lru_cache(maxsize=1)
def document_of(merged: MergedSchema) -> DocumentNode:
    """The supergraph as a syntax tree, complete with link's and join's own definitions."""
    machine = machinery(merged)
    directives = {**merged.directives, **machine.directives}
    types = {**merged.types, **machine.types}
    definitions: list[DefinitionNode] = [_schema(merged)]
    definitions += [_directive_definition(directives[name]) for name in sorted(directives)]
    definitions += [_type(types[name]) for name in sorted(types)]
    return DocumentNode(definitions=tuple(definitions))


def _schema(merged: MergedSchema) -> SchemaDefinitionNode:
    major, minor = merged.join_version
    links = (
        Link(f"{APOLLO}/link/v1.0"),
        Link(f"{APOLLO}/join/v{major}.{minor}", "EXECUTION"),
        *merged.links,
    )
    return SchemaDefinitionNode(
        description=_description(merged.description),
        directives=_applied((*(_link(link) for link in links), *merged.schema_directives)),
        operation_types=tuple(
            OperationTypeDefinitionNode(operation=OperationType(operation), type=_named(name))
            for operation, name in merged.roots.items()
        ),
    )


def _link(link: Link) -> Applied:
    arguments: dict[str, ValueNode] = {"url": string(link.url)}
    if link.alias is not None:
        arguments["as"] = string(link.alias)
    if link.purpose is not None:
        arguments["for"] = enum(link.purpose)
    if link.imports:
        arguments["import"] = listing(
            string(name) if name == alias else record((("name", string(name)), ("as", string(alias))))
            for name, alias in link.imports
        )
    return Applied("link", arguments)


def _type(merged: MergedType) -> DefinitionNode:
    name = _name(merged.name)
    description = _description(merged.description)
    directives = _directives(merged)
    match merged.kind:
        case Kind.SCALAR:
            return ScalarTypeDefinitionNode(name=name, description=description, directives=directives)
        case Kind.UNION:
            members = tuple(_named(member) for member in merged.members)
            return UnionTypeDefinitionNode(name=name, description=description, directives=directives, types=members)
        case Kind.ENUM:
            values = tuple(_value(value) for value in merged.values)
            return EnumTypeDefinitionNode(name=name, description=description, directives=directives, values=values)
        case Kind.INPUT:
            inputs = tuple(_input(field) for field in merged.input_fields.values())
            return InputObjectTypeDefinitionNode(
                name=name, description=description, directives=directives, fields=inputs
            )
    node = ObjectTypeDefinitionNode if merged.kind is Kind.OBJECT else InterfaceTypeDefinitionNode
    return node(
        name=name,
        description=description,
        directives=directives,
        interfaces=tuple(_named(interface) for interface in merged.interfaces),
        fields=tuple(_field(field) for field in merged.fields.values()),
    )


def _field(field: MergedField) -> FieldDefinitionNode:
    return FieldDefinitionNode(
        name=_name(field.name),
        description=_description(field.description),
        arguments=tuple(_input(argument) for argument in field.arguments.values()),
        type=_type_node(field.type),
        directives=_directives(field),
    )


def _input(value: MergedInput) -> InputValueDefinitionNode:
    return InputValueDefinitionNode(
        name=_name(value.name),
        description=_description(value.description),
        type=_type_node(value.type),
        default_value=_constant(value.default) if value.default is not None else None,
        directives=_directives(value),
    )


def _value(value: MergedElement) -> EnumValueDefinitionNode:
    return EnumValueDefinitionNode(
        name=_name(value.name), description=_description(value.description), directives=_directives(value)
    )


def _directive_definition(directive: MergedDirective) -> DirectiveDefinitionNode:
    return DirectiveDefinitionNode(
        name=_name(directive.name),
        description=_description(directive.description),
        arguments=tuple(_input(argument) for argument in directive.arguments.values()),
        repeatable=directive.repeatable,
        locations=tuple(_name(location) for location in directive.locations),
    )


def _directives(element: MergedElement) -> tuple[ConstDirectiveNode, ...]:
    return _applied((*element.joins, *element.directives))


def _applied(applications: Iterable[Applied]) -> tuple[ConstDirectiveNode, ...]:
    return tuple(
        ConstDirectiveNode(name=_name(applied.name), arguments=_arguments(applied.arguments))
        for applied in applications
    )


def _arguments(arguments: Mapping[str, ValueNode]) -> tuple[ConstArgumentNode, ...]:
    return tuple(ConstArgumentNode(name=_name(name), value=_constant(value)) for name, value in arguments.items())


def _constant(value: ValueNode) -> ConstValueNode:
    """The same node: values in schemas hold no variables."""
    return cast("ConstValueNode", value)


def _description(text: str | None) -> StringValueNode | None:
    return StringValueNode(value=text, block=True) if text else None


@lru_cache(maxsize=65536)
def _name(text: str) -> NameNode:
    return NameNode(value=text)


@lru_cache(maxsize=65536)
def _named(name: str) -> NamedTypeNode:
    return NamedTypeNode(name=_name(name))


@lru_cache(maxsize=65536)
def _type_node(ref: TypeRef) -> TypeNode:
    if isinstance(ref, NamedRef):
        return _named(ref.name)
    if isinstance(ref, ListRef):
        return ListTypeNode(type=_type_node(ref.of))
    inner = cast("NamedTypeNode | ListTypeNode", _type_node(ref.of))  # non-null never holds non-null
    return NonNullTypeNode(type=inner)
