"""Several operations in one request, as a JSON array: off unless `limits.batch` says how many there may be.

Before     all are read, measured and added up before the first is begun: a batch that is together more than one
           request may be, or holds what is no operation, is refused whole
Order      answers stand as the operations do. Queries that stand together are answered at once; a mutation begins when
           all before it is over, and what follows waits for it
Errors     an operation's own fault is its own answer, with status 200 for the whole; the others go on
Bounds     each operation counts as a request (`server.requests`); one deadline holds for all of them
Never      subscriptions, which have no one answer; GET; a batch within a batch
Told       a line in the log and a count in the metrics for each operation, with its place ("2/3") and one request id
Source     Apollo Server and the clients' batching links; the specification of GraphQL over HTTP has no batches
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import groupby
from time import perf_counter
from typing import TYPE_CHECKING

from gateway.errors import BatchLimitExceeded, ClientError, DeadlineExceeded, NotAcceptable
from gateway.pipeline import Notes
from gateway.planner.nodes import OperationKind
from gateway.server.exchange import Answer, Exchange, Told
from gateway.server.response import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.server.answering import Answering
    from gateway.server.request import Operation
    from gateway.server.response import Header
    from gateway.settings import LimitSettings


@dataclass(slots=True)
class _Part:
    """One operation on its way; `answer` once it has one."""

    exchange: Exchange
    operation: Operation
    kind: OperationKind = OperationKind.QUERY
    answer: Answer | None = None


async def answer_batch(
    answering: Answering, exchange: Exchange, operations: Sequence[Operation], limits: LimitSettings
) -> Answer:
    """The answers to all of them, as one array; raises `BatchLimitExceeded`."""
    exchange.deadline = asyncio.get_running_loop().time() + limits.request_seconds
    parts = [
        _Part(replace(exchange, notes=Notes(), batch=f"{number}/{len(operations)}"), operation)
        for number, operation in enumerate(operations, 1)
    ]
    await _measure(answering, parts, limits)
    if any(part.kind is OperationKind.MUTATION for part in parts):
        exchange.notes.kind = OperationKind.MUTATION  # so that none is given up when the client leaves
    for group in _at_once(parts):
        async with asyncio.TaskGroup() as tasks:
            for part in group:
                tasks.create_task(_run(answering, part))
    return _together(parts, exchange.notes)


async def _measure(answering: Answering, parts: Sequence[_Part], limits: LimitSettings) -> None:
    """Read and add up; what is wrong with an operation becomes its answer, what is wrong with all is raised."""
    tokens = cost = 0
    for part in parts:
        try:
            part.operation = answering.complete(part.exchange, part.operation)
            size = answering.gateway.pipeline.measure(answering.request(part.exchange, part.operation))
        except ClientError as error:
            part.answer = _failed(answering, part, error)
            continue
        if size.kind is OperationKind.SUBSCRIPTION:
            refused = NotAcceptable("A subscription cannot stand in a batch; send it alone, as text/event-stream.")
            part.answer = _failed(answering, part, refused)
            continue
        part.kind, tokens, cost = size.kind, tokens + size.tokens, cost + size.cost
        if tokens > limits.tokens:
            raise BatchLimitExceeded(f"The batch has more than {limits.tokens:,} tokens together (limits.tokens).")
        if cost > size.most and not part.exchange.explain:
            message = f"The batch is estimated to cost more than {size.most:,} together (limits.cost)."
            raise BatchLimitExceeded(message)
        await asyncio.sleep(0)  # each is allowed its time; all of them at a stretch would be too much of others'


def _at_once(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """What is still to be answered, in order: queries that stand together, and each mutation alone."""
    for write, group in groupby(parts, lambda part: part.kind is OperationKind.MUTATION):
        waiting = [part for part in group if part.answer is None]
        yield from ([part] for part in waiting) if write else (waiting,)


async def _run(answering: Answering, part: _Part) -> None:
    part.exchange.started = perf_counter()
    try:
        if asyncio.get_running_loop().time() >= (part.exchange.deadline or 0):
            raise DeadlineExceeded("The operations before it took all the time of the batch.")  # noqa: TRY301
        part.answer = await answering.execute(part.exchange, part.operation)
    except TimeoutError:
        part.answer = _failed(answering, part, DeadlineExceeded("The operation took too long."))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is this operation's; the others have answers
        part.answer = _failed(answering, part, error)
    part.exchange.finished = perf_counter()


def _failed(answering: Answering, part: _Part, error: Exception) -> Answer:
    return Answer(answering.shown(error, part.exchange), codes_of(error), part.exchange.notes)


def _together(parts: Sequence[_Part], notes: Notes) -> Answer:
    answers = [part.answer for part in parts if part.answer is not None]
    extra: dict[bytes, Header] = {header[0]: header for answer in answers for header in answer.extra}
    told = tuple(
        Told(part.exchange, len(answer.body), answer.codes) for part, answer in zip(parts, answers, strict=True)
    )
    return Answer(b"[%b]" % b",".join(answer.body for answer in answers), (), notes, tuple(extra.values()), told)
