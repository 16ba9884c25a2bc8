"""What can go wrong in a subgraph, as one tree with two branches.

    Refusal                     an expected outcome of the trade; shown as a type of the schema (BusinessError)
    ├── NotFound                NOT_FOUND
    ├── InvalidInput            INVALID_INPUT
    ├── NotPermitted            NOT_PERMITTED
    ├── WrongState              WRONG_STATE
    ├── IdempotencyConflict     IDEMPOTENCY_CONFLICT   shown as InvalidInputError
    └── … each domain adds its own
    Fault                       not answered as asked; an entry of the answer's `errors` with `extensions.code`
    ├── BadRequest              BAD_REQUEST                    status 400
    │   ├── MethodNotAllowed    METHOD_NOT_ALLOWED             405
    │   ├── NotAcceptable       NOT_ACCEPTABLE                 406
    │   ├── RequestTimeout      REQUEST_TIMEOUT                408
    │   ├── NotServed           NOT_FOUND                      404
    │   ├── BodyTooLarge        BODY_TOO_LARGE                 413
    │   ├── UriTooLong          URI_TOO_LONG                   414
    │   ├── UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE        415
    │   └── HeadersTooLarge     HEADERS_TOO_LARGE              431
    ├── BadUserInput            BAD_USER_INPUT                 an argument that no type catches
    ├── Unauthenticated         UNAUTHENTICATED                401
    ├── Forbidden               FORBIDDEN
    ├── DeadlineExceeded        DEADLINE_EXCEEDED
    ├── ServiceUnavailable      SERVICE_UNAVAILABLE            503
    └── LimitExceeded           LIMIT_EXCEEDED

Any other exception is logged whole and shown as "Unexpected error." with INTERNAL_SERVER_ERROR.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """The trade's rules say no. Raised by rules and services, which rolls the transaction back.

    message     fit to show to a person
    path        of the input field at fault, e.g. ("input", "email")
    detail      values of further fields of the GraphQL type, e.g. missing=30
    """

    code: ClassVar[str] = "WRONG_STATE"

    def __init__(self, message: str, path: tuple[str, ...] = (), **detail: Any) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.detail = detail


class NotFound(Refusal):
    """No such object, or it is not visible to the caller: the same answer for both."""

    code = "NOT_FOUND"


class InvalidInput(Refusal):
    """An argument breaks a stated rule."""

    code = "INVALID_INPUT"


class NotPermitted(Refusal):
    """The caller may not do this."""

    code = "NOT_PERMITTED"


class WrongState(Refusal):
    """The object is not in a state that allows this step."""

    code = "WRONG_STATE"


class IdempotencyConflict(InvalidInput):
    """The same idempotency key was used before with other arguments."""

    code = "IDEMPOTENCY_CONFLICT"


class Fault(Exception):  # noqa: N818 - named for what it is in the log and the documents
    """The request cannot be answered as asked; the message is shown as it is and says what to do."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(Fault):
    """The HTTP request is not a GraphQL request."""

    code = "BAD_REQUEST"


class MethodNotAllowed(BadRequest):
    """Only POST, and GET for queries."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class NotAcceptable(BadRequest):
    """No media type in `Accept` can be produced."""

    code = "NOT_ACCEPTABLE"
    status = 406


class RequestTimeout(BadRequest):
    """The body did not arrive in time."""

    code = "REQUEST_TIMEOUT"
    status = 408


class BodyTooLarge(BadRequest):
    """The body is longer than `body_bytes`."""

    code = "BODY_TOO_LARGE"
    status = 413


class NotServed(BadRequest):
    """Nothing is served at this path."""

    code = "NOT_FOUND"
    status = 404


class UriTooLong(BadRequest):
    """Path and query string are longer than `uri_bytes`."""

    code = "URI_TOO_LONG"
    status = 414


class UnsupportedMediaType(BadRequest):
    """The body is not application/json in UTF-8."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class HeadersTooLarge(BadRequest):
    """There are more headers than `header_count`, or longer ones than `header_bytes`."""

    code = "HEADERS_TOO_LARGE"
    status = 431


class BadUserInput(Fault):
    """An argument, key or cursor has a value that cannot be used."""

    code = "BAD_USER_INPUT"


class Unauthenticated(Fault):
    """The field is for a signed-in caller, or the identity header is not the gateway's."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(Fault):
    """The caller lacks the scope the field demands."""

    code = "FORBIDDEN"


class DeadlineExceeded(Fault):
    """The answer was not ready before the caller's deadline."""

    code = "DEADLINE_EXCEEDED"


class ServiceUnavailable(Fault):
    """Something this subgraph stands on is away or too busy; the request may be sent again."""

    code = "SERVICE_UNAVAILABLE"
    status = 503


class LimitExceeded(Fault):
    """The operation is larger than a limit allows; the message names the limit and its value."""

    code = "LIMIT_EXCEEDED"
