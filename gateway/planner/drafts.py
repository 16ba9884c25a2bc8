"""What the search writes on: places, fetches and documents while nobody knows yet which of them will be needed.

A draft is created once and shared by everyone who needs the same (it is *interned*): that is what makes two leaves
travel in one fetch, with no pass afterwards to merge fetches. Drafts that no chosen leaf needs are simply left
behind. `Arrival` is the word for "we can stand here": at a place, inside a fetch, on a type of its graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planner.nodes import FetchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.planner.operation import Field, Selection

Signature = tuple[tuple[tuple[str, ...], str], ...]
"""Required fields that take arguments: (path, arguments given) each; two that differ cannot share a representation."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What keeps two fetches of one graph at one place apart, beside their dependencies.

    entered_as  the interface whose name representations carry; empty where they carry the object's own
    signature   required fields that take arguments
    slot        which group of a mutation's root fields it belongs to; any number that differs
    """

    entered_as: str = ""
    signature: Signature = ()
    slot: int = 0


_PLAIN = Identity()


class Ask:
    """A field in a document that may be sent: its parent there, the type it is asked on, key, name, arguments.

    The root of a fetch's document is an `Ask` without parent. `wanted` once a chosen leaf needs it; `alias` when
    the response key must differ from `key`; `merged` when its fetch was joined into another, the field there.
    """

    __slots__ = ("alias", "arguments", "fetch", "id", "key", "kids", "merged", "name", "on_type", "parent", "shape",
                 "target", "typed", "variables", "wanted")  # fmt: skip

    def __init__(self, fetch: DraftFetch, parent: Ask | None, on_type: str, key: str, name: str) -> None:
        self.id = 0
        self.fetch = fetch
        self.parent = parent
        self.on_type = on_type
        self.key = key
        self.name = name
        self.arguments = ""
        self.variables: tuple[str, ...] = ()
        self.target: str | None = None
        """The graph's own type of a composite field, None for a leaf."""
        self.shape = ""
        self.typed = False
        """Whether `__typename` must be asked inside, because the place is abstract."""
        self.kids: dict[tuple[str, str, str, str], Ask] = {}
        self.wanted = False
        self.alias: str | None = None
        self.merged: Ask | None = None

    def kid(self, on_type: str, key: str, name: str, arguments: str, variables: tuple[str, ...]) -> Ask:
        """Give the field asked inside this one; created on first need."""
        memo = (on_type, key, name, arguments)
        found = self.kids.get(memo)
        if found is None:
            found = self.kids[memo] = Ask(self.fetch, self, on_type, key, name)
            found.id = self.fetch.count_ask()
            found.arguments = arguments
            found.variables = variables
        return found

    def want(self) -> None:
        """Mark this field and those around it as needed."""
        node: Ask | None = self
        while node is not None and not node.wanted:
            node.wanted = True
            node = node.parent

    def settled(self) -> Ask:
        """Follow joined fetches to the field that is really sent."""
        node = self
        while node.merged is not None:
            node = node.merged
        return node

    @property
    def response_key(self) -> str:
        """The key in the subgraph's answer."""
        return self.alias or self.key


class DraftPlace:
    """A place the search has stood at.

    selection   what the client asks there; None where only keys and required fields are read
    asks        the fields, of any fetch, that lead to it
    origin      for a hidden place: the field it is read from
    """

    __slots__ = ("asks", "client_keys", "id", "key", "kids", "list_depth", "merged", "on_types", "origin", "own_keys",
                 "parent", "selection", "type_name")  # fmt: skip

    def __init__(self, id_: int, parent: DraftPlace | None, key: str, type_name: str, list_depth: int) -> None:
        self.id = id_
        self.parent = parent
        self.key = key
        self.type_name = type_name
        self.list_depth = list_depth
        self.selection: Selection | None = None
        self.origin: Ask | None = None
        self.asks: dict[Ask, None] = {}
        self.kids: dict[object, DraftPlace] = {}
        self.on_types: set[str] | None = set()
        self.merged: DraftPlace | None = None
        self.client_keys: dict[str, list[Field]] | None = None
        self.own_keys: dict[tuple[str, str], str] = {}

    def settled(self) -> DraftPlace:
        """Follow a hidden place to the client's place it turned out to be."""
        place = self
        while place.merged is not None:
            place = place.merged
        return place


