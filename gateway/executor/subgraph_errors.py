"""From what went wrong at a subgraph to the `errors` a client sees, at every place where it is felt.

A subgraph speaks of its own document: `["_entities", 3, "price"]`. The client asked for `products.7.price`, perhaps at
several places at once, since each distinct entity is asked for only once. This module finds those places again, by
walking the data as the representations were made. It runs only when there are errors.

Path     of an entity error: each place that representation stands at, then the rest of the path in the client's words;
         an error without a path: the request's place up to the first list; below a hidden place: its nearest visible
         ancestor.
Shown    `message` by policy, `path`, `extensions.code` and `extensions.service`. `locations` point into our own
         document and are dropped.
Bound    at most `MAX_ERRORS` in all, the notes on answers that held more than are read included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.errors import SubgraphError, SubgraphErrorsLeftOut
from gateway.executor.frames import Answers, Path, Reader
from gateway.executor.replies import MAX_ERRORS, Reply, ReplyError
from gateway.planner.nodes import Place, Request, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.executor.layout import Layout
    from gateway.executor.representations import Key


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What of a subgraph's error a client may see; by default its code and nothing else.

    masked       replace the message
    unmasked     subgraphs whose messages are shown all the same
    extensions   names of extensions that are passed on beside `code`
    """

    masked: bool = True
    unmasked: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    def message(self, text: str, subgraph: str) -> str:
        """The text to show."""
        if self.masked and subgraph not in self.unmasked:
            return f"An error occurred in subgraph {subgraph}"
        return text


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with one request.

    lists    by lookup: indexes of representations without a usable entity, and why
    """

    request: int
    reply: Reply
    lists: tuple[tuple[int, tuple[int, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPaths:
    """Translates paths for one execution.

    index    by lookup: for each shape, key → position in the list that was sent
    """

    layout: Layout
    answers: Answers
    index: list[list[dict[Key, int]]]
    walked: dict[int, dict[int, list[tuple[Path, int]]]] = field(default_factory=dict)

    def places_of(self, lookup: int, position: int) -> list[tuple[Path, int]]:
        """Where the representation at `position` stands: the client's path and the fetch it was made for."""
        if lookup not in self.walked:
            self.walked[lookup] = self._walk(lookup)
        return self.walked[lookup].get(position, [])

    def _walk(self, lookup: int) -> dict[int, list[tuple[Path, int]]]:
        found: dict[int, list[tuple[Path, int]]] = {}
        for fetch_id in self.layout.fetches_of[lookup]:
            place = self.layout.plan.places[self.layout.plan.fetches[fetch_id].place]
            scope = self.layout.scopes[self.layout.request_of[fetch_id]]
            reader = Reader(self.layout, self.answers, scope)
            for frame, path in reader.walk(place):
                sent = reader.representation(place, frame, fetch_id)
                position = None if sent is None else self.index[lookup][sent.shape].get(sent.key)
                if position is not None and (path, fetch_id) not in found.setdefault(position, []):
                    found[position].append((path, fetch_id))
        return found


def client_errors(paths: ErrorPaths, troubles: Iterable[Trouble], policy: ErrorPolicy) -> list[dict[str, Any]]:
    """All errors to show, in plan order, none twice; then the notes on what is left out; at most `MAX_ERRORS`."""
    in_order = sorted(troubles, key=lambda trouble: trouble.request)
    shown = _first_errors(paths, in_order, policy)
    notes = [
        _left_out(trouble.reply.left_out, paths.layout.plan.requests[trouble.request].subgraph)
        for trouble in in_order
        if trouble.reply.left_out
    ][:MAX_ERRORS]
    return shown[: MAX_ERRORS - len(notes)] + notes


def _first_errors(paths: ErrorPaths, troubles: Iterable[Trouble], policy: ErrorPolicy) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for trouble in troubles:
        request = paths.layout.plan.requests[trouble.request]
        for error in _request_errors(paths, request, trouble, policy):
            if error not in shown:
                shown.append(error)
            if len(shown) == MAX_ERRORS:
                return shown
    return shown


def _left_out(number: int, subgraph: str) -> dict[str, Any]:
    """A note of our own making: a number gives nothing away, and so no policy masks it."""
    text = f"Subgraph {subgraph} reported {MAX_ERRORS + number:,} errors, of which at most {MAX_ERRORS} are shown"
    return _entry(text, (), {"code": SubgraphErrorsLeftOut.code, "service": subgraph})


def _request_errors(
    paths: ErrorPaths, request: Request, trouble: Trouble, policy: ErrorPolicy
) -> Iterator[dict[str, Any]]:
    for error in trouble.reply.errors:
        for path in _client_paths(paths, request, error.path):
            yield _shown(error, path, request.subgraph, policy)
    failure = trouble.reply.failure
    if failure is not None:
        yield _failed(failure.code, failure.message, request_path(paths.layout, request), request.subgraph, policy)
    for lookup, positions, reason in trouble.lists:
        code, text = "SUBREQUEST_MALFORMED_RESPONSE", reason
        for position in positions:
            for path, _ in paths.places_of(lookup, position):
                yield _failed(code, text, path, request.subgraph, policy)
        if not positions:
            fetch = paths.layout.fetches_of[lookup][0]
            yield _failed(code, text, _up_to_list(paths.layout, fetch), request.subgraph, policy)


