"""Entry points, by kind; `schema` is what is served and composed."""

from __future__ import annotations

from subgraphs.catalog.schema.mutation import Mutation
from subgraphs.catalog.schema.query import Query
from subgraphs.catalog.types.customer import Customer
from subgraphs.catalog.types.node import STUBS
from subgraphs.kit.federation import FederatedSchema

schema = FederatedSchema(query=Query, mutation=Mutation, types=[Customer, *STUBS.values()])
