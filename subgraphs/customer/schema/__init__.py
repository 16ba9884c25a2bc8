"""Entry points: `schema` is what the subgraph serves."""

from __future__ import annotations

from subgraphs.customer.schema.mutation import Mutation
from subgraphs.customer.schema.query import Query
from subgraphs.customer.schema.subscription import Subscription
from subgraphs.customer.types.loyalty import Reward
from subgraphs.customer.types.order import Order
from subgraphs.customer.types.place import Location
from subgraphs.kit.federation import FederatedSchema

schema = FederatedSchema(query=Query, mutation=Mutation, subscription=Subscription, types=[Location, Order, Reward])
"""The customer subgraph's schema."""
