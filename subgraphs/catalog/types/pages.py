"""Pages of products."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from subgraphs.catalog.models import ProductRow
from subgraphs.catalog.types.links import TheProduct
from subgraphs.kit.fields import field
from subgraphs.kit.pagination import Page
from subgraphs.kit.types.connections import page_info
from subgraphs.kit.types.values import PageInfo


@strawberry.federation.type(description="One product in a connection.")
class ProductEdge:
    """A product and its place."""

    cursor: str = field(description="Cursor of the item.", tags=("tv",))
    node: TheProduct = field(description="The product.", tags=("tv",))


@strawberry.federation.type(description="A page of products.")
class ProductConnection:
    """Counts only when asked to."""

    count: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[ProductEdge] = field(description="Items with cursors.", tags=("tv",))
    nodes: list[TheProduct] = field(description="Items alone, for small payloads.", tags=("tv",))
    page_info: PageInfo = field(description="Where the page sits.", tags=("tv",))

    @field(description="How many there are in all.")
    async def total_count(self) -> int:
        """Asked of the database when it is selected."""
        return await self.count()


def product_connection(
    rows: Sequence[ProductRow], page: Page[Any], count: Callable[[], Awaitable[int]]
) -> ProductConnection:
    """The connection of a page whose items are these products."""
    from subgraphs.catalog.types.product import Product

    nodes = [Product.of(row) for row in rows]
    return ProductConnection(
        count=count,
        edges=[ProductEdge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(page),
    )
