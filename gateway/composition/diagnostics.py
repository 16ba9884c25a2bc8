"""What composition has to say: errors and hints, collected stage by stage.

A collector lives for one call of `compose` and is passed along; nothing here is global. Every message names the
subgraph first where there is one, then the coordinate, then what is wrong and the way out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

from gateway.composition.error_codes import ERROR_CODES
from gateway.composition.hint_codes import HINT_CODES, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql.language import Node

__all__ = [
    "Diagnostic",
    "DiagnosticCollector",
    "Level",
    "Location",
    "Place",
    "Severity",
    "did_you_mean",
    "location_of",
    "names_in_words",
]


class Severity(StrEnum):
    """Errors forbid a supergraph, hints do not."""

    ERROR = "error"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in one subgraph's SDL; both count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Place:
    """A location and the subgraph in whose SDL it is."""

    subgraph: str
    location: Location

    def __str__(self) -> str:
        return f"{self.subgraph} {self.location}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error or hint.

    code        from `error_codes.ERROR_CODES` or `hint_codes.HINT_CODES`
    message     one sentence or more, without the subgraph's name in front (`str()` adds it)
    subgraph    the subgraph it is about; None when it concerns several or none
    location    the first place it is about, in that subgraph's SDL; None without a subgraph
    severity    error or hint
    level       of a hint: warn, info or debug; an error's is None
    coordinate  "Type.field(argument:)" or so, when there is one; for tools
    places      every place it is about, in the order of the subgraphs; filled when composition ends
    """

    code: str
    message: str
    subgraph: str | None = None
    location: Location | None = None
    severity: Severity = Severity.ERROR
    level: Level | None = None
    coordinate: str | None = None
    places: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return f"[{self.subgraph}] {self.message}" if self.subgraph else self.message


@dataclass(slots=True)
class DiagnosticCollector:
    """Gathers the diagnostics of one composition; `has_failed()` after a stage means: stop here."""

    errors: list[Diagnostic] = field(default_factory=list)
    hints: list[Diagnostic] = field(default_factory=list)

    def has_failed(self) -> bool:
        """Whether any error was collected so far."""
        return bool(self.errors)

    def error(
        self,
        code: str,
        message: str,
        *,
        subgraph: str | None = None,
        location: Location | None = None,
        coordinate: str | None = None,
    ) -> None:
        """Collect an error; a `code` missing from the table is a mistake of ours and raises KeyError."""
        ERROR_CODES[code]
        self.add(Diagnostic(code, message, subgraph, location, Severity.ERROR, None, coordinate))

    def hint(
        self,
        code: str,
        message: str,
        *,
        subgraph: str | None = None,
        location: Location | None = None,
        coordinate: str | None = None,
    ) -> None:
        """Collect a hint; its level comes from the table, KeyError as in `error`."""
        level = HINT_CODES[code].level
        self.add(Diagnostic(code, message, subgraph, location, Severity.HINT, level, coordinate))

    def add(self, diagnostic: Diagnostic) -> None:
        """Collect a diagnostic made elsewhere; the same one twice counts once, and a place in no subgraph is none."""
        if diagnostic.subgraph is None and diagnostic.location is not None:
            diagnostic = replace(diagnostic, location=None)
        found = self.errors if diagnostic.severity is Severity.ERROR else self.hints
        if diagnostic not in found:
            found.append(diagnostic)


def location_of(node: Node | None) -> Location | None:
    """Where a syntax node starts; None for one that was made rather than parsed."""
    if node is None or node.loc is None:
        return None
    token = node.loc.start_token
    return Location(token.line, token.column)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A closing sentence such as ` Did you mean "id"?`, empty when nothing is near."""
    near = get_close_matches(word, known, n=2, cutoff=0.65)
    quoted = [f'"{name}"' for name in near]
    return f" Did you mean {' or '.join(quoted)}?" if near else ""


def names_in_words(names: Sequence[str], noun: str = "subgraph") -> str:
    """`subgraph "a"`, `subgraphs "a" and "b"`, `subgraphs "a", "b" and "c"`."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) == 1:
        return f"{noun} {quoted[0]}"
    return f"{noun}s {', '.join(quoted[:-1])} and {quoted[-1]}"
