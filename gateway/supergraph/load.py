"""A supergraph document → `Supergraph`.

`load_supergraph` is the straight line: parse, links, subgraphs, types, API schema. Whatever is not a composed
Federation 2 schema is refused here, in one line, so that nothing behind it has to ask again.
"""

from __future__ import annotations

from graphql import GraphQLError, parse
from graphql.language import (
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    OperationDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
)

from gateway.errors import SupergraphInvalid
from gateway.supergraph.api_schema import build_api_schema
from gateway.supergraph.coordinates import applied_directives
from gateway.supergraph.links import Links, arguments_of, read_links
from gateway.supergraph.model import Subgraph, Supergraph, TypeDefinition, TypeKind
from gateway.supergraph.types import TypeReader

SUPPORTED_JOIN = ("v0.2", "v0.3", "v0.4", "v0.5")
_REFUSED = {"context": "@context and @fromContext", "connect": "connectors", "source": "connectors"}
# Answers do not depend on cacheTag: it tells caches what to forget.
_KNOWN = frozenset(
    {
        "link",
        "core",
        "join",
        "tag",
        "inaccessible",
        "authenticated",
        "requiresScopes",
        "policy",
        "cost",
        "cacheTag",
        "federation",
    }
)


_FEDERATION_1 = (
    "That is one of Federation 1: compose its subgraphs again (channelgraph compose, or rover supergraph compose "
    "with federation_version: =2.9); subgraphs of Federation 1 may stay as they are."
)


def load_supergraph(sdl: str) -> Supergraph:
    """Read a supergraph.

    Raises  SupergraphInvalid, one clear line: not GraphQL, not composed, half-written, or a feature that is not served
    Source  Apollo join specification v0.2 to v0.5, link specification v1.0
    """
    return read_supergraph(_parse(sdl))


def read_supergraph(document: DocumentNode) -> Supergraph:
    """Do the same for a document that is parsed already; composition has its own at hand.

    Raises  SupergraphInvalid
    """
    links, roots = _schema(document)
    subgraphs = _subgraphs(document, links)
    types = TypeReader(links, subgraphs).read(document)
    _check_roots(types, roots)
    return Supergraph(
        types=types,
        subgraphs=subgraphs,
        roots=roots,
        possible=_possible(types),
        api_schema=build_api_schema(document, links),
        directives=applied_directives(document, links),
        labels=_labels(types),
        join_version=links.features["join"].version,
        document=document,
    )


def _parse(sdl: str) -> DocumentNode:
    try:
        document = parse(sdl, no_location=True)
    except GraphQLError as exc:
        place = exc.locations[0] if exc.locations else None
        where = f" (line {place.line}, column {place.column})" if place else ""
        raise SupergraphInvalid(f"The supergraph is not GraphQL: {exc.message}{where}") from exc
    except RecursionError as exc:
        raise SupergraphInvalid("The supergraph is not GraphQL: it is nested too deeply.") from exc
    if any(isinstance(definition, OperationDefinitionNode) for definition in document.definitions):
        raise SupergraphInvalid("This is not a supergraph: the document holds operations.")
    return document


def _schema(document: DocumentNode) -> tuple[Links, dict[str, str]]:
    """Find the `schema` definition: its links, and the names of the root types."""
    directives: list[DirectiveNode] = []
    roots: dict[str, str] = {}
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            directives += definition.directives or ()
            for item in definition.operation_types or ():
                roots[item.operation.value] = item.type.name.value
    links = read_links(directives)
    join = links.features["join"]
    if join.version not in SUPPORTED_JOIN:
        raise SupergraphInvalid(
            f"The supergraph uses join {join.version}; this gateway reads {SUPPORTED_JOIN[0]} to {SUPPORTED_JOIN[-1]}. "
            + (
                _FEDERATION_1
                if join.version == "v0.1"
                else "Compose it with a version of Federation 2 that writes these."
            )
        )
    for feature in links.features.values():
        if feature.name in _REFUSED:
            raise SupergraphInvalid(
                f"The supergraph links {feature.name} {feature.version}; {_REFUSED[feature.name]} are not served."
            )
        if feature.demanded and feature.name not in _KNOWN:
            raise SupergraphInvalid(
                f"The supergraph needs {feature.identity} {feature.version} to be answered (its @link says `for:`), "
                "which this gateway does not know. Compose it without that feature."
            )
    _refuse_connectors(directives, links)
    if "query" not in roots:
        raise SupergraphInvalid("This is not a supergraph: `schema { query: … }` is missing.")
    return links, roots


def _refuse_connectors(directives: list[DirectiveNode], links: Links) -> None:
    """Connectors leave their traces in `@join__directive` on the schema, also where no `@link` names them."""
    for node in directives:
        owner = links.directive(node.name.value)
        if owner is None or (owner[0].name, owner[1]) != ("join", "directive"):
            continue
        arguments = arguments_of(node)
        applied = arguments.get("args")
        url = applied.get("url") if isinstance(applied, dict) else None
        if arguments.get("name") == "source" or (isinstance(url, str) and "/connect/" in url):
            raise SupergraphInvalid("The supergraph has @join__directive of connectors; connectors are not served.")


def _subgraphs(document: DocumentNode, links: Links) -> dict[str, Subgraph]:
    """Read `enum join__Graph`: graph → subgraph."""
    name = links.features["join"].namespace + "__Graph"
    subgraphs: dict[str, Subgraph] = {}
    for definition in document.definitions:
        if not isinstance(definition, EnumTypeDefinitionNode) or definition.name.value != name:
            continue
        for value in definition.values or ():
            for directive in value.directives or ():
                owner = links.directive(directive.name.value)
                if owner is None or owner[1] != "graph":
                    continue
                arguments = arguments_of(directive)
                graph = value.name.value
                subgraphs[graph] = Subgraph(str(arguments.get("name")), str(arguments.get("url") or ""), graph)
    if not subgraphs:
        raise SupergraphInvalid(f"This is not a supergraph: no value of `enum {name}` has @join__graph(name:, url:).")
    return subgraphs


def _check_roots(types: dict[str, TypeDefinition], roots: dict[str, str]) -> None:
    for operation, name in roots.items():
        found = types.get(name)
        if found is None or found.kind is not TypeKind.OBJECT:
            raise SupergraphInvalid(f"The supergraph is incomplete: the {operation} type `{name}` is not defined.")


def _possible(types: dict[str, TypeDefinition]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {name: set() for name, each in types.items() if each.abstract}
    for each in types.values():
        if each.kind is TypeKind.OBJECT:
            for interfaces in each.implements.values():
                for interface in interfaces:
                    found[interface].add(each.name)
        for members in each.members.values():
            found[each.name] |= members
    return {name: frozenset(members) for name, members in found.items()}


def _labels(types: dict[str, TypeDefinition]) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                join.label
                for each in types.values()
                for field in each.fields.values()
                for join in field.joins.values()
                if join.label
            }
        )
    )
