"""A schema document → SDL, in one layout: same document, same bytes, and what was printed reads back the same.

Definitions stand in the document's order. A type's directives have a line each, a field's follow it on its line:
a supergraph is then read and reviewed line by line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from graphql.language import (
    BooleanValueNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ObjectValueNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    ValueNode,
    print_ast,
)
from graphql.language.block_string import print_block_string

if TYPE_CHECKING:
    from collections.abc import Iterable

_Fielded = (
    ObjectTypeDefinitionNode
    | ObjectTypeExtensionNode
    | InterfaceTypeDefinitionNode
    | InterfaceTypeExtensionNode
    | InputObjectTypeDefinitionNode
    | InputObjectTypeExtensionNode
)
_KEYWORDS: dict[type[DefinitionNode], str] = {
    ScalarTypeDefinitionNode: "scalar",
    ScalarTypeExtensionNode: "extend scalar",
    ObjectTypeDefinitionNode: "type",
    ObjectTypeExtensionNode: "extend type",
    InterfaceTypeDefinitionNode: "interface",
    InterfaceTypeExtensionNode: "extend interface",
    UnionTypeDefinitionNode: "union",
    UnionTypeExtensionNode: "extend union",
    EnumTypeDefinitionNode: "enum",
    EnumTypeExtensionNode: "extend enum",
    InputObjectTypeDefinitionNode: "input",
    InputObjectTypeExtensionNode: "extend input",
}


def print_document(document: DocumentNode) -> str:
    """Print a type system document, one blank line between definitions, a line end at its close."""
    return "\n\n".join(_definition(definition) for definition in document.definitions) + "\n"


def print_type(node: TypeNode) -> str:
    """`[User!]!`."""
    if isinstance(node, NonNullTypeNode):
        return f"{print_type(node.type)}!"
    if isinstance(node, ListTypeNode):
        return f"[{print_type(node.type)}]"
    return cast("NamedTypeNode", node).name.value


def print_value(node: ValueNode) -> str:
    """A value on one line; block strings become plain ones."""
    if isinstance(node, StringValueNode):
        return json.dumps(node.value, ensure_ascii=False)
    if isinstance(node, BooleanValueNode):
        return "true" if node.value else "false"
    if isinstance(node, NullValueNode):
        return "null"
    if isinstance(node, ListValueNode):
        return f"[{', '.join(print_value(item) for item in node.values)}]"
    if isinstance(node, ObjectValueNode):
        entries = ", ".join(f"{entry.name.value}: {print_value(entry.value)}" for entry in node.fields)
        return "{" + entries + "}"
    return str(node.value)  # type: ignore[attr-defined]  # numbers and enum values


def _definition(node: DefinitionNode) -> str:
    description = _description(getattr(node, "description", None), "")
    if isinstance(node, DirectiveDefinitionNode):
        return description + _directive_definition(node)
    if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
        return description + _schema(node)
    keyword = _KEYWORDS.get(type(node))
    if keyword is None:
        return print_ast(node)
    heading = f"{keyword} {node.name.value}"  # type: ignore[attr-defined]  # every type has a name
    interfaces = getattr(node, "interfaces", None)
    if interfaces:
        heading += " implements " + " & ".join(interface.name.value for interface in interfaces)
    directives: tuple[DirectiveNode, ...] = getattr(node, "directives", None) or ()
    lines = "".join(f"\n  {_directive(directive)}" for directive in directives)
    body = _body(node)
    if isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
        return description + heading + lines + (f"\n{body}" if directives else f" {body}") if body else heading + lines
    if not body:
        return description + heading + lines
    return description + heading + lines + ("\n{\n" if directives else " {\n") + body + "\n}"


def _body(node: DefinitionNode) -> str:
    if isinstance(node, _Fielded):
        return "\n".join(
            _field(member)
            if isinstance(member, FieldDefinitionNode)
            else _description(member.description, "  ") + "  " + _input(member)
            for member in node.fields or ()
        )
    if isinstance(node, EnumTypeDefinitionNode | EnumTypeExtensionNode):
        return "\n".join(
            f"{_description(value.description, '  ')}  {value.name.value}{_directives(value.directives)}"
            for value in node.values or ()
        )
    if isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode) and node.types:
        return "  = " + " | ".join(member.name.value for member in node.types)
    return ""


def _schema(node: SchemaDefinitionNode | SchemaExtensionNode) -> str:
    heading = "schema" if isinstance(node, SchemaDefinitionNode) else "extend schema"
    lines = "".join(f"\n  {_directive(directive)}" for directive in node.directives or ())
    roots = "\n".join(f"  {item.operation.value}: {item.type.name.value}" for item in node.operation_types or ())
    if not roots:
        return heading + lines
    return heading + lines + ("\n{\n" if lines else " {\n") + roots + "\n}"


def _directive_definition(node: DirectiveDefinitionNode) -> str:
    repeatable = " repeatable" if node.repeatable else ""
    locations = " | ".join(location.value for location in node.locations)
    return f"directive @{node.name.value}{_arguments(node.arguments, '')}{repeatable} on {locations}"


def _field(node: FieldDefinitionNode) -> str:
    return (
        f"{_description(node.description, '  ')}  {node.name.value}{_arguments(node.arguments, '  ')}"
        f": {print_type(node.type)}{_directives(node.directives)}"
    )


def _arguments(nodes: tuple[InputValueDefinitionNode, ...] | None, indent: str) -> str:
    """On one line, unless an argument has a description."""
    if not nodes:
        return ""
    if not any(node.description for node in nodes):
        return f"({', '.join(_input(node) for node in nodes)})"
    inner = f"{indent}  "
    lines = "\n".join(f"{_description(node.description, inner)}{inner}{_input(node)}" for node in nodes)
    return f"(\n{lines}\n{indent})"


def _input(node: InputValueDefinitionNode) -> str:
    default = f" = {print_value(node.default_value)}" if node.default_value is not None else ""
    return f"{node.name.value}: {print_type(node.type)}{default}{_directives(node.directives)}"


def _directives(nodes: Iterable[DirectiveNode] | None) -> str:
    return "".join(f" {_directive(node)}" for node in nodes or ())


def _directive(node: DirectiveNode) -> str:
    if not node.arguments:
        return f"@{node.name.value}"
    arguments = ", ".join(f"{item.name.value}: {print_value(item.value)}" for item in node.arguments)
    return f"@{node.name.value}({arguments})"


def _description(node: StringValueNode | None, indent: str) -> str:
    if node is None:
        return ""
    lines = print_block_string(node.value).split("\n")
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
