"""Every document for a subgraph that a test produces is validated against that subgraph's schema.

All plans of a process are made by `gateway.planner.planning.plan`, and what is sent to a subgraph is a document of a
plan, word for word. So the plans are watched where they are written down: `tests/conftest.py` begins to watch before
any test is collected, and looks after each test at what it made. Each distinct document is looked at once a process.

Gateways that a test starts as processes of their own are watched by the subgraphs behind them, which refuse what is
invalid (`subgraphs.kit.documents`), and the doubles of `tests.gateway.cpu_proof` do the same.
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
    """The documents that nobody has looked at yet, and those that were found valid: (subgraph, its schema, document)."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, str]] = []
        self.valid: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """Take every plan of this process from now on."""
        write_down = planning.assemble

        def watched(chosen: Any, operation: Any, graph: Any, options: Any) -> Plan:
            plan = write_down(chosen, operation, graph, options)
            self.take(graph.supergraph, plan)
            return plan

        planning.assemble = watched

    def take(self, supergraph: Supergraph, plan: Plan) -> None:
        """Take a plan's documents; of the supergraph nothing is held, since tests see to it that it is let go of."""
        graphs = {each.name: graph for graph, each in supergraph.subgraphs.items()}
        for request in plan.requests:
            sdl = _sdl(supergraph, graphs[request.subgraph])
            if (sdl, request.document) not in self.valid:
                self.made.append((request.subgraph, sdl, request.document))

    def look(self) -> None:
        """Look at the documents made since the last look; raises `AssertionError` with subgraph, document and fault."""
        made, self.made = self.made, []
        for subgraph, sdl, document in made:
            if (sdl, document) not in self.valid:
                faults = validate(_schema(sdl), parse(document))
                assert not faults, f"invalid for subgraph {subgraph}: {faults[0].message} in {document}"
                self.valid.add((sdl, document))


@cache
def _schema(sdl: str) -> GraphQLSchema:
    return build_schema(sdl, assume_valid=True)


def _sdl(supergraph: Supergraph, graph: str) -> str:
    """Print a subgraph's schema once for each supergraph."""
    texts: dict[str, str] = supergraph.derived.setdefault("sent_documents", {})
    if graph not in texts:
        texts[graph] = subgraph_sdl(supergraph, graph)
    return texts[graph]


WATCH = Watch()
