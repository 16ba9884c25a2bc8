"""Expected business errors as types of the schema, and the way from a `Refusal` to one of them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLUnionType, get_named_type

from subgraphs.kit import errors
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field

C = TypeVar("C", bound=Callable[..., object])


def _value(name: str, description: str) -> str:
    return strawberry.enum_value(name, description=description)  # type: ignore[return-value]  # strawberry unwraps it in the class


@strawberry.enum(description="Machine-readable reason an expected business error happened.")
class ErrorCode(Enum):
    NOT_FOUND = _value("NOT_FOUND", "No such object, or it is not visible to the caller.")
    INVALID_INPUT = _value("INVALID_INPUT", "An argument breaks a stated rule.")
    NOT_PERMITTED = _value("NOT_PERMITTED", "The caller may not do this.")
    IDEMPOTENCY_CONFLICT = _value(
        "IDEMPOTENCY_CONFLICT", "The same idempotency key was used before with other arguments."
    )
    VERSION_CONFLICT = _value("VERSION_CONFLICT", "The object changed since the version the caller expected.")
    UNKNOWN_CHANNEL = _value("UNKNOWN_CHANNEL", "Channel code is unknown or retired.")
    INSUFFICIENT_STOCK = _value("INSUFFICIENT_STOCK", "Not enough units can be promised.")
    PRICE_CHANGED = _value("PRICE_CHANGED", "The price changed since it was shown.")
    NOT_SOLD_IN_CHANNEL = _value("NOT_SOLD_IN_CHANNEL", "The item is not sold in this channel.")
    MEMBERS_ONLY = _value("MEMBERS_ONLY", "The item is for members only.")
    VOUCHER_NOT_APPLICABLE = _value("VOUCHER_NOT_APPLICABLE", "The voucher cannot be used.")
    PAYMENT_DECLINED = _value("PAYMENT_DECLINED", "The payment was refused.")
    CHECKOUT_INCOMPLETE = _value("CHECKOUT_INCOMPLETE", "A step of the checkout is still open.")
    EXPIRED = _value("EXPIRED", "Hold or offer has expired.")
    LOCATION_UNAVAILABLE = _value("LOCATION_UNAVAILABLE", "The place cannot offer this service.")
    RETURN_NOT_ALLOWED = _value("RETURN_NOT_ALLOWED", "The policy in force does not allow this return.")
    EVIDENCE_REQUIRED = _value("EVIDENCE_REQUIRED", "The policy in force asks for evidence first.")
    WRONG_STATE = _value("WRONG_STATE", "The object is not in a state that allows this step.")
    CONSENT_MISSING = _value("CONSENT_MISSING", "The customer has not consented to this contact.")


@strawberry.interface(
    description="Any expected business error. Unexpected faults use the errors array of the response instead."
)
class BusinessError:
    code: ErrorCode = field(description="Machine-readable reason.")
    message: str = field(description="Text fit to show to a person, in the request's language.")
    path: list[str] | None = field(description="Path of the input field at fault, when one is.")


@strawberry.type
class ErrorFields:
    """The three fields every business error has, as its types describe them; put it before `BusinessError` in the bases."""

    code: ErrorCode = field(description="Machine-readable reason.")
    message: str = field(description="Text fit to show to a person.")
    path: list[str] | None = field(description="Path of the input field at fault; null when no single one is.")


_SHOWN_AS: dict[type[errors.Refusal], Callable[..., object]] = {}


def shows(refusal: type[errors.Refusal]) -> Callable[[C], C]:
    """Mark a GraphQL type, or a function that makes one, as what a kind of refusal (and its subclasses) is shown as.

    @shows(IdentityTaken)
    @strawberry.type(description="The address or number is already someone's.")
    class IdentityTakenError(ErrorFields, BusinessError): ...
    """

    def register(kind: C) -> C:
        _SHOWN_AS[refusal] = kind
        return kind

    return register


def shown(refusal: errors.Refusal, info: Info | None = None) -> Any:
    """The refusal as a value of the schema.

    info    of the mutation: where its result has no type for this refusal, a type it has carries the refusal's code
    Raises  the refusal itself when no type shows it: the server then masks it as an unexpected error.
    """
    show = next((_SHOWN_AS[kind] for kind in type(refusal).__mro__ if kind in _SHOWN_AS), None)
    detail = refusal.detail
    if info is not None:
        members = _members(info)
        if show is None or (getattr(show, "__name__", "") not in members and isinstance(show, type)):
            show, detail = next((kind for kind in _PLAIN if kind.__name__ in members), None), {}
    if show is None:
        raise refusal
    return show(code=ErrorCode[refusal.code], message=refusal.message, path=list(refusal.path) or None, **detail)


def _members(info: Info) -> frozenset[str]:
    """Names of the types the field's union may hold."""
    named = get_named_type(info._raw_info.return_type)
    return frozenset(kind.name for kind in named.types) if isinstance(named, GraphQLUnionType) else frozenset()


@shows(errors.NotFound)
@strawberry.federation.type(
    description="The object named does not exist or is not visible to the caller.", shareable=True
)
class NotFoundError(ErrorFields, BusinessError):
    """Shows `errors.NotFound`."""


@shows(errors.InvalidInput)
@strawberry.federation.type(description="An argument breaks a stated rule.", shareable=True)
class InvalidInputError(ErrorFields, BusinessError):
    """Shows `errors.InvalidInput` and `errors.IdempotencyConflict`."""


@shows(errors.NotPermitted)
@strawberry.federation.type(description="The caller may not do this.", shareable=True)
class NotPermittedError(ErrorFields, BusinessError):
    """Shows `errors.NotPermitted`."""


@shows(errors.WrongState)
@strawberry.federation.type(description="The object is not in a state that allows this step.", shareable=True)
class WrongStateError(ErrorFields, BusinessError):
    """Shows `errors.WrongState`."""


_PLAIN: tuple[type, ...] = (NotPermittedError, WrongStateError, InvalidInputError, NotFoundError)
"""Types with no field of their own, the most general first: one of them carries a code that has no type in a union."""
