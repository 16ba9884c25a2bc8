"""Syntax tree → `SubgraphModel`.

Left out: the definitions of features composition knows, and what every federated service has (`_entities`, `_service`
and their types). Renamed: root types, to Query, Mutation and Subscription, everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql.language import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveLocation,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from gateway.composition.diagnostics import DiagnosticCollector, location_of
from gateway.composition.field_facts import facts_of
from gateway.composition.known_features import definitions_of
from gateway.composition.subgraph import (
    Directive,
    DirectiveDefinition,
    EnumValue,
    Field,
    InputValue,
    Kind,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    SubgraphSource,
    TypeDefinition,
    TypePart,
    TypeRef,
    type_ref,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.composition.links import Names

__all__ = [
    "BUILT_IN_DIRECTIVES",
    "BUILT_IN_SCALARS",
    "SERVICE_FIELDS",
    "SERVICE_TYPES",
    "build_model",
    "is_known_type",
    "kind_of",
    "meaning_of",
]

BUILT_IN_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "skip", "include", "oneOf"})
BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
SERVICE_FIELDS = frozenset({"_entities", "_service"})
SERVICE_TYPES = frozenset({"_Any", "_Entity", "_Service"})

_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}

_KINDS: Mapping[type[DefinitionNode], Kind] = {
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ScalarTypeExtensionNode: Kind.SCALAR,
    ObjectTypeDefinitionNode: Kind.OBJECT,
    ObjectTypeExtensionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    InterfaceTypeExtensionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    UnionTypeExtensionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    EnumTypeExtensionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
    InputObjectTypeExtensionNode: Kind.INPUT,
}


def meaning_of(written: str, names: Names) -> str | None:
    """What `@written` means: a known feature's directive or a built-in one; None for the author's own."""
    element = names.element_of_directive(written)
    if element is not None and element.name in definitions_of(element.feature).directives:
        return element.name
    return written if element is None and written in BUILT_IN_DIRECTIVES else None


def kind_of(node: TypeDefinitionNode | TypeExtensionNode) -> Kind:
    """The kind a definition or an extension is of."""
    return _KINDS[type(node)]


def is_known_type(name: str, names: Names) -> bool:
    """Whether a type belongs to a feature composition knows, such as FieldSet or link__Import."""
    element = names.element_of_type(name)
    return element is not None and element.name in definitions_of(element.feature).types


@dataclass(slots=True)
class _Parts:
    """One type while its parts are gathered."""

    kind: Kind
    description: str | None = None
    nodes: list[TypeDefinitionNode | TypeExtensionNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Builder:
    names: Names
    renamed: Mapping[str, str]

    def name(self, written: str) -> str:
        return self.renamed.get(written, written)

    def ref(self, ref: TypeRef) -> TypeRef:
        if isinstance(ref, NonNullRef):
            inner = self.ref(ref.of)
            return inner if isinstance(inner, NonNullRef) else NonNullRef(inner)
        if isinstance(ref, ListRef):
            return ListRef(self.ref(ref.of))
        return NamedRef(self.name(ref.name))

    def directives(
        self, nodes: Iterable[DirectiveNode | ConstDirectiveNode] | None, part: int = 0
    ) -> tuple[Directive, ...]:
        return tuple(
            Directive(
                name=node.name.value,
                meaning=meaning_of(node.name.value, self.names),
                arguments={argument.name.value: argument.value for argument in node.arguments or ()},
                location=location_of(node),
                part=part,
            )
            for node in nodes or ()
        )

    def input_value(self, node: InputValueDefinitionNode, part: int = 0) -> InputValue:
        return InputValue(
            name=node.name.value,
            description=_text(node.description),
            directives=self.directives(node.directives),
            location=location_of(node),
            type=self.ref(type_ref(node.type)),
            default=node.default_value,
            part=part,
        )

    def field(self, node: FieldDefinitionNode, parent: str, part: int) -> Field:
        return Field(
            name=node.name.value,
            description=_text(node.description),
            directives=self.directives(node.directives),
            location=location_of(node),
            parent=parent,
            type=self.ref(type_ref(node.type)),
            arguments={argument.name.value: self.input_value(argument) for argument in node.arguments or ()},
            part=part,
        )

    def enum_value(self, node: EnumValueDefinitionNode, part: int) -> EnumValue:
        return EnumValue(
            name=node.name.value,
            description=_text(node.description),
            directives=self.directives(node.directives),
            location=location_of(node),
            part=part,
        )

    def type(self, name: str, parts: _Parts) -> TypeDefinition:
        directives: list[Directive] = []
        fields: dict[str, Field] = {}
        input_fields: dict[str, InputValue] = {}
        values: dict[str, EnumValue] = {}
        interfaces: dict[str, None] = {}
        members: dict[str, None] = {}
        for part, node in enumerate(parts.nodes):
            directives += self.directives(node.directives, part)
            interfaces.update((self.name(item.name.value), None) for item in getattr(node, "interfaces", None) or ())
            members.update((self.name(item.name.value), None) for item in getattr(node, "types", None) or ())
            for item in getattr(node, "values", None) or ():
                values[item.name.value] = self.enum_value(item, part)
            for item in getattr(node, "fields", None) or ():
                if isinstance(item, InputValueDefinitionNode):
                    input_fields[item.name.value] = self.input_value(item, part)
                elif not (name == "Query" and item.name.value in SERVICE_FIELDS):
                    fields[item.name.value] = self.field(item, name, part)
        return TypeDefinition(
            name=name,
            description=parts.description,
            directives=tuple(directives),
            location=location_of(parts.nodes[0]),
            kind=parts.kind,
            parts=tuple(
                TypePart(extension=isinstance(node, TypeExtensionNode), location=location_of(node))
                for node in parts.nodes
            ),
            fields=fields,
            interfaces=tuple(interfaces),
            members=tuple(member for member in members if member not in SERVICE_TYPES),
            values=values,
            input_fields=input_fields,
        )

    def directive(self, node: DirectiveDefinitionNode) -> DirectiveDefinition:
        return DirectiveDefinition(
            name=node.name.value,
            description=_text(node.description),
            arguments={argument.name.value: self.input_value(argument) for argument in node.arguments or ()},
            repeatable=node.repeatable,
            locations=tuple(DirectiveLocation[location.value] for location in node.locations),
            location=location_of(node),
        )


def _text(description: StringValueNode | None) -> str | None:
    return description.value if description is not None else None


def build_model(
    source: SubgraphSource, document: DocumentNode, names: Names, diagnostics: DiagnosticCollector
) -> SubgraphModel | None:
    """The model of a document that is valid GraphQL; None after reporting ROOT_…_USED."""
    gathered = _gather(document, names)
    roots = _roots(document, gathered)
    _check_roots(roots, gathered, source.name, diagnostics)
    if diagnostics.has_failed():
        return None
    builder = _Builder(names, {written: _ROOTS[kind] for kind, written in roots.items()})
    types = {builder.name(name): builder.type(builder.name(name), parts) for name, parts in gathered.items()}
    types = {name: item for name, item in types.items() if not _is_empty_query(item)}
    version = names.federation.version or (2, 0)
    schemas = [node for node in document.definitions if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)]
    return SubgraphModel(
        name=source.name,
        url=source.url,
        version=version,
        upgraded=False,
        names=names,
        types=types,
        roots={kind: _ROOTS[kind] for kind in roots if _ROOTS[kind] in types},
        root_names={_ROOTS[kind]: written for kind, written in roots.items()},
        directives={
            node.name.value: builder.directive(node)
            for node in document.definitions
            if isinstance(node, DirectiveDefinitionNode) and meaning_of(node.name.value, names) is None
        },
        schema_directives=tuple(
            directive for part, node in enumerate(schemas) for directive in builder.directives(node.directives, part)
        ),
        schema_description=next(
            (_text(node.description) for node in schemas if isinstance(node, SchemaDefinitionNode)), None
        ),
        facts=facts_of(types, version),
    )


def _is_empty_query(item: TypeDefinition) -> bool:
    """A query type with nothing of the author's own: `type Query`, or one that held `_entities` and `_service` only.

    With a key it is kept, for the rule that says the key's fields are missing.
    """
    return item.name == "Query" and item.kind is Kind.OBJECT and not item.fields and not item.has("key")


def _gather(document: DocumentNode, names: Names) -> dict[str, _Parts]:
    """The author's types with their parts, in order of first appearance; definitions before extensions."""
    gathered: dict[str, _Parts] = {}
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            continue
        name = node.name.value
        if name in SERVICE_TYPES or name in BUILT_IN_SCALARS or is_known_type(name, names):
            continue
        parts = gathered.setdefault(name, _Parts(kind_of(node)))
        if isinstance(node, TypeDefinitionNode):
            parts.nodes.insert(0, node)
            parts.description = _text(node.description)
        else:
            parts.nodes.append(node)
    return gathered


