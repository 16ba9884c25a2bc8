"""Draft documents as text: type conditions only where needed, repeated selections as named fragments.

A selection is first put in a canonical form (`Body`), in which equal subtrees are the same object; then counted, then
printed. `__typename` is asked wherever the place is abstract, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.planner.drafts import Ask, DraftFetch
    from gateway.planner.graph import Graph
    from gateway.planner.moves import Budget

MIN_FRAGMENT = 24
"""Shortest selection, in characters, worth a fragment of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A field in its canonical form: `alias: name(arguments)`, and what is asked inside."""

    head: str
    body: Body | None


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A selection set on a type: fields, then per type condition the fields under it.

    text    the whole of it with braces, nothing shared
    """

    id: int
    type_name: str
    items: tuple[Item, ...]
    conditions: tuple[tuple[str, tuple[Item, ...]], ...]
    text: str


_TYPENAME = Item("__typename", None)


class Bodies:
    """Canonical forms of the selections of one plan."""

    def __init__(self, graph: Graph, budget: Budget) -> None:
        self.graph = graph
        self.budget = budget
        self._known: dict[tuple[str, str], Body] = {}

    def of_fetch(self, fetch: DraftFetch, root_type: str) -> Body:
        """Give the selection of a fetch; for an entity fetch that of `_entities`."""
        return self._body(fetch.document, root_type, fetch.graph)

    def _body(self, node: Ask, type_name: str, graph_name: str) -> Body:
        items: dict[str, Item] = {}
        conditions: dict[str, dict[str, Item]] = {}
        if node.typed:
            items["__typename"] = _TYPENAME
        for kid in node.kids.values():
            if not kid.wanted:
                continue
            own = kid.on_type == type_name
            target = items if own else conditions.setdefault(kid.on_type, {})
            item = self._item(kid, graph_name)
            target[_text(item)] = item
        if conditions and type_name:
            self._fold(type_name, graph_name, items, conditions)
        for fields in conditions.values():
            for text in items:
                fields.pop(text, None)
        conditions = {name: fields for name, fields in conditions.items() if fields}
        if not items and not conditions:
            items["__typename"] = _TYPENAME
        return self._intern(type_name, items, conditions)

    def _item(self, ask: Ask, graph_name: str) -> Item:
        self.budget.tick()
        key = ask.response_key
        head = ask.name if key == ask.name else f"{key}:{ask.name}"
        if ask.arguments:
            head += f"({ask.arguments})"
        return Item(head, self._body(ask, ask.target, graph_name) if ask.target is not None else None)

    def _fold(
        self, type_name: str, graph_name: str, items: dict[str, Item], conditions: dict[str, dict[str, Item]]
    ) -> None:
        """Ask on the interface itself what is asked alike on every type it can be in this graph."""
        graph = self.graph
        if type_name not in graph.types or not graph.abstract(type_name):
            return
        possible = graph.possible_in(type_name, graph_name)
        if not possible or not possible.issubset(conditions):
            return
        first = conditions[min(possible)]
        for text, item in list(first.items()):
            if not all(text in conditions[name] for name in possible):
                continue
            held = graph.held(type_name, _field_name(item), graph_name)
            if text == "__typename" or (
                held is not None and (item.body is None or item.body.type_name == held.type_name)
            ):
                items[text] = item
                for name in possible:
                    del conditions[name][text]

    def _intern(self, type_name: str, items: dict[str, Item], conditions: dict[str, dict[str, Item]]) -> Body:
        pieces = [*items, *(f"...on {name}{{{' '.join(fields)}}}" for name, fields in conditions.items())]
        text = "{" + " ".join(pieces) + "}"
        memo = (type_name, text)
        found = self._known.get(memo)
        if found is None:
            under = tuple((name, tuple(fields.values())) for name, fields in conditions.items())
            found = self._known[memo] = Body(len(self._known), type_name, tuple(items.values()), under, text)
        return found


def _text(item: Item) -> str:
    return item.head + (item.body.text if item.body is not None else "")


def _field_name(item: Item) -> str:
    return item.head.partition("(")[0].rpartition(":")[2]


class DocumentPrinter:
    """Prints the selections of one request; selections met more than once become fragments."""

    def __init__(self, bodies: list[Body]) -> None:
        self._counts: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._fragments: list[str] = []
        for body in bodies:
            self._count(body)

    def _count(self, body: Body) -> None:
        self._counts[body.id] = self._counts.get(body.id, 0) + 1
        if self._counts[body.id] > 1:
            return
        for items in (body.items, *(items for _, items in body.conditions)):
            for item in items:
                if item.body is not None:
                    self._count(item.body)

    def selection(self, body: Body) -> str:
        """Print a selection set, with its braces."""
        pieces = [self._item(item) for item in body.items]
        for name, items in body.conditions:
            pieces.append(f"...on {name}{{{' '.join(self._item(item) for item in items)}}}")
        return "{" + " ".join(pieces) + "}"

    def _item(self, item: Item) -> str:
        if item.body is None:
            return item.head
        body = item.body
        if self._counts[body.id] > 1 and len(body.text) >= MIN_FRAGMENT and body.type_name:
            return f"{item.head}{{...{self._fragment(body)}}}"
        return item.head + self.selection(body)

    def _fragment(self, body: Body) -> str:
        name = self._names.get(body.id)
        if name is None:
            name = self._names[body.id] = f"f{len(self._names)}"
            self._fragments.append(f"fragment {name} on {body.type_name}{self.selection(body)}")
        return name

    def fragments(self) -> str:
        """Print the fragments used so far, each after a space."""
        return "".join(" " + each for each in self._fragments)


def variables_in(fetch: DraftFetch) -> set[str]:
    """Name the client's variables that a fetch's document uses."""
    found: set[str] = set()
    pending = [fetch.document]
    while pending:
        for kid in pending.pop().kids.values():
            if kid.wanted:
                found.update(kid.variables)
                pending.append(kid)
    return found
