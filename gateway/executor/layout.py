"""Tables over a plan that every part of the executor reads: who asks where, and who may see what."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.planner.nodes import Fetch, FetchKind, InputField, Place, Plan, Source


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of representation within a lookup: a `__typename` and the names of its fields.

    Fetches at several places that share a lookup read the same fields from different sources; the shape is what
    they have in common, and entities are kept by shape and key.
    """

    typename: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A plan and its tables, all indexed by id.

    Lookups are numbered through, over all requests.
    """

    plan: Plan
    entering: tuple[tuple[Fetch, ...], ...]
    """By place: the fetches whose own root objects stand there, in plan order."""
    children: tuple[tuple[Place, ...], ...]
    """By place: the places below it."""
    request_of: tuple[int, ...]
    """By fetch: the request it travels in."""
    lookup_of: tuple[int, ...]
    """By fetch: its lookup; -1 for root and re-entry fetches."""
    lookups_of: tuple[tuple[int, ...], ...]
    """By request: its lookups."""
    fetches_of: tuple[tuple[int, ...], ...]
    """By lookup: the fetches that share it."""
    shapes: tuple[tuple[Shape, ...], ...]
    """By lookup: its shapes."""
    shape_of: tuple[tuple[int, ...], ...]
    """By fetch: for each of its inputs, the index of the shape."""
    scopes: tuple[frozenset[int], ...]
    """By request: the fetches of all requests it comes after, directly or not."""
    everything: frozenset[int]
    """All fetches."""
    leaf_keys: tuple[dict[Source, str], ...]
    """By place: where a leaf is read → the client's response key."""


def lay_out(plan: Plan) -> Layout:
    """Make the tables of one plan."""
    request_of = [-1] * len(plan.fetches)
    lookup_of = [-1] * len(plan.fetches)
    lookups_of: list[tuple[int, ...]] = []
    fetches_of: list[tuple[int, ...]] = []
    for request in plan.requests:
        first = len(fetches_of)
        for lookup in request.lookups:
            for fetch in lookup.fetches:
                request_of[fetch] = request.id
                lookup_of[fetch] = len(fetches_of)
            fetches_of.append(lookup.fetches)
        if request.fetch is not None:
            request_of[request.fetch] = request.id
        lookups_of.append(tuple(range(first, len(fetches_of))))
    shapes, shape_of = _shapes(plan, lookup_of, len(fetches_of))
    return Layout(
        plan=plan,
        entering=tuple(tuple(plan.fetches[fetch] for fetch in sorted(place.fetches)) for place in plan.places),
        children=_children(plan),
        request_of=tuple(request_of),
        lookup_of=tuple(lookup_of),
        lookups_of=tuple(lookups_of),
        fetches_of=tuple(fetches_of),
        shapes=shapes,
        shape_of=shape_of,
        scopes=_scopes(plan, request_of),
        everything=frozenset(range(len(plan.fetches))),
        leaf_keys=_leaf_keys(plan),
    )


def _leaf_keys(plan: Plan) -> tuple[dict[Source, str], ...]:
    keys: list[dict[Source, str]] = [{} for _ in plan.places]
    seen: set[int] = set()
    waiting = [plan.output]
    while waiting:
        selection = waiting.pop()
        if id(selection) in seen:
            continue
        seen.add(id(selection))
        for _, fields in selection.variants:
            for field in fields:
                if field.source is not None:
                    keys[selection.place].setdefault(field.source, field.key)
                if field.selection is not None:
                    waiting.append(field.selection)
    return tuple(keys)


def _children(plan: Plan) -> tuple[tuple[Place, ...], ...]:
    below: list[list[Place]] = [[] for _ in plan.places]
    for place in plan.places:
        if place.parent is not None:
            below[place.parent].append(place)
    return tuple(tuple(places) for places in below)


def _shapes(
    plan: Plan, lookup_of: list[int], lookups: int
) -> tuple[tuple[tuple[Shape, ...], ...], tuple[tuple[int, ...], ...]]:
    known: list[dict[Shape, int]] = [{} for _ in range(lookups)]
    shape_of: list[tuple[int, ...]] = []
    for fetch in plan.fetches:
        if fetch.kind is not FetchKind.ENTITY:
            shape_of.append(())
            continue
        table = known[lookup_of[fetch.id]]
        shape_of.append(
            tuple(
                table.setdefault(Shape(i.typename, tuple(_printed(field) for field in i.fields)), len(table))
                for i in fetch.inputs
            )
        )
    return tuple(tuple(table) for table in known), tuple(shape_of)


def _printed(field: InputField) -> str:
    if field.place is None:
        return field.name
    inner = " ".join(_printed(below) for below in field.fields)
    return f"{field.name} {{ {'__typename ' if field.typename else ''}{inner} }}"


def _scopes(plan: Plan, request_of: list[int]) -> tuple[frozenset[int], ...]:
    fetches: list[set[int]] = [set() for _ in plan.requests]
    for fetch, request in enumerate(request_of):
        fetches[request].add(fetch)
    scopes: dict[int, frozenset[int]] = {}

    def scope(request: int) -> frozenset[int]:
        if request not in scopes:
            seen: set[int] = set()
            for before in plan.requests[request].after:
                seen |= fetches[before] | scope(before)
            scopes[request] = frozenset(seen)
        return scopes[request]

    return tuple(scope(request.id) for request in plan.requests)
