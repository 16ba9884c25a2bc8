"""Definitions of known features that a subgraph writes out itself: they must be the specified ones.

Tolerated, because tools and people write them so: fewer locations, `repeatable` or optional arguments left out, a
required argument where an optional one is specified, and built-in scalars, lists or a nullable type where a feature's
own scalar is specified (`fields: String`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    InputValueDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    print_ast,
)

from gateway.composition.diagnostics import DiagnosticCollector, location_of
from gateway.composition.known_features import definitions_of
from gateway.composition.links import FEDERATION, Feature, Names
from gateway.composition.subgraph import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_known_definitions"]

_BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def check_known_definitions(
    document: DocumentNode, names: Names, subgraph: str, diagnostics: DiagnosticCollector
) -> None:
    """Report every definition of a known feature's element that is not as specified."""
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            element = names.element_of_directive(node.name.value)
            specified = definitions_of(element.feature).directives.get(element.name) if element else None
            if element is None or specified is None:
                continue
            for problem in _directive_problems(node, specified, element.feature):
                diagnostics.error(
                    "DIRECTIVE_DEFINITION_INVALID",
                    f"@{node.name.value}: {problem}. Remove the definition; it is added when missing.",
                    subgraph=subgraph,
                    location=location_of(node),
                    coordinate=f"@{node.name.value}",
                )
        elif isinstance(node, TypeDefinitionNode):
            known = names.element_of_type(node.name.value)
            wanted = definitions_of(known.feature).types.get(known.name) if known else None
            mistake = _type_problem(node, wanted) if wanted else None
            if mistake:
                diagnostics.error(
                    "TYPE_DEFINITION_INVALID",
                    f"{node.name.value}: {mistake}. Remove the definition; it is added when missing.",
                    subgraph=subgraph,
                    location=location_of(node),
                    coordinate=node.name.value,
                )


def _type_problem(node: TypeDefinitionNode, specified: ScalarTypeDefinitionNode | EnumTypeDefinitionNode) -> str | None:
    if isinstance(specified, ScalarTypeDefinitionNode):
        return None if isinstance(node, ScalarTypeDefinitionNode) else "it is specified as a scalar"
    if not isinstance(node, EnumTypeDefinitionNode):
        return "it is specified as an enum"
    values = {value.name.value for value in node.values or ()}
    wanted = {value.name.value for value in specified.values or ()}
    return None if values == wanted else f"its values are specified as {', '.join(sorted(wanted))}"


def _directive_problems(
    node: DirectiveDefinitionNode, specified: DirectiveDefinitionNode, feature: Feature
) -> Iterator[str]:
    if node.repeatable and not specified.repeatable:
        yield "it is not specified as repeatable"
    allowed = {location.value for location in specified.locations}
    extra = sorted({location.value for location in node.locations} - allowed)
    if extra:
        yield f"it is not specified for {', '.join(extra)}, but for {', '.join(sorted(allowed))}"
    own = {argument.name.value: argument for argument in node.arguments or ()}
    wanted = {argument.name.value: argument for argument in specified.arguments or ()}
    for name, argument in own.items():
        if name not in wanted:
            yield f'it has no argument "{name}"'
        else:
            yield from _argument_problems(argument, wanted[name], feature)
    for name, argument in wanted.items():
        if name not in own and isinstance(argument.type, NonNullTypeNode) and argument.default_value is None:
            yield f'the argument "{name}: {print_ast(argument.type)}" is missing'


def _argument_problems(
    own: InputValueDefinitionNode, specified: InputValueDefinitionNode, feature: Feature
) -> Iterator[str]:
    if not _fits(own.type, specified.type, feature):
        yield (
            f'the argument "{own.name.value}" is specified as {print_ast(specified.type)}, not {print_ast(own.type)}'
        )
    elif not isinstance(own.type, NonNullTypeNode) and value_text(own.default_value) != value_text(
        specified.default_value
    ):
        wanted = value_text(specified.default_value)
        yield (
            f'the argument "{own.name.value}" is specified '
            + (f"with the default {wanted}" if wanted else "without a default")
        )


def _fits(own: TypeNode, specified: TypeNode, feature: Feature) -> bool:
    if isinstance(own, NonNullTypeNode):
        return _fits(own.type, specified.type if isinstance(specified, NonNullTypeNode) else specified, feature)
    if isinstance(specified, NonNullTypeNode):
        return _names_own_scalar(specified.type, feature) and _fits(own, specified.type, feature)
    if isinstance(specified, ListTypeNode):
        return isinstance(own, ListTypeNode) and _fits(own.type, specified.type, feature)
    written, wanted = print_ast(own), print_ast(specified)
    if not _names_own_scalar(specified, feature):
        return written == wanted
    if isinstance(own, ListTypeNode) or written in _BUILT_IN or written == feature.type(wanted):
        return True
    return feature.identity == FEDERATION and written.lstrip("_") == wanted


def _names_own_scalar(node: TypeNode, feature: Feature) -> bool:
    return print_ast(node) in definitions_of(feature).types
