"""A library of four subgraphs over one set of records, and the same as one server: what a plan must add up to."""

from __future__ import annotations

from typing import Any

import orjson
from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema, execute_sync, parse, validate

from gateway.transport.base import SubgraphRequest, SubgraphResponse

_JOIN = """
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
"""

SUPERGRAPH = (
    _JOIN
    + """
enum join__Graph {
  BOOKS @join__graph(name: "books", url: "http://books.invalid")
  NOTES @join__graph(name: "notes", url: "http://notes.invalid")
  READERS @join__graph(name: "readers", url: "http://readers.invalid")
  SHELVES @join__graph(name: "shelves", url: "http://shelves.invalid")
}
type Query @join__type(graph: BOOKS) @join__type(graph: NOTES) @join__type(graph: READERS) @join__type(graph: SHELVES) {
  items: [Item!]! @join__field(graph: BOOKS)
  book: Book @join__field(graph: BOOKS)
  readers: [Reader!] @join__field(graph: READERS)
  lost: Reader @join__field(graph: READERS)
}
interface Item @join__type(graph: BOOKS) @join__type(graph: NOTES) {
  isbn: ID!
  notes: [Note!] @join__field(graph: NOTES)
  title: String @join__field(graph: BOOKS)
}
enum Shape @join__type(graph: BOOKS) {
  PAPER @join__enumValue(graph: BOOKS)
  HIDDEN @join__enumValue(graph: BOOKS)
}
type Size @join__type(graph: BOOKS) @join__type(graph: SHELVES) { height: Int width: Int }
type Book implements Item @join__implements(graph: BOOKS, interface: "Item") @join__implements(graph: NOTES, interface: "Item")
  @join__type(graph: BOOKS, key: "isbn") @join__type(graph: NOTES, key: "isbn") @join__type(graph: SHELVES, key: "isbn") {
  isbn: ID!
  title: String @join__field(graph: BOOKS)
  shape: Shape @join__field(graph: BOOKS)
  pages: Int @join__field(graph: BOOKS) @join__field(graph: SHELVES, external: true)
  size: Size @join__field(graph: BOOKS) @join__field(graph: SHELVES, external: true)
  present: Boolean! @join__field(graph: SHELVES)
  postage: Int @join__field(graph: SHELVES, requires: "pages size { height }")
  notes: [Note!] @join__field(graph: NOTES)
}
type Film implements Item @join__implements(graph: BOOKS, interface: "Item") @join__implements(graph: NOTES, interface: "Item")
  @join__type(graph: BOOKS, key: "isbn") @join__type(graph: NOTES, key: "isbn") {
  isbn: ID!
  title: String @join__field(graph: BOOKS)
  minutes: Int @join__field(graph: BOOKS)
  notes: [Note!] @join__field(graph: NOTES)
}
type Reader @join__type(graph: READERS, key: "id") @join__type(graph: NOTES, key: "id") {
  id: ID!
  name: String @join__field(graph: READERS)
  friends: [Reader] @join__field(graph: READERS)
  notes: [Note!] @join__field(graph: NOTES)
}
type Note @join__type(graph: NOTES) {
  text: String
  item: Item
  book: Book
  reader: Reader
}
"""
)

