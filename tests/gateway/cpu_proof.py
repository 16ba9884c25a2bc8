"""The nastiest documents of up to 64 kB, each answered once by a whole pipeline with default settings; CPU seconds of each.

    python -m tests.gateway.cpu_proof          prints a table, and JSON on its last line
    python -m tests.gateway.cpu_proof ladder   the same over one supergraph

Run as a process of its own, so that `time.process_time` counts nothing else. What the doubles of the subgraphs take is
subtracted: they stand for services that have a machine of their own.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    GraphQLSchema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

from gateway.composition import SubgraphSource, compose
from gateway.errors import ClientError
from gateway.identity import Identity
from gateway.pipeline import GraphQLRequest, Notes, Pipeline
from gateway.settings import Settings
from gateway.supergraph.load import load_supergraph
from gateway.supergraph.model import Supergraph
from gateway.supergraph.subgraph_schema import subgraph_schema
from gateway.transport.base import SubgraphRequest, SubgraphResponse

from .hostile_documents import documents_for, hostile_supergraphs

ROOT = Path(__file__).parents[2]
ITEMS = 3
"""Length of every list a double answers with."""


class Subgraph:
    """Answers whatever its schema has; counts the CPU seconds it takes for that."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.seconds = 0.0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        began = time.process_time()
        asked = json.loads(request.body)
        document = parse(asked["query"])
        assert not validate(self.schema, document), asked["query"][:1000]
        result = execute_sync(
            self.schema,
            document,
            {},
            variable_values=asked["variables"],
            field_resolver=self._resolve,
            type_resolver=lambda each, info, kind: each.get("__typename") or _types(info.schema, kind)[0],
        )
        body = json.dumps({"data": result.data}).encode()
        self.seconds += time.process_time() - began
        return SubgraphResponse(200, {"content-type": "application/json"}, body)

    def _resolve(self, source: dict[str, Any], info: Any, **arguments: Any) -> Any:
        if info.field_name == "_entities":
            return [{"__typename": each["__typename"]} for each in arguments["representations"]]
        return self._value(info.return_type, [info.field_name])

    def _value(self, kind: Any, seed: list[Any]) -> Any:
        if is_non_null_type(kind):
            return self._value(kind.of_type, seed)
        if is_list_type(kind):
            return [self._value(kind.of_type, [*seed, index]) for index in range(ITEMS)]
        named = get_named_type(kind)
        if is_enum_type(named):
            return next(iter(named.values))
        if is_leaf_type(named):
            return {"Int": len(seed), "Float": 1.5, "Boolean": True}.get(named.name, "-".join(map(str, seed)))
        if is_abstract_type(named):
            types = _types(self.schema, named)
            return {"__typename": types[(seed[-1] if isinstance(seed[-1], int) else 0) % len(types)]}
        return {"__typename": named.name}

    async def close(self) -> None:
        """Nothing is held."""


def _types(schema: GraphQLSchema, kind: Any) -> list[str]:
    return sorted(each.name for each in schema.get_possible_types(kind))


def supergraphs() -> Iterator[tuple[str, Supergraph]]:
    """The five subgraphs' supergraph, and those made to hurt."""
    yield "shop", load_supergraph((ROOT / "schema" / "supergraph.graphql").read_text("utf-8"))
    for name, subgraphs in hostile_supergraphs().items():
        composed = compose([SubgraphSource(each, f"http://{each}.invalid", sdl) for each, sdl in subgraphs.items()])
        assert composed.supergraph is not None, composed.errors[:3]
        yield name, load_supergraph(composed.supergraph)


async def answered(supergraph: Supergraph, query: str, variables: dict[str, Any]) -> tuple[float, str]:
    """CPU seconds and outcome of one request to a pipeline that has answered nothing yet."""
    clients = {each.name: Subgraph(subgraph_schema(supergraph, graph)) for graph, each in supergraph.subgraphs.items()}
    pipeline = Pipeline(supergraph, clients, Settings())
    caller = Identity("cus_1", frozenset(), "web", authenticated=True)
    until = asyncio.get_running_loop().time() + 30
    request = GraphQLRequest(query, None, variables, caller, (), until, read_only=False, notes=Notes())
    began = time.process_time()
    try:
        answer = await pipeline.answer(request)
        errors = f", {len(answer['errors'])} errors" if "errors" in answer else ""
        outcome = f"answered with {request.notes.requests} requests{errors}"
    except ClientError as error:
        outcome = error.code
    spent = time.process_time() - began
    return spent - sum(client.seconds for client in clients.values()), outcome


def main() -> None:
    rows = []
    for name, supergraph in supergraphs():
        if len(sys.argv) > 1 and name not in sys.argv:
            continue
        for kind, (query, variables) in documents_for(supergraph.api_schema).items():
            size = len(query.encode()) + len(orjson.dumps(variables))
            seconds, outcome = asyncio.run(answered(supergraph, query, variables))
            rows.append({"supergraph": name, "document": kind, "bytes": size, "seconds": seconds, "outcome": outcome})
            sys.stdout.write(f"{name:10} {kind:44} {size:7,} bytes {seconds:7.3f} s  {outcome}\n")
            sys.stdout.flush()
    sys.stdout.write(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main()
