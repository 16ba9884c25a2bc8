"""The plan: what the planner hands to the executor, as frozen values.

The executor imports this module and nothing else of the planner. A plan holds four tables and a tree:

    places      every place in the data that anything reads: a tree, kept flat
    fetches     what is asked of which subgraph, and for which place
    requests    fetches that travel together, ready to be sent, and what each waits for
    output      the client's shape: for each leaf, the one fetch it is read from

Subgraph answers are never merged into each other and never changed. At run time a place is a *frame*: for every
fetch that has data there, that fetch's own object. A frame at a child place is made from the parent's frame by
reading each of `Place.sources`; the entity fetches listed in `Place.fetches` join the frame by looking up the
representation that was made from it. Whoever wants a leaf reads `frame[source.fetch][source.key]`.

Example. `{ products { name reviews { body } } }`, products from P, reviews from R by upc:

    places    0 root                            fetches=(0,)
              1 .products  [list]  sources=(0:products)   fetches=(1,)
              2 .reviews   [list]  sources=(1:reviews)
    fetches   0 P root at 0        1 R entity at 1, input Product { upc <- 0:upc }
    requests  0 P (0)              1 R (1) after 0
    output    products@1 { name <- 0:name, reviews@2 { body <- 1:body } }

Hidden places (read only for keys and @requires, not by the client) have `visible=False`; an error below one is
shown at its nearest visible ancestor. Everything is deterministic: same operation and supergraph, same plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OperationKind(StrEnum):
    """The three kinds of operation (GraphQL specification, section 2.3)."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


class FetchKind(StrEnum):
    """How a fetch enters its subgraph."""

    ROOT = "root"
    """The operation's own root fields; the answer is the root object."""
    ENTITY = "entity"
    """`_entities` over representations; answer i belongs to representation i."""
    REENTRY = "reentry"
    """Query fields at a place below the root that has type Query; one answer for every occurrence of the place."""


@dataclass(frozen=True, slots=True)
class Named:
    """A named type."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list type."""

    of: TypeRef


@dataclass(frozen=True, slots=True)
class NonNull:
    """A non-null type; `of` is never itself non-null."""

    of: Named | ListOf


TypeRef = Named | ListOf | NonNull


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is read: in the answer of `fetch`, in its object at this place, under `key`.

    `key` is the response key in the document sent to the subgraph; it differs from the client's key where the
    planner had to use an alias of its own.
    """

    fetch: int
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the data where an object (or a list of objects) stands.

    sources     objects here, read from the parent's frame, in plan order. Several sources (a value type held by
                several subgraphs) are joined: lists by index, an object exists when any source is not null, and of two
                answers the earlier source decides length and nullness.
    fetches     entity and re-entry fetches (at place 0: root fetches) whose own root objects stand here
    typename    where the runtime type is read when `type_name` is abstract; None when it is known statically, or when
                nobody was asked because it does not matter (an interface object whose fields are those of all types)
    on_types    the parent's runtime types for which this place exists; None for all
    """

    id: int
    parent: int | None
    key: str
    """The client's response key; for a hidden place the key in the subgraph's document. Empty at the root."""
    type_name: str
    """Declared (possibly abstract) type in the supergraph."""
    list_depth: int
    """Levels of list between the parent's object and the objects here: 0, 1, 2 …"""
    sources: tuple[Source, ...]
    fetches: tuple[int, ...]
    typename: Source | None
    on_types: frozenset[str] | None
    visible: bool


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a representation: a leaf read from `source`, or a nested object read at `place`.

    strict      a key field: when the value is null or missing there is no representation. A field wanted by
                @requires is not strict: null is sent as null.
    fields      only with `place`: the nested object's fields. Where the nested type is abstract, `typename` says
                that `__typename` is sent with it, and a field with `on_types` is sent for those runtime types only.
    arguments   never appear here: two values of one field under different arguments are two fetches.
    """

    name: str
    source: Source | None
    place: int | None
    fields: tuple[InputField, ...]
    strict: bool
    typename: bool
    on_types: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Input:
    """The shape of one kind of representation at a fetch's place.

    on_types    runtime types that are sent in this shape; None: whatever stands at the place
    typename    the representation's `__typename`; for an interface object the interface's name
    """

    on_types: frozenset[str] | None
    typename: str
    fields: tuple[InputField, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One question to one subgraph, about one place.

    depends_on  fetches whose data its inputs are made of, or (mutations) which must be over before it starts
    selection   the GraphQL selection asked for, printed; for people and for tests
    """

    id: int
    kind: FetchKind
    subgraph: str
    place: int
    inputs: tuple[Input, ...]
    depends_on: tuple[int, ...]
    selection: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """One `_entities` field of a request.

    Fetches at several places that ask the same of the same subgraph share one lookup, and so one list of
    representations: the same entity is asked for once.
    """

    alias: str
    """Response key of the `_entities` field."""
    variable: str
    """Name of the variable that carries the representations."""
    fetches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent over the wire in one piece: a root or re-entry fetch alone, or entity fetches batched by alias.

    document    complete operation text
    variables   names of the client's variables it uses; those the client did not give and which have no default
                are left out when sending
    lookups     empty for root and re-entry requests, whose answer is the root object of `fetch`
    fetch       the root or re-entry fetch; None when there are lookups
    after       requests that must be over before this one starts
    """

    id: int
    subgraph: str
    kind: OperationKind
    document: str
    operation_name: str | None
    variables: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    fetch: int | None
    after: tuple[int, ...]


class Special(StrEnum):
    """A client's field that no subgraph answers."""

    TYPENAME = "typename"
    """`__typename`: the runtime type of the place, or the operation's root type."""
    INTROSPECTION = "introspection"
    """`__schema` or `__type` at the root: answered over the API schema."""


@dataclass(frozen=True, slots=True)
class OutputField:
    """One field of the answer.

    key         the client's response key
    field_name  the field's name in the schema
    type        its type in the API schema, for null propagation
    source      leaves: the one fetch the value is read from; None for composite and special fields
    selection   composite fields: what is shown of the object at `selection.place`
    enum_values leaves of enum type: the values the API schema knows; another value becomes null
    special     set when no subgraph answers it
    """

    key: str
    field_name: str
    type: TypeRef
    source: Source | None
    selection: Selection | None
    enum_values: frozenset[str] | None
    special: Special | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What the client sees of one place, by runtime type.

    variants    runtime type → fields in the operation's order. A type that the API schema hides is absent: such an
                object becomes null. Where the place's type is an object, or the place has no `typename`, there is
                exactly one variant, under the place's own type name. Equal tuples and equal sub-selections are shared
                objects, so that fifty implementations compile once.
    """

    place: int
    variants: tuple[tuple[str, tuple[OutputField, ...]], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to answer one operation.

    fetches, requests and places are indexed by their ids; fetches come after those they depend on.
    root_type   the API schema's name of the root type, the answer to a root `__typename`
    """

    kind: OperationKind
    root_type: str
    places: tuple[Place, ...]
    fetches: tuple[Fetch, ...]
    requests: tuple[Request, ...]
    output: Selection