def failure_of(subgraph: str, error: BaseException) -> SubgraphError:
    """Any exception of a transport as a `SubgraphError`; those promise to raise nothing else."""
    return error if isinstance(error, SubgraphError) else SubgraphError(f"{type(error).__name__}: {error}", subgraph)


def request_path(layout: Layout, request: Request) -> Path:
    """Where a failure of the whole request is shown: its first place, up to the first list; at the root, its first field."""
    fetch = request.fetch if request.fetch is not None else request.lookups[0].fetches[0]
    return _up_to_list(layout, fetch) or _first_field(layout, fetch)


def _first_field(layout: Layout, fetch: int) -> Path:
    """The first field of the operation that a root fetch answers."""
    for _, fields in layout.plan.output.variants:
        for shown in fields:
            sources: tuple[Source, ...] = (shown.source,) if shown.source is not None else ()
            if shown.selection is not None:
                sources = layout.plan.places[shown.selection.place].sources
            if any(source.fetch == fetch for source in sources):
                return (shown.key,)
    return ()


def _up_to_list(layout: Layout, fetch: int) -> Path:
    chain: list[Place] = []
    place = layout.plan.places[layout.plan.fetches[fetch].place]
    while place.parent is not None:
        chain.append(place)
        place = layout.plan.places[place.parent]
    path: list[str | int] = []
    for step in reversed(chain):
        if not step.visible:
            break
        path.append(step.key)
        if step.list_depth:
            break
    return tuple(path)


def _client_paths(paths: ErrorPaths, request: Request, path: Path | None) -> list[Path]:
    layout = paths.layout
    if not path:
        return [request_path(layout, request)]
    if request.fetch is not None:
        fetch = layout.plan.fetches[request.fetch]
        place = layout.plan.places[fetch.place]
        if place.parent is None:
            return [translated(layout, fetch.id, place, path) or request_path(layout, request)]
        reader = Reader(layout, paths.answers, layout.scopes[request.id])
        starts = [start for _, start in reader.walk(place)]
        return [(*start, *translated(layout, fetch.id, place, path)) for start in starts]
    for lookup, asked in zip(layout.lookups_of[request.id], request.lookups, strict=True):
        if path[0] == asked.alias:
            if len(path) == 1 or not isinstance(path[1], int):
                return [_up_to_list(layout, asked.fetches[0])]
            places = paths.places_of(lookup, path[1])
            found = [
                (*start, *translated(layout, fetch, layout.plan.places[layout.plan.fetches[fetch].place], path[2:]))
                for start, fetch in places
            ]
            return found or [_up_to_list(layout, asked.fetches[0])]
    return [request_path(layout, request)]


def translated(layout: Layout, fetch: int, place: Place, path: Path) -> Path:
    """A path inside the answer of `fetch`, starting at `place`, in the client's keys.

    It ends early where the document went on to something the client did not ask for.
    """
    result: list[str | int] = []
    rest = list(path)
    while rest:
        key = rest.pop(0)
        if not isinstance(key, str):
            break
        source = Source(fetch, key)
        child = next((p for p in layout.children[place.id] if p.visible and source in p.sources), None)
        if child is None:
            leaf = layout.leaf_keys[place.id].get(source)
            if leaf is not None:
                result.extend([leaf, *_indexes(rest)])
            break
        result.append(child.key)
        indexes = _indexes(rest)
        result.extend(indexes)
        del rest[: len(indexes)]
        place = child
    return tuple(result)


def _indexes(path: list[str | int]) -> list[int]:
    found: list[int] = []
    for step in path:
        if not isinstance(step, int):
            break
        found.append(step)
    return found


def _shown(error: ReplyError, path: Path, subgraph: str, policy: ErrorPolicy) -> dict[str, Any]:
    code = error.extensions.get("code")
    extensions = {name: value for name, value in error.extensions.items() if name in policy.extensions}
    extensions["code"] = code if isinstance(code, str) and code else SubgraphError.code
    extensions["service"] = subgraph
    return _entry(policy.message(error.message, subgraph), path, extensions)


def _failed(code: str, text: str, path: Path, subgraph: str, policy: ErrorPolicy) -> dict[str, Any]:
    return _entry(policy.message(text, subgraph), path, {"code": code, "service": subgraph})


def _entry(message: str, path: Path, extensions: dict[str, Any]) -> dict[str, Any]:
    if not path:
        return {"message": message, "extensions": extensions}
    return {"message": message, "path": list(path), "extensions": extensions}
