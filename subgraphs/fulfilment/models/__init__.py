"""What the fulfilment service stores.

order       orders, lines, payments, deliveries and collections, what happened
work        tasks in the stores
returning   returns and their policies
facts       what others told: goods, places, people
"""

from subgraphs.fulfilment.models.facts import (
    BarcodeFactRow,
    CarrierRow,
    CategoryFactRow,
    ContactRow,
    LeadTimeRow,
    PlaceFactRow,
    VariantFactRow,
)
from subgraphs.fulfilment.models.order import (
    FulfilmentLineRow,
    FulfilmentRow,
    OrderEventRow,
    OrderLineRow,
    OrderPaymentRow,
    OrderRow,
)
from subgraphs.fulfilment.models.record import Record
from subgraphs.fulfilment.models.returning import ReturnLineRow, ReturnPolicyRow, ReturnRow
from subgraphs.fulfilment.models.work import PickLineRow, PickTaskRow

__all__ = [
    "BarcodeFactRow",
    "CarrierRow",
    "CategoryFactRow",
    "ContactRow",
    "FulfilmentLineRow",
    "FulfilmentRow",
    "LeadTimeRow",
    "OrderEventRow",
    "OrderLineRow",
    "OrderPaymentRow",
    "OrderRow",
    "PickLineRow",
    "PickTaskRow",
    "PlaceFactRow",
    "Record",
    "ReturnLineRow",
    "ReturnPolicyRow",
    "ReturnRow",
    "VariantFactRow",
]
