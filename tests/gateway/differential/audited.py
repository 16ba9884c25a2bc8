"""Graphs that show one thing each that a gateway can get wrong; named as the public audit of federation names them.

A case is its subgraphs, by name, and operations that were thought of; `test_audited` draws more at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .sdl import LINK, inputs


@dataclass(frozen=True, slots=True, eq=False)
class Audited:
    """A graph, and what is asked of it; `old` subgraphs are written for Federation 1. Equal by identity."""

    name: str
    subgraphs: Mapping[str, str]
    operations: tuple[str, ...]
    old: frozenset[str] = frozenset()

    def texts(self) -> dict[str, str]:
        """The subgraphs' SDL."""
        return {
            graph: ("" if graph in self.old else LINK) + inputs(graph) + text for graph, text in self.subgraphs.items()
        }


def case(name: str, *operations: str, old: str = "", **subgraphs: str) -> Audited:
    return Audited(name, subgraphs, operations, frozenset(old.split()))


CASES = (
    case(
        "abstract-types",
        "{ products { id price reviews { stars } ... on Book { title weight } ... on Magazine { title } __typename } }",
        "{ similar { id ... on Book { reviews { stars product { ... on Book { title } ... on Magazine { price } } } } } }",
        "{ media { ... on Book { title author { name } } ... on Magazine { title reviews { stars } } } }",
        agency="""
        type Author @key(fields: "id") { id: ID! name: String }
        type Book @key(fields: "id") { id: ID! author: Author }
        """,
        books="""
        type Query { media: [Media!]! }
        union Media = Book | Magazine
        type Book @key(fields: "id") { id: ID! title: String @shareable }
        type Magazine @key(fields: "id") { id: ID! title: String }
        """,
        products="""
        type Query { products: [Product!]! similar: [Product] }
        interface Product { id: ID! price: Int weight: Int }
        type Book implements Product @key(fields: "id") { id: ID! price: Int weight: Int }
        type Magazine implements Product @key(fields: "id") { id: ID! price: Int weight: Int }
        """,
        reviews="""
        interface Product { id: ID! reviews: [Review!]! }
        type Book implements Product @key(fields: "id") { id: ID! reviews: [Review!]! }
        type Magazine implements Product @key(fields: "id") { id: ID! reviews: [Review!]! }
        type Review @key(fields: "rid") { rid: ID! stars: Int product: Product }
        """,
    ),
    case(
        "child-type-mismatch",
        "{ accounts { ... on User { id name similar { ... on User { id name } ... on Admin { id } } } ... on Admin { id name } } }",
        "{ users { id name } accounts { ... on Admin { x: id aid name } ... on User { x: id name } } }",
        admins="""
        type Query { accounts: [Account!]! }
        union Account = User | Admin
        type User @key(fields: "id") { id: ID! similar: [Account!]! }
        type Admin { id: ID aid: ID! name: String similar: [Account!]! }
        """,
        users='type Query { users: [User!]! } type User @key(fields: "id") { id: ID name: String }',
    ),
    case(
        "circular-reference-interface",
        "{ product { same { same { id ... on Book { price same { id price } } } } } }",
        "{ product { ... on Book { id same { id price same { same { price } } } } } }",
        a="""
        type Query { product: Product }
        interface Product { id: ID! same: Product }
        type Book implements Product @key(fields: "id") { id: ID! same: Book @provides(fields: "price") price: Int @external }
        """,
        b='type Book @key(fields: "id") { id: ID! price: Int @shareable }',
    ),
    case(
        "enum-intersection",
        "{ users { id kind name } b: usersB { kind name } }",
        a="""
        type Query { users: [User!]! }
        enum Kind { REGULAR GUEST }
        type User @key(fields: "id") { id: ID! kind: Kind @shareable }
        """,
        b="""
        type Query { usersB: [User!]! }
        enum Kind { REGULAR GUEST @inaccessible }
        type User @key(fields: "id") { id: ID! kind: Kind @shareable name: String }
        """,
    ),
    case(
        "fed1-external-extends",
        "{ users { id rid name } providedRandom { rid name } }",
        old="a b",
        a="""
        type Query { users: [User!] providedRandom: User @provides(fields: "name") }
        type User @key(fields: "id") @extends { id: ID! @external rid: Int name: String @external }
        """,
        b='type User @key(fields: "id") { id: ID! name: String age: Int } type Query { oldest: User }',
    ),
    case(
        "fed2-external-extension",
        "{ user { id rid name } providedRandom { rid name age } }",
        a="""
        type Query { user: User providedRandom: User @provides(fields: "name") }
        extend type User @key(fields: "id") { id: ID! @external rid: Int name: String @external }
        """,
        b='type User @key(fields: "id") { id: ID! name: String @shareable age: Int }',
    ),
    case(
        "interface-object-with-requires",
        "{ users { id name username } }",
        "{ anotherUsers { ... on User { age username } } }",
        "{ anotherUsers { id name username __typename } }",
        "{ users { username ... on User { age name } } }",
        accounts="""
        type Query { users: [NodeName!]! }
        interface NodeName @key(fields: "id") { id: ID! name: String }
        type User implements NodeName @key(fields: "id") { id: ID! name: String age: Int }
        """,
        names="""
        type Query { anotherUsers: [NodeName] }
        type NodeName @key(fields: "id") @interfaceObject { id: ID! name: String @external username: String @requires(fields: "name") }
        """,
    ),
    case(
        "interface-object-indirect-extension",
        "{ first { id __typename title lent owner { item { lent title } } } }",
        "{ first { ... on Song { id length } ... on Film { owner { id } } } }",
        extension='type Media @key(fields: "id") @interfaceObject { id: ID! lent: Int }',
        media="""
        type Query { first: [Media!] }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Song implements Media @key(fields: "id") { id: ID! title: String length: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String }
        """,
        owners="""
        type Media @key(fields: "id") @interfaceObject { id: ID! owner: Owner }
        type Owner @key(fields: "oid") { oid: ID! id: Int item: Media }
        """,
    ),
    case(
        "keys-mashup",
        "{ b { bid a { name nameInB id } } }",
        "{ b { a { pid other { two three } } } }",
        a="""
        type A @key(fields: "id") @key(fields: "pid") @key(fields: "other { two three }") @key(fields: "id other { two three }") {
          id: ID! pid: ID! other: Other! name: String! }
        type Other { two: ID! @shareable three: ID! @shareable }
        """,
        b="""
        type Query { b: B }
        type B @key(fields: "bid") { bid: ID! a: [A!]! }
        type A @key(fields: "id other { two three }") {
          id: ID! other: Other! name: String! @external nameInB: String @requires(fields: "name") }
        type Other { two: ID! @shareable three: ID! @shareable }
        """,
    ),
    case(
        "mysterious-external",
        "{ product { id price } }",
        old="price",
        inventory='type Query { product: Product } type Product @key(fields: "id") { id: ID! }',
        price='extend type Product @key(fields: "id") { id: ID! @external price: Float inStock: Boolean }',
    ),
    case(
        "node",
        "{ node { ... on Product { name price } ... on Category { name products { price } } } }",
        "{ productNode { ... on Product { id name price } } categoryNode { id ... on Category { name } __typename } }",
        categories="""
        type Query { node: Node @shareable categoryNode: Node }
        interface Node { id: ID! }
        type Category implements Node @key(fields: "id") { id: ID! name: String products: [Product!] }
        type Product implements Node @key(fields: "id") { id: ID! }
        """,
        nodes="""
        type Query { productNode: Node }
        interface Node { id: ID! }
        type Product implements Node @key(fields: "id") { id: ID! name: String price: Int }
        """,
    ),
    case(
        "non-resolvable-interface-object",
        "{ product { id name other } }",
        "{ product { id ... on Bread { slices } __typename } }",
        a='type Query { made: Int } type Product @key(fields: "id") @interfaceObject { id: ID! other: Int }',
        b="""
        type Query { product: Product }
        interface Product @key(fields: "id") { id: ID! name: String }
        type Bread implements Product @key(fields: "id") { id: ID! name: String slices: Int }
        type Cake implements Product @key(fields: "id") { id: ID! name: String }
        """,
        c='type Query { sold: [Product!] } type Product @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }',
    ),
    case(
        "override-type-interface",
        "{ feed { id createdAt } }",
        "{ feed { createdAt ... on ImagePost { id title } } another { createdAt ... on ImagePost { title } } }",
        a="""
        type Query { feed: [Post] }
        interface Post { id: ID! createdAt: String }
        type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String title: String }
        type TextPost implements Post @key(fields: "id") { id: ID! createdAt: String body: String }
        """,
        b="""
        type Query { another: [AnotherPost] }
        interface AnotherPost { id: ID! createdAt: String }
        type ImagePost implements AnotherPost @key(fields: "id") { id: ID! createdAt: String @override(from: "a") }
        """,
    ),
    case(
        "override-with-requires",
        "{ userInA { id name aName bName cName } userInB { name cName } userInC { aName bName } }",
        a="""
        type Query { userInA: User }
        type User @key(fields: "id") { id: ID! name: String @override(from: "b") aName: String @requires(fields: "old") old: Int @external }
        """,
        b='type Query { userInB: User } type User @key(fields: "id") { id: ID! name: String old: Int bName: Int }',
        c="""
        type Query { userInC: User }
        type User @key(fields: "id") { id: ID! name: String @external cName: String @requires(fields: "name") }
        """,
    ),
    case(
        "parent-entity-call-complex",
        "{ productFromD { id name category { id name details } } }",
        a="""
        type Product @key(fields: "id pid") { id: ID! pid: ID! category: ValueCategory @shareable }
        type ValueCategory { details: String @shareable }
        """,
        b="""
        type Product @key(fields: "id pid") { id: ID! @external pid: ID! @external category: ValueCategory @shareable }
        type ValueCategory { id: ID @shareable }
        """,
        c="""
        type Product @key(fields: "id") @key(fields: "id pid") { id: ID! pid: ID! category: ValueCategory @shareable }
        type ValueCategory { name: String @shareable }
        """,
        d='type Query { productFromD: Product } type Product @key(fields: "id") { id: ID! name: String }',
    ),
    case(
        "provides-on-interface",
        "{ media { id animals { id name } } }",
        "{ media { ... on Book { animals { ... on Cat { age name } ... on Dog { age } } } } book { animals { id name } } }",
        a="""
        type Query { media: Media @shareable book: Book @provides(fields: "animals { ... on Dog { name } }") }
        interface Media { id: ID! }
        interface Animal { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal!] @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
        type Cat implements Animal @key(fields: "id") { id: ID! }
        """,
        b="""
        type Query { media: Media @shareable @provides(fields: "... on Book { animals { ... on Dog { name } ... on Cat { name } } }") }
        interface Media { id: ID! animals: [Animal!] }
        interface Animal { id: ID! name: String }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal!] @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
        """,
        c="""
        interface Animal { id: ID! name: String }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
        """,
    ),
    case(
        "requires-requires",
        "{ product { canAfford canAfford2 isExpensive } }",
        "{ product { canAfford3 canAffordDeep hasDiscount price } }",
        a='type Product @key(fields: "id") { id: ID! price: Int }',
        b='type Product @key(fields: "id") { id: ID! hasDiscount: Int }',
        c="""
        type Product @key(fields: "id") { id: ID! price: Int @external hasDiscount: Int @external
          isExpensive: String @requires(fields: "price") isDiscounted: String @requires(fields: "price hasDiscount") }
        """,
        d="""
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! isExpensive: String @external isDiscounted: String @external
          canAfford: String @requires(fields: "isExpensive") canAfford2: String @requires(fields: "isExpensive")
          canAfford3: String @requires(fields: "isDiscounted isExpensive") }
        """,
        e="""
        type Product @key(fields: "id") { id: ID! canAfford3: String @external
          canAffordDeep: String @requires(fields: "canAfford3") }
        """,
    ),
    case(
        "requires-with-argument-conflict",
        '{ products { estimate estimate2 price(a: "x") } }',
        '{ products { p: price(a: "y") price(a: "z") category estimate } }',
        a='type Product @key(fields: "id") { id: ID! price(a: String): Int weight(a: String): Float category: Int }',
        b="""
        type Query { products: [Product!] }
        type Product @key(fields: "id") { id: ID! price(a: String): Int @external weight(a: String): Float @external
          category: Int @external
          estimate: String @requires(fields: "price(a: \\"USD\\") weight(a: \\"kg\\")")
          estimate2: String @requires(fields: "price(a: \\"EUR\\") category") }
        """,
    ),
    case(
        "requires-with-fragments",
        "{ entity { id requirer } entities { requirer2 } }",
        "{ entities { data { foo ... on Baz { bar } } requirer } }",
        a="""
        type Query { entity: Entity entities: [Entity!] }
        type Entity @key(fields: "id") { id: ID! data: Data }
        interface Data { foo: String }
        type Qux implements Data { foo: String @shareable qux: String @shareable }
        type Baz implements Data { foo: String @shareable bar: String @shareable baz: String @shareable }
        """,
        b="""
        type Entity @key(fields: "id") { id: ID! data: Data @external
          requirer: String @requires(fields: "data { foo ... on Baz { bar baz } }")
          requirer2: String @requires(fields: "data { ... on Qux { qux } ... on Baz { baz } }") }
        interface Data { foo: String }
        type Qux implements Data { foo: String @shareable qux: String @shareable }
        type Baz implements Data { foo: String @shareable bar: String @shareable baz: String @shareable }
        """,
    ),
    case(
        "union-intersection",
        "{ media { ... on Book { title aTitle bTitle } ... on Song { title } } viewer { media { __typename ... on Book { title } } } }",
        "{ aMedia { ... on Book { bTitle } ... on Song { title } } bMedia { ... on Book { aTitle } ... on Movie { title } } }",
        a="""
        type Query { media: Media @shareable viewer: ValueViewer @shareable aMedia: Media }
        union Media = Book | Song
        type ValueViewer { media: Media @shareable song: Song }
        type Book @key(fields: "id") { id: ID! title: String @shareable aTitle: Int }
        type Song { title: String @shareable }
        """,
        b="""
        type Query { media: Media @shareable viewer: ValueViewer @shareable bMedia: Media }
        union Media = Book | Movie
        type ValueViewer { media: Media @shareable book: Book movie: Movie }
        type Book @key(fields: "id") { id: ID! title: String @shareable bTitle: Int }
        type Movie { title: String @shareable }
        """,
    ),
    case(
        "requires-into-objects-by-type",
        *(
            f"{{ a: thing(n: {n}) {{ {made} }} b: thing(n: {n + 1}) {{ {made} }} }}"
            for n in (1, 3)
            for made in ("made", "both made", "wide", "inner")
        ),
        a="""
        type Query { things: [Thing!]! thing(n: Int): Thing }
        union Any = Cup | Pot
        type Thing @key(fields: "id") { id: ID! any: Any @external
          made: String @requires(fields: "any { ... on Cup { any { ... on Cup { size } ... on Pot { size } } } ... on Pot { any { ... on Cup { size } ... on Pot { lid } } } }")
          both: String @requires(fields: "any { __typename ... on Pot { any { ... on Pot { size } } } ... on Cup { size } }") }
        type Cup @key(fields: "id") { id: ID! any: Any @external size: Int @external }
        type Pot @key(fields: "id") { id: ID! any: Any @external size: Int @external lid: String @external }
        """,
        b="""
        union Any = Cup | Pot
        type Thing @key(fields: "id") { id: ID! any: Any }
        type Cup @key(fields: "id") { id: ID! any: Any size: Int }
        type Pot @key(fields: "id") { id: ID! }
        """,
        c="""
        union Any = Cup | Pot
        type Cup @key(fields: "id", resolvable: false) { id: ID! }
        type Pot @key(fields: "id") { id: ID! any: Any size: Int lid: String }
        """,
        d="""
        interface Item { id: ID! part: Item }
        type Thing @key(fields: "id") { id: ID! item: Item @external
          wide: String @requires(fields: "item { part { id } ... on Jar { part { ... on Jar { lid } ... on Box { depth } } } }")
          inner: String @requires(fields: "item { ... on Jar { part { id } } part { ... on Box { depth part { id } } } }") }
        type Jar implements Item @key(fields: "id") { id: ID! part: Item @external lid: String @external }
        type Box implements Item @key(fields: "id") { id: ID! part: Item @external depth: Int @external }
        """,
        e="""
        interface Item { id: ID! part: Item }
        type Thing @key(fields: "id") { id: ID! item: Item }
        type Jar implements Item @key(fields: "id") { id: ID! part: Item lid: String }
        type Box implements Item @key(fields: "id") { id: ID! part: Item depth: Int }
        """,
    ),
    case(
        "interface-objects-in-each-other",
        *(
            f"{{ media(n: {n}) {{ {inner} }} }}"
            for n in (1, 2)
            for inner in (
                "rank score",
                "__typename score ... on Song { length rank } ... on Film { score title }",
                "next { score next { rank __typename } }",
                "shelf { media { score } label } ... on Film { shelf { media { title rank } } }",
            )
        ),
        media="""
        type Query { media(n: Int): Media }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Song implements Media @key(fields: "id") { id: ID! title: String length: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String }
        """,
        ranks="""
        type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external rank: String @requires(fields: "title") next: Media }
        """,
        scores="""
        type Media @key(fields: "id") @interfaceObject { id: ID! rank: String @external shelf: Shelf
          score: String @requires(fields: "rank") }
        type Shelf @key(fields: "sid") { sid: ID! media: [Media!] }
        """,
        shelves='type Shelf @key(fields: "sid") { sid: ID! label: String }',
    ),
    case(
        "provides-nested-under-unions",
        *(
            f"{{ a: find(n: 1) {{ {inner} }} b: find(n: 2) {{ {inner} }} c: find(n: 7) {{ {inner} }} }}"
            for inner in (
                "... on Car { maker { name } price } ... on Bike { maker { name town { mayor } } gears }",
                "... on Car { maker @include(if: true) { name @skip(if: false) } } ... on Bike { maker { town @skip(if: true) { mayor } id } }",
                "__typename ... on Car { id maker { id town { mayor size } } }",
            )
        ),
        finder="""
        type Query { find(n: Int): [Vehicle!]! @provides(fields: "... on Car { price maker { name } } ... on Bike { maker { town { mayor } } }") }
        union Vehicle = Car | Bike
        type Car @key(fields: "id") { id: ID! price: Int @external maker: Maker }
        type Bike @key(fields: "id") { id: ID! maker: Maker }
        type Maker @key(fields: "id") { id: ID! name: String @external town: Town @external }
        type Town @key(fields: "id") { id: ID! mayor: String @external }
        """,
        cars='type Car @key(fields: "id") { id: ID! price: Int @shareable } type Bike @key(fields: "id") { id: ID! gears: Int }',
        makers="""
        type Maker @key(fields: "id") { id: ID! name: String @shareable town: Town @shareable }
        type Town @key(fields: "id") { id: ID! mayor: String @shareable size: Int }
        """,
    ),
    case(
        "overlapping-fragments",
        *(
            f"{{ a: all(n: 1) {{ {inner} }} b: all(n: 2) {{ {inner} }} c: all(n: 5) {{ {inner} }} }}"
            for inner in (
                "... on Named { name } ... on Priced { price name } ... on Tea { name price origin { name } }",
                "id ... on Named { ... on Tea { origin { id } } ... on Mug { name } } ... on Priced { ... on Tea { origin { name } } }",
                "x: id ... on Tea { x: id v: name } ... on Mug { x: id v: name } ... on Named { __typename t: __typename }",
            )
        ),
        list="""
        type Query { all(n: Int): [Item!]! }
        interface Item { id: ID! }
        interface Named { name: String }
        type Tea implements Item & Named @key(fields: "id") { id: ID! name: String @shareable }
        type Mug implements Item & Named @key(fields: "id") { id: ID! name: String @shareable }
        """,
        prices="""
        interface Priced { price: Int name: String }
        type Tea implements Priced @key(fields: "id") { id: ID! name: String @shareable price: Int origin: Land }
        type Mug implements Priced @key(fields: "id") { id: ID! name: String @shareable price: Int }
        type Land @key(fields: "id") { id: ID! }
        """,
        lands='type Land @key(fields: "id") { id: ID! name: String }',
    ),
    case(
        "keys-through-lists-and-values",
        "{ order { lines { item { name stock } } } orders { total } }",
        "{ order { total lines { item { sku ref { code } name } } } }",
        "{ a: order { label } orders { label lines { item { stock } } } }",
        orders="""
        type Query { order: Order! orders: [Order!]! }
        type Order @key(fields: "id lines { sku }") { id: ID! lines: [ValueLine!]! @shareable }
        type ValueLine { sku: ID! @shareable item: Item! }
        type Item @key(fields: "ref { code maker }") { ref: ValueRef! @shareable sku: ID }
        type ValueRef { code: ID! @shareable maker: ID! @shareable }
        """,
        totals="""
        type Order @key(fields: "id lines { sku }") { id: ID! lines: [ValueLine!] @shareable total: Int }
        type ValueLine { sku: ID! @shareable }
        """,
        labels="""
        type Order @key(fields: "id") { id: ID! total: Int @external lines: [ValueLine!] @external
          label: String @requires(fields: "total lines { sku }") }
        type ValueLine { sku: ID! @external }
        """,
        items="""
        type Item @key(fields: "ref { maker code }") @key(fields: "num") { ref: ValueRef! @shareable num: Int! @shareable name: String }
        type ValueRef { code: ID! @shareable maker: ID! @shareable }
        """,
        stock='type Item @key(fields: "num") { num: Int! @shareable stock: Int }',
    ),
    case(
        "external-argument",
        '{ products { size(n: 2) boxed other: size(a: "in") } }',
        goods='type Product @key(fields: "id") { id: ID! size(n: Int = 3, a: String): Int }',
        boxes="""
        type Query { products: [Product!] }
        type Product @key(fields: "id") { id: ID! size(n: Int = 3, a: String): Int @external
          boxed: String @requires(fields: "size") }
        """,
    ),
    case(
        "mutations-with-lookups",
        'mutation { add: addProduct(a: "x") { name price isExpensive } delete two: addProduct(a: "y") { isAvailable } }',
        a="""
        type Query { product: Product }
        type Mutation { addProduct(a: String): Product }
        type Product @key(fields: "id") { id: ID! name: String price: Int }
        """,
        b="""
        type Mutation { delete: Int }
        type Product @key(fields: "id") { id: ID! price: Int @external isExpensive: String @requires(fields: "price")
          isAvailable: Boolean }
        """,
    ),
    case(
        "shared-root-of-values",
        "{ product { name { id brand } category { id name } price { id amount } } products { category { name } price { amount } } }",
        a="""
        type Query { product: ValueProduct @shareable products: [ValueProduct!] @shareable }
        type ValueProduct { name: ValueName @shareable category: ValueCategory @shareable }
        type ValueName { id: Int @shareable brand: String @shareable } type ValueCategory { id: Int @shareable name: String }
        """,
        b="""
        type Query { product: ValueProduct @shareable products: [ValueProduct!] @shareable }
        type ValueProduct { category: ValueCategory @shareable price: ValuePrice @shareable }
        type ValueCategory { id: Int @shareable } type ValuePrice { id: Int @shareable amount: Int @shareable }
        """,
    ),
)
