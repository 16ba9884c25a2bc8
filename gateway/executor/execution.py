"""One run of a program, without any input or output: it says what to send and is fed what came back.

    execution = program.start(variables)
    for outgoing in execution.ready(): …send it…
    for outgoing in execution.feed(request_id, response_or_error): …send that…
    execution.answer()

A request is ready when the requests it comes after are over, however they ended. Nothing here depends on the order in
which answers arrive. A request about more entities than one may carry goes out in parts, all at once; it is over when
the last of them is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.executor.encoding import encode
from gateway.executor.frames import Reader, no_answers
from gateway.executor.leaves import Inexact, lossy
from gateway.executor.projection import Projector
from gateway.executor.replies import MAX_ERRORS, Reply, judge, read_exactly, read_reply
from gateway.executor.source_code import GIVES_UP
from gateway.executor.subgraph_errors import ErrorPaths, Trouble, client_errors
from gateway.transport.base import SubgraphResponse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Collected = list[tuple[list[dict["Key", int]], list[dict[str, Any]]]]

    from gateway.errors import SubgraphError
    from gateway.executor.program import Program
    from gateway.executor.representations import Key
    from gateway.planner.nodes import OperationKind, Request


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to send now, or a part of one; `request_id` and `part` are what `feed` wants back."""

    request_id: int
    subgraph: str
    kind: OperationKind
    body: bytes
    part: int = 0


class Slice(NamedTuple):
    """The positions of a lookup's list that one part carries: from `start` to before `stop`."""

    start: int
    stop: int


