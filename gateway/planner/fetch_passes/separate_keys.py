"""The pass `separate_keys`: two fields that cannot share a response key in one document get keys of their own.

GraphQL lets one key stand for different fields on different object types only if their types agree in list and
non-null wrapping, and leaves in name (GraphQL specification, section 5.3.2). The API's types may agree where a
subgraph's own do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.planner.drafts import Ask, Board
    from gateway.planner.fetches import Chosen
    from gateway.planner.graph import Graph


def separate_keys(chosen: Chosen, graph: Graph) -> None:
    """Give an alias to every field whose key is taken by one it cannot be merged with."""
    for fetch in chosen.fetches:
        _Separation(chosen.board, graph, fetch.graph).level([fetch.document])


class _Separation:
    """The separation of one document; it is of one graph, which decides what is abstract."""

    def __init__(self, board: Board, graph: Graph, graph_name: str) -> None:
        self.board = board
        self.graph = graph
        self.graph_name = graph_name

    def level(self, nodes: list[Ask]) -> None:
        """Separate the fields inside nodes that end up in one response object."""
        groups: dict[str, list[Ask]] = {}
        for node in nodes:
            for kid in node.kids.values():
                if kid.wanted:
                    groups.setdefault(kid.key, []).append(kid)
        final: dict[str, list[Ask]] = {}
        for key, asks in groups.items():
            final.setdefault(key, [])
            for ask in asks:
                final.setdefault(self._key(ask, final, groups), []).append(ask)
        for key, asks in final.items():
            for ask in asks:
                ask.alias = key if key != ask.key else None
            composite = [ask for ask in asks if ask.target is not None]
            if composite:
                self.level(composite)

    def _key(self, ask: Ask, final: dict[str, list[Ask]], used: dict[str, list[Ask]]) -> str:
        key = ask.key
        if all(self._mergeable(ask, other) for other in final.get(key, ())):
            return key
        alias = self.board.alias(ask.name, ask.arguments)
        while alias in used or not all(self._mergeable(ask, other) for other in final.get(alias, ())):
            alias = "_" + alias
        return alias

    def _mergeable(self, one: Ask, other: Ask) -> bool:
        if one.shape != other.shape or (one.target is None) is not (other.target is None):
            return False
        if (one.name, one.arguments) == (other.name, other.arguments):
            return True
        return one.on_type != other.on_type and not self._abstract(one.on_type) and not self._abstract(other.on_type)

    def _abstract(self, type_name: str) -> bool:
        return self.graph.abstract(type_name) and not self.graph.is_interface_object(type_name, self.graph_name)
