"""Outcomes of what is done with orders, tasks and returns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from subgraphs.fulfilment.errors import EvidenceRequired, ReturnNotAllowed, UnknownCodes
from subgraphs.fulfilment.rules.returning import Policy
from subgraphs.fulfilment.types.enums import ReturnRequirement
from subgraphs.fulfilment.types.fulfilment import PickupFulfilment
from subgraphs.fulfilment.types.order import Order, OrderEvent
from subgraphs.fulfilment.types.place import Location, ReturnPolicy
from subgraphs.fulfilment.types.returns import Return
from subgraphs.fulfilment.types.tasks import PickTask
from subgraphs.kit.fields import field
from subgraphs.kit.types.errors import (
    BusinessError,
    ErrorCode,
    ErrorFields,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WrongStateError,
    shows,
)


@strawberry.type(description="The order may be handed out.")
class PickupReady:
    order: Order = field(description="Order.")
    fulfilment: PickupFulfilment = field(description="Collection to hand out.")


@strawberry.type(description="The code cannot be used here and now.")
class PickupRefusedError(ErrorFields, BusinessError):
    waits_at: Location | None = field(description="Store where it waits, when that is another one.")
    ready_at: datetime | None = field(description="When it will be ready, when it is not yet.")


@strawberry.type(description="The order after a change.")
class OrderSuccess:
    order: Order = field(description="Order.")


@shows(UnknownCodes)
@strawberry.type(description="Codes of a recorded sale that belong to nothing we know.")
class UnknownCodesError(ErrorFields, BusinessError):
    codes: list[str] = field(description="Codes not known.")


@strawberry.type(description="The return after a change.")
class ReturnSuccess:
    # `return` is a word of the language, so the attribute has another name.
    return_: Return = field(description="Return.", name="return")


@strawberry.type(description="The policy in force does not allow it.")
class ReturnNotAllowedError(ErrorFields, BusinessError):
    policy: ReturnPolicy = field(description="Policy that decided.")


@strawberry.type(description="The policy in force wants to see something first.")
class EvidenceRequiredError(ErrorFields, BusinessError):
    missing: list[ReturnRequirement] = field(description="What is missing.")
    policy: ReturnPolicy = field(description="Policy that decided.")


@strawberry.type(description="The policy after a change.")
class ReturnPolicySuccess:
    policy: ReturnPolicy = field(description="Policy.")


@strawberry.type(description="The task after a change.")
class PickTaskSuccess:
    task: PickTask = field(description="Task.")


@strawberry.federation.type(description="A link that opens one order without a password.", inaccessible=True)
class OrderInvitation:
    token: str = field(description="Token for orderByToken.")
    url: str = field(description="Address to send.")
    expires_at: datetime = field(description="When it stops working; earlier when the order's links are revoked.")


@strawberry.type(description="News about an order.")
class OrderChange:
    order: Order = field(description="Order.", tags=("watch",))
    event: OrderEvent = field(description="What happened.")


@shows(ReturnNotAllowed)
def _not_allowed(code: ErrorCode, message: str, path: list[str] | None, policy: Policy) -> ReturnNotAllowedError:
    return ReturnNotAllowedError(code=code, message=message, path=path, policy=ReturnPolicy.of(policy))


@shows(EvidenceRequired)
def _evidence_required(
    code: ErrorCode, message: str, path: list[str] | None, policy: Policy, missing: Sequence[str]
) -> EvidenceRequiredError:
    return EvidenceRequiredError(
        code=code,
        message=message,
        path=path,
        missing=[ReturnRequirement(each) for each in missing],
        policy=ReturnPolicy.of(policy),
    )


PickupLookupResult = Annotated[
    PickupReady | PickupRefusedError | NotFoundError,
    strawberry.union(name="PickupLookupResult", description="Outcome of scanning a pickup pass."),
]
OrderResult = Annotated[
    OrderSuccess | WrongStateError | NotFoundError | NotPermittedError,
    strawberry.union(name="OrderResult", description="Outcome of a change of an order."),
]
OrderRecordResult = Annotated[
    OrderSuccess | UnknownCodesError | InvalidInputError | NotFoundError,
    strawberry.union(name="OrderRecordResult", description="Outcome of recording a sale."),
]
ReturnResult = Annotated[
    ReturnSuccess | ReturnNotAllowedError | EvidenceRequiredError | WrongStateError | NotFoundError,
    strawberry.union(name="ReturnResult", description="Outcome of a return step."),
]
ReturnPolicyResult = Annotated[
    ReturnPolicySuccess | InvalidInputError | NotFoundError | WrongStateError,
    strawberry.union(name="ReturnPolicyResult", description="Outcome of setting a policy."),
]
PickTaskResult = Annotated[
    PickTaskSuccess | WrongStateError | NotFoundError,
    strawberry.union(name="PickTaskResult", description="Outcome of a step on a task."),
]
