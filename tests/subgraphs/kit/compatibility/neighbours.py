"""The other two subgraphs of the compatibility tests, `users` and `inventory`, as far as the gateway needs them."""

from typing import Annotated, Any, Self

import strawberry

from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import argument, field


@strawberry.federation.type(keys=["email"])
class User:
    email: strawberry.ID = field(description="Whom it belongs to.")
    name: str | None = field(description="Taken over by products.")
    total_products_created: int | None = field(description="So far.", shareable=True)
    years_of_employment: int = field(description="So far.")

    @classmethod
    def resolve_reference(cls, email: str) -> Self:
        return cls(email=strawberry.ID(email), name="default", total_products_created=1337, years_of_employment=10)


@strawberry.type(name="Query")
class UserQuery:
    @field(description="Nobody in particular.")
    def anyone(self) -> User:
        return User.resolve_reference("support@apollographql.com")


users = FederatedSchema(query=UserQuery, version="2.3")


@strawberry.federation.type(name="ProductDimension", shareable=True)
class Dimension:
    size: str | None = field(description="In words.")
    weight: float | None = field(description="In kilograms.")


@strawberry.federation.type(keys=["id"], extend=True)
class Product:
    id: strawberry.ID = field(description="Of the product.", external=True)
    dimensions: Dimension | None = field(description="Known to products.", external=True)

    @field(description="When it comes.", requires=["dimensions { size weight }"])
    def delivery(self, zip: Annotated[str | None, argument("Where to.")] = None) -> str | None:
        known: Any = self.dimensions
        return f"{known['size']} of {known['weight']:g} kg to {zip}" if known else None

    @classmethod
    def resolve_reference(cls, id: str, dimensions: Any = None) -> Self:
        return cls(id=strawberry.ID(id), dimensions=dimensions)


@strawberry.federation.interface(keys=["id"])
class Inventory:
    id: strawberry.ID = field(description="Of the inventory.")
    products: list[Product] = field(description="What is in it.")


@strawberry.federation.type(keys=["id"])
class OpenSourceInventory(Inventory):
    @classmethod
    def resolve_reference(cls, id: str) -> Self:
        return cls(id=strawberry.ID(id), products=[Product.resolve_reference("apollo-federation")])


@strawberry.type(name="Query")
class InventoryQuery:
    @field(description="One inventory.")
    def inventory(self, id: Annotated[strawberry.ID, argument("Of the inventory.")]) -> Inventory | None:
        return OpenSourceInventory.resolve_reference(id)


inventory = FederatedSchema(query=InventoryQuery, types=[OpenSourceInventory], version="2.3")
