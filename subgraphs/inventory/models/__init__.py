"""What is stored, by noun."""

from subgraphs.inventory.models.hold import ReservationRow
from subgraphs.inventory.models.place import ChannelRow, LocationRow, PostcodeRow, StoreGroupRow
from subgraphs.inventory.models.record import Record
from subgraphs.inventory.models.stock import (
    BarcodeRow,
    DiscrepancyRow,
    MovementRow,
    ScanRow,
    ShortfallRow,
    StockLevelRow,
    VariantRow,
)
from subgraphs.inventory.models.transfer import TransferEventRow, TransferLineRow, TransferRow

__all__ = [
    "BarcodeRow",
    "ChannelRow",
    "DiscrepancyRow",
    "LocationRow",
    "MovementRow",
    "PostcodeRow",
    "Record",
    "ReservationRow",
    "ScanRow",
    "ShortfallRow",
    "StockLevelRow",
    "StoreGroupRow",
    "TransferEventRow",
    "TransferLineRow",
    "TransferRow",
    "VariantRow",
]
