"""SDL text → syntax tree, with one clear diagnostic for whatever is no SDL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.language import (
    DocumentNode,
    ExecutableDefinitionNode,
    Source,
    parse,
)

from gateway.composition.diagnostics import DiagnosticCollector, Location, location_of

if TYPE_CHECKING:
    from gateway.composition.subgraph import SubgraphSource

__all__ = ["MAX_SDL_CHARACTERS", "parse_source"]

# The largest schema we have seen published is under 3 million; far beyond it is a mistake, and parsing it takes memory
# a hundred times its size.
MAX_SDL_CHARACTERS = 10_000_000


def parse_source(source: SubgraphSource, diagnostics: DiagnosticCollector) -> DocumentNode | None:
    """The document of one subgraph; None after reporting INVALID_GRAPHQL."""

    def report(message: str, location: Location | None = None) -> None:
        diagnostics.error("INVALID_GRAPHQL", message, subgraph=source.name, location=location)

    if not source.sdl.strip().lstrip("\ufeff"):
        report("The SDL is empty. Give the subgraph's schema.")
        return None
    if len(source.sdl) > MAX_SDL_CHARACTERS:
        report(
            f"The SDL has {len(source.sdl):,} characters, more than the {MAX_SDL_CHARACTERS:,} that are read. "
            "Give a schema, not data."
        )
        return None
    if source.sdl.lstrip("\ufeff \t\r\n").startswith("<"):
        report("The SDL is a web page or XML, not GraphQL. Check where it was taken from.")
        return None
    try:
        document = parse(Source(source.sdl, source.name))
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        report(error.message, Location(place.line, place.column) if place else None)
        return None
    except (GraphQLError, RecursionError) as error:
        report(f"The SDL cannot be parsed: {getattr(error, 'message', 'it is nested too deeply')}.")
        return None
    operations = [node for node in document.definitions if isinstance(node, ExecutableDefinitionNode)]
    for node in operations:
        report("The SDL holds an operation or a fragment. Only definitions belong into a schema.", location_of(node))
    return None if operations else document