_ENTITIES = " scalar _Any union _Entity = %s "
_QUERY = " _entities(representations: [_Any!]!): [_Entity]! "
SUBGRAPHS = {
    "books": "type Query { items: [Item!]! book: Book"
    + _QUERY
    + "} interface Item { isbn: ID! title: String } enum Shape { PAPER HIDDEN } type Size { height: Int width: Int }"
    + "type Book implements Item { isbn: ID! title: String shape: Shape pages: Int size: Size }"
    + "type Film implements Item { isbn: ID! title: String minutes: Int }"
    + _ENTITIES % "Book | Film",
    "readers": "type Query { readers: [Reader!] lost: Reader"
    + _QUERY
    + "} type Reader { id: ID! name: String friends: [Reader] }"
    + _ENTITIES % "Reader",
    "shelves": "type Query {"
    + _QUERY
    + "} type Size { height: Int width: Int } type Book { isbn: ID! present: Boolean! postage: Int }"
    + _ENTITIES % "Book",
    "notes": "type Query {"
    + _QUERY
    + "} interface Item { isbn: ID! notes: [Note!] } type Book implements Item { isbn: ID! notes: [Note!] }"
    + "type Film implements Item { isbn: ID! notes: [Note!] } type Reader { id: ID! notes: [Note!] }"
    + "type Note { text: String item: Item book: Book reader: Reader }"
    + _ENTITIES % "Book | Film | Reader",
}

ITEMS: list[dict[str, Any]] = [
    {
        "__typename": "Book",
        "isbn": "1",
        "title": "One",
        "shape": "PAPER",
        "pages": 10,
        "size": {"height": 3, "width": 2},
    },
    {"__typename": "Film", "isbn": "2", "title": None, "minutes": 90},
    {"__typename": "Book", "isbn": "3", "title": "Three", "shape": None, "pages": None, "size": None},
    {"__typename": "Book", "isbn": "1"},
]
ITEMS[3] = ITEMS[0]
READERS: list[dict[str, Any]] = [
    {"__typename": "Reader", "id": str(n), "name": f"R{n}" if n else None} for n in range(3)
]


def _connect() -> None:
    notes = [
        {
            "__typename": "Note",
            "text": f"n{n}",
            "item": ITEMS[n % 3],
            "book": ITEMS[0] if n % 2 else None,
            "reader": READERS[n % 3],
        }
        for n in range(5)
    ]
    for item in ITEMS:
        item["notes"] = [note for note in notes if note["item"] is item]
        item["present"] = item["isbn"] == "1"
        item["postage"] = None if item.get("pages") is None else item["pages"] + item["size"]["height"]
    ITEMS[2]["notes"] = None
    for number, reader in enumerate(READERS):
        reader["notes"] = notes[number:]
        reader["friends"] = [*READERS[:number], None]


_connect()
ROOT = {"items": ITEMS, "book": ITEMS[2], "readers": READERS, "lost": None}


def _entity(representation: dict[str, Any]) -> dict[str, Any]:
    found = next(
        record
        for record in [*ITEMS, *READERS]
        if record["__typename"] == representation["__typename"]
        and all(record.get(key) == representation[key] for key in ("id", "isbn") if key in representation)
    )
    if "pages" in representation:  # computed of what was sent, not of what is stored
        size = representation["size"]
        paid = None if size is None else representation["pages"] + size["height"]
        return {**found, "postage": paid}
    return {**found, "postage": "not sent"} if "isbn" in representation else found


def _default(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    if info.field_name == "_entities":
        return [_entity(representation) for representation in arguments["representations"]]
    return source.get(info.field_name) if isinstance(source, dict) else None


def _execute(schema: GraphQLSchema, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    parsed = parse(document)
    faults = validate(schema, parsed)
    assert not faults, (document, faults)
    result = execute_sync(schema, parsed, ROOT, variable_values=variables, field_resolver=_default)
    assert not result.errors, (document, result.errors)
    assert result.data is not None
    return result.data


SCHEMAS = {name: build_schema(sdl) for name, sdl in SUBGRAPHS.items()}


class LibrarySubgraph:
    """One of the four, as a client of it."""

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        asked = orjson.loads(request.body)
        data = _execute(SCHEMAS[request.subgraph], asked["query"], asked["variables"])
        return SubgraphResponse(200, {}, orjson.dumps({"data": data}))

    async def close(self) -> None:
        pass


def alone(schema: GraphQLSchema, document: str) -> dict[str, Any]:
    """What one server over all records answers."""
    assert isinstance(schema.query_type, GraphQLObjectType)
    return _execute(schema, document, {})
