"""Fetches → requests: entity fetches of one subgraph that become ready together travel in one, by aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.planner.documents import Bodies, Body, DocumentPrinter, variables_in
from gateway.planner.fetches import Chosen, dependencies_of
from gateway.planner.nodes import FetchKind, Lookup, OperationKind, Request
from gateway.planner.options import Batching, PlanOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.planner.drafts import DraftFetch
    from gateway.planner.graph import Graph
    from gateway.planner.operation import Operation


class RequestBuilder:
    """Builds the requests of one plan; `ids` numbers the fetches."""

    def __init__(
        self, chosen: Chosen, operation: Operation, graph: Graph, options: PlanOptions, ids: Mapping[DraftFetch, int]
    ) -> None:
        self.chosen = chosen
        self.operation = operation
        self.graph = graph
        self.options = options
        self.ids = ids
        bodies = Bodies(graph, chosen.budget)
        self.bodies: dict[DraftFetch, Body] = {
            fetch: bodies.of_fetch(fetch, "" if fetch.kind is FetchKind.ENTITY else self._root_type(fetch))
            for fetch in chosen.fetches
        }

    def _root_type(self, fetch: DraftFetch) -> str:
        return self.operation.root_type if fetch.kind is FetchKind.ROOT else self.graph.query_type

    def build(self) -> tuple[Request, ...]:
        """Group the fetches and write their documents; requests come after those they wait for."""
        groups: dict[object, list[DraftFetch]] = {}
        for fetch in self.chosen.fetches:
            groups.setdefault(self._group(fetch), []).append(fetch)
        request_of = {fetch: index for index, group in enumerate(groups.values()) for fetch in group}
        return tuple(
            self._request(index, group, tuple(sorted({request_of[each] for f in group for each in dependencies_of(f)})))
            for index, group in enumerate(groups.values())
        )

    def _group(self, fetch: DraftFetch) -> object:
        batching = self.options.batching
        if fetch.kind is not FetchKind.ENTITY or batching is Batching.OFF:
            return fetch.id
        if batching is Batching.SAME_DEPENDENCIES:
            return (fetch.graph, tuple(each.id for each in dependencies_of(fetch)))
        return (fetch.graph, fetch.level)

    def _request(self, index: int, group: list[DraftFetch], after: tuple[int, ...]) -> Request:
        first = group[0]
        used = {name for fetch in group for name in variables_in(fetch)}
        variables = tuple(name for name in self.operation.variables if name in used)
        declared = []
        for name in variables:
            definition = self.operation.variables[name]
            default = f"={definition.default}" if definition.default is not None else ""
            declared.append(f"${name}:{definition.type}{default}")
        if first.kind is FetchKind.ENTITY:
            lookups, selection, more, printer = self._lookups(group)
            declared += more
            kind = OperationKind.QUERY
        else:
            lookups = ()
            body = self.bodies[first]
            printer = DocumentPrinter([body])
            selection = printer.selection(body)
            kind = self.operation.kind if first.kind is FetchKind.ROOT else OperationKind.QUERY
        header = f"({','.join(declared)})" if declared else ""
        keyword = kind.value if header or kind is not OperationKind.QUERY or printer.fragments() else ""
        return Request(
            id=index,
            subgraph=self.graph.supergraph.subgraphs[first.graph].name,
            kind=kind,
            document=f"{keyword}{header}{selection}{printer.fragments()}",
            operation_name=None,
            variables=variables,
            lookups=lookups,
            fetch=None if lookups else self.ids[first],
            after=after,
        )

    def _lookups(self, group: list[DraftFetch]) -> tuple[tuple[Lookup, ...], str, list[str], DocumentPrinter]:
        """One `_entities` field for each distinct selection."""
        distinct: dict[int, list[DraftFetch]] = {}
        for fetch in group:
            distinct.setdefault(self.bodies[fetch].id, []).append(fetch)
        bodies = [self.bodies[fetches[0]] for fetches in distinct.values()]
        printer = DocumentPrinter(bodies)
        prefix = "r"
        while any(name.startswith(prefix) for name in self.operation.variables):
            prefix = "_" + prefix
        lookups: list[Lookup] = []
        pieces: list[str] = []
        for index, (body, fetches) in enumerate(zip(bodies, distinct.values(), strict=True)):
            alias = "_entities" if len(bodies) == 1 else f"_e{index}"
            variable = f"{prefix}{index}"
            head = alias if alias == "_entities" else f"{alias}:_entities"
            pieces.append(f"{head}(representations:${variable}){printer.selection(body)}")
            lookups.append(Lookup(alias, variable, tuple(self.ids[each] for each in fetches)))
        declared = [f"${each.variable}:[_Any!]!" for each in lookups]
        return tuple(lookups), "{" + " ".join(pieces) + "}", declared, printer
