"""Operations made ready to run: planned and compiled once per shape, kept, and planned by one request at a time.

The shape of an operation is its document, its name, the values of the variables that steer `@skip` and `@include`,
the override labels that hold, and what the caller was refused. Everything here belongs to one supergraph.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cachebox import LRUCache

from gateway.authorization import Denials, Guards
from gateway.cost import Weights, compile_cost
from gateway.errors import ClientError, VariablesInvalid
from gateway.executor.program import Program, compile_program
from gateway.executor.variables import Coercer, compile_variables
from gateway.planner.nodes import OperationKind
from gateway.planner.operation import normalise, select_operation, used_booleans
from gateway.planner.options import Batching, PlanOptions
from gateway.planner.planning import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import DocumentNode, OperationDefinitionNode

    from gateway.cost import OperationCost
    from gateway.documents import Document, Documents
    from gateway.executor.subgraph_errors import ErrorPolicy
    from gateway.identity import Identity
    from gateway.settings import CacheSettings, PlanningSettings, Settings
    from gateway.supergraph.model import Supergraph


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One operation of one document, before its shape is known. Equal by identity.

    booleans    names of the variables that its shape depends on
    cost        what answering it would take
    labels      override labels that may decide about its plan
    heavy       whether planning it may take long enough to do so off the event loop
    """

    document: Document
    name: str | None
    node: OperationDefinitionNode
    kind: OperationKind
    coercer: Coercer
    booleans: tuple[str, ...]
    guards: Guards
    cost: OperationCost
    labels: frozenset[str]
    heavy: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A program, and what its answers have to leave out."""

    program: Program
    denials: Denials | None


@dataclass(frozen=True, slots=True)
class _Failure:
    error: ClientError
    until: float


_WORD = re.compile(r"\w+")

_Refused = tuple[bool, tuple[int, ...]]
"""Whether the caller is signed in, and the demands that it does not meet."""

_Shape = tuple[Prepared, tuple[bool, ...], frozenset[str], _Refused | None, bool]
"""The last: whether the caller may see the subgraphs' own messages."""


class Programs:
    """All programs compiled lately."""

    def __init__(self, supergraph: Supergraph, settings: Settings, policy: ErrorPolicy) -> None:
        self._supergraph = supergraph
        self._settings = settings
        self._policy = policy
        self._open_policy = replace(policy, masked=False)
        self._staff = frozenset(settings.subgraphs.unmasked_scopes)
        self._weights = Weights.of(supergraph, settings.limits.list_size)
        self._options = plan_options(settings.planning)
        self._percents, self._labels = _labels(supergraph.labels, settings.planning.labels)
        self._label_words = _label_words(supergraph)
        # Each holds its document: bounded by characters as well, or a flood of long ones would be kept here.
        size, weight = _bounds(settings.caches)
        self._prepared: LRUCache[tuple[Document, str | None], Prepared] = LRUCache(
            size, getsizeof=lambda key, _: weight(key[0])
        )
        self._ready: LRUCache[_Shape, Ready | _Failure] = LRUCache(
            size, getsizeof=lambda key, _: weight(key[0].document)
        )
        self._under_way: dict[_Shape, asyncio.Future[Ready]] = {}

    def prepare(self, document: Document, name: str | None) -> Prepared:
        """The operation of that name; raises `OperationNotFound`."""
        key = (document, name)
        prepared: Prepared | None = self._prepared.get(key, None)
        if prepared is None:
            prepared = self._prepared[key] = self._prepare(document, name)
        return prepared

    def _prepare(self, document: Document, name: str | None) -> Prepared:
        node = select_operation(document.ast, name)
        own_name = node.name.value if node.name else None
        return Prepared(
            document=document,
            name=own_name,
            node=node,
            kind=OperationKind(node.operation.value),
            coercer=compile_variables(node.variable_definitions or (), self._supergraph.api_schema),
            booleans=used_booleans(document.ast, own_name),
            cost=compile_cost(document.ast, node, self._weights),
            guards=Guards.of(self._supergraph, document.ast, node) if self._settings.identity.enforce else Guards(),
            labels=self._touched(document.text),
            heavy=len(document.text) > self._settings.planning.thread_characters,
        )

    def held(self, prepared: Prepared, variables: Mapping[str, Any], identity: Identity) -> Ready | None:
        """The program for these coerced variables and this caller, where it was made before; raises `VariablesInvalid`."""
        found = self._ready.get(self._shape(prepared, variables, identity), None)
        return found if isinstance(found, Ready) else None

    def _shape(self, prepared: Prepared, variables: Mapping[str, Any], identity: Identity) -> _Shape:
        booleans = _booleans(prepared.booleans, variables) if prepared.booleans else ()
        denied = prepared.guards.denied(identity) if prepared.guards else ()
        refused = (identity.authenticated, denied) if denied else None
        staff = bool(self._staff) and not self._staff.isdisjoint(identity.scopes)
        return (prepared, booleans, self._true_labels() & prepared.labels, refused, staff)

    async def get(self, prepared: Prepared, variables: Mapping[str, Any], identity: Identity) -> Ready:
        """The program for these coerced variables and this caller, made now unless it is held.

        Raises  VariablesInvalid, PlanningLimit, Unplannable
        """
        shape = self._shape(prepared, variables, identity)
        found = self._ready.get(shape, None)
        if isinstance(found, Ready):
            return found
        loop = asyncio.get_running_loop()
        if found is not None and loop.time() < found.until:
            raise found.error.again()
        under_way = self._under_way.get(shape)
        if under_way is None:
            under_way = self._under_way[shape] = asyncio.ensure_future(self._make(shape))
            under_way.add_done_callback(lambda _: self._under_way.pop(shape, None))
        # Shielded: the one who came first may leave; those who joined still want the program.
        return await asyncio.shield(under_way)

    async def _make(self, shape: _Shape) -> Ready:
        try:
            ready = await asyncio.to_thread(self._compile, shape) if shape[0].heavy else self._compile(shape)
        except ClientError as error:
            until = asyncio.get_running_loop().time() + self._settings.planning.failure_seconds
            self._ready[shape] = _Failure(error.again(), until)
            raise
        self._ready[shape] = ready
        return ready

    def _compile(self, shape: _Shape) -> Ready:
        prepared, values, labels, refused, staff = shape
        booleans = dict(zip(prepared.booleans, values, strict=True))
        ast: DocumentNode = prepared.document.ast
        denials = None
        if refused:
            signed_in, denied = refused
            ast, denials = prepared.guards.rewrite(ast, prepared.name, denied, signed_in=signed_in)
        operation = normalise(ast, prepared.name, booleans, self._supergraph)
        program = compile_program(
            plan(operation, self._supergraph, replace(self._options, labels=labels)),
            self._supergraph.api_schema,
            ast,
            select_operation(ast, prepared.name),
            self._open_policy if staff else self._policy,
        )
        return Ready(replace(program, entities=self._settings.subgraphs.entities), denials)

    def warm(self, old: Programs, documents: Documents, until: float) -> None:
        """Compile what `old` holds, the latest last, until that time of the monotonic clock.

        What a caller was refused is left out: the demands are numbered anew over another supergraph.
        """
        for shape, found in reversed(list(old._ready.items())):
            prepared, booleans, labels, refused, staff = shape
            if time.monotonic() > until:
                return
            if refused is not None or not isinstance(found, Ready):
                continue
            try:
                fresh = self.prepare(documents.resolve(prepared.document.text), prepared.name)
                if fresh.booleans == prepared.booleans:
                    mine = (fresh, booleans, labels, None, staff)
                    self._ready[mine] = self._compile(mine)
            except ClientError:
                continue  # it no longer fits the schema; whoever asks will be told

    def _touched(self, text: str) -> frozenset[str]:
        """Labels that stand on a field this document names, or on one that any field set does.

        Every word of the document counts, which may be a word too many and never one too few: twenty labels drawn
        anew for each request must not make a million programs of an operation that touches none.
        """
        if not self._label_words:
            return frozenset()
        words = set(_WORD.findall(text))
        return frozenset(label for label, names in self._label_words.items() if names is None or names & words)

    def _true_labels(self) -> frozenset[str]:
        if not self._percents:
            return self._labels
        drawn = random.random() * 100  # noqa: S311  # a share of the traffic, not a secret
        return self._labels.union(label for label, percent in self._percents if drawn < percent)


