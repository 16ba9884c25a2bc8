"""Text ↔ messages of `graphql-transport-ws`.

Source  GraphQL over WebSocket protocol (graphql-ws), messages and close codes
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import orjson

from gateway.errors import ClientError
from gateway.executor.encoding import decode
from gateway.server.request import operation_of_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.server.request import Operation

SUBPROTOCOL: Final = "graphql-transport-ws"
LONGEST_ID: Final = 200

ACK: Final = '{"type":"connection_ack"}'
PONG: Final = '{"type":"pong"}'


class Close(IntEnum):
    """Why a connection is closed."""

    GOING_AWAY = 1001
    BAD_MESSAGE = 4400
    NOT_INITIALISED = 4401
    FORBIDDEN = 4403
    INITIALISED_TOO_LATE = 4408
    ID_IN_USE = 4409
    INITIALISED_TWICE = 4429


class SocketClosed(Exception):  # noqa: N818  # a decision, not a fault of ours
    """The connection is to be closed with this code."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_message(text: str | None) -> Mapping[str, Any]:
    """A message as an object with a `type`; raises `SocketClosed` for anything else, binary frames included."""
    try:
        message = decode(text or "")
    except orjson.JSONDecodeError:
        raise SocketClosed(Close.BAD_MESSAGE, "A message is JSON text") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise SocketClosed(Close.BAD_MESSAGE, "A message is an object with a type")
    if not isinstance(message.get("payload"), dict | None):
        raise SocketClosed(Close.BAD_MESSAGE, "A payload is an object")
    return message


def id_of(message: Mapping[str, Any]) -> str:
    """The operation that a message is about; raises `SocketClosed`."""
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise SocketClosed(Close.BAD_MESSAGE, f"An id is a text of 1 to {LONGEST_ID} characters")
    return found


def operation_of(message: Mapping[str, Any]) -> Operation:
    """What a `subscribe` asks for; raises `SocketClosed` for what is no operation."""
    try:
        return operation_of_members(message.get("payload") or {})
    except ClientError as error:
        raise SocketClosed(Close.BAD_MESSAGE, error.message) from None


def credentials(payload: Mapping[str, Any]) -> tuple[bytes | None, bytes | None]:
    """Authorization and channel in the payload of `connection_init`: as its members, or those of `headers` in it.

    Raises  SocketClosed for one that is there twice or is no text
    """
    inner = payload.get("headers")
    members = [*payload.items(), *(inner.items() if isinstance(inner, dict) else ())]
    found: dict[str, bytes] = {}
    for name, value in members:
        known = name.lower()
        if known not in {"authorization", "channelgraph-channel"} or value is None:
            continue
        if not isinstance(value, str) or known in found:
            raise SocketClosed(Close.BAD_MESSAGE, f"There must be one {known}, a text")
        found[known] = value.encode("utf-8", "replace")
    return found.get("authorization"), found.get("channelgraph-channel")


def next_message(id: str, body: bytes) -> str:  # noqa: A002  # the protocol's word
    """One answer."""
    return f'{{"id":{_json(id)},"type":"next","payload":{body.decode()}}}'


def error_message(id: str, body: bytes) -> str:  # noqa: A002
    """What ended an operation before it had an answer; `body` is a GraphQL answer with errors alone."""
    errors = orjson.dumps(orjson.loads(body)["errors"]).decode()
    return f'{{"id":{_json(id)},"type":"error","payload":{errors}}}'


def complete_message(id: str) -> str:  # noqa: A002
    """The end of an operation."""
    return f'{{"id":{_json(id)},"type":"complete"}}'


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
