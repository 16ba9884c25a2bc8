"""Examples of errors: overrides, directives that are composed, and the supergraph as a whole. Form: see `error_examples`."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, str]] = {
    "OVERRIDE_FROM_SELF_ERROR": (
        """
        [cart]
        type Query { total: Int @override(from: "cart") }
        """,
        """
        [cart]
        type Query { total: Int @shareable @override(from: "prices") }
        [prices]
        type Query { total: Int @shareable }
        """,
    ),
    "OVERRIDE_SOURCE_HAS_OVERRIDE": (
        """
        [cart]
        type Query { total: Int @shareable @override(from: "prices") }
        [prices]
        type Query { total: Int @shareable @override(from: "cart") }
        """,
        """
        [cart]
        type Query { total: Int @shareable @override(from: "prices") }
        [prices]
        type Query { total: Int @shareable }
        """,
    ),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": (
        """
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int cost: Int @shareable @override(from: "shipping") }
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @shareable @requires(fields: "grams") }
        """,
        """
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int cost: Int @shareable @override(from: "shipping") }
        [shipping]
        type Item @key(fields: "id") { id: ID! cost: Int @shareable }
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
