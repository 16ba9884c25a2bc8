"""A small supergraph of two subgraphs, served by graphql-core behind the transport's seam."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from graphql import build_schema, execute_sync, parse

from gateway.identity import Identity
from gateway.pipeline import GraphQLRequest, Notes, Pipeline
from gateway.settings import Settings
from gateway.supergraph.load import load_supergraph
from gateway.transport.base import SubgraphRequest, SubgraphResponse

SUPERGRAPH = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
{ query: Query mutation: Mutation subscription: Subscription }

directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
scalar join__FieldSet
scalar link__Import
scalar requiresScopes__Scope
scalar policy__Policy
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { A @join__graph(name: "a", url: "http://127.0.0.1:9/a") B @join__graph(name: "b", url: "http://127.0.0.1:9/b") }

type Query @join__type(graph: A) @join__type(graph: B) {
  products: [Product!]! @join__field(graph: A)
  me: Customer @join__field(graph: A) @authenticated
  nodes: [Node!] @join__field(graph: A)
  required: [Product!]! @join__field(graph: A) @authenticated
  vault: Vault @join__field(graph: A)
  ruled: Int @join__field(graph: A) @policy(policies: [["p"]])
  note: String @join__field(graph: A)
}
type Mutation @join__type(graph: A) {
  add(by: Int!): Int @join__field(graph: A)
  restock(by: Int!): Int @join__field(graph: A) @requiresScopes(scopes: [["stock:write"]])
}
type Subscription @join__type(graph: A) {
  restocked: Product @join__field(graph: A)
  arrived: Customer @join__field(graph: A) @authenticated
}
interface Node @join__type(graph: A) { id: ID! label: String }
type Product implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  label: String @join__field(graph: A)
  name: String! @join__field(graph: A)
  twin: Product @join__field(graph: A)
  cost: Int @join__field(graph: A) @requiresScopes(scopes: [["staff", "finance"], ["admin"]])
  margin: Int! @join__field(graph: A) @requiresScopes(scopes: [["admin"]])
  stock: Int @join__field(graph: B)
  hidden: Int @join__field(graph: B) @inaccessible
}
type Customer implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A) {
  id: ID!
  label: String @authenticated
  name: String
}
type Vault @join__type(graph: A) @authenticated { gold: Int }
"""

A = build_schema(
    """
    scalar _Any
    union _Entity = Product
    type Query {
      products: [Product!]! me: Customer nodes: [Node!] required: [Product!]! vault: Vault ruled: Int note: String
      _entities(representations: [_Any!]!): [_Entity]!
    }
    type Mutation { add(by: Int!): Int restock(by: Int!): Int }
    interface Node { id: ID! label: String }
    type Product implements Node { id: ID! label: String name: String! twin: Product cost: Int margin: Int! }
    type Customer implements Node { id: ID! label: String name: String }
    type Vault { gold: Int }
    """
)
B = build_schema(
    """
    scalar _Any
    union _Entity = Product
    type Query { _entities(representations: [_Any!]!): [_Entity]! }
    type Product { id: ID! stock: Int hidden: Int }
    """
)
PRODUCTS = [
    {"__typename": "Product", "id": str(i), "label": f"l{i}", "name": f"p{i}", "cost": i, "margin": i} for i in (1, 2)
]
CUSTOMER = {"__typename": "Customer", "id": "c", "label": "lc", "name": "Ann"}
ROOTS: dict[str, dict[str, Any]] = {
    "a": {
        "products": PRODUCTS,
        "me": CUSTOMER,
        "nodes": [*PRODUCTS, CUSTOMER],
        "required": PRODUCTS,
        "vault": {"gold": 1},
        "ruled": 1,
        "note": "n",
        "add": lambda _, by: by,
        "restock": lambda _, by: by,
    },
    "b": {
        "_entities": lambda _, representations: [
            {"__typename": "Product", "id": r["id"], "stock": int(r["id"]) * 10} for r in representations
        ]
    },
}


class SubgraphDouble:
    """A `SubgraphClient` over graphql-core; remembers what it was sent.

    before  awaited before answering
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[SubgraphRequest] = []
        self.before: Any = None

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.sent.append(request)
        await (self.before() if self.before else asyncio.sleep(0))
        body = json.loads(request.body)
        schema = A if self.name == "a" else B
        result = execute_sync(schema, parse(body["query"]), ROOTS[self.name], variable_values=body.get("variables"))
        return SubgraphResponse(200, {"content-type": "application/json"}, json.dumps(result.formatted).encode())

    async def close(self) -> None:
        """Nothing is held."""


class SourceDouble:
    """An `EventSource` that tells what it is given; remembers what it was asked and whether it was left."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.asked: list[SubgraphRequest] = []
        self.left = 0

    async def events(self, request: SubgraphRequest):
        self.asked.append(request)
        try:
            for event in self.told:
                yield event
        finally:
            self.left += 1


class Shop:
    """A pipeline over the two doubles, and a source of events at the first."""

    def __init__(self, **changes: Any) -> None:
        self.subgraphs = {name: SubgraphDouble(name) for name in ("a", "b")}
        self.source = SourceDouble()
        supergraph = load_supergraph(SUPERGRAPH)
        self.pipeline = Pipeline(supergraph, self.subgraphs, Settings(**changes), {"a": self.source})

    @property
    def queries(self) -> list[str]:
        """What the subgraphs were asked, in order of subgraphs."""
        return [json.loads(r.body)["query"] for double in self.subgraphs.values() for r in double.sent]

    async def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        scopes: str | None = None,
        read_only: bool = False,
        name: str | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        seconds: float = 600,
    ) -> dict[str, Any]:
        """The answer; `scopes` None: nobody, else a signed-in caller with these."""
        return await self.pipeline.answer(
            self.request(query, variables, scopes, read_only=read_only, name=name, headers=headers, seconds=seconds)
        )

    def request(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        scopes: str | None = None,
        *,
        read_only: bool = False,
        name: str | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        seconds: float = 600,
    ) -> GraphQLRequest:
        identity = Identity(
            subject=None if scopes is None else "cus_1",
            scopes=frozenset((scopes or "").split()),
            channel="web",
            authenticated=scopes is not None,
        )
        deadline = asyncio.get_running_loop().time() + seconds
        return GraphQLRequest(query, name, variables or {}, identity, headers, deadline, read_only, Notes())


@pytest.fixture
def make_shop():
    """A shop with these settings."""
    return Shop


@pytest.fixture
def shop(make_shop) -> Shop:
    return make_shop()
