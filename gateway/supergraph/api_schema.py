"""The schema clients see: the supergraph without hidden elements and without federation's machinery."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from graphql import GraphQLError, GraphQLSchema, build_ast_schema, specified_directives, validate_schema
from graphql.language import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveLocation,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    UnionTypeDefinitionNode,
)

from gateway.errors import SupergraphInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.supergraph.links import Links

_SPECIFIED = frozenset(directive.name for directive in specified_directives)
_EXECUTABLE = frozenset(
    location.name
    for location in (
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
        DirectiveLocation.SUBSCRIPTION,
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_DEFINITION,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.VARIABLE_DEFINITION,
    )
)
_Input = TypeVar("_Input", bound=InputValueDefinitionNode | EnumValueDefinitionNode)


class _Visible:
    """What remains of each definition; a definition of which nothing remains is gone altogether."""

    def __init__(self, document: DocumentNode, links: Links) -> None:
        self.links = links
        self.hidden = {
            definition.name.value
            for definition in document.definitions
            if hasattr(definition, "name") and definition.name is not None and self.is_hidden(definition)
        }

    def is_hidden(self, node: object) -> bool:
        for directive in getattr(node, "directives", None) or ():
            owner = self.links.directive(directive.name.value)
            if owner is not None and owner[1] == "inaccessible":
                return True
        return False

    def directives(self, nodes: Iterable[ConstDirectiveNode] | None) -> tuple[ConstDirectiveNode, ...]:
        return tuple(node for node in nodes or () if node.name.value in _SPECIFIED)

    def children(self, nodes: Iterable[_Input] | None) -> tuple[_Input, ...]:
        kept = []
        for node in nodes or ():
            if self.is_hidden(node):
                continue
            kept.append(_changed(node, directives=self.directives(node.directives)))
        return tuple(kept)

    def fields(self, nodes: Iterable[FieldDefinitionNode] | None) -> tuple[FieldDefinitionNode, ...]:
        return tuple(
            _changed(node, arguments=self.children(node.arguments), directives=self.directives(node.directives))
            for node in nodes or ()
            if not self.is_hidden(node)
        )

    def definition(self, node: DefinitionNode) -> DefinitionNode | None:
        if isinstance(node, SchemaDefinitionNode):
            roots = tuple(item for item in node.operation_types if item.type.name.value not in self.hidden)
            return _changed(node, operation_types=roots, directives=())
        if isinstance(node, DirectiveDefinitionNode):
            name = node.name.value
            owned = self.links.directive(name) is not None or name in _SPECIFIED
            if owned or not any(location.value in _EXECUTABLE for location in node.locations):
                return None
            executable = tuple(location for location in node.locations if location.value in _EXECUTABLE)
            return _changed(node, arguments=self.children(node.arguments), locations=executable)
        name = node.name.value if hasattr(node, "name") else ""
        if name in self.hidden or self.links.owns_type(name):
            return None
        return self.type_definition(node)

    def type_definition(self, node: DefinitionNode) -> DefinitionNode | None:
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return _changed(
                node,
                fields=self.fields(node.fields),
                interfaces=tuple(item for item in node.interfaces or () if item.name.value not in self.hidden),
                directives=self.directives(node.directives),
            )
        if isinstance(node, UnionTypeDefinitionNode):
            members = tuple(item for item in node.types or () if item.name.value not in self.hidden)
            return _changed(node, types=members, directives=self.directives(node.directives))
        if isinstance(node, EnumTypeDefinitionNode):
            return _changed(node, values=self.children(node.values), directives=self.directives(node.directives))
        if isinstance(node, InputObjectTypeDefinitionNode):
            return _changed(node, fields=self.children(node.fields), directives=self.directives(node.directives))
        if isinstance(node, ScalarTypeDefinitionNode):
            return _changed(node, directives=self.directives(node.directives))
        return None


_Node = TypeVar("_Node")


def _changed(node: _Node, **changes: object) -> _Node:
    """Copy a node of the syntax tree with some of its members replaced; the children are shared."""
    cls = type(node)
    members = {key: getattr(node, key, None) for key in cls.keys if key != "loc"}  # type: ignore[attr-defined]  # every Node class lists its members in `keys`
    return cls(**{**members, **changes})


def api_document(document: DocumentNode, links: Links) -> DocumentNode:
    """Cut the supergraph's document down to what clients may see."""
    visible = _Visible(document, links)
    kept = (visible.definition(definition) for definition in document.definitions)
    return DocumentNode(definitions=tuple(definition for definition in kept if definition is not None))


def build_api_schema(document: DocumentNode, links: Links) -> GraphQLSchema:
    """Build and validate the API schema.

    Raises  SupergraphInvalid with the first fault of the schema
    """
    try:
        schema = build_ast_schema(api_document(document, links), assume_valid_sdl=True)
    except (GraphQLError, TypeError, KeyError) as exc:
        raise SupergraphInvalid(f"The supergraph's API schema cannot be built: {exc}") from exc
    faults = faults_of(schema)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise SupergraphInvalid(f"The supergraph's API schema is not valid: {faults[0].message}{more}")
    return schema


def faults_of(schema: GraphQLSchema) -> list[GraphQLError]:
    """What is wrong with a schema; documents can be validated against one with which nothing is.

    A rule of the specification's edition of 2025 that composers do not know yet is let pass: a field may be deprecated
    where its interface's is not. No answer depends on it.
    """
    faults = [fault for fault in validate_schema(schema) if "is not deprecated, so implementation" not in fault.message]
    schema._validation_errors = faults  # graphql-core keeps its verdict here, and would raise it at every document
    return faults
