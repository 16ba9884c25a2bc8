"""Entry points of the inventory subgraph."""

from __future__ import annotations

from subgraphs.inventory.schema.mutations import Mutation
from subgraphs.inventory.schema.queries import Query
from subgraphs.inventory.schema.subscriptions import Subscription
from subgraphs.inventory.types.count import StockDiscrepancy
from subgraphs.inventory.types.hold import Customer
from subgraphs.inventory.types.level import StockLevel
from subgraphs.inventory.types.place import Brand
from subgraphs.inventory.types.stock import Product
from subgraphs.inventory.types.transfer import Order
from subgraphs.kit.federation import FederatedSchema

schema = FederatedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Brand, Customer, Order, Product, StockDiscrepancy, StockLevel],
)
