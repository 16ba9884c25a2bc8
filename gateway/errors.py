"""Everything that can go wrong in the gateway, as one tree.

    GatewayError
    ├── ClientError                     made of what the client sent; shown as it is
    │   ├── BadRequest                  BAD_REQUEST                      the HTTP request itself
    │   ├── NotAcceptable               NOT_ACCEPTABLE
    │   ├── MethodNotAllowed            METHOD_NOT_ALLOWED
    │   ├── UnsupportedMediaType        UNSUPPORTED_MEDIA_TYPE
    │   ├── BodyTooLarge                BODY_TOO_LARGE
    │   ├── RequestTimeout              REQUEST_TIMEOUT
    │   ├── DocumentParseFailed         GRAPHQL_PARSE_FAILED
    │   ├── DocumentInvalid             GRAPHQL_VALIDATION_FAILED
    │   ├── OperationNotFound           OPERATION_RESOLUTION_FAILURE
    │   ├── VariablesInvalid            BAD_USER_INPUT
    │   ├── LimitExceeded               …_LIMIT_EXCEEDED
    │   ├── Unauthenticated             UNAUTHENTICATED
    │   ├── Forbidden                   FORBIDDEN
    │   ├── PlanningLimit               QUERY_PLANNING_LIMIT
    │   └── Unplannable                 QUERY_PLANNING_FAILED
    ├── InternalError                   logged whole, shown masked
    │   └── SubgraphError               a subgraph gave no usable answer
    │       ├── SubgraphUnreachable     SUBREQUEST_UNREACHABLE
    │       ├── SubgraphTimeout         SUBREQUEST_TIMEOUT
    │       ├── SubgraphHttpError       SUBREQUEST_HTTP_ERROR
    │       ├── SubgraphMalformed       SUBREQUEST_MALFORMED_RESPONSE
    │       ├── SubgraphTooLarge        SUBREQUEST_RESPONSE_TOO_LARGE
    │       └── SubgraphUnavailable     SUBREQUEST_UNAVAILABLE           breaker open, or too many in flight
    └── StartupError                    a command cannot do what it was asked; one line, status 1
        ├── SupergraphInvalid           INVALID_SUPERGRAPH
        ├── SettingsInvalid             INVALID_SETTINGS
        └── AddressInUse                ADDRESS_IN_USE

Each class owns its `code`, its `status` (HTTP) and, as the docstring, what a reader of `docs/errors.md` needs: what
happened and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class GatewayError(Exception):
    """Base of all; never raised itself."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ClientError(GatewayError):
    """The request cannot be answered as it was sent; the message says what to change."""

    code = "BAD_REQUEST"
    status = 400


class BadRequest(ClientError):
    """The HTTP request is not a GraphQL request: not JSON, not an object, or a member of the wrong type."""


class NotAcceptable(ClientError):
    """No media type in `Accept` can be produced; ask for application/graphql-response+json or application/json."""

    code = "NOT_ACCEPTABLE"
    status = 406


class MethodNotAllowed(ClientError):
    """Only GET (queries) and POST are served."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class UnsupportedMediaType(ClientError):
    """The body is not application/json in UTF-8."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class BodyTooLarge(ClientError):
    """The body is longer than `limits.body_bytes`."""

    code = "BODY_TOO_LARGE"
    status = 413


class RequestTimeout(ClientError):
    """The body did not arrive within `limits.body_seconds`."""

    code = "REQUEST_TIMEOUT"
    status = 408


class DocumentParseFailed(ClientError):
    """The document is not GraphQL; the location says where it stops being so."""

    code = "GRAPHQL_PARSE_FAILED"


class DocumentInvalid(ClientError):
    """The document does not fit the API schema."""

    code = "GRAPHQL_VALIDATION_FAILED"


class OperationNotFound(ClientError):
    """`operationName` names no operation, or is needed and missing."""

    code = "OPERATION_RESOLUTION_FAILURE"


class VariablesInvalid(ClientError):
    """A variable is missing or does not fit its type."""

    code = "BAD_USER_INPUT"


class LimitExceeded(ClientError):
    """The document is larger than a limit allows; the message names the limit, its value and the setting."""

    code = "LIMIT_EXCEEDED"


class Unauthenticated(ClientError):
    """The bearer token is malformed, expired, from an unknown issuer, or missing where it is needed."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(ClientError):
    """The identity lacks what the field demands."""

    code = "FORBIDDEN"
    status = 403


class PlanningLimit(ClientError):
    """Planning was given up after its budget of steps or time; ask for less in one operation."""

    code = "QUERY_PLANNING_LIMIT"


class Unplannable(ClientError):
    """No combination of subgraphs can answer the operation."""

    code = "QUERY_PLANNING_FAILED"


class InternalError(GatewayError):
    """Something on our side failed; the log has the whole of it under the request's id."""


class SubgraphError(InternalError):
    """A subgraph gave no usable answer."""

    code = "DOWNSTREAM_SERVICE_ERROR"

    def __init__(self, message: str, subgraph: str) -> None:
        super().__init__(message)
        self.subgraph = subgraph


class SubgraphUnreachable(SubgraphError):
    """No connection, or it broke before a complete answer had come."""

    code = "SUBREQUEST_UNREACHABLE"


class SubgraphTimeout(SubgraphError):
    """No complete answer before the fetch's deadline."""

    code = "SUBREQUEST_TIMEOUT"


class SubgraphHttpError(SubgraphError):
    """An HTTP status other than success, with no GraphQL answer in the body."""

    code = "SUBREQUEST_HTTP_ERROR"


class SubgraphMalformed(SubgraphError):
    """The body is not a GraphQL answer."""

    code = "SUBREQUEST_MALFORMED_RESPONSE"


class SubgraphTooLarge(SubgraphError):
    """The answer is longer than `subgraphs.response_bytes`."""

    code = "SUBREQUEST_RESPONSE_TOO_LARGE"


class SubgraphUnavailable(SubgraphError):
    """Not asked: the circuit breaker is open, or too many requests are in flight."""

    code = "SUBREQUEST_UNAVAILABLE"


class StartupError(GatewayError):
    """A command cannot do what it was asked to; the message says what to mend."""


class SupergraphInvalid(StartupError):
    """The supergraph file is not a composed Federation 2 schema."""

    code = "INVALID_SUPERGRAPH"


class SettingsInvalid(StartupError):
    """A setting is unknown or has a value that does not fit."""

    code = "INVALID_SETTINGS"


class AddressInUse(StartupError):
    """Another program listens on the port; stop it or choose another with --port."""

    code = "ADDRESS_IN_USE"
