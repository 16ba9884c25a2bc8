"""GraphQL's own rules for a single document, on the document with features' missing definitions added.

graphql-core's rules see the syntax; what needs kinds of types (field types, implementations, values) is checked on the
model by `rules.graphql_types` and `rules.graphql_values`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from graphql.language import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectTypeDefinitionNode,
    ParallelVisitor,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    Visitor,
    visit,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS
from graphql.validation import (
    ASTValidationRule,
    PossibleTypeExtensionsRule,
    SDLValidationContext,
)
from graphql.validation.specified_rules import specified_sdl_rules

from gateway.composition.diagnostics import DiagnosticCollector, Location, location_of
from gateway.composition.known_features import definitions_of, known_versions
from gateway.composition.links import FEDERATION, Feature
from gateway.composition.model_building import BUILT_IN_SCALARS, SERVICE_TYPES, kind_of
from gateway.composition.subgraph import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLError

    from gateway.composition.links import Names

__all__ = ["check_sdl"]

_UNKNOWN_DIRECTIVE = re.compile(r"Unknown directive '@(\w+)'")

# A subgraph may extend what another one defines; extensions of another kind are looked for below.
_RULES: tuple[type[ASTValidationRule], ...] = tuple(
    rule for rule in specified_sdl_rules if rule is not PossibleTypeExtensionsRule
)

# No rule looks at names and descriptions by themselves, and they are two thirds of the nodes.
_KEYS = {
    kind: tuple(key for key in keys if key not in {"name", "description"}) for kind, keys in QUERY_DOCUMENT_KEYS.items()
}


def check_sdl(document: DocumentNode, names: Names, subgraph: str, diagnostics: DiagnosticCollector) -> None:
    """Report INVALID_GRAPHQL for everything the document breaks a rule with."""
    completed = complete(document, names)

    def report(error: GraphQLError) -> None:
        place = error.locations[0] if error.locations else None
        location = Location(place.line, place.column) if place else None
        coordinate = _coordinate_at(document, next(iter(error.positions), 0)) if error.positions else None
        prefix = f"{coordinate}: " if coordinate else ""
        message = f"{prefix}{error.message}{_way_out(error.message, names)}"
        diagnostics.error("INVALID_GRAPHQL", message, subgraph=subgraph, location=location, coordinate=coordinate)

    context = SDLValidationContext(completed, None, report)
    visit(completed, ParallelVisitor([rule(context) for rule in _RULES]), _KEYS)
    _check_kinds(document, subgraph, diagnostics)
    _check_members(document, subgraph, diagnostics)
    _check_extended_inputs(completed, subgraph, diagnostics)


def _coordinate_at(document: DocumentNode, position: int) -> str | None:
    """`Type`, `Type.member` or `@directive`: what the SDL defines at a position."""
    definition = next((node for node in document.definitions if _spans(node, position)), None)
    if isinstance(definition, DirectiveDefinitionNode):
        return f"@{definition.name.value}"
    if not isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
        return None
    members = (*(getattr(definition, "fields", None) or ()), *(getattr(definition, "values", None) or ()))
    member = next((node for node in members if _spans(node, position)), None)
    return f"{definition.name.value}.{member.name.value}" if member else definition.name.value


def _spans(node: Node, position: int) -> bool:
    return node.loc is not None and node.loc.start <= position < node.loc.end


def _way_out(message: str, names: Names) -> str:
    """What to do about the two commonest faults: a directive that was not imported, and a type that is not there."""
    if message.startswith("Unknown type"):
        return " Define it in this subgraph, too, or remove what refers to it."
    match = _UNKNOWN_DIRECTIVE.match(message)
    if match is None:
        return ""
    wanted = match[1]
    if (names.federation.version or (2, 0)) < (2, 0):
        if wanted in _latest_directives():
            return f' Add extend schema @link(url: "{FEDERATION}/v2.9", import: ["@{wanted}"]).'
    elif wanted in definitions_of(names.federation).directives:
        return f' Add "@{wanted}" to import in the @link to federation.'
    elif wanted in _latest_directives():
        return f' Link a later version of federation, and import "@{wanted}" from it.'
    return ""


def _latest_directives() -> Mapping[str, DirectiveDefinitionNode]:
    latest = Feature(
        url="", identity=FEDERATION, name="federation", version=known_versions(FEDERATION)[-1], alias="federation"
    )
    return definitions_of(latest).directives


def complete(document: DocumentNode, names: Names) -> DocumentNode:
    """The document with the definitions of linked features and of every service's own types, where it has none."""
    present = {
        (isinstance(node, DirectiveDefinitionNode), node.name.value)
        for node in document.definitions
        if isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)
    }
    added: list[DefinitionNode] = []
    for feature in names.features.values():
        added += (node for node in _renamed_definitions(feature) if _key(node) not in present)
    added += _bases_of_extensions(document, {name for is_directive, name in present if not is_directive})
    added += (
        ScalarTypeDefinitionNode(name=NameNode(value=name)) for name in SERVICE_TYPES if (False, name) not in present
    )
    return DocumentNode(definitions=(*document.definitions, *added))


