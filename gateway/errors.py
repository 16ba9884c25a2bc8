"""Everything that can go wrong in the gateway, as one tree.

    GatewayError
    ├── ClientError                     made of what the client sent; shown as it is
    │   ├── BadRequest                  BAD_REQUEST                      the HTTP request itself
    │   ├── NotAcceptable               NOT_ACCEPTABLE
    │   ├── MethodNotAllowed            METHOD_NOT_ALLOWED
    │   ├── UnsupportedMediaType        UNSUPPORTED_MEDIA_TYPE
    │   ├── BodyTooLarge                BODY_TOO_LARGE
    │   ├── HeadersTooLarge             HEADERS_TOO_LARGE
    │   ├── UriTooLong                  URI_TOO_LONG
    │   ├── RequestTimeout              REQUEST_TIMEOUT
    │   ├── CrossSiteRefused            CROSS_SITE_REFUSED
    │   ├── BatchLimitExceeded          BATCH_LIMIT_EXCEEDED             operations of a batch, counted together
    │   ├── RateLimited                 RATE_LIMITED
    │   ├── NotFound                    NOT_FOUND
    │   ├── DocumentParseFailed         GRAPHQL_PARSE_FAILED
    │   ├── DocumentInvalid             GRAPHQL_VALIDATION_FAILED
    │   ├── OperationNotFound           OPERATION_RESOLUTION_FAILURE
    │   ├── VariablesInvalid            BAD_USER_INPUT
    │   ├── LimitExceeded               …_LIMIT_EXCEEDED                 one subclass for each limit on documents
    │   │   └── CostLimitExceeded       COST_LIMIT_EXCEEDED              what it would take, before anything is asked
    │   ├── ListSizeUnknown             COST_LIST_SIZE_UNKNOWN
    │   ├── StoredDocumentError         a document that is asked for by its hash
    │   │   ├── DocumentNotStored       PERSISTED_QUERY_NOT_FOUND
    │   │   ├── HashMismatch            PERSISTED_QUERY_HASH_MISMATCH
    │   │   ├── StoringNotSupported     PERSISTED_QUERY_NOT_SUPPORTED
    │   │   └── DocumentNotTrusted      TRUSTED_DOCUMENT_REQUIRED
    │   ├── IntrospectionDisabled       INTROSPECTION_DISABLED
    │   ├── Unauthenticated             UNAUTHENTICATED
    │   ├── Forbidden                   FORBIDDEN
    │   ├── PlanningLimit               QUERY_PLANNING_LIMIT
    │   ├── Unplannable                 QUERY_PLANNING_FAILED
    │   └── ClientErrors                several of these at once, each shown
    ├── InternalError                   logged whole, shown masked
    │   ├── DeadlineExceeded            REQUEST_DEADLINE_EXCEEDED        the whole request took too long
    │   ├── IdentityUnavailable         IDENTITY_UNAVAILABLE             no key to verify tokens with
    │   ├── Overloaded                  OVERLOADED                       too many requests under way
    │   └── SubgraphError               a subgraph gave no usable answer
    │       ├── SubgraphUnreachable     SUBREQUEST_UNREACHABLE
    │       ├── SubgraphTimeout         SUBREQUEST_TIMEOUT
    │       ├── SubgraphHttpError       SUBREQUEST_HTTP_ERROR
    │       ├── SubgraphMalformed       SUBREQUEST_MALFORMED_RESPONSE
    │       ├── SubgraphErrorsLeftOut   SUBREQUEST_ERRORS_LEFT_OUT
    │       ├── SubgraphTooLarge        SUBREQUEST_RESPONSE_TOO_LARGE
    │       └── SubgraphUnavailable     SUBREQUEST_UNAVAILABLE           breaker open, or too many in flight
    └── StartupError                    a command cannot do what it was asked; one line, status 1
        ├── SupergraphInvalid           INVALID_SUPERGRAPH
        ├── SettingsInvalid             INVALID_SETTINGS
        ├── AddressInUse                ADDRESS_IN_USE
        └── UnknownSubgraph             UNKNOWN_SUBGRAPH

Each class owns its `code`, its `status` (HTTP) and, as the docstring, what a reader of `docs/errors.md` needs: what
happened and what to do.
"""