class DraftFetch:
    """A fetch the search has considered; `bit` stands for it in masks.

    needs   bits of all fetches before it, itself included
    level   1 for those that wait for nothing, one more than the deepest it depends on for the others
    """

    __slots__ = (
        "_asks",
        "bit",
        "dependencies",
        "document",
        "graph",
        "id",
        "identity",
        "kind",
        "level",
        "merged",
        "needs",
        "place",
        "request",
        "sends",
    )  # fmt: skip

    def __init__(
        self, id_: int, kind: FetchKind, graph: str, place: DraftPlace, dependencies: Iterable[DraftFetch]
    ) -> None:
        self.id = id_
        self.kind = kind
        self.graph = graph
        self.place = place
        self.dependencies = tuple(sorted(dependencies, key=lambda each: each.id))
        self.bit = 1 << id_
        self.needs = self.bit
        for each in self.dependencies:
            self.needs |= each.needs
        self.level: int = 1 + max((each.level for each in self.dependencies), default=0)
        self.request = 0
        self.identity = _PLAIN
        self._asks = 0
        self.document = Ask(self, None, "", "", "")
        self.sends: list[Send] = []
        self.merged: DraftFetch | None = None

    def count_ask(self) -> int:
        """Number the fields of the document in the order of their creation."""
        self._asks += 1
        return self._asks

    def settled(self) -> DraftFetch:
        """Follow joined fetches to the one that is really sent."""
        fetch = self
        while fetch.merged is not None:
            fetch = fetch.merged
        return fetch


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One field of a representation: read from `ask`, and for a nested object, at `place`."""

    name: str
    ask: Ask
    place: DraftPlace | None
    parts: tuple[Part, ...]
    on_type: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Send:
    """A part of what a fetch sends: fields of the representations of one type filter and typename."""

    fetch: DraftFetch
    on_type: str | None
    typename: str
    parts: tuple[Part, ...]
    strict: bool


class Trail:
    """How an arrival came about: what must be asked and sent elsewhere for it, as a list that shares its tail."""

    __slots__ = ("before", "item")

    def __init__(self, before: tuple[Trail, ...], item: Ask | Send | None) -> None:
        self.before = before
        self.item = item


def follow(trails: Iterable[Trail | None]) -> Iterator[Ask | Send]:
    """Go through everything on the trails, each item once."""
    seen: set[int] = set()
    pending = [trail for trail in trails if trail is not None]
    pending.reverse()
    while pending:
        trail = pending.pop()
        if id(trail) in seen:
            continue
        seen.add(id(trail))
        if trail.item is not None:
            yield trail.item
        pending.extend(reversed(trail.before))


@dataclass(slots=True, eq=False)
class Arrival:
    """Standing at a place inside a fetch.

    ask         the field of the fetch's document that led here
    type_name   the type there, as the graph knows it; empty for a leaf
    view        what `@provides` promises below, beyond what the graph holds
    mask        bits of all fetches needed to stand here
    chain       where else we could stand at this place, on the way here
    """

    place: DraftPlace
    fetch: DraftFetch
    graph: str
    type_name: str
    view: Selection | None
    mask: int
    ask: Ask
    trail: Trail | None
    chain: tuple[Arrival, ...]

    def standing(self) -> tuple[int, str, str, int]:
        """What decides where one can go from here, the way here left aside."""
        return (self.fetch.id, self.graph, self.type_name, id(self.view))


def minimal(fetches: Iterable[DraftFetch]) -> frozenset[DraftFetch]:
    """Leave out those that another one of them waits for anyway."""
    distinct = frozenset(fetches)
    if len(distinct) < 2:
        return distinct
    return frozenset(
        each for each in distinct if not any(each.bit & other.needs for other in distinct if other is not each)
    )


class Board:
    """Interns places and fetches of one search, and knows what sets of fetches cost."""

    LEVEL_COST = 1500
    REQUEST_COST = 1000
    FETCH_COST = 150

    def __init__(self, root_type: str, selection: Selection | None) -> None:
        self.places: list[DraftPlace] = []
        self.fetches: list[DraftFetch] = []
        self.root = self._place(None, "", root_type, 0)
        self.root.selection = selection
        self.root.on_types = None
        self._interned: dict[object, DraftFetch] = {}
        self._requests: dict[tuple[str, int], int] = {}
        self._summaries: dict[int, tuple[int, int, int]] = {0: (0, 0, 0)}
        self._aliases: dict[tuple[str, str], int] = {}

    def _place(self, parent: DraftPlace | None, key: str, type_name: str, list_depth: int) -> DraftPlace:
        place = DraftPlace(len(self.places), parent, key, type_name, list_depth)
        self.places.append(place)
        return place

    def place(self, parent: DraftPlace, memo: object, key: str, type_name: str, list_depth: int) -> DraftPlace:
        """Give the place below `parent` that `memo` identifies; created on first need."""
        found = parent.kids.get(memo)
        if found is None:
            found = parent.kids[memo] = self._place(parent, key, type_name, list_depth)
        return found

    def fetch(
        self,
        kind: FetchKind,
        graph: str,
        place: DraftPlace,
        dependencies: Iterable[DraftFetch] = (),
        identity: Identity = _PLAIN,
    ) -> DraftFetch:
        """Give the fetch of that identity; created on first need."""
        needed = minimal(dependencies)
        memo = (kind, graph, place.id, needed, identity)
        found = self._interned.get(memo)
        if found is None:
            found = self._interned[memo] = DraftFetch(len(self.fetches), kind, graph, place, needed)
            found.identity = identity
            shared = kind is FetchKind.ENTITY
            group = (graph, found.level if shared else -1 - found.id)
            found.request = self._requests.setdefault(group, 1 << len(self._requests))
            self.fetches.append(found)
        return found

    def members(self, mask: int) -> list[DraftFetch]:
        """List the fetches of a mask."""
        found = []
        while mask:  # from the top, so that what is left gets shorter
            fetch = self.fetches[mask.bit_length() - 1]
            found.append(fetch)
            mask ^= fetch.bit
        found.reverse()
        return found

    def summary(self, mask: int) -> tuple[int, int, int]:
        """Give (mask of requests, number of fetches, deepest level) of a set of fetches."""
        found = self._summaries.get(mask)
        if found is None:
            requests = level = count = 0
            for fetch in self.members(mask):
                requests |= fetch.request
                level = max(level, fetch.level)
                count += 1
            found = self._summaries[mask] = (requests, count, level)
        return found

    def cost(self, mask: int) -> int:
        """Weigh a set of fetches: HTTP requests after batching, entity lookups, and levels of waiting."""
        requests, count, level = self.summary(mask)
        return self.REQUEST_COST * requests.bit_count() + self.FETCH_COST * count + self.LEVEL_COST * level

    def alias(self, name: str, arguments: str) -> str:
        """Give the stable response key under which the gateway asks a field for itself."""
        number = self._aliases.setdefault((name, arguments), len(self._aliases))
        return f"_q{number}_{name}"

    def response_key(self, place: DraftPlace, field: Field) -> str:
        """Choose the response key for a field wanted at a place for keys or `@requires`.

        1. the client asks the very same under some key, and nothing else under it: that key
        2. the field has no arguments and its name is free there: its name     3. else an alias of our own
        """
        memo = (field.name, field.arguments)
        found = place.own_keys.get(memo)
        if found is None:
            found = place.own_keys[memo] = self._response_key(client_keys(place), field)
        return found

    def _response_key(self, used: dict[str, list[Field]], field: Field) -> str:
        for key, fields in used.items():
            if all(each.name == field.name and each.arguments == field.arguments for each in fields):
                return key
        if not field.arguments and field.name not in used:
            return field.name
        alias = self.alias(field.name, field.arguments)
        while alias in used:
            alias = "_" + alias
        return alias


def client_keys(place: DraftPlace) -> dict[str, list[Field]]:
    """List what the client asks at a place under each key, over all runtime types."""
    if place.client_keys is None:
        found: dict[str, list[Field]] = {}
        if place.selection is not None:
            for fields in (place.selection.common, *place.selection.per.values()):
                for key, field in fields.items():
                    found.setdefault(key, []).append(field)
        place.client_keys = found
    return place.client_keys
