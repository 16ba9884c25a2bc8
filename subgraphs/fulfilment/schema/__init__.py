"""Entry points of the fulfilment service."""

from subgraphs.fulfilment.schema.mutations import Mutation
from subgraphs.fulfilment.schema.queries import Query
from subgraphs.fulfilment.schema.subscriptions import Subscription
from subgraphs.fulfilment.types.fulfilment import (
    Carrier,
    CarryOutFulfilment,
    OrderLine,
    PickupFulfilment,
    ShipmentFulfilment,
)
from subgraphs.fulfilment.types.place import Brand, Location, ReturnPolicy
from subgraphs.fulfilment.types.returns import Return
from subgraphs.fulfilment.types.stubs import Cart, CartLine, Product, ProductVariant
from subgraphs.fulfilment.types.tasks import PickTask
from subgraphs.kit.federation import FederatedSchema

schema = FederatedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[
        Brand,
        Cart,
        CartLine,
        Carrier,
        CarryOutFulfilment,
        Location,
        OrderLine,
        PickTask,
        PickupFulfilment,
        Product,
        ProductVariant,
        Return,
        ReturnPolicy,
        ShipmentFulfilment,
    ],
)

__all__ = ["schema"]
