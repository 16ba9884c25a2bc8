"""One subgraph of a world: it answers from its own part, and wrongly where it is asked for what it does not have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, build_schema, execute_sync, parse, validate
from graphql.language import DocumentNode, FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.supergraph.field_sets import parse_field_set
from gateway.transport.base import SubgraphResponse

from .model import Part
from .sdl import plain_sdl
from .truth import FAILED, NUMBERS, Truth, computed, number_of


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """An object as the subgraph knows it.

    known_as    its `__typename` here; an interface object does not know its own
    sent        the representation it was looked up by
    promised    what a `@provides` on the way here promises of it
    """

    real: str
    known_as: str
    number: int
    sent: dict[str, Any] = field(default_factory=dict)
    promised: SelectionSetNode | None = None


class Service:
    """Answers for one subgraph; every document must be valid for its schema, every representation hold a key."""

    def __init__(self, truth: Truth, graph: str) -> None:
        self.truth = truth
        self.world = truth.world
        self.graph = graph
        self.schema = build_schema(plain_sdl(truth.world, graph))
        self.labels: frozenset[str] = frozenset()
        """Labels that hold for the operation being answered."""
        self.documents: dict[str, DocumentNode] = {}

    def send(self, body: bytes) -> SubgraphResponse:
        """Answer one request."""
        request = json.loads(body)
        document = self._document(request["query"])
        result = execute_sync(
            self.schema,
            document,
            Known("Query", "Query", 0),
            variable_values=request.get("variables"),
            field_resolver=self._resolve,
            type_resolver=lambda each, *_: each.known_as,
        )
        unexpected = [
            error for error in result.errors or () if "non-nullable" not in error.message and error.message != FAILED
        ]
        assert not unexpected, (self.graph, request, unexpected[0].message)
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [{"message": each.message, "path": each.path} for each in result.errors]
        return SubgraphResponse(200, {}, json.dumps(answer).encode())

    def _document(self, text: str) -> DocumentNode:
        document = self.documents.get(text)
        if document is None:
            document = parse(text)
            faults = validate(self.schema, document)
            assert not faults, (self.graph, text, faults[0].message)
            self.documents[text] = document
        return document

    def _resolve(self, source: Known, info: Any, **arguments: Any) -> Any:
        name, owner = info.field_name, info.parent_type.name
        if name == "_entities":
            return [self._entity(each) for each in arguments["representations"]]
        kind = self.world.kinds[owner]
        part = kind.fields[name].parts[self.graph]
        promise = self._promise(source, name)
        if self._is_gone(owner, name, part) or (part.external and not promise and name not in kind.key_names()):
            return self._wrong(part.type or kind.fields[name].type)
        real = source.real if owner not in {"Query", "Mutation"} and self.graph not in kind.objects else owner
        if self.truth.fails(real, source.number, name):
            raise GraphQLError(FAILED)
        if part.requires:
            wanted = parse_field_set(part.requires)
            return computed(name, self._sent(source.sent, wanted, source.real), arguments)
        value = self.truth.value(real, source.number, name, arguments)
        promised = parse_field_set(part.provides) if part.provides else promise.selection_set if promise else None
        return self._known(value, promised)

    def _is_gone(self, owner: str, name: str, part: Part) -> bool:
        """Whether the field was moved to another subgraph, or has not come from there yet."""
        if part.override:
            return bool(part.label) and part.label not in self.labels
        takers = [each for each in self.world.kinds[owner].fields[name].parts.values() if each.override == self.graph]
        return any(not each.label or each.label in self.labels for each in takers)

    def _promise(self, source: Known, name: str) -> FieldNode | None:
        pending = [source.promised] if source.promised is not None else []
        while pending:
            for node in pending.pop().selections:
                if isinstance(node, InlineFragmentNode):
                    if node.type_condition is None or source.real == node.type_condition.name.value:
                        pending.append(node.selection_set)
                elif isinstance(node, FieldNode) and node.name.value == name:
                    return node
        return None

    def _wrong(self, kind: str) -> Any:
        kind = kind.removesuffix("!")
        if kind.startswith("["):
            return []
        return {"String": "asked wrongly", "ID": "asked wrongly", "Int": -1, "Float": -1.0}.get(kind)

    def _sent(self, sent: dict[str, Any], wanted: SelectionSetNode, real: str) -> dict[str, Any]:
        """Read a field set of what was sent."""
        found: dict[str, Any] = {}
        for node in wanted.selections:
            if isinstance(node, InlineFragmentNode):
                real = sent.get("__typename", real)
                if node.type_condition is None or real in self.world.possible(node.type_condition.name.value):
                    found |= self._sent(sent, node.selection_set, real)
            elif isinstance(node, FieldNode) and node.name.value != "__typename":
                value = sent.get(node.name.value, "not sent")
                found[node.name.value] = self._deep(value, node.selection_set)
        return found

    def _deep(self, value: Any, wanted: SelectionSetNode | None) -> Any:
        if isinstance(value, list):
            return [self._deep(each, wanted) for each in value]
        return self._sent(value, wanted, "") if isinstance(value, dict) and wanted is not None else value

    def _known(self, value: Any, promised: SelectionSetNode | None) -> Any:
        if isinstance(value, list):
            return [self._known(each, promised) for each in value]
        if not isinstance(value, dict):
            return value
        real = value["__typename"]
        return Known(real, self._known_as(real), value["number"], {}, promised)

    def _known_as(self, real: str) -> str:
        for each in self.world.kinds.values():
            if self.graph in each.objects and real in each.all_members():
                return each.name
        return real

    def _entity(self, sent: dict[str, Any]) -> Known | None:
        """Look an entity up by whichever of the subgraph's keys was sent; in a loose world it may be gone."""
        kind = self.world.kinds[sent["__typename"]]
        assert self.graph in set(kind.keys) - kind.stubs, (self.graph, sent)
        for number in range(NUMBERS):
            names = self.world.possible(kind.name)
            real = names[number % len(names)]
            for key in kind.keys[self.graph]:
                wanted = parse_field_set(key)
                found = self._sent(sent, wanted, real)
                if _is_whole(found) and found == self.truth.read(real, number, wanted):
                    if self.world.loose and number_of("gone", self.graph, real, number) % 8 == 0:
                        return None
                    return Known(real, self._known_as(real), number, sent)
        raise AssertionError((self.graph, "no key in", sent))


def _is_whole(key: Any) -> bool:
    """Whether nothing in a key is null: nobody may be looked up by half a key."""
    if isinstance(key, dict):
        return all(_is_whole(each) for each in key.values())
    return key is not None
