"""Examples of errors: what the document of one subgraph can be wrong in: GraphQL, links, root types. Form: see `error_examples`."""

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
}
