"""Plans as text for people, as JSON for tools, and as three numbers for budgets."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import parse, print_ast

from gateway.planner.nodes import Fetch, FetchKind, Input, InputField, Plan, Request


@dataclass(frozen=True, slots=True)
class PlanSize:
    """How large a plan is.

    requests    HTTP requests to subgraphs, after batching
    fetches     questions in them: root selections and `_entities` lookups at one place each
    depth       requests on the longest chain of waiting; 0 when no subgraph is asked
    """

    requests: int
    fetches: int
    depth: int


def plan_size(plan: Plan) -> PlanSize:
    """Measure a plan."""
    depths: dict[int, int] = {}
    for request in plan.requests:
        depths[request.id] = 1 + max((depths[each] for each in request.after), default=0)
    return PlanSize(len(plan.requests), len(plan.fetches), max(depths.values(), default=0))


def place_path(plan: Plan, place_id: int) -> str:
    """Write a place as a path: `products.@.reviews.@`, with `@` for each level of list; empty at the root."""
    place = plan.places[place_id]
    if place.parent is None:
        return ""
    before = place_path(plan, place.parent)
    types = f" ({'|'.join(sorted(place.on_types))})" if place.on_types is not None else ""
    own = ".".join([place.key + types, *("@" for _ in range(place.list_depth))])
    return f"{before}.{own}" if before else own


def plan_text(plan: Plan) -> str:
    """Write a plan as a page: each request with what it waits for, where its answers go, and its document."""
    size = plan_size(plan)
    if not plan.requests:
        return "no request: answered by the gateway alone\n"
    lines = [f"requests {size.requests}, fetches {size.fetches}, depth {size.depth}"]
    for request in plan.requests:
        waits = f"after {', '.join(str(each) for each in request.after)}" if request.after else "at once"
        lines += ["", f"request {request.id} to {request.subgraph}, {waits}"]
        lines += [f"  {each}" for each in _fetch_lines(plan, request)]
        lines += [f"    {line}" for line in print_ast(parse(request.document)).splitlines()]
    return "\n".join(lines) + "\n"


def _fetch_lines(plan: Plan, request: Request) -> list[str]:
    if request.fetch is not None:
        return [_fetch_line(plan, plan.fetches[request.fetch], "")]
    return [
        _fetch_line(plan, plan.fetches[number], f" as {lookup.alias}" if len(request.lookups) > 1 else "")
        for lookup in request.lookups
        for number in lookup.fetches
    ]


def _fetch_line(plan: Plan, fetch: Fetch, alias: str) -> str:
    path = place_path(plan, fetch.place)
    if fetch.kind is FetchKind.ROOT:
        return f"fetch {fetch.id}: {plan.kind}"
    if fetch.kind is FetchKind.REENTRY:
        return f"fetch {fetch.id}: query again at {path}"
    return f"fetch {fetch.id}{alias}: at {path} for {'; '.join(input_text(each) for each in fetch.inputs)}"


def input_text(each: Input) -> str:
    """Write what a fetch sends: `Product { upc price? }`; `?` marks what is sent even when null."""
    condition = f" (when {'|'.join(sorted(each.on_types))})" if each.on_types is not None else ""
    return f"{each.typename}{condition} {{ {_fields_text(each.fields)} }}"


def _fields_text(fields: tuple[InputField, ...]) -> str:
    return " ".join(_field_text(field) for field in fields)


def _field_text(field: InputField) -> str:
    condition = f" on {'|'.join(sorted(field.on_types))}" if field.on_types is not None else ""
    origin = f" <- {field.source.fetch}:{field.source.key}" if field.source is not None else ""
    inner = f" {{ {_fields_text(field.fields)} }}" if field.place is not None else ""
    return f"{field.name}{'' if field.strict else '?'}{condition}{origin}{inner}"


def plan_json(plan: Plan) -> dict[str, object]:
    """Describe a plan for tools; keys are stable.

    Shape   {kind, size: {requests, fetches, depth},
             requests: [{id, subgraph, kind, after, variables, document, fetches}],
             fetches: [{id, kind, subgraph, path, dependsOn, inputs: [text], selection}]}
    """
    size = plan_size(plan)
    return {
        "kind": plan.kind.value,
        "size": {"requests": size.requests, "fetches": size.fetches, "depth": size.depth},
        "requests": [
            {
                "id": request.id,
                "subgraph": request.subgraph,
                "kind": request.kind.value,
                "after": list(request.after),
                "variables": list(request.variables),
                "document": request.document,
                "fetches": [request.fetch]
                if request.fetch is not None
                else [number for lookup in request.lookups for number in lookup.fetches],
            }
            for request in plan.requests
        ],
        "fetches": [
            {
                "id": fetch.id,
                "kind": fetch.kind.value,
                "subgraph": fetch.subgraph,
                "path": place_path(plan, fetch.place),
                "dependsOn": list(fetch.depends_on),
                "inputs": [input_text(each) for each in fetch.inputs],
                "selection": fetch.selection,
            }
            for fetch in plan.fetches
        ],
    }
