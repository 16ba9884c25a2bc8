"""Types that refer to each other in a circle, by name: strawberry looks them up when the schema is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from subgraphs.catalog.types.customer import Customer
    from subgraphs.catalog.types.listing import ChannelListing
    from subgraphs.catalog.types.product import Product
    from subgraphs.catalog.types.review import ReviewConnection, ReviewSort
    from subgraphs.catalog.types.shop import Brand, Channel
    from subgraphs.catalog.types.tree import Category, Collection
    from subgraphs.catalog.types.variant import ProductVariant, ProductVariantConnection

TheBrand = Annotated["Brand", strawberry.lazy("subgraphs.catalog.types.shop")]
TheCategory = Annotated["Category", strawberry.lazy("subgraphs.catalog.types.tree")]
TheChannel = Annotated["Channel", strawberry.lazy("subgraphs.catalog.types.shop")]
TheCollection = Annotated["Collection", strawberry.lazy("subgraphs.catalog.types.tree")]
TheCustomer = Annotated["Customer", strawberry.lazy("subgraphs.catalog.types.customer")]
TheListing = Annotated["ChannelListing", strawberry.lazy("subgraphs.catalog.types.listing")]
TheProduct = Annotated["Product", strawberry.lazy("subgraphs.catalog.types.product")]
TheReviews = Annotated["ReviewConnection", strawberry.lazy("subgraphs.catalog.types.review")]
TheReviewSort = Annotated["ReviewSort", strawberry.lazy("subgraphs.catalog.types.review")]
TheVariant = Annotated["ProductVariant", strawberry.lazy("subgraphs.catalog.types.variant")]
TheVariants = Annotated["ProductVariantConnection", strawberry.lazy("subgraphs.catalog.types.variant")]
