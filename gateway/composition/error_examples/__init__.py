"""Examples of every error of composition, read by docs/errors.md and run by its test.

Each is a pair of texts, failing and mended. A line `[name]` starts the SDL of a subgraph; `[name v2.3]` asks for that
version of federation and `[name v1]` for none. Unless the SDL links to something itself, `sources_of` puts the link to
federation in front, with the directives that are used.
"""

from __future__ import annotations

import re
from textwrap import dedent

from gateway.composition.error_examples.documents import EXAMPLES as DOCUMENTS
from gateway.composition.error_examples.elements import EXAMPLES as ELEMENTS
from gateway.composition.error_examples.field_sets import EXAMPLES as FIELD_SETS
from gateway.composition.error_examples.merging import EXAMPLES as MERGING
from gateway.composition.error_examples.supergraph import EXAMPLES as SUPERGRAPH
from gateway.composition.known_features import definitions_of
from gateway.composition.links import FEDERATION, Feature, Version
from gateway.composition.subgraph import SubgraphSource

__all__ = ["EXAMPLES", "WITHOUT_EXAMPLE", "sources_of"]

EXAMPLES: dict[str, tuple[str, str]] = {**DOCUMENTS, **FIELD_SETS, **ELEMENTS, **MERGING, **SUPERGRAPH}

# It takes more subgraphs than an example should have.
WITHOUT_EXAMPLE = frozenset({"MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"})

_HEADING = re.compile(r"\[(\w+)(?: v(\d+)(?:\.(\d+))?)?\]")
_LATEST_SHOWN: Version = (2, 9)


def sources_of(example: str) -> tuple[SubgraphSource, ...]:
    """The subgraphs of one text."""
    sources: list[SubgraphSource] = []
    heading: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*dedent(example).strip().splitlines(), None]:
        match = _HEADING.fullmatch(line) if line is not None else None
        if (line is None or match) and heading is not None:
            sources.append(SubgraphSource(heading[1], "", _with_link(heading, "\n".join(lines))))
        if match:
            heading, lines = match, []
        elif line is not None:
            lines.append(line)
    return tuple(sources)


def _with_link(heading: re.Match[str], sdl: str) -> str:
    if heading[2] == "1" or "@link" in sdl:
        return sdl + "\n"
    version = (int(heading[2]), int(heading[3])) if heading[2] else _LATEST_SHOWN
    url = f"{FEDERATION}/v{version[0]}.{version[1]}"
    feature = Feature(url=url, identity=FEDERATION, name="federation", version=version, alias="federation")
    known = definitions_of(feature).directives
    used = [f'"@{name}"' for name in known if re.search(rf"@{name}\b", sdl)]
    types = [f'"{name}"' for name in definitions_of(feature).types if re.search(rf"\b{name}\b", sdl)]
    imports = f", import: [{', '.join([*used, *types])}]" if used else ""
    return f'extend schema @link(url: "{url}"{imports})\n\n{sdl}\n'