def _roots(document: DocumentNode, gathered: Mapping[str, _Parts]) -> dict[str, str]:
    """Operation kind → the author's name of its root type."""
    declared: dict[str, str] = {}
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for item in node.operation_types or ():
                declared[item.operation.value] = item.type.name.value
    has_definition = any(
        isinstance(node, SchemaDefinitionNode) and node.operation_types for node in document.definitions
    )
    if has_definition:
        return declared
    implied = {kind: name for kind, name in _ROOTS.items() if name in gathered and kind not in declared}
    return {**declared, **{k: n for k, n in implied.items() if gathered[n].kind is Kind.OBJECT}}


def _check_roots(
    roots: Mapping[str, str], gathered: Mapping[str, _Parts], subgraph: str, diagnostics: DiagnosticCollector
) -> None:
    for kind, written in roots.items():
        name = _ROOTS[kind]
        if written in BUILT_IN_SCALARS:
            diagnostics.error(
                "INVALID_GRAPHQL",
                f'The {kind} type is "{written}", a scalar. Give schema an object type with the fields of its {kind}.',
                subgraph=subgraph,
                coordinate=written,
            )
        if written != name and name in gathered:
            diagnostics.error(
                f"ROOT_{name.upper()}_USED",
                f'The {kind} type is "{written}", and another type is called "{name}". Rename that one, because root '
                f'types are called "{name}" in the supergraph.',
                subgraph=subgraph,
                location=location_of(gathered[name].nodes[0]),
                coordinate=name,
            )
