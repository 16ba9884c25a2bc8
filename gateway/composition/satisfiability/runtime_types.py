"""A shared field of abstract type must be able to return the same objects, whichever subgraph answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.wording import differing, grouped

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.satisfiability.walk import State
    from gateway.planner.search import Node, Reachability
    from gateway.supergraph.model import FieldDefinition, Supergraph


class RuntimeTypes:
    """Compares the runtime types of each shared field, once per field."""

    def __init__(self, supergraph: Supergraph, diagnostics: DiagnosticCollector) -> None:
        self.supergraph = supergraph
        self.diagnostics = diagnostics
        self._seen: set[tuple[str, str, frozenset[str]]] = set()

    def check(self, search: Reachability, before: State, field: FieldDefinition, reached: State) -> None:
        """Report a field whose subgraphs have no runtime type in common; hint when they differ."""
        nodes = [
            node
            for node in reached.nodes
            if not search.graph.is_interface_object(node.type_name, node.graph)
            and self._resolves(search, before, field, node.graph)
        ]
        by_graph = {node.graph: _possible(search, node) for node in nodes}
        abstract = {node.graph for node in nodes if search.graph.abstract(node.type_name)}
        key = (before.type_name, field.name, frozenset(by_graph))
        # Where a single subgraph has the abstract type, the others narrow the field to one object, and mean it so.
        if len(abstract) < 2 or key in self._seen:
            return
        self._seen.add(key)
        sets = list(by_graph.values())
        if all(types == sets[0] for types in sets):
            return
        coordinate = f"{before.type_name}.{field.name}"
        groups = grouped((_said(by_graph[graph]), self.supergraph.subgraphs[graph].name) for graph in sorted(by_graph))
        if frozenset.intersection(*sets):
            message = (
                f'Shared field "{coordinate}" may return different types of "{field.named_type}" in different subgraphs: '
                f"{differing('possible types', groups)}. Make sure that it returns only what all of them know."
            )
            self.diagnostics.hint("INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN", message, coordinate=coordinate)
            return
        message = (
            f'Shared field "{coordinate}" of type "{field.named_type}" has no runtime type in common across subgraphs: '
            f"{differing('possible types', groups)}. Shared fields must resolve the same way everywhere."
        )
        self.diagnostics.error("SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES", message, coordinate=coordinate)

    def _resolves(self, search: Reachability, before: State, field: FieldDefinition, graph: str) -> bool:
        held = search.graph.held(before.type_name, field.name, graph)
        return held is not None and not held.external


def _possible(search: Reachability, node: Node) -> frozenset[str]:
    if search.graph.abstract(node.type_name):
        return search.graph.possible_in(node.type_name, node.graph)
    return frozenset({node.type_name})


def _said(types: frozenset[str]) -> str:
    return ", ".join(sorted(types)) or "none"
