"""What is stored."""

from subgraphs.customer.models.activity import BrowsedRow, TouchRow, TryOnRow, WishlistRow, WishRow
from subgraphs.customer.models.loyalty import (
    CardRow,
    KnownOrderRow,
    MembershipRow,
    MovementRow,
    PointsClaimRow,
    ProgramRow,
    RewardRow,
    TakenRewardRow,
)
from subgraphs.customer.models.person import (
    AddressRow,
    ConsentRow,
    CustomerRow,
    FactRow,
    IdentityRow,
    OccasionRow,
    ReadyOrderRow,
    SessionRow,
    VisitRow,
)
from subgraphs.customer.models.record import Record

__all__ = [
    "AddressRow",
    "BrowsedRow",
    "CardRow",
    "ConsentRow",
    "CustomerRow",
    "FactRow",
    "IdentityRow",
    "KnownOrderRow",
    "MembershipRow",
    "MovementRow",
    "OccasionRow",
    "PointsClaimRow",
    "ProgramRow",
    "ReadyOrderRow",
    "Record",
    "RewardRow",
    "SessionRow",
    "TakenRewardRow",
    "TouchRow",
    "TryOnRow",
    "VisitRow",
    "WishRow",
    "WishlistRow",
]
