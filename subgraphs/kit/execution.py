"""From a parsed request to an answer: one operation chosen, executed within its deadline, errors shown or masked."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)
from strawberry.execution import optimized_is_awaitable

from subgraphs.kit.context import Context
from subgraphs.kit.documents import Documents, Invalid
from subgraphs.kit.errors import DeadlineExceeded, Fault
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.trace import Trace

log = logging.getLogger("subgraphs")

MOST_ERRORS = 100
"""Errors shown in one answer; a list of a thousand wrong representations is not told a thousand times."""


LONGEST_MESSAGE = 500
"""Characters of a message that quotes the request."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client sent, of the right JSON types already."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be written.

    started     False when the request was refused before execution: there is no `data` then
    """

    body: dict[str, Any]
    started: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A valid document and the operation of it that is to run."""

    document: DocumentNode
    operation: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.operation


class Refused(Exception):  # noqa: N818 - named for the request
    """The request was refused before execution; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("refused")
        self.answer = answer


class Execution:
    """Executes requests against one schema.

    choose      parse, validate, pick the operation; raises `Refused`
    run         execute a query or mutation
    stream      execute a subscription: an iterator of answers, or `Refused`
    debug       show the text of unexpected errors
    """

    def __init__(self, schema: FederatedSchema, *, debug: bool = False) -> None:
        self._schema = schema
        self._documents = Documents(schema.graphql_schema)
        self._debug = debug

    def choose(self, request: GraphQLRequest) -> Chosen:
        """The operation to run; without a name there must be exactly one (GraphQL specification, section 6.1)."""
        try:
            document = self._documents.get(request.query)
        except GraphQLSyntaxError as error:
            raise Refused(_refusal([error], "GRAPHQL_PARSE_FAILED")) from error
        except GraphQLError as error:
            raise Refused(_refusal([error], "GRAPHQL_PARSE_FAILED")) from error
        except Invalid as error:
            raise Refused(_refusal(error.errors, "GRAPHQL_VALIDATION_FAILED")) from error
        except Fault as error:
            raise Refused(refusal(error)) from error
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if request.operation_name is not None:
            operations = [node for node in operations if node.name and node.name.value == request.operation_name]
        if len(operations) != 1:
            message = (
                "operationName is needed: the document has several operations"
                if request.operation_name is None and operations
                else "The document has no such operation"
            )
            raise Refused(_refusal([GraphQLError(message)], "OPERATION_RESOLUTION_FAILURE"))
        return Chosen(document, operations[0])

    async def run(
        self, chosen: Chosen, request: GraphQLRequest, context: Context, seconds: float, trace: Trace | None = None
    ) -> Answer:
        """Execute within so many seconds; when they are over the work is cancelled and the answer says so.

        trace   times the fields, and is told with the answer
        """
        try:
            async with asyncio.timeout(seconds):
                result = execute(
                    self._schema.graphql_schema,
                    chosen.document,
                    context_value=context,
                    variable_values=dict(request.variables or {}),
                    operation_name=request.operation_name,
                    executor_class=self._schema.execution_context_class,
                    middleware=None if trace is None else [trace],
                    is_awaitable=cast(Any, optimized_is_awaitable),
                    hide_suggestions=True,
                    operation_extensions=None,
                )
                if inspect.isawaitable(result):
                    result = await result
        except TimeoutError:
            return Answer(
                refusal(DeadlineExceeded("The deadline passed before the answer was ready")).body, started=True
            )
        answer = self._answer(result)
        if trace is None:
            return answer
        extensions = {"ftv1": trace.extension(result.errors or ())}
        return replace(answer, body={**answer.body, "extensions": extensions})

    async def stream(self, chosen: Chosen, request: GraphQLRequest, context: Context) -> AsyncIterator[dict[str, Any]]:
        """The events of a subscription; raises `Refused` when it cannot start."""
        source = subscribe(
            self._schema.graphql_schema,
            chosen.document,
            context_value=context,
            variable_values=dict(request.variables or {}),
            operation_name=request.operation_name,
            executor_class=self._schema.execution_context_class,
            hide_suggestions=True,
            operation_extensions=None,
        )
        if inspect.isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise Refused(self._answer(source))
        return self._events(source)

    async def _events(self, source: AsyncIterator[ExecutionResult]) -> AsyncIterator[dict[str, Any]]:
        try:
            async for result in source:
                yield self._answer(result).body
        except Exception as error:  # noqa: BLE001 - the stream ends with a last answer that says so
            yield {"data": None, "errors": [self._shown(_as_graphql(error))]}
        finally:
            close = getattr(source, "aclose", None)
            if close is not None:
                await close()

    def _answer(self, result: ExecutionResult) -> Answer:
        errors = [self._shown(error) for error in (result.errors or [])[:MOST_ERRORS]]
        # Without data and without a path the operation never began: its variables did not fit.
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            return Answer({"errors": errors}, started=False)
        return Answer({"data": result.data, "errors": errors} if errors else {"data": result.data}, started=True)

    def _shown(self, error: GraphQLError) -> dict[str, Any]:
        """An error as the client sees it: expected ones whole, others masked and logged."""
        original = error.original_error
        while isinstance(original, GraphQLError) and original.original_error is not None:
            original = original.original_error
        if isinstance(original, Fault):
            return {**error.formatted, "message": original.message, "extensions": {"code": original.code}}
        if original is None or isinstance(original, GraphQLError):
            return {**_formatted(error), "extensions": {"code": "BAD_USER_INPUT", **(error.extensions or {})}}
        log.error("unexpected error at %s", error.path, exc_info=original)
        message = f"{type(original).__name__}: {original}" if self._debug else "Unexpected error."
        return {**error.formatted, "message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}


def refusal(fault: Fault) -> Answer:
    """A fault that no field is to blame for, as an answer."""
    return Answer({"errors": [{"message": fault.message, "extensions": {"code": fault.code}}]}, started=False)


def _refusal(errors: list[GraphQLError], code: str) -> Answer:
    return Answer({"errors": [{**_formatted(error), "extensions": {"code": code}} for error in errors]}, started=False)


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """As the specification has it; a message that repeats what the client sent is cut, for that may be a megabyte."""
    shown: dict[str, Any] = {**error.formatted}
    if len(error.message) > LONGEST_MESSAGE:
        shown["message"] = error.message[:LONGEST_MESSAGE] + "…"
    return shown


def _as_graphql(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
