"""Examples of errors: `@key`, `@provides` and `@requires`. Form: see `error_examples`."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, str]] = {
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
        interface Sized { owner: Owner cost: Int @requires(fields: "owner { zone }") }
        type Item implements Sized @key(fields: "id") {
          id: ID! owner: Owner cost: Int @requires(fields: "owner { zone }")
        }
        type Owner @key(fields: "id") { id: ID! zone: String @external }
        [people]
        type Query { owner: Owner }
        type Owner @key(fields: "id") { id: ID! zone: String }
        """,
        """
        [shipping]
        interface Sized { owner: Owner cost: Int }
        type Item implements Sized @key(fields: "id") {
          id: ID! owner: Owner cost: Int @requires(fields: "owner { zone }")
        }
        type Owner @key(fields: "id") { id: ID! zone: String @external }
        [people]
        type Query { owner: Owner }
        type Owner @key(fields: "id") { id: ID! zone: String }
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
}