from __future__ import annotations

from typing import ClassVar, Self


class GatewayError(Exception):
    """Base of all; never raised itself."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ClientError(GatewayError):
    """The request cannot be answered as it was sent; the message says what to change.

    `locations` are lines and columns in the document, counted from one; none where the document is not at fault.
    """

    code = "BAD_REQUEST"
    status = 400

    def __init__(self, message: str, *, locations: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__(message)
        self.locations = locations

    def again(self) -> Self:
        """Another that says the same and was never raised: what is kept must hold no traceback.

        A traceback holds its frames, and these all that the request sent.
        """
        other = type(self).__new__(type(self), *self.args)
        other.args = self.args
        other.__dict__.update(self.__dict__)
        return other


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


class HeadersTooLarge(ClientError):
    """There are more headers, or longer ones, than `limits.header_count` and `limits.header_bytes` allow."""

    code = "HEADERS_TOO_LARGE"
    status = 431


class UriTooLong(ClientError):
    """The request target is longer than `limits.uri_bytes`; send the operation by POST."""

    code = "URI_TOO_LONG"
    status = 414


class RequestTimeout(ClientError):
    """The body did not arrive within `limits.body_seconds`."""

    code = "REQUEST_TIMEOUT"
    status = 408


class CrossSiteRefused(ClientError):
    """A page of another site asks, and the request is one that browsers send without asking first.

    Send `channelgraph-preflight: 1`, or allow the origin with `cors.allow_origins`.
    """

    code = "CROSS_SITE_REFUSED"
    status = 403


class BatchLimitExceeded(ClientError):
    """The operations of a batch are together more than one request may be; none was begun.

    The message names the setting: `limits.batch` (how many), `limits.tokens` or `limits.cost` (all of them added up).
    """

    code = "BATCH_LIMIT_EXCEEDED"


class RateLimited(ClientError):
    """The caller has used up what `rates` allows; come back after `Retry-After` seconds.

    Each operation counts, and so does each field at the root of a mutation.
    """

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotFound(ClientError):
    """Nothing is served at this path."""

    code = "NOT_FOUND"
    status = 404


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


class TokensLimitExceeded(LimitExceeded):
    """The text has more lexical tokens than `limits.tokens`."""

    code = "TOKENS_LIMIT_EXCEEDED"


class OperationsLimitExceeded(LimitExceeded):
    """The document holds more operations than `limits.operations`."""

    code = "OPERATIONS_LIMIT_EXCEEDED"


class DepthLimitExceeded(LimitExceeded):
    """Fields are nested deeper than `limits.depth`."""

    code = "DEPTH_LIMIT_EXCEEDED"


class FieldsLimitExceeded(LimitExceeded):
    """With every fragment written out there are more fields than `limits.fields`."""

    code = "FIELDS_LIMIT_EXCEEDED"


class FragmentsLimitExceeded(LimitExceeded):
    """With every fragment written out there are more spreads than `limits.fragments`."""

    code = "FRAGMENTS_LIMIT_EXCEEDED"


class RootFieldsLimitExceeded(LimitExceeded):
    """There are more fields at the root of an operation than `limits.root_fields`."""

    code = "ROOT_FIELDS_LIMIT_EXCEEDED"


class AliasesLimitExceeded(LimitExceeded):
    """There are more aliases than `limits.aliases`."""

    code = "ALIASES_LIMIT_EXCEEDED"


class DirectivesLimitExceeded(LimitExceeded):
    """There are more directives than `limits.directives`."""

    code = "DIRECTIVES_LIMIT_EXCEEDED"


class OverlapsLimitExceeded(LimitExceeded):
    """Fields share their response keys so often that comparing them takes more than `limits.overlaps` steps."""

    code = "OVERLAPS_LIMIT_EXCEEDED"


class ListLimitExceeded(LimitExceeded):
    """A list among the variables or in the document has more items than `limits.list_items`."""

    code = "LIST_LIMIT_EXCEEDED"


class CostLimitExceeded(LimitExceeded):
    """Answering is estimated to cost more than `limits.cost`, or than a scope of the caller's allows.

    Nothing has been asked of a subgraph. Ask for shorter lists or fewer fields; `channelgraph-explain: cost` tells the
    estimate of any operation without running it.
    """

    code = "COST_LIMIT_EXCEEDED"


class StreamsLimitExceeded(LimitExceeded):
    """There are as many subscriptions as `server.streams` allows; come back later."""

    code = "STREAMS_LIMIT_EXCEEDED"
    status = 503


class ListSizeUnknown(ClientError):
    """A field whose list has the length that an argument gives is asked without such an argument, or with several."""

    code = "COST_LIST_SIZE_UNKNOWN"


class StoredDocumentError(ClientError):
    """Base of what can be wrong with a document that is asked for by its hash."""


class DocumentNotStored(StoredDocumentError):
    """No document of this hash is known here; send its text along with the hash."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class HashMismatch(StoredDocumentError):
    """The hash sent is not the SHA-256, in lower-case hexadecimal, of the text sent; nothing was stored."""

    code = "PERSISTED_QUERY_HASH_MISMATCH"


