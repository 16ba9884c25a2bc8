"""Outcomes of writes."""

from __future__ import annotations

from typing import Annotated

import strawberry

from subgraphs.customer import errors
from subgraphs.customer.types.customer import Customer
from subgraphs.customer.types.kinds import ConsentPurpose
from subgraphs.customer.types.loyalty import Membership, Reward
from subgraphs.customer.types.order import Order
from subgraphs.customer.types.place import StoreVisit
from subgraphs.kit.fields import field
from subgraphs.kit.types.errors import (
    BusinessError,
    ErrorFields,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    shows,
)


@strawberry.federation.type(description="The customer after a change.")
class CustomerSuccess:
    customer: Customer = field(description="The customer.")


@shows(errors.IdentityTaken)
@strawberry.federation.type(description="The address or number is already someone's.")
class IdentityTakenError(ErrorFields, BusinessError):
    """Shows `errors.IdentityTaken`."""


@strawberry.federation.type(description="The customer has not consented to this.")
class ConsentMissingError(ErrorFields, BusinessError):
    purpose: ConsentPurpose = field(description="Purpose consent is missing for.")


@shows(errors.ConsentMissing)
def _consent_missing(purpose: str, **fields: object) -> ConsentMissingError:
    return ConsentMissingError(purpose=ConsentPurpose[purpose], **fields)  # type: ignore[arg-type]  # the three fields of every error


@shows(errors.NotEnoughPoints)
@strawberry.federation.type(description="Too few points.")
class NotEnoughPointsError(ErrorFields, BusinessError):
    missing: int = field(description="Points missing.")


CustomerResult = Annotated[
    CustomerSuccess | IdentityTakenError | InvalidInputError | NotFoundError | NotPermittedError,
    strawberry.union(name="CustomerResult", description="Outcome of a change of a customer."),
]


@strawberry.federation.type(description="What was recorded.")
class TouchpointsSuccess:
    recorded: int = field(description="Touches taken.")
    duplicates: int = field(description="Touches known before.")


TouchpointsResult = Annotated[
    TouchpointsSuccess | InvalidInputError,
    strawberry.union(name="TouchpointsResult", description="Outcome of recording touches."),
]


@strawberry.federation.type(description="The visit after checking in.")
class StoreCheckInSuccess:
    visit: StoreVisit = field(description="Visit.")
    orders_ready: list[Order] = field(description="Orders ready for collection here.")


StoreCheckInResult = Annotated[
    StoreCheckInSuccess | ConsentMissingError | NotFoundError,
    strawberry.union(name="StoreCheckInResult", description="Outcome of checking in."),
]


@strawberry.federation.type(description="The membership after a change.")
class MembershipSuccess:
    membership: Membership = field(description="Membership.")
    reward: Reward | None = field(description="Reward taken, if any.")


MembershipResult = Annotated[
    MembershipSuccess | NotEnoughPointsError | NotFoundError | NotPermittedError,
    strawberry.union(name="MembershipResult", description="Outcome of a loyalty step."),
]
