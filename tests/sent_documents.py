"""Every document for a subgraph that a test produces is validated against that subgraph's schema.

All plans of a process are made by `gateway.planner.planning.plan`, and what is sent to a subgraph is a document of a
plan, word for word. So the plans are watched where they are written down: `tests/conftest.py` begins to watch before
any test is collected, and looks after each test at what it made. Each distinct document is looked at once a process.

Gateways that a test starts as processes of their own are watched by the subgraphs behind them, which refuse what is
invalid (`subgraphs.kit.documents`); `tests.gateway.cpu_proof` looks at its own documents at its end.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import GraphQLSchema, build_schema, parse, validate

from gateway.planner import planning
from gateway.supergraph.subgraph_schema import subgraph_sdl

if TYPE_CHECKING:
    from gateway.planner.nodes import Plan
    from gateway.supergraph.model import Supergraph


class Watch:
    """The plans that nobody has looked at yet, and the documents that were found valid."""

    def __init__(self) -> None:
        self.made: list[tuple[Supergraph, Plan]] = []
        self.valid: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """Take every plan of this process from now on."""
        write_down = planning.assemble

        def watched(chosen: Any, operation: Any, graph: Any, options: Any) -> Plan:
            plan = write_down(chosen, operation, graph, options)
            self.made.append((graph.supergraph, plan))
            return plan

        planning.assemble = watched

    def look(self) -> None:
        """Look at the plans made since the last look; raises `AssertionError` with subgraph, document and fault."""
        made, self.made = self.made, []
        for supergraph, plan in made:
            graphs = {each.name: graph for graph, each in supergraph.subgraphs.items()}
            for request in plan.requests:
                self._document(supergraph, graphs[request.subgraph], request.document)

    def _document(self, supergraph: Supergraph, graph: str, document: str) -> None:
        sdl = _sdl(supergraph, graph)
        if (sdl, document) in self.valid:
            return
        faults = validate(_schema(sdl), parse(document))
        assert not faults, f"invalid for subgraph {graph}: {faults[0].message} in {document}"
        self.valid.add((sdl, document))


@cache
def _schema(sdl: str) -> GraphQLSchema:
    return build_schema(sdl, assume_valid=True)


_printed: dict[int, tuple[Supergraph, dict[str, str]]] = {}
"""The texts of the supergraph looked at last; printing one takes a while, and tests stay with one for many plans."""


def _sdl(supergraph: Supergraph, graph: str) -> str:
    held = _printed.get(id(supergraph))
    if held is None:
        if len(_printed) >= 8:
            _printed.clear()
        held = _printed[id(supergraph)] = (supergraph, {})
    if graph not in held[1]:
        held[1][graph] = subgraph_sdl(supergraph, graph)
    return held[1][graph]


WATCH = Watch()
