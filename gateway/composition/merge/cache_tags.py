"""`@cacheTag`, which the supergraph carries as it is: `@join__directive(graphs, name, args)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.model import Applied
from gateway.composition.merge.values import enum, listing, record, string
from gateway.composition.subgraph import value_text

if TYPE_CHECKING:
    from graphql.language import ValueNode

    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.subgraph import Annotated

NAME = "federation__cacheTag"


def join_cache_tags(context: MergeContext, sources: Sources[Annotated]) -> tuple[Applied, ...]:
    """One application per different tag, with the subgraphs that have it."""
    graphs: dict[str, list[int]] = {}
    arguments: dict[str, ValueNode] = {}
    for index, source in sources:
        for directive in source.directives:
            if directive.meaning == "cacheTag":
                value = record(directive.arguments.items())
                said = value_text(value)
                arguments[said] = value
                graphs.setdefault(said, []).append(index)
    return tuple(
        Applied(
            "join__directive",
            {
                "graphs": listing(enum(context.graphs[index].value) for index in dict.fromkeys(indexes)),
                "name": string(NAME),
                "args": arguments[said],
            },
        )
        for said, indexes in graphs.items()
    )
