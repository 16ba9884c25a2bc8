"""Examples of errors: elements that subgraphs define differently. Form: see `error_examples`."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, str]] = {
    "NO_QUERIES": (
        """
        [cart]
        type Cart @key(fields: "id") { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
    ),
    "TYPE_KIND_MISMATCH": (
        """
        [cart]
        type Query { size: Size }
        type Size @shareable { grams: Int }
        [catalog]
        type Query { largest: Size }
        enum Size { SMALL LARGE }
        """,
        """
        [cart]
        type Query { size: Size }
        type Size @shareable { grams: Int }
        [catalog]
        type Query { largest: SizeClass }
        enum SizeClass { SMALL LARGE }
        """,
    ),
    "EXTENSION_WITH_NO_BASE": (
        """
        [cart v1]
        type Query { cart: Cart }
        extend type Cart @key(fields: "id") { id: ID! @external total: Int }
        """,
        """
        [cart v1]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int }
        """,
    ),
    "FIELD_TYPE_MISMATCH": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: String @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
    ),
    "FIELD_ARGUMENT_TYPE_MISMATCH": (
        """
        [cart]
        type Query { cart(id: ID): Int @shareable }
        [prices]
        type Query { cart(id: Int): Int @shareable }
        """,
        """
        [cart]
        type Query { cart(id: ID): Int @shareable }
        [prices]
        type Query { cart(id: ID): Int @shareable }
        """,
    ),
    "INPUT_FIELD_DEFAULT_MISMATCH": (
        """
        [cart]
        type Query { carts(filter: Filter): Int }
        input Filter { first: Int = 10 }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { first: Int = 20 }
        """,
        """
        [cart]
        type Query { carts(filter: Filter): Int }
        input Filter { first: Int = 10 }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { first: Int = 10 }
        """,
    ),
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": (
        """
        [cart]
        type Query { carts(first: Int = 10): Int @shareable }
        [prices]
        type Query { carts(first: Int = 20): Int @shareable }
        """,
        """
        [cart]
        type Query { carts(first: Int = 10): Int @shareable }
        [prices]
        type Query { carts(first: Int = 10): Int @shareable }
        """,
    ),
    "EXTERNAL_TYPE_MISMATCH": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: String @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
    ),
    "EXTERNAL_ARGUMENT_MISSING": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! weight: Int @external cost: Int @requires(fields: "weight") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String): Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! weight(unit: String): Int @external cost: Int @requires(fields: "weight")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String): Int }
        """,
    ),
    "EXTERNAL_ARGUMENT_TYPE_MISMATCH": (
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! weight(unit: Int): Int @external cost: Int @requires(fields: "weight")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String): Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! weight(unit: String): Int @external cost: Int @requires(fields: "weight")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String): Int }
        """,
    ),
    "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH": (
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! weight(unit: String = "kg"): Int @external cost: Int @requires(fields: "weight")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String = "g"): Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! weight(unit: String = "g"): Int @external cost: Int @requires(fields: "weight")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! weight(unit: String = "g"): Int }
        """,
    ),
    "EXTERNAL_MISSING_ON_BASE": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! }
        """,
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
    ),
    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL": (
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! grams: Int @external @tag(name: "internal") cost: Int @requires(fields: "grams")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int @tag(name: "internal") }
        """,
    ),
    "INVALID_FIELD_SHARING": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
    ),
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": (
        """
        [cart]
        type Query { total(currency: String!): Int @shareable }
        [prices]
        type Query { total: Int @shareable }
        """,
        """
        [cart]
        type Query { total(currency: String): Int @shareable }
        [prices]
        type Query { total: Int @shareable }
        """,
    ),
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": (
        """
        [cart]
        type Query { carts(filter: Filter): Int }
        input Filter { text: String owner: ID! }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { text: String }
        """,
        """
        [cart]
        type Query { carts(filter: Filter): Int }
        input Filter { text: String owner: ID }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { text: String }
        """,
    ),
    "EMPTY_MERGED_INPUT_TYPE": (
        """
        [cart]
        type Query { carts(filter: Filter): Int }
        input Filter { owner: ID }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { text: String }
        """,
        """
        [cart]
        type Query { carts(filter: CartFilter): Int }
        input CartFilter { owner: ID }
        [prices]
        type Query { prices(filter: Filter): Int }
        input Filter { text: String }
        """,
    ),
    "EMPTY_MERGED_ENUM_TYPE": (
        """
        [cart]
        type Query { carts(order: Order): Int }
        enum Order { NEWEST }
        [prices]
        type Query { prices(order: Order): Int }
        enum Order { LOWEST }
        """,
        """
        [cart]
        type Query { carts(order: CartOrder): Int }
        enum CartOrder { NEWEST }
        [prices]
        type Query { prices(order: Order): Int }
        enum Order { LOWEST }
        """,
    ),
    "ENUM_VALUE_MISMATCH": (
        """
        [cart]
        type Query { carts(state: State): State }
        enum State { OPEN CLOSED }
        [prices]
        type Query { prices(state: State): State }
        enum State { OPEN }
        """,
        """
        [cart]
        type Query { carts(state: State): State }
        enum State { OPEN CLOSED @inaccessible }
        [prices]
        type Query { prices(state: State): State }
        enum State { OPEN }
        """,
    ),
    "INTERFACE_FIELD_NO_IMPLEM": (
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { id: ID! total: Int }
        type Cart implements Basket @key(fields: "id") { id: ID! total: Int }
        [wishes]
        interface Basket { id: ID! }
        type Wishes implements Basket @key(fields: "id") { id: ID! }
        """,
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { id: ID! total: Int }
        type Cart implements Basket @key(fields: "id") { id: ID! total: Int }
        [wishes]
        interface Basket { id: ID! }
        type Wishes implements Basket @key(fields: "id") { id: ID! total: Int }
        """,
    ),
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": (
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        [films]
        interface Item { id: ID! }
        type Film implements Item @key(fields: "id") { id: ID! }
        """,
        """
        [catalog]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        type Film implements Item @key(fields: "id") { id: ID! }
        [films]
        interface Item { id: ID! }
        type Film implements Item @key(fields: "id") { id: ID! }
        """,
    ),
}
