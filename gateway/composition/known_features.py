"""The features composition knows, version by version: a table of definitions in GraphQL's own words.

Every element is written once, with the version it came with. `definitions_of` gives a feature's elements as syntax,
under the feature's own names; the caller renames them to what the subgraph calls them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from graphql.language import DirectiveDefinitionNode, EnumTypeDefinitionNode, ScalarTypeDefinitionNode, parse

from gateway.composition.links import APOLLO, CORE, FEDERATION, LINK, Feature, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FeatureDefinitions", "definitions_of", "is_known", "known_versions"]

# v2.13 and v2.14 bring nothing but connectors.
_LATEST_FEDERATION: Version = (2, 14)

_ACCESS = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_TAG = (
    "FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT"
    " | INPUT_FIELD_DEFINITION"
)
_COST = "ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"

# (from, until) → definition; `until` None: still so.
_Row = tuple[Version, Version | None, str]

_FEDERATION: tuple[_Row, ...] = (
    ((2, 0), None, "scalar FieldSet"),
    ((2, 0), None, "directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE"),
    ((2, 0), None, "directive @requires(fields: FieldSet!) on FIELD_DEFINITION"),
    ((2, 0), None, "directive @provides(fields: FieldSet!) on FIELD_DEFINITION"),
    ((2, 0), None, "directive @external(reason: String) on OBJECT | FIELD_DEFINITION"),
    ((2, 0), None, "directive @extends on OBJECT | INTERFACE"),
    ((2, 0), (2, 2), "directive @shareable on OBJECT | FIELD_DEFINITION"),
    ((2, 2), None, "directive @shareable repeatable on OBJECT | FIELD_DEFINITION"),
    ((2, 0), (2, 7), "directive @override(from: String!) on FIELD_DEFINITION"),
    ((2, 7), None, "directive @override(from: String!, label: String) on FIELD_DEFINITION"),
    ((2, 0), (2, 3), f"directive @tag(name: String!) repeatable on {_TAG}"),
    ((2, 3), None, f"directive @tag(name: String!) repeatable on {_TAG} | SCHEMA"),
    ((2, 0), None, f"directive @inaccessible on {_TAG}"),
    ((2, 1), None, "directive @composeDirective(name: String) repeatable on SCHEMA"),
    ((2, 3), None, "directive @interfaceObject on OBJECT"),
    ((2, 5), None, f"directive @authenticated on {_ACCESS}"),
    ((2, 5), None, "scalar Scope"),
    ((2, 5), None, f"directive @requiresScopes(scopes: [[Scope!]!]!) on {_ACCESS}"),
    ((2, 6), None, "scalar Policy"),
    ((2, 6), None, f"directive @policy(policies: [[Policy!]!]!) on {_ACCESS}"),
    ((2, 8), None, "scalar ContextFieldValue"),
    ((2, 8), None, "directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION"),
    ((2, 8), None, "directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION"),
    ((2, 9), None, f"directive @cost(weight: Int!) on {_COST}"),
    (
        (2, 9),
        None,
        (
            "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
            "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION"
        ),
    ),
    ((2, 12), None, "directive @cacheTag(format: String!) repeatable on INTERFACE | OBJECT | FIELD_DEFINITION"),
)

_FEDERATION_1: tuple[_Row, ...] = (
    ((1, 0), None, "scalar FieldSet"),
    ((1, 0), None, "directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE"),
    ((1, 0), None, "directive @requires(fields: FieldSet!) on FIELD_DEFINITION"),
    ((1, 0), None, "directive @provides(fields: FieldSet!) on FIELD_DEFINITION"),
    ((1, 0), None, "directive @external(reason: String) on OBJECT | FIELD_DEFINITION"),
    ((1, 0), None, "directive @extends on OBJECT | INTERFACE"),
    ((1, 0), None, f"directive @tag(name: String!) repeatable on {_TAG}"),
)

_LINK: tuple[_Row, ...] = (
    ((1, 0), None, "enum Purpose { SECURITY EXECUTION }"),
    ((1, 0), None, "scalar Import"),
    (
        (1, 0),
        None,
        "directive @link(url: String, as: String, for: Purpose, import: [Import]) repeatable on SCHEMA",
    ),
)

_CORE: tuple[_Row, ...] = (
    ((0, 1), None, "enum Purpose { SECURITY EXECUTION }"),
    ((0, 1), (0, 2), "directive @core(feature: String!, as: String) repeatable on SCHEMA"),
    ((0, 2), None, "directive @core(feature: String!, as: String, for: Purpose) repeatable on SCHEMA"),
)

_V0_1: Version = (0, 1)

# identity → (versions, rows)
_FEATURES: Mapping[str, tuple[tuple[Version, ...], tuple[_Row, ...]]] = {
    FEDERATION: (tuple((2, minor) for minor in range(_LATEST_FEDERATION[1] + 1)), _FEDERATION),
    LINK: (((1, 0),), _LINK),
    CORE: (((0, 1), (0, 2)), _CORE),
    f"{APOLLO}/tag": (
        ((0, 1), (0, 2), (0, 3)),
        (
            (
                (0, 1),
                (0, 2),
                "directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION",
            ),
            ((0, 2), (0, 3), f"directive @tag(name: String!) repeatable on {_TAG}"),
            ((0, 3), None, f"directive @tag(name: String!) repeatable on {_TAG} | SCHEMA"),
        ),
    ),
    f"{APOLLO}/inaccessible": (
        ((0, 1), (0, 2)),
        (
            ((0, 1), (0, 2), "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION"),
            ((0, 2), None, f"directive @inaccessible on {_TAG}"),
        ),
    ),
    f"{APOLLO}/authenticated": ((_V0_1,), ((_V0_1, None, f"directive @authenticated on {_ACCESS}"),)),
    f"{APOLLO}/requiresScopes": (
        (_V0_1,),
        (
            (_V0_1, None, "scalar Scope"),
            (_V0_1, None, f"directive @requiresScopes(scopes: [[Scope!]!]!) on {_ACCESS}"),
        ),
    ),
    f"{APOLLO}/policy": (
        (_V0_1,),
        (
            (_V0_1, None, "scalar Policy"),
            (_V0_1, None, f"directive @policy(policies: [[Policy!]!]!) on {_ACCESS}"),
        ),
    ),
    f"{APOLLO}/cost": (
        (_V0_1,),
        tuple((_V0_1, None, text) for _, _, text in _FEDERATION if "@cost" in text or "@listSize" in text),
    ),
    f"{APOLLO}/context": (
        (_V0_1,),
        tuple((_V0_1, None, text) for _, _, text in _FEDERATION if "ontext" in text),
    ),
    f"{APOLLO}/cacheTag": (
        (_V0_1,),
        tuple((_V0_1, None, text) for _, _, text in _FEDERATION if "@cacheTag" in text),
    ),
}


@dataclass(frozen=True, slots=True)
class FeatureDefinitions:
    """A feature's elements at one version, by the feature's own names."""

    directives: Mapping[str, DirectiveDefinitionNode]
    types: Mapping[str, ScalarTypeDefinitionNode | EnumTypeDefinitionNode]


def is_known(feature: Feature) -> bool:
    """Whether composition knows the feature, whatever its version."""
    return feature.identity in _FEATURES


def known_versions(identity: str) -> tuple[Version, ...]:
    """The versions of a feature, oldest first; empty for unknown features."""
    return _FEATURES[identity][0] if identity in _FEATURES else ()


@cache
def _at(identity: str, version: Version) -> FeatureDefinitions:
    rows = _FEDERATION_1 if identity == FEDERATION and version < (2, 0) else _FEATURES[identity][1]
    texts = [text for start, until, text in rows if start <= version and (until is None or version < until)]
    directives: dict[str, DirectiveDefinitionNode] = {}
    types: dict[str, ScalarTypeDefinitionNode | EnumTypeDefinitionNode] = {}
    for node in parse("\n".join(texts), no_location=True).definitions if texts else ():
        if isinstance(node, DirectiveDefinitionNode):
            directives[node.name.value] = node
        elif isinstance(node, ScalarTypeDefinitionNode | EnumTypeDefinitionNode):
            types[node.name.value] = node
    return FeatureDefinitions(directives, types)


def definitions_of(feature: Feature) -> FeatureDefinitions:
    """The elements of a feature at its version; none for features composition does not know."""
    if not is_known(feature):
        return FeatureDefinitions({}, {})
    return _at(feature.identity, feature.version or known_versions(feature.identity)[-1])