def _bases_of_extensions(document: DocumentNode, defined: set[str]) -> list[DefinitionNode]:
    """Empty definitions of the types that are only extended here: their names are known, too."""
    bases: dict[str, DefinitionNode] = {}
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            bases.setdefault(node.name.value, _BASES[kind_of(node)](name=NameNode(value=node.name.value)))
    return list(bases.values())


_BASES: Mapping[Kind, type[TypeDefinitionNode]] = {
    Kind.SCALAR: ScalarTypeDefinitionNode,
    Kind.OBJECT: ObjectTypeDefinitionNode,
    Kind.INTERFACE: InterfaceTypeDefinitionNode,
    Kind.UNION: UnionTypeDefinitionNode,
    Kind.ENUM: EnumTypeDefinitionNode,
    Kind.INPUT: InputObjectTypeDefinitionNode,
}


def _key(node: DefinitionNode) -> tuple[bool, str]:
    assert isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)  # noqa: S101  # features have no others
    return isinstance(node, DirectiveDefinitionNode), node.name.value


@lru_cache(maxsize=256)
def _renamed_definitions(feature: Feature) -> tuple[DefinitionNode, ...]:
    """A feature's definitions under the names it has here; subgraphs mostly link the same ones, and no node is changed."""
    definitions = definitions_of(feature)

    class Rename(Visitor):
        def leave_named_type(self, node: NamedTypeNode, *_args: object) -> NamedTypeNode:
            name = node.name.value
            return NamedTypeNode(name=NameNode(value=feature.type(name))) if name in definitions.types else node

    renamed: list[DefinitionNode] = []
    for name, directive in definitions.directives.items():
        node = visit(directive, Rename())
        renamed.append(
            DirectiveDefinitionNode(
                name=NameNode(value=feature.directive(name)),
                arguments=node.arguments,
                repeatable=node.repeatable,
                locations=node.locations,
            )
        )
    for name, definition in definitions.types.items():
        own_name = NameNode(value=feature.type(name))
        if isinstance(definition, EnumTypeDefinitionNode):
            renamed.append(EnumTypeDefinitionNode(name=own_name, values=definition.values))
        else:
            renamed.append(ScalarTypeDefinitionNode(name=own_name))
    return tuple(renamed)


def _check_kinds(document: DocumentNode, subgraph: str, diagnostics: DiagnosticCollector) -> None:
    """All parts of a type must be of one kind, and what is built in stays what it is."""
    kinds: dict[str, str] = {}
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            continue
        if node.name.value in BUILT_IN_SCALARS:
            if not isinstance(node, ScalarTypeDefinitionNode):
                _report(
                    f'"{node.name.value}" is a built-in scalar, and cannot be extended or be anything else. Choose '
                    "another name.",
                    node,
                    subgraph,
                    diagnostics,
                )
        else:
            name, kind = node.name.value, kind_of(node).value
            if kinds.setdefault(name, kind) != kind:
                _report(
                    f'"{name}" is {_a(kinds[name])} and {_a(kind)} at the same time. Rename one of them.',
                    node,
                    subgraph,
                    diagnostics,
                )


def _check_members(document: DocumentNode, subgraph: str, diagnostics: DiagnosticCollector) -> None:
    """A union's members are unique over all its parts."""
    seen: set[tuple[str, str]] = set()
    for node in document.definitions:
        if isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            for member in node.types or ():
                pair = (node.name.value, member.name.value)
                if pair in seen:
                    _report(f"{pair[0]} has the member {pair[1]} twice. Once is enough.", member, subgraph, diagnostics)
                seen.add(pair)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _check_extended_inputs(document: DocumentNode, subgraph: str, diagnostics: DiagnosticCollector) -> None:
    """Directives on fields of `extend input` must be allowed on arguments as well, since other composers take them for that.

    The specification asks for less. But what composes here and nowhere else would hold its authors fast.
    """
    places = {
        node.name.value: {place.value for place in node.locations}
        for node in document.definitions
        if isinstance(node, DirectiveDefinitionNode)
    }
    for node in document.definitions:
        if not isinstance(node, InputObjectTypeExtensionNode):
            continue
        for field in node.fields or ():
            for used in field.directives or ():
                allowed = places.get(used.name.value, set())
                if "INPUT_FIELD_DEFINITION" in allowed and "ARGUMENT_DEFINITION" not in allowed:
                    message = (
                        f'{node.name.value}.{field.name.value}: composers other than this one take a field of "extend input" '
                        f"for an argument, where @{used.name.value} may not stand. Write the field in the input's "
                        f"definition, or allow @{used.name.value} on ARGUMENT_DEFINITION."
                    )
                    _report(message, used, subgraph, diagnostics)


def _report(message: str, node: Node, subgraph: str, diagnostics: DiagnosticCollector) -> None:
    diagnostics.error("INVALID_GRAPHQL", message, subgraph=subgraph, location=location_of(node))
