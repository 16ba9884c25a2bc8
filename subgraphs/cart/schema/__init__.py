"""Entry points of the cart service."""

from __future__ import annotations

from subgraphs.cart.schema.mutation import Mutation
from subgraphs.cart.schema.query import Query
from subgraphs.cart.schema.subscription import Subscription
from subgraphs.cart.types.layaway import Layaway
from subgraphs.cart.types.promotions import Channel
from subgraphs.cart.types.stubs import ProductVariant
from subgraphs.kit.federation import FederatedSchema

schema = FederatedSchema(
    query=Query, mutation=Mutation, subscription=Subscription, types=[Channel, ProductVariant, Layaway]
)
