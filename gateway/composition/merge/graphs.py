"""The names of subgraphs as values of `join__Graph`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.composition.merge.model import Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.subgraph import SubgraphModel


def join_graphs(subgraphs: Sequence[SubgraphModel]) -> tuple[Graph, ...]:
    """One value per subgraph, in their order; of names that come out the same, each gets a number."""
    values = [_value(subgraph.name) for subgraph in subgraphs]
    seen: dict[str, int] = {}
    graphs: list[Graph] = []
    for subgraph, value in zip(subgraphs, values, strict=True):
        final = value
        if values.count(value) > 1:
            seen[value] = seen.get(value, 0) + 1
            final = f"{value}_{seen[value]}"
        graphs.append(Graph(final, subgraph.name, subgraph.url))
    return tuple(graphs)


def _value(name: str) -> str:
    word = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if word[0].isdigit():
        word = f"_{word}"
    if re.search(r"_\d+$", word):
        word = f"{word}_"  # keeps the numbered names free for clashes
    return word.upper()
