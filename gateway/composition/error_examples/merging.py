"""An example of every error that merging or what follows it finds: failing, then mended. Form: see `error_examples`."""

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
    "OVERRIDE_FROM_SELF_ERROR": (
        """
        [cart]
        type Query { total: Int @override(from: "cart") }
        """,
        """
        [cart]
        type Query { total: Int @override(from: "prices") }
        [prices]
        type Query { total: Int }
        """,
    ),
    "OVERRIDE_SOURCE_HAS_OVERRIDE": (
        """
        [cart]
        type Query { total: Int @override(from: "prices") }
        [prices]
        type Query { total: Int @override(from: "cart") }
        """,
        """
        [cart]
        type Query { total: Int @override(from: "prices") }
        [prices]
        type Query { total: Int }
        """,
    ),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": (
        """
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int cost: Int @override(from: "shipping") }
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        """,
        """
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int cost: Int @override(from: "shipping") }
        [shipping]
        type Item @key(fields: "id") { id: ID! cost: Int }
        """,
    ),
    "OVERRIDE_ON_INTERFACE": (
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { total: Int @override(from: "prices") }
        type Cart implements Basket @key(fields: "id") { id: ID! total: Int }
        [prices]
        type Query { prices: Int }
        """,
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { total: Int }
        type Cart implements Basket @key(fields: "id") { id: ID! total: Int @override(from: "prices") }
        [prices]
        type Query { prices: Int }
        """,
    ),
    "OVERRIDE_LABEL_INVALID": (
        """
        [cart]
        type Query { total: Int @override(from: "prices", label: "percent(101)") }
        [prices]
        type Query { total: Int }
        """,
        """
        [cart]
        type Query { total: Int @override(from: "prices", label: "percent(25)") }
        [prices]
        type Query { total: Int }
        """,
    ),
    "LINK_IMPORT_NAME_MISMATCH": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@tag", as: "@label" }])
        type Query { cart: ID @label(name: "a") }
        [prices]
        type Query { price: Int @tag(name: "a") }
        """,
        """
        [cart]
        type Query { cart: ID @tag(name: "a") }
        [prices]
        type Query { price: Int @tag(name: "a") }
        """,
    ),
    "DIRECTIVE_COMPOSITION_ERROR": (
        """
        [cart]
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
          @link(url: "https://example.com/audit/v1.0", import: ["@audited"])
          @composeDirective(name: "audited")
        directive @audited on FIELD_DEFINITION
        type Query { cart: ID @audited }
        """,
        """
        [cart]
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
          @link(url: "https://example.com/audit/v1.0", import: ["@audited"])
          @composeDirective(name: "@audited")
        directive @audited on FIELD_DEFINITION
        type Query { cart: ID @audited }
        """,
    ),
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") {
          id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int @shareable
        }
        [prices]
        type Line @key(fields: "id") { id: ID! price(of: Int!): Int @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") @context(name: "cart") { id: ID! size: Int! line: Line }
        type Line @key(fields: "id") {
          id: ID! price(of: Int @fromContext(field: "$cart { size }")): Int @shareable
        }
        [prices]
        type Line @key(fields: "id") { id: ID! price(of: Int): Int @shareable }
        """,
    ),
    "MISSING_TRANSITIVE_AUTH_REQUIREMENTS": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int @authenticated }
        """,
        """
        [shipping]
        type Item @key(fields: "id") {
          id: ID! grams: Int @external cost: Int @requires(fields: "grams") @authenticated
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int @authenticated }
        """,
    ),
    "REFERENCED_INACCESSIBLE": (
        """
        [cart]
        type Query { cart: Cart count: Int }
        type Cart @inaccessible { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart @inaccessible count: Int }
        type Cart @inaccessible { id: ID! }
        """,
    ),
    "DEFAULT_VALUE_USES_INACCESSIBLE": (
        """
        [cart]
        type Query { carts(order: Order = DRAFT): Int }
        enum Order { NEWEST DRAFT @inaccessible }
        """,
        """
        [cart]
        type Query { carts(order: Order = NEWEST): Int }
        enum Order { NEWEST DRAFT @inaccessible }
        """,
    ),
    "QUERY_ROOT_TYPE_INACCESSIBLE": (
        """
        [cart]
        type Query @inaccessible { cart: ID }
        """,
        """
        [cart]
        type Query { cart: ID secret: ID @inaccessible }
        """,
    ),
    "REQUIRED_INACCESSIBLE": (
        """
        [cart]
        type Query { carts(order: String! @inaccessible): Int }
        """,
        """
        [cart]
        type Query { carts(order: String @inaccessible): Int }
        """,
    ),
    "IMPLEMENTED_BY_INACCESSIBLE": (
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { id: ID! total: Int }
        type Cart implements Basket { id: ID! total: Int @inaccessible }
        """,
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { id: ID! total: Int @inaccessible }
        type Cart implements Basket { id: ID! total: Int @inaccessible }
        """,
    ),
    "DISALLOWED_INACCESSIBLE": (
        """
        [cart]
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@inaccessible"])
          @link(url: "https://example.com/audit/v1.0", import: ["@audited"])
          @composeDirective(name: "@audited")
        directive @audited(by: String @inaccessible) on FIELD_DEFINITION
        type Query { cart: ID @audited }
        """,
        """
        [cart]
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@inaccessible"])
          @link(url: "https://example.com/audit/v1.0", import: ["@audited"])
          @composeDirective(name: "@audited")
        directive @audited(by: String) on FIELD_DEFINITION
        type Query { cart: ID @audited }
        """,
    ),
    "ONLY_INACCESSIBLE_CHILDREN": (
        """
        [cart]
        type Query { cart: Cart count: Int }
        type Cart { id: ID! @inaccessible }
        """,
        """
        [cart]
        type Query { cart: Cart count: Int }
        type Cart { id: ID! @inaccessible total: Int }
        """,
    ),
    "SATISFIABILITY_ERROR": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart { id: ID! @shareable }
        [prices]
        type Query { price: Int }
        type Cart { id: ID! @shareable total: Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        [prices]
        type Query { price: Int }
        type Cart @key(fields: "id") { id: ID! total: Int }
        """,
    ),
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES": (
        """
        [books]
        type Query { item: Item @shareable }
        union Item = Book
        type Book @shareable { title: String }
        [films]
        type Query { item: Item @shareable }
        union Item = Film
        type Film @shareable { title: String }
        """,
        """
        [books]
        type Query { item: Item @shareable }
        union Item = Book
        type Book @shareable { title: String }
        [films]
        type Query { item: Item @shareable }
        union Item = Book | Film
        type Book @shareable { title: String }
        type Film @shareable { title: String }
        """,
    ),
}
