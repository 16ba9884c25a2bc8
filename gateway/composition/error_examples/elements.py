"""Examples of errors: what else one subgraph can do wrong to its types and fields. Form: see `error_examples`."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, str]] = {
    "EXTERNAL_UNUSED": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! cost: Int }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
    ),
    "EXTERNAL_ON_INTERFACE": (
        """
        [catalog]
        type Query { a: Sized @provides(fields: "grams") }
        interface Sized { grams: Int @external }
        type Item implements Sized @key(fields: "id") { id: ID! grams: Int }
        """,
        """
        [catalog]
        type Query { a: Sized }
        interface Sized { grams: Int }
        type Item implements Sized @key(fields: "id") { id: ID! grams: Int }
        """,
    ),
    "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") {
          id: ID!
          owner: Owner @external @provides(fields: "name")
          label: String @requires(fields: "owner { id }")
        }
        type Owner @key(fields: "id") { id: ID! name: String @external }
        [people]
        type Cart @key(fields: "id") { id: ID! owner: Owner }
        type Owner @key(fields: "id") { id: ID! name: String @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") {
          id: ID!
          owner: Owner @external
          label: String @requires(fields: "owner { id }")
        }
        type Owner @key(fields: "id") { id: ID! }
        [people]
        type Cart @key(fields: "id") { id: ID! owner: Owner }
        type Owner @key(fields: "id") { id: ID! name: String @shareable }
        """,
    ),
    "TYPE_WITH_ONLY_UNUSED_EXTERNAL": (
        """
        [cart v1]
        type Query { size: Size }
        type Size { grams: Int @external }
        """,
        """
        [cart v1]
        type Query { size: Size }
        type Size { grams: Int }
        """,
    ),
    "INVALID_SHAREABLE_USAGE": (
        """
        [catalog]
        type Query { item: Sized }
        interface Sized { grams: Int @shareable }
        type Item implements Sized { grams: Int }
        """,
        """
        [catalog]
        type Query { item: Sized }
        interface Sized { grams: Int }
        type Item implements Sized { grams: Int @shareable }
        """,
    ),
    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION": (
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item { id: ID! }
        """,
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        """,
    ),
    "INTERFACE_OBJECT_USAGE_ERROR": (
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        [reviews]
        type Item @interfaceObject { id: ID! @shareable stars: Int }
        """,
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        [reviews]
        type Item @interfaceObject @key(fields: "id") { id: ID! stars: Int }
        """,
    ),
    "COST_APPLIED_TO_INTERFACE_FIELD": (
        """
        [catalog]
        type Query { item: Sized }
        interface Sized { grams: Int @cost(weight: 5) }
        type Item implements Sized { grams: Int }
        """,
        """
        [catalog]
        type Query { item: Sized }
        interface Sized { grams: Int }
        type Item implements Sized { grams: Int @cost(weight: 5) }
        """,
    ),
    "LIST_SIZE_APPLIED_TO_NON_LIST": (
        """
        [catalog]
        type Query { item: ID @listSize(assumedSize: 10) }
        """,
        """
        [catalog]
        type Query { items: [ID] @listSize(assumedSize: 10) }
        """,
    ),
    "LIST_SIZE_INVALID_ASSUMED_SIZE": (
        """
        [catalog]
        type Query { items: [ID] @listSize(assumedSize: -1) }
        """,
        """
        [catalog]
        type Query { items: [ID] @listSize(assumedSize: 10) }
        """,
    ),
    "LIST_SIZE_INVALID_SLICING_ARGUMENT": (
        """
        [catalog]
        type Query { items(first: Int): [ID] @listSize(slicingArguments: ["frist"]) }
        """,
        """
        [catalog]
        type Query { items(first: Int): [ID] @listSize(slicingArguments: ["first"]) }
        """,
    ),
    "LIST_SIZE_INVALID_SIZED_FIELD": (
        """
        [catalog]
        type Query { items: Page @listSize(assumedSize: 10, sizedFields: ["edges"]) }
        type Page { nodes: [ID] }
        """,
        """
        [catalog]
        type Query { items: Page @listSize(assumedSize: 10, sizedFields: ["nodes"]) }
        type Page { nodes: [ID] }
        """,
    ),
    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE": (
        """
        [people]
        type Query { owner: Owner }
        interface Owner { email: String @authenticated }
        type Person implements Owner { email: String }
        """,
        """
        [people]
        type Query { owner: Owner }
        interface Owner { email: String }
        type Person implements Owner { email: String @authenticated }
        """,
    ),
    "CONTEXT_NAME_INVALID": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "the_cart") { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! }
        """,
    ),
    "CONTEXT_NOT_SET": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! currency: String! line: Line }
        type Line @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$cart { currency }")): Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! currency: String! line: Line }
        type Line @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$cart { currency }")): Int }
        """,
    ),
    "CONTEXT_INVALID_SELECTION": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$cart { size }")): Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") { id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int }
        """,
    ),
    "NO_CONTEXT_IN_SELECTION": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") { id: ID! price(of: Int @fromContext(field: "{ size }")): Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") { id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int }
        """,
    ),
    "CONTEXT_NO_RESOLVABLE_KEY": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line { id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") { id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int }
        """,
    ),
}
