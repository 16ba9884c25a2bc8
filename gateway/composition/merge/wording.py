"""Sentences about what differs between subgraphs; errors and hints are built here so that they read alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.diagnostics import names_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """(what is said, subgraph) pairs → what is said → the subgraphs that say it, both in order of appearance."""
    groups: dict[str, tuple[str, ...]] = {}
    for said, subgraph in pairs:
        groups[said] = (*groups.get(said, ()), subgraph)
    return groups


def in_words(names: Sequence[str]) -> str:
    """`subgraph "a"` or `subgraphs "a" and "b"`; never many: of more than six the first five and a count."""
    if len(names) <= 6:
        return names_in_words(names)
    quoted = ", ".join(f'"{name}"' for name in names[:5])
    return f"subgraphs {quoted} and {len(names) - 5} more"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def differing(noun: str, groups: Mapping[str, Sequence[str]]) -> str:
    """`it has type "Int" in subgraph "a" and type "String" in subgraph "b"`; empty text reads `no type`."""
    parts = [f"{_named(noun, said)} in {in_words(names)}" for said, names in groups.items()]
    return f"it has {_joined(parts)}"


def chosen(noun: str, kept: str, groups: Mapping[str, Sequence[str]]) -> str:
    """`the supergraph uses type "Int" (from subgraph "a"); it has type "Int!" in subgraph "b"`."""
    others = {said: names for said, names in groups.items() if said != kept}
    source = f" (from {in_words(groups[kept])})" if kept and kept in groups else ""
    tail = f"; {differing(noun, others)}" if others else ""
    return f"the supergraph uses {_named(noun, kept)}{source}{tail}"


def presence(having: Sequence[str], lacking: Sequence[str], verb: str = "is defined") -> str:
    """`it is defined in subgraph "a" but not in subgraphs "b" and "c"`."""
    return f"it {verb} in {in_words(having)} but not in {in_words(lacking)}"


def _named(noun: str, said: str) -> str:
    if not said:
        return f"no {noun}"
    return f"{noun} {said}" if said.startswith(("@", '"')) else f'{noun} "{said}"'
