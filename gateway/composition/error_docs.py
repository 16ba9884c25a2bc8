"""Prints docs/errors.md from the tables of codes, the examples and the gateway's exception tree.

    python -m gateway.composition.error_docs > docs/errors.md

A test demands that the file is what this prints, and runs every example in it.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

from gateway import errors
from gateway.composition.error_codes import ERROR_CODES
from gateway.composition.error_examples import EXAMPLES, sources_of
from gateway.composition.hint_codes import HINT_CODES, Level
from gateway.composition.stages import compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.composition.error_codes import ErrorCode

__all__ = ["error_docs"]

_OPENING = """\
# Errors

<!-- Printed by `python -m gateway.composition.error_docs`; change the tables it reads, not this file. -->

Every error has a code that stays the same from release to release, and a message that names the subgraph, the place and
the way out; lines and columns in parentheses are those of the subgraphs' SDLs:

    [cart] Cart: @key(fields: "cod"): Cart has no field "cod" here. Did you mean "code"? (cart 6:11)

Codes of composition are those of Apollo Federation where it has one. Each has an example of the fault with
what it is answered with, and the same subgraphs mended; both are run as a test.

1. [Composition: errors](#composition-errors)
2. [Composition: hints](#composition-hints)
3. [The running gateway](#the-running-gateway)
4. [Commands](#commands)
"""

_RUNNING = """\
They stand in `extensions.code` of an error in a GraphQL answer. The status is that of an HTTP answer that holds nothing
else.
"""
_COMMANDS = "A command that cannot do what it was asked prints one line and exits with status 1.\n"
_HINTS = """\
Hints never stop composition. `warn`: something is likely wrong. `info`: worth knowing. `debug`: of interest when looking
closely.
"""


def error_docs() -> str:
    """The text of docs/errors.md; the same for the same code."""
    parts = [_OPENING, "## Composition: errors\n", *(_entry(code, row) for code, row in ERROR_CODES.items())]
    parts += ["## Composition: hints\n", _HINTS, _table(_hints(), "code", "level", "given when")]
    running = ((own.code, str(own.status), _doc(own)) for own in _owners(errors.ClientError, errors.InternalError))
    parts += ["## The running gateway\n", _RUNNING, _table(running, "code", "status", "what happened, and what to do")]
    commands = ((own.code, _doc(own)) for own in _owners(errors.StartupError) if "code" in vars(own))
    parts += ["## Commands\n", _COMMANDS, _table(commands, "code", "what happened, and what to do")]
    return "\n".join(parts).rstrip() + "\n"


def _entry(code: str, row: ErrorCode) -> str:
    lines = [f"### {code}", "", row.when, "", f"**Mend it:** {row.mend}", ""]
    if code in EXAMPLES:
        failing, mended = EXAMPLES[code]
        lines += [
            "```graphql",
            *_shown(failing),
            "```",
            "",
            "is answered with:",
            "",
            "```",
            *_answers(failing),
            "```",
            "",
        ]
        lines += ["Mended:", "", "```graphql", *_shown(mended), "```", ""]
    return "\n".join(lines)


def _answers(example: str) -> Iterator[str]:
    for error in compose(sources_of(example)).errors:
        where = ", ".join(str(place) for place in error.places)
        yield from f"{error}{f' ({where})' if where else ''}".splitlines()


def _shown(example: str) -> Iterator[str]:
    sources = sources_of(example)
    for index, source in enumerate(sources):
        if index:
            yield ""
        if len(sources) > 1 or source.name == "_":
            yield f"# subgraph {source.name}"
        yield from source.sdl.strip().splitlines()


def _table(rows: Iterable[tuple[str, ...]], *headings: str) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (headings, ("---",) * len(headings), *rows)]
    return "\n".join(lines) + "\n"


def _hints() -> Iterator[tuple[str, str, str]]:
    for level in Level:
        yield from ((code, level.value, row.when) for code, row in HINT_CODES.items() if row.level is level)


def _owners(*roots: type[errors.GatewayError]) -> Iterator[type[errors.GatewayError]]:
    """The class that describes each code, in the order of the tree: the one that states it, else the first to inherit."""
    classes = [found for found in vars(errors).values() if inspect.isclass(found) and issubclass(found, roots)]
    seen: set[str] = set()
    for found in classes:
        if found.code not in seen:
            seen.add(found.code)
            yield next((own for own in classes if vars(own).get("code") == found.code), found)


def _doc(found: type[errors.GatewayError]) -> str:
    return " ".join((found.__doc__ or "").split())


if __name__ == "__main__":
    sys.stdout.write(error_docs())