class StoringNotSupported(StoredDocumentError):
    """Storing documents by their hash is switched off here (`documents.automatic`), or not of the version asked for."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class DocumentNotTrusted(StoredDocumentError):
    """Only documents registered with the contract are answered here (`documents.trusted_only`), byte for byte."""

    code = "TRUSTED_DOCUMENT_REQUIRED"
    status = 403


class IntrospectionDisabled(ClientError):
    """`__schema` and `__type` are not answered here; `introspection` in the settings allows them."""

    code = "INTROSPECTION_DISABLED"


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


class ClientErrors(ClientError):
    """Several reasons at once why a request cannot be answered, in the document's order; each is shown."""

    def __init__(self, errors: tuple[ClientError, ...]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class InternalError(GatewayError):
    """Something on our side failed; the log has the whole of it under the request's id."""


class DeadlineExceeded(InternalError):
    """The answer was not complete after `limits.request_seconds`."""

    code = "REQUEST_DEADLINE_EXCEEDED"
    status = 504


class IdentityUnavailable(InternalError):
    """A token cannot be verified because its issuer's keys have never been had; the issuer may be down."""

    code = "IDENTITY_UNAVAILABLE"
    status = 503


class Overloaded(InternalError):
    """There are as many requests under way as `server.requests` allows; come back after `Retry-After` seconds."""

    code = "OVERLOADED"
    status = 503


class SubgraphError(InternalError):
    """A subgraph gave no usable answer."""

    code = "DOWNSTREAM_SERVICE_ERROR"

    def __init__(self, message: str, subgraph: str) -> None:
        super().__init__(message)
        self.subgraph = subgraph


class SubgraphUnreachable(SubgraphError):
    """No connection, or it broke before a complete answer had come."""

    code = "SUBREQUEST_UNREACHABLE"

    def __init__(self, message: str, subgraph: str, *, final: bool = False) -> None:
        """`final`: asking again is not for the moment; part of an answer had come, or it was sent twice already."""
        super().__init__(message, subgraph)
        self.final = final


class SubgraphTimeout(SubgraphError):
    """No complete answer before the fetch's deadline."""

    code = "SUBREQUEST_TIMEOUT"


class SubgraphHttpError(SubgraphError):
    """An HTTP status other than success, with no GraphQL answer in the body."""

    code = "SUBREQUEST_HTTP_ERROR"


class SubgraphMalformed(SubgraphError):
    """The body is not a GraphQL answer."""

    code = "SUBREQUEST_MALFORMED_RESPONSE"


class SubgraphErrorsLeftOut(SubgraphError):
    """It reported more errors than are read of one answer; the message says how many there were."""

    code = "SUBREQUEST_ERRORS_LEFT_OUT"


class SubgraphValueUnfit(SubgraphError):
    """A value does not fit the supergraph's type of it (String for Int, null for a non-null, an unknown enum value …).

    It is null, with this error at its path and the subgraph in `extensions.service`; the value is not repeated. The
    subgraph runs another schema than was composed, or its resolver is wrong.
    """

    code = "RESPONSE_VALIDATION_FAILED"


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


class UnknownSubgraph(StartupError):
    """No subgraph of this name is in supergraph.yaml; the message lists those that are."""

    code = "UNKNOWN_SUBGRAPH"
