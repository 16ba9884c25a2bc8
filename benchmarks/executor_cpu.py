"""CPU of the executor for one deep query over four subgraphs and an answer of some 90 kB, without any network.

    python benchmarks/executor_cpu.py

A library: books, readers, notes on books by readers, and shelves. The answers are made once by graphql-core and then
replayed. Figures are microseconds of CPU, best of five rounds; compare them with each other within one run.
"""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLResolveInfo, OperationDefinitionNode, build_schema, graphql_sync, parse

from gateway.executor.compiled import Code, compile_code
from gateway.executor.program import compile_program
from gateway.planner.operation import normalise
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph
from gateway.transport.base import SubgraphResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.executor.execution import Execution
    from gateway.executor.program import Program

SUPERGRAPH = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
  query: Query
}
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String,
  external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false)
  repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph {
  BOOKS @join__graph(name: "books", url: "http://books.invalid")
  NOTES @join__graph(name: "notes", url: "http://notes.invalid")
  READERS @join__graph(name: "readers", url: "http://readers.invalid")
  SHELVES @join__graph(name: "shelves", url: "http://shelves.invalid")
}
type Query @join__type(graph: BOOKS) @join__type(graph: NOTES) @join__type(graph: READERS) @join__type(graph: SHELVES) {
  newBooks: [Book] @join__field(graph: BOOKS)
  readers: [Reader] @join__field(graph: READERS)
}
type Book @join__type(graph: BOOKS, key: "isbn") @join__type(graph: NOTES, key: "isbn")
  @join__type(graph: SHELVES, key: "isbn") {
  isbn: ID!
  title: String @join__field(graph: BOOKS)
  pages: Int @join__field(graph: BOOKS) @join__field(graph: SHELVES, external: true)
  weight: Int @join__field(graph: BOOKS) @join__field(graph: SHELVES, external: true)
  present: Boolean @join__field(graph: SHELVES)
  postage: Int @join__field(graph: SHELVES, requires: "pages weight")
  notes: [Note] @join__field(graph: NOTES)
}
type Reader @join__type(graph: READERS, key: "id") @join__type(graph: NOTES, key: "id") {
  id: ID!
  login: String @join__field(graph: NOTES)
  name: String @join__field(graph: READERS)
  notes: [Note] @join__field(graph: NOTES)
}
type Note @join__type(graph: NOTES, key: "id") {
  id: ID!
  text: String
  book: Book
  reader: Reader
}
"""

QUERY = """
fragment Reader on Reader { id login name }
fragment Note on Note { id text }
fragment Book on Book { isbn title pages weight present postage }
{
  readers { ...Reader notes { ...Note book { ...Book notes { ...Note reader { ...Reader notes { ...Note book { ...Book } } } } } } }
  newBooks { ...Book notes { ...Note reader { ...Reader notes { ...Note book { ...Book } } } } }
}
"""

HEAD = "scalar _Any type Query { %s _entities(representations: [_Any!]!): [_Entity]! } union _Entity = %s "
SUBGRAPHS = {
    "books": HEAD % ("newBooks: [Book]", "Book") + "type Book { isbn: ID! title: String pages: Int weight: Int }",
    "readers": HEAD % ("readers: [Reader]", "Reader") + "type Reader { id: ID! name: String }",
    "shelves": HEAD % ("", "Book") + "type Book { isbn: ID! present: Boolean postage: Int }",
    "notes": HEAD % ("", "Book | Reader")
    + "type Book { isbn: ID! notes: [Note] } type Reader { id: ID! login: String notes: [Note] }"
    + "type Note { id: ID! text: String book: Book reader: Reader }",
}

READERS = [{"__typename": "Reader", "id": str(n), "login": f"reader{n}", "name": f"Reader No {n}"} for n in range(6)]
BOOKS = [
    {"__typename": "Book", "isbn": f"978{n}", "title": f"Volume {n}", "pages": 90 * n + 80, "weight": 100 + n}
    for n in range(5)
]


def note(number: int, book: int) -> dict[str, Any]:
    text = "The plot thickens, slowly, and then all at once. " * (2 + number % 7)
    stub = {"__typename": "Book", "isbn": BOOKS[book]["isbn"], "notes": lambda _: NOTES[book]}
    author = {
        "__typename": "Reader",
        "id": str(number % 3),
        "login": f"reader{number % 3}",
        "notes": lambda _: NOTES[0][:2],
    }
    return {"id": f"n{book}-{number}", "text": text, "book": stub, "reader": author}


NOTES = [[note(n, book) for n in range(4 if book < 2 else 1)] for book in range(5)]


def entity(representation: dict[str, Any]) -> dict[str, Any]:
    if representation["__typename"] == "Reader":
        return {**READERS[int(representation["id"])], "notes": lambda _: NOTES[0][:2]}
    number = int(representation["isbn"][3:])
    return {**BOOKS[number], "present": number % 2 == 0, "postage": 400, "notes": lambda _: NOTES[number]}


def entities(_: GraphQLResolveInfo, representations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entity(one) for one in representations]


SCHEMAS = {name: build_schema(sdl) for name, sdl in SUBGRAPHS.items()}
ROOT = {"_entities": entities, "newBooks": lambda _: BOOKS, "readers": lambda _: READERS}


def answer(subgraph: str, body: bytes) -> bytes:
    """What the subgraph says."""
    asked = orjson.loads(body)
    result = graphql_sync(SCHEMAS[subgraph], asked["query"], ROOT, variable_values=asked["variables"])
    if result.errors:
        raise SystemExit(f"{subgraph}: {result.errors[0]}")
    return orjson.dumps({"data": result.data})


def run(program: Program, replies: dict[tuple[str, bytes], bytes]) -> Execution:
    execution = program.start({})
    waiting = execution.ready()
    while waiting:
        outgoing = waiting.pop(0)
        key = (outgoing.subgraph, outgoing.body)
        if key not in replies:
            replies[key] = answer(*key)
        waiting += execution.feed(outgoing.request_id, SubgraphResponse(200, {}, replies[key]))
    return execution


def microseconds(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - start) / times)
    return best * 1e6


def main() -> None:
    supergraph = load_supergraph(SUPERGRAPH)
    document = parse(QUERY)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))

    def planned() -> Program:
        made = plan(normalise(document, None, {}, supergraph), supergraph)
        return compile_program(made, supergraph.api_schema, document, operation)

    program = planned()
    replies: dict[tuple[str, bytes], bytes] = {}
    response = run(program, replies).answer()
    execution = run(program, replies)
    roots, tables = execution._answers.roots, execution._answers.entities
    code = compile_code(program.layout)
    gc.freeze()
    gc.set_threshold(100_000)

    slow = replace(program, code=Code(program.layout, large=1_000_000_000))

    def interpreted() -> bytes:
        slow.code.runs = 0
        return orjson.dumps(run(slow, replies).answer())

    def collected() -> None:
        for collect in code.collect:
            if collect is not None:
                collect(roots, tables)

    bodies = list(replies.values())
    print(
        f"requests {len(replies)}, answers {sum(map(len, bodies))} bytes, response {len(orjson.dumps(response))} bytes"
    )
    print(f"decode answers        {microseconds(lambda: [orjson.loads(body) for body in bodies], 200):8.0f} µs")
    print(f"collect, generated    {microseconds(collected, 200):8.0f} µs")
    print(f"project, generated    {microseconds(lambda: code.project(roots, tables), 200):8.0f} µs")
    print(f"encode response       {microseconds(lambda: orjson.dumps(response), 200):8.0f} µs")
    print(f"whole run, generated  {microseconds(lambda: orjson.dumps(run(program, replies).answer()), 100):8.0f} µs")
    print(f"plan and lay out      {microseconds(planned, 5):8.0f} µs")
    print(f"generate code         {microseconds(lambda: compile_code(program.layout), 5):8.0f} µs")
    print(f"whole run, interpreted{microseconds(interpreted, 5):8.0f} µs")


if __name__ == "__main__":
    main()
