"""An example of every error that one subgraph can make alone: failing, then mended. Form: see `error_examples`."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, str]] = {
    "INVALID_GRAPHQL": (
        """
        [cart]
        type Query { cart: Cart }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart { id: ID! }
        """,
    ),
    "DIRECTIVE_DEFINITION_INVALID": (
        """
        [cart]
        directive @key(fields: FieldSet!, priority: Int) repeatable on OBJECT
        scalar FieldSet
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
    ),
    "TYPE_DEFINITION_INVALID": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "FieldSet"])
        input FieldSet { fields: String }
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "FieldSet"])
        type Query { cart: ID }
        """,
    ),
    "UNSUPPORTED_LINKED_FEATURE": (
        """
        [cart]
        extend schema @link(url: "https://example.com/audit/v1.0", for: SECURITY)
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://example.com/audit/v1.0")
        type Query { cart: ID }
        """,
    ),
    "UNSUPPORTED_FEATURE": (
        """
        [cart]
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.10")
          @link(url: "https://specs.apollo.dev/connect/v0.1", import: ["@connect"])
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.10")
        type Query { cart: ID }
        """,
    ),
    "UNKNOWN_FEDERATION_LINK_VERSION": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.99")
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
        type Query { cart: ID }
        """,
    ),
    "UNKNOWN_LINK_VERSION": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/link/v9.9")
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/link/v1.0")
        type Query { cart: ID }
        """,
    ),
    "INVALID_LINK_DIRECTIVE_USAGE": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@sharable"])
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
        type Query { cart: ID @shareable }
        """,
    ),
    "INVALID_LINK_IDENTIFIER": (
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation")
        type Query { cart: ID }
        """,
        """
        [cart]
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
        type Query { cart: ID }
        """,
    ),
    "INVALID_SUBGRAPH_NAME": (
        """
        [_]
        type Query { cart: ID }
        """,
        """
        [cart]
        type Query { cart: ID }
        """,
    ),
    "ROOT_QUERY_USED": (
        """
        [cart]
        schema { query: Root }
        type Root { query: Query }
        type Query { text: String }
        """,
        """
        [cart]
        schema { query: Root }
        type Root { query: SearchQuery }
        type SearchQuery { text: String }
        """,
    ),
    "ROOT_MUTATION_USED": (
        """
        [cart]
        schema { query: Query mutation: Commands }
        type Query { mutation: Mutation }
        type Commands { empty: Boolean }
        type Mutation { gene: String }
        """,
        """
        [cart]
        schema { query: Query mutation: Commands }
        type Query { mutation: GeneMutation }
        type Commands { empty: Boolean }
        type GeneMutation { gene: String }
        """,
    ),
    "ROOT_SUBSCRIPTION_USED": (
        """
        [cart]
        schema { query: Query subscription: Events }
        type Query { subscription: Subscription }
        type Events { changed: Boolean }
        type Subscription { monthly: Boolean }
        """,
        """
        [cart]
        schema { query: Query subscription: Events }
        type Query { subscription: MagazineSubscription }
        type Events { changed: Boolean }
        type MagazineSubscription { monthly: Boolean }
        """,
    ),
    "KEY_DIRECTIVE_IN_FIELDS_ARG": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id @deprecated") { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
    ),
    "KEY_INVALID_FIELDS_TYPE": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: ["id"]) { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
    ),
    "KEY_INVALID_FIELDS": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "code") { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        """,
    ),
    "KEY_UNSUPPORTED_ON_INTERFACE": (
        """
        [catalog v2.0]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        """,
        """
        [catalog v2.3]
        type Query { item: Item }
        interface Item @key(fields: "id") { id: ID! }
        type Book implements Item @key(fields: "id") { id: ID! }
        """,
    ),
    "KEY_FIELDS_HAS_ARGS": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id(form: String): ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! idAs(form: String): String }
        """,
    ),
    "KEY_FIELDS_SELECT_INVALID_TYPE": (
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "owner { id }") { owner: Owner! }
        interface Owner { id: ID! }
        type Person implements Owner { id: ID! }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "ownerId") { ownerId: ID! owner: Owner! }
        interface Owner { id: ID! }
        type Person implements Owner { id: ID! }
        """,
    ),
    "PROVIDES_DIRECTIVE_IN_FIELDS_ARG": (
        """
        [cart]
        type Query { cart: Cart @provides(fields: "total @deprecated") }
        type Cart @key(fields: "id") { id: ID! total: Int @external }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart @provides(fields: "total") }
        type Cart @key(fields: "id") { id: ID! total: Int @external }
        [prices]
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
    ),
    "PROVIDES_INVALID_FIELDS_TYPE": (
        """
        [cart]
        type Query { cart: Cart @provides(fields: ["total"]) }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
    ),
    "PROVIDES_INVALID_FIELDS": (
        """
        [cart]
        type Query { cart: Cart @provides(fields: "totl") }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int @shareable }
        """,
    ),
    "PROVIDES_UNSUPPORTED_ON_INTERFACE": (
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { owner: Owner @provides(fields: "name") }
        type Cart implements Basket @key(fields: "id") { id: ID! owner: Owner @provides(fields: "name") }
        type Owner @key(fields: "id") { id: ID! name: String @external }
        [people]
        type Owner @key(fields: "id") { id: ID! name: String @shareable }
        """,
        """
        [cart]
        type Query { basket: Basket }
        interface Basket { owner: Owner }
        type Cart implements Basket @key(fields: "id") { id: ID! owner: Owner @provides(fields: "name") }
        type Owner @key(fields: "id") { id: ID! name: String @external }
        [people]
        type Owner @key(fields: "id") { id: ID! name: String @shareable }
        """,
    ),
    "PROVIDES_FIELDS_HAS_ARGS": (
        """
        [cart]
        type Query { cart: Cart @provides(fields: "total") }
        type Cart @key(fields: "id") { id: ID! total(currency: String): Int @external }
        [prices]
        type Cart @key(fields: "id") { id: ID! total(currency: String): Int @shareable }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! }
        [prices]
        type Cart @key(fields: "id") { id: ID! total(currency: String): Int @shareable }
        """,
    ),
    "PROVIDES_FIELDS_MISSING_EXTERNAL": (
        """
        [cart]
        type Query { cart: Cart @provides(fields: "total") }
        type Cart @key(fields: "id") { id: ID! total: Int }
        """,
        """
        [cart]
        type Query { cart: Cart }
        type Cart @key(fields: "id") { id: ID! total: Int }
        """,
    ),
    "PROVIDES_ON_NON_OBJECT_FIELD": (
        """
        [cart]
        type Query { count: Int @provides(fields: "total") }
        """,
        """
        [cart]
        type Query { count: Int }
        """,
    ),
    "REQUIRES_DIRECTIVE_IN_FIELDS_ARG": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams @deprecated") }
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
    "REQUIRES_INVALID_FIELDS_TYPE": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! cost: Int @requires(fields: ["grams"]) }
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
    "REQUIRES_INVALID_FIELDS": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! cost: Int @requires(fields: "grams") }
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
    "REQUIRES_UNSUPPORTED_ON_INTERFACE": (
        """
        [shipping]
        interface Sized { grams: Int cost: Int @requires(fields: "grams") }
        type Item implements Sized @key(fields: "id") {
          id: ID! grams: Int @external cost: Int @requires(fields: "grams")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
        """
        [shipping]
        interface Sized { grams: Int cost: Int }
        type Item implements Sized @key(fields: "id") {
          id: ID! grams: Int @external cost: Int @requires(fields: "grams")
        }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int }
        """,
    ),
    "REQUIRES_FIELDS_MISSING_EXTERNAL": (
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @shareable cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int @shareable }
        """,
        """
        [shipping]
        type Item @key(fields: "id") { id: ID! grams: Int @external cost: Int @requires(fields: "grams") }
        [catalog]
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID! grams: Int @shareable }
        """,
    ),
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