def _bounds(caches: CacheSettings) -> tuple[int, Callable[[Document], int]]:
    """The size of a cache, and what one document of it weighs: its share of the entries, its length where that is more."""
    size = max(caches.document_characters, caches.program_entries)
    least = size // caches.program_entries
    return size, lambda document: min(max(least, len(document.text)), size)


def plan_options(settings: PlanningSettings) -> PlanOptions:
    """How operations are planned, labels left open."""
    return PlanOptions(
        batching=Batching(settings.batching), max_steps=settings.max_steps, max_seconds=settings.max_seconds
    )


def _labels(all_labels: tuple[str, ...], on: tuple[str, ...]) -> tuple[tuple[tuple[str, float], ...], frozenset[str]]:
    """Labels that hold for a share of the requests, and labels that hold always.

    Source  Apollo Federation, progressive @override: `percent(n)` is drawn per request, any other label is configured
    """
    percents = [
        (label, float(label[len("percent(") : -1]))
        for label in all_labels
        if label.startswith("percent(") and label.endswith(")")
    ]
    shares = tuple((label, percent) for label, percent in percents if 0 < percent < 100)
    always = frozenset(on).union(label for label, percent in percents if percent >= 100)
    return shares, always


def _label_words(supergraph: Supergraph) -> dict[str, frozenset[str] | None]:
    """For each label the names of the fields it stands on; None where a key or `@requires` of any field names one."""
    fields = [field for each in supergraph.types.values() for field in each.fields.values()]
    sets = [key.fields for each in supergraph.types.values() for keys in each.homes.values() for key in keys]
    sets += [join.requires for field in fields for join in field.joins.values() if join.requires]
    gathered = {word for text in sets for word in _WORD.findall(text)}
    words: dict[str, set[str]] = {}
    for field in fields:
        for join in field.joins.values():
            if join.label is not None:
                words.setdefault(join.label, set()).add(field.name)
    return {label: None if names & gathered else frozenset(names) for label, names in words.items()}


def _booleans(names: tuple[str, ...], variables: Mapping[str, Any]) -> tuple[bool, ...]:
    values = []
    for name in names:
        value = variables.get(name)
        if not isinstance(value, bool):
            raise VariablesInvalid(f"Variable '${name}' decides about @skip or @include and must be true or false.")
        values.append(value)
    return tuple(values)