class Execution:
    """The state of one run."""

    __slots__ = (
        "_answers",
        "_encoded",
        "_event",
        "_exact",
        "_failed",
        "_index",
        "_kept",
        "_open",
        "_parts",
        "_pending",
        "_program",
        "_received",
        "_sent",
        "_troubles",
        "_variables",
        "_waiting",
    )

    def __init__(self, program: Program, variables: Mapping[str, Any], event: Mapping[str, Any] | None = None) -> None:
        layout = program.layout
        self._program = program
        self._received = 0
        self._event = event
        self._exact = False
        self._kept: list[tuple[Request, SubgraphResponse | SubgraphError, int]] = []
        self._variables = variables
        self._encoded: dict[str, bytes] = {}
        self._answers = no_answers(layout)
        self._index: list[list[dict[Key, int]]] = [[{} for _ in shapes] for shapes in layout.shapes]
        self._sent: list[list[dict[str, Any]]] = [[] for _ in layout.shapes]
        self._waiting = [len(request.after) for request in layout.plan.requests]
        self._troubles: list[Trouble] = []
        self._failed: set[int] = set()
        self._pending: list[Outgoing] = []
        self._open: set[tuple[int, int]] = set()
        self._parts: dict[int, list[list[Slice]]] = {}
        program.code.started()
        first = [request for request in layout.plan.requests if not request.after]
        if event is not None:
            self._take(first[0], judge(event, first[0].subgraph))
            first = [*self._released(first[0]), *first[1:]]
        self._prepare(first)

    @property
    def program(self) -> Program:
        """What is being run."""
        return self._program

    @property
    def troubles(self) -> Sequence[Trouble]:
        """What went wrong, whole and unmasked: for the log, never for a client."""
        return self._troubles

    @property
    def complete(self) -> bool:
        """Whether nothing is in flight and nothing waits to be sent."""
        return not self._open and not self._pending

    def ready(self) -> list[Outgoing]:
        """The requests to send now; each is handed out once."""
        pending, self._pending = self._pending, []
        return pending

    def feed(self, request_id: int, outcome: SubgraphResponse | SubgraphError, part: int = 0) -> list[Outgoing]:
        """Take the outcome of a request that was handed out; what has become ready by it.

        A failure is an outcome like another: what comes after starts all the same, with what there is.
        """
        self._open.remove((request_id, part))
        request = self._program.plan.requests[request_id]
        if isinstance(outcome, SubgraphResponse):
            self._received += len(outcome.body)
            self._program.code.received(self._received)
        self._kept.append((request, outcome, part))
        self._heard(request, outcome, part)
        parts = self._parts.get(request_id)
        if parts is None or not any((request_id, each) in self._open for each in range(len(parts))):
            self._prepare(self._released(request))
        return self.ready()

    def _heard(self, request: Request, outcome: SubgraphResponse | SubgraphError, part: int) -> None:
        """Take what came of a request, or of one part of it."""
        reply = (read_exactly if self._exact else read_reply)(outcome, request.subgraph)
        parts = self._parts.get(request.id)
        if parts is None:
            self._take(request, reply)
        else:
            self._take(request, _moved(request, reply, parts[part]), parts[part])

    def _read_again(self) -> None:
        """Read all that has come with every digit. Keys sent up to now had theirs: each is looked at before it is sent."""
        self._exact = True
        self._answers = no_answers(self._program.layout)
        self._troubles.clear()
        self._failed.clear()
        if self._event is not None:
            first = next(request for request in self._program.plan.requests if not request.after)
            self._take(first, judge(self._event, first.subgraph))
        for request, outcome, part in self._kept:
            self._heard(request, outcome, part)

    def representations(self, request_id: int) -> tuple[int, ...]:
        """How many distinct representations a request was made of, by lookup."""
        return tuple(len(self._sent[lookup]) for lookup in self._program.layout.lookups_of[request_id])

    def answer(self) -> dict[str, Any]:
        """The response: `data`, and `errors` when there are any. To be read only: equal objects may be one."""
        try:
            return self._answer()
        except Inexact:
            self._read_again()
            return self._answer()

    def _answer(self) -> dict[str, Any]:
        layout = self._program.layout
        errors = client_errors(ErrorPaths(layout, self._answers, self._index), self._troubles, self._program.policy)
        introspection = self._program.introspection
        introspected = {} if introspection is None else introspection.answer(self._variables)
        data = self._projected(introspected)
        if data is None:
            projector = Projector(
                reader=Reader(layout, self._answers, layout.everything),
                root_type=layout.plan.root_type,
                introspection=introspected,
                failed=frozenset(self._failed),
                told=tuple(tuple(error["path"]) for error in errors if "path" in error),
                exact=self._exact,
            )
            data = projector.data()
            errors += projector.errors
        response: dict[str, Any] = {"data": data}
        if errors:
            response["errors"] = errors[:MAX_ERRORS]
        return response

    def _projected(self, introspected: Mapping[str, Any]) -> dict[str, Any] | None:
        """The data by generated code; None when there is none yet, or when a value does not fit."""
        compiled = self._program.code.compiled
        if compiled is None or self._exact:
            return None
        try:
            data = compiled.project(self._answers.roots, self._answers.entities)
        except GIVES_UP:
            return None
        for key, value in introspected.items():
            data[key] = value
        return data

    def _released(self, done: Request) -> list[Request]:
        released = []
        for successor in self._program.successors[done.id]:
            self._waiting[successor] -= 1
            if self._waiting[successor] == 0:
                released.append(self._program.plan.requests[successor])
        return released

    def _prepare(self, ready: list[Request]) -> None:
        """Make the bodies of what is ready; a request without representations is over at once, unsent."""
        queue = list(ready)
        while queue:
            request = queue.pop(0)
            lists = self._collect(request)
            if (request.lookups and not any(lists)) or not self._reachable(request):
                queue.extend(self._released(request))
                continue
            if sum([len(each) for each in lists]) > self._program.entities:
                self._split(request, lists)
                continue
            body = self._body(request, lists)
            self._open.add((request.id, 0))
            self._pending.append(Outgoing(request.id, request.subgraph, request.kind, body))

    def _split(self, request: Request, lists: list[list[dict[str, Any]]]) -> None:
        """Make a body for each part; every part has all lookups, some of them with an empty list."""
        parts = self._parts[request.id] = slices([len(each) for each in lists], self._program.entities)
        for number, part in enumerate(parts):
            body = self._body(request, [each[start:stop] for each, (start, stop) in zip(lists, part, strict=True)])
            self._open.add((request.id, number))
            self._pending.append(Outgoing(request.id, request.subgraph, request.kind, body, number))

    def _reachable(self, request: Request) -> bool:
        """Whether a re-entry request has any place to be shown at."""
        if request.fetch is None:
            return True
        layout = self._program.layout
        place = layout.plan.places[layout.plan.fetches[request.fetch].place]
        reader = Reader(layout, self._answers, layout.scopes[request.id])
        return place.parent is None or next(reader.walk(place), None) is not None

    def _collect(self, request: Request) -> list[list[dict[str, Any]]]:
        """The representations of each lookup of a request, each distinct one once."""
        lookups = self._program.layout.lookups_of[request.id]
        try:
            collected = self._collected(request, lookups)
        except Inexact:
            self._read_again()
            collected = self._collected(request, lookups)
        for lookup, (index, representations) in zip(lookups, collected, strict=True):
            self._index[lookup] = index
            self._sent[lookup] = representations
        return [representations for _, representations in collected]

    def _collected(self, request: Request, lookups: tuple[int, ...]) -> Collected:
        """By generated code, or where there is none or it gives up, by the interpreter; may raise `Inexact`."""
        compiled = self._program.code.compiled
        collect = None if compiled is None or self._exact else compiled.collect[request.id]
        if collect is not None:
            try:
                return collect(self._answers.roots, self._answers.entities)
            except GIVES_UP:
                pass
        return [self._interpreted(lookup) for lookup in lookups]

    def _interpreted(self, lookup: int) -> tuple[list[dict[Key, int]], list[dict[str, Any]]]:
        """What generated code does, by the interpreter."""
        layout = self._program.layout
        index: list[dict[Key, int]] = [{} for _ in layout.shapes[lookup]]
        collected: list[dict[str, Any]] = []
        for fetch_id in layout.fetches_of[lookup]:
            place = layout.plan.places[layout.plan.fetches[fetch_id].place]
            reader = Reader(layout, self._answers, layout.scopes[layout.request_of[fetch_id]])
            for frame, _ in reader.walk(place):
                found = reader.representation(place, frame, fetch_id)
                if found is not None and found.key not in index[found.shape]:
                    if not self._exact and lossy(found.value):
                        raise Inexact
                    index[found.shape][found.key] = len(collected)
                    collected.append(found.value)
        return index, collected

    def _body(self, request: Request, lists: list[list[dict[str, Any]]]) -> bytes:
        parts = [
            b'"%b":%b' % (name.encode(), self._variable(name)) for name in request.variables if name in self._variables
        ]
        for lookup, representations in zip(request.lookups, lists, strict=True):
            parts.append(b'"%b":%b' % (lookup.variable.encode(), encode(representations)))
        return b"%b%b}}" % (self._program.prefixes[request.id], b",".join(parts))

    def _variable(self, name: str) -> bytes:
        encoded = self._encoded.get(name)
        if encoded is None:
            encoded = self._encoded[name] = encode(self._variables[name])
        return encoded

    def _take(self, request: Request, reply: Reply, part: list[Slice] | None = None) -> None:
        layout = self._program.layout
        lists: list[tuple[int, tuple[int, ...], str]] = []
        if reply.data is None:
            fetches = (request.fetch,) if request.fetch is not None else ()
            self._failed.update(*([lookup.fetches for lookup in request.lookups] or [fetches]))
        elif request.fetch is not None:
            self._answers.roots[request.fetch] = reply.data
        else:
            parts = part or [Slice(0, len(self._sent[lookup])) for lookup in layout.lookups_of[request.id]]
            for lookup, asked, own in zip(layout.lookups_of[request.id], request.lookups, parts, strict=True):
                told = any(not error.path or error.path[0] == asked.alias for error in reply.errors)
                lists.extend(self._take_entities(lookup, reply.data.get(asked.alias), own, told=told))
        if reply.errors or reply.failure is not None or lists:
            self._troubles.append(Trouble(request.id, reply, tuple(lists)))

    def _take_entities(
        self, lookup: int, entities: Any, own: Slice, *, told: bool
    ) -> list[tuple[int, tuple[int, ...], str]]:
        """Keep entity i for representation i; what is missing or unfit is reported by its index, never moved."""
        start, stop = own
        if start == stop:
            return []
        if not isinstance(entities, list):
            known = told and entities is None
            return [] if known else [(lookup, tuple(range(start, stop)), "`_entities` is not a list")]
        problems: list[tuple[int, tuple[int, ...], str]] = []
        came, asked = len(entities), stop - start
        if came > asked:
            problems.append((lookup, (), f"`_entities` has {came} items, {asked} were asked for"))
        if came < asked:
            missing = tuple(range(start + came, stop))
            problems.append((lookup, missing, f"`_entities` has {came} items, {asked} were asked for"))
        sent, unfit = self._sent[lookup], []
        for table, index in zip(self._answers.entities[lookup], self._index[lookup], strict=True):
            for key, position in index.items():
                if not start <= position < stop:
                    continue
                entity = entities[position - start] if position - start < came else None
                if entity.__class__ is dict and self._fits(entity, sent[position]):
                    table[key] = entity
                elif entity is not None:
                    unfit.append(position)
        if unfit:
            problems.append((lookup, tuple(unfit), "`_entities` has an item that is not the entity asked for"))
        return problems

    def _fits(self, entity: dict[str, Any], asked: dict[str, Any]) -> bool:
        """Whether an entity may call itself as it does; an interface's objects have names of their own."""
        typename = entity.get("__typename")
        known = asked["__typename"]
        return typename is None or typename == known or known not in self._program.object_types


def slices(lengths: list[int], most: int) -> list[list[Slice]]:
    """Cut lists of these lengths, one after the other, into parts of `most` items; by part, a slice of each list."""
    parts: list[list[Slice]] = []
    total = sum(lengths)
    for first in range(0, total, most):
        part, before = [], 0
        for length in lengths:
            start, stop = (min(max(edge - before, 0), length) for edge in (first, first + most))
            part.append(Slice(start, stop))
            before += length
        parts.append(part)
    return parts


def _moved(request: Request, reply: Reply, part: list[Slice]) -> Reply:
    """The reply to one part, with the indexes in its errors' paths as they are in the whole list."""
    starts = {lookup.alias: own.start for lookup, own in zip(request.lookups, part, strict=True)}
    errors = []
    for error in reply.errors:
        path = error.path
        if path is not None and len(path) > 1 and isinstance(path[1], int) and path[0] in starts:
            path = (path[0], path[1] + starts[str(path[0])], *path[2:])
        errors.append(replace(error, path=path))
    return replace(reply, errors=tuple(errors))
