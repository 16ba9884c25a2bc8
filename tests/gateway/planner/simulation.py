"""Every world made to answer: one truth for the whole graph, and subgraphs that know only their part of it.

An object is (type, number); each value follows from type, field, arguments and number. A subgraph that is asked for an
external field nobody provides, or for one that requires what it was not sent, answers something wrong.
"""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any

from graphql import execute_sync, get_named_type, is_leaf_type, is_list_type, is_non_null_type, parse, validate
from graphql.language import FieldNode, NonNullTypeNode, SelectionSetNode

from gateway.supergraph.field_sets import parse_field_set
from gateway.supergraph.model import FieldDefinition, Supergraph
from gateway.supergraph.subgraph_schema import subgraph_schema
from gateway.transport.base import SubgraphResponse


def _number(*parts: object) -> int:
    return int(md5(repr(parts).encode(), usedforsecurity=False).hexdigest(), 16)


class Truth:
    """What the whole graph would answer if it were one service."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.schema = supergraph.api_schema
        keys = {key.fields for each in supergraph.types.values() for home in each.homes.values() for key in home}
        self.key_fields = {node.name.value for fields in keys for node in parse_field_set(fields).selections}

    def value(self, owner: str, number: int, name: str, arguments: dict[str, Any]) -> Any:
        required = self.requires(owner, name)
        if required is not None:
            read = [self.read(owner, number, node) for node in parse_field_set(required).selections]
            return _number(name, json.dumps(read)) % 1000
        source = next(iter(self.supergraph.types[owner].implements.values()), frozenset())
        lent = (
            not self.supergraph.types[owner].fields[name].joins and self.supergraph.types[owner].fields[name].has_joins
        )
        owner = min(source) if lent else owner
        kind = self.schema.type_map[owner].fields[name].type
        seed = (owner, number, name, json.dumps(arguments, sort_keys=True))
        never_null = any(isinstance(join.type, NonNullTypeNode) for join in self._field(owner, name).joins.values())
        return self._of_type(kind, (*seed, "!") if never_null else seed, number)

    def _field(self, owner: str, name: str) -> FieldDefinition:
        return self.supergraph.types[owner].fields[name]

    def requires(self, owner: str, name: str) -> str | None:
        joins = self.supergraph.types[owner].fields[name].joins.values()
        return next((join.requires for join in joins if join.requires), None)

    def read(self, owner: str, number: int, node: FieldNode) -> Any:
        arguments = {each.name.value: each.value.value for each in node.arguments or ()}
        return self.value(owner, number, node.name.value, arguments)

    def _of_type(self, kind: Any, seed: tuple[Any, ...], number: int) -> Any:
        if is_non_null_type(kind):
            return self._of_type(kind.of_type, (*seed, "!"), number)
        if seed[2] not in self.key_fields and seed[-1] != "!" and _number("null", seed) % 6 == 0:
            return None
        if is_list_type(kind):
            return [self._of_type(kind.of_type, (*seed, index), number) for index in range(_number("size", seed) % 3)]
        named = get_named_type(kind)
        if is_leaf_type(named):
            return {"ID": f"{seed[2]}-{number}", "Int": _number(seed) % 100}.get(named.name, f"{seed[:4]}")
        inner = number if seed[2] in self.key_fields else _number(seed) % 4
        names = sorted(self.supergraph.possible.get(named.name, {named.name}))
        names = [name for name in names if not self.supergraph.types[name].inaccessible]
        return {"__typename": names[inner % len(names)], "number": inner}

    def resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        return self.value(info.parent_type.name, source["number"], info.field_name, arguments)

    def answer(self, document: str) -> dict[str, Any] | None:
        result = execute_sync(
            self.schema,
            parse(document),
            {"__typename": "Query", "number": 0},
            field_resolver=self.resolve,
            type_resolver=lambda each, *_: each["__typename"],
        )
        assert result.errors is None, result.errors
        return result.data


class SimulatedSubgraph:
    """One subgraph of a truth; bytes in, bytes out."""

    def __init__(self, truth: Truth, graph: str) -> None:
        self.truth = truth
        self.graph = graph
        self.types = truth.supergraph.types
        self.schema = subgraph_schema(truth.supergraph, graph)

    def send(self, body: bytes) -> SubgraphResponse:
        request = json.loads(body)
        document = parse(request["query"])
        assert validate(self.schema, document) == []
        result = execute_sync(
            self.schema,
            document,
            {"__typename": "Query", "number": 0},
            variable_values=request.get("variables"),
            field_resolver=self._resolve,
            type_resolver=lambda each, *_: each["__typename"],
        )
        assert result.errors is None, result.errors
        return SubgraphResponse(200, {}, json.dumps({"data": result.data}).encode())

    def _resolve(self, source: dict[str, Any], info: Any, **arguments: Any) -> Any:
        name, owner = info.field_name, info.parent_type.name
        if name == "_entities":
            return [self._entity(each) for each in arguments["representations"]]
        if self.graph in self.types[owner].interface_objects:
            owner = source.get("real", owner)
        join = self.types[info.parent_type.name].fields[name].joins.get(self.graph)
        if join is not None and join.external and name not in source.get("promised", {}):
            return None
        if join is not None and join.requires:
            sent = source.get("sent", {})
            read = [sent.get(node.name.value, "not sent") for node in parse_field_set(join.requires).selections]
            return _number(name, json.dumps(read)) % 1000
        value = self.truth.value(owner, source["number"], name, arguments)
        promise = parse_field_set(join.provides) if join is not None and join.provides else None
        return self._known(value, promise or source.get("promised", {}).get(name))

    def _known(self, value: Any, promise: SelectionSetNode | None) -> Any:
        """Reduce objects to what this graph knows of them: an interface object does not know its type."""
        if isinstance(value, list):
            return [self._known(each, promise) for each in value]
        if not isinstance(value, dict):
            return value
        fields = promise.selections if promise is not None else ()
        known = {**value, "promised": {node.name.value: node.selection_set for node in fields}}
        for interfaces in self.types[value["__typename"]].implements.values():
            for interface in interfaces:
                if self.graph in self.types[interface].interface_objects:
                    known = {**known, "__typename": interface, "real": value["__typename"]}
        return known

    def _entity(self, sent: dict[str, Any]) -> dict[str, Any]:
        name = sent["__typename"]
        number = int(next(text for text in _texts(sent) if "-" in text).rpartition("-")[2])
        names = sorted(self.truth.supergraph.possible.get(name, {name}))
        real = names[number % len(names)]
        known = name if self.graph in self.types[name].interface_objects else real
        return {"__typename": known, "number": number, "sent": sent, "real": real}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in sorted(value.items()) if key != "__typename" for text in _texts(each)]
    return [value] if isinstance(value, str) else []
