"""The subgraph `products` of Apollo's subgraph compatibility tests, written with the kit.

Source  Apollo's specification of what a subgraph library must be able to do: its schema, and the data its tests know
"""

from typing import Annotated, Self

import strawberry
from strawberry.federation.schema_directive import Location, schema_directive

from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import argument, field


@schema_directive(
    locations=[Location.OBJECT], name="custom", compose=True, import_url="https://myspecs.dev/myCustomDirective/v1.0"
)
class Custom:
    """A directive of our own that the supergraph is to keep."""


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None = field(description="In words.")
    weight: float | None = field(description="In `unit`.")
    unit: str | None = field(description="Of the weight.", inaccessible=True)


@strawberry.type
class ProductVariation:
    id: strawberry.ID = field(description="Of the variation.")


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID = field(description="Of the study.")
    description: str | None = field(description="What it is about.")


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy = field(description="What was done.")
    outcome: str | None = field(description="What came of it.")

    @classmethod
    def resolve_reference(cls, study: dict[str, str]) -> Self | None:
        return next((each for each in RESEARCH if each.study.case_number == study["caseNumber"]), None)


@strawberry.federation.type(keys=["email"], extend=True)
class User:
    email: strawberry.ID = field(description="Whom it belongs to.", external=True)
    total_products_created: int | None = field(description="Known to users.", external=True)
    years_of_employment: int = field(description="Known to users.", external=True)

    @field(description="Of the person.", override="users")
    def name(self) -> str | None:
        return "Jane Smith"

    @field(description="Products a year.", requires=["totalProductsCreated yearsOfEmployment"])
    def average_products_created_per_year(self) -> int | None:
        if self.total_products_created is None or not self.years_of_employment:
            return None
        return round(self.total_products_created / self.years_of_employment)

    @classmethod
    def resolve_reference(
        cls, email: str, total_products_created: int | None = None, years_of_employment: int = 0
    ) -> Self:
        return cls(
            email=strawberry.ID(email),
            total_products_created=total_products_created,
            years_of_employment=years_of_employment,
        )


@strawberry.federation.type(keys=["id", "sku package", "sku variation { id }"], directives=[Custom()])
class Product:
    id: strawberry.ID = field(description="Of the product.")
    sku: str | None = field(description="Stock keeping unit.")
    package: str | None = field(description="Where it is found.")
    variation: ProductVariation | None = field(description="Which of several.")
    dimensions: ProductDimension | None = field(description="How large it is.")
    notes: str | None = field(description="For ourselves.", tags=("internal",))
    research: list[ProductResearch] = field(description="What is known of it.")

    @field(description="Who made it.", provides=["totalProductsCreated"])
    def created_by(self) -> User | None:
        return User.resolve_reference("support@apollographql.com", total_products_created=1337, years_of_employment=0)

    @classmethod
    def resolve_reference(
        cls,
        id: str | None = None,
        sku: str | None = None,
        package: str | None = None,
        variation: dict[str, str] | None = None,
    ) -> Self | None:
        for each in PRODUCTS:
            by_package = package is not None and (each.sku, each.package) == (sku, package)
            of_variation = each.variation.id if each.variation else None
            if each.id == id or by_package or (variation and (each.sku, of_variation) == (sku, variation["id"])):
                return each
        return None


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str = field(description="Stock keeping unit.")
    package: str = field(description="Where it was found.")
    reason: str | None = field(description="Why it is not made any more.")
    created_by: User | None = field(description="Who made it.")

    @classmethod
    def resolve_reference(cls, sku: str, package: str) -> Self | None:
        return OLD if (sku, package) == (OLD.sku, OLD.package) else None


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID = field(description="Of whatever implements it.")

    @field(description="Not made any more.")
    def deprecated_products(self) -> list[DeprecatedProduct]:
        return [OLD]

    @classmethod
    def resolve_reference(cls, id: str) -> Self:
        return cls(id=strawberry.ID(id))


RESEARCH = [
    ProductResearch(
        study=CaseStudy(case_number=strawberry.ID(number), description=f"{name} Study"), outcome="It works."
    )
    for number, name in (("1234", "Federation"), ("1235", "Studio"))
]
PRODUCTS = [
    Product(
        id=strawberry.ID(f"apollo-{sku}"),
        sku=sku,
        package=package,
        variation=ProductVariation(id=strawberry.ID(variation)),
        dimensions=ProductDimension(size="small", weight=1.0, unit="kg"),
        notes=None,
        research=[research],
    )
    for sku, package, variation, research in (
        ("federation", "@apollo/federation", "OSS", RESEARCH[0]),
        ("studio", "", "platform", RESEARCH[1]),
    )
]
OLD = DeprecatedProduct(
    sku="apollo-federation-v1",
    package="@apollo/federation-v1",
    reason="Migrate to Federation V2",
    created_by=User.resolve_reference("support@apollographql.com"),
)


@strawberry.federation.type(extend=True)
class Query:
    @field(description="One product.")
    def product(self, id: Annotated[strawberry.ID, argument("Of the product.")]) -> Product | None:
        return Product.resolve_reference(id=id)

    @field(description="One that is not made any more.", deprecated="Use product query instead")
    def deprecated_product(
        self,
        sku: Annotated[str, argument("Stock keeping unit.")],
        package: Annotated[str, argument("Where it was found.")],
    ) -> DeprecatedProduct | None:
        return DeprecatedProduct.resolve_reference(sku, package)


schema = FederatedSchema(query=Query, types=[Inventory, ProductResearch], version="2.3")
