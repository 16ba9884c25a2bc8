"""Headers of subgraphs' answers that go back to the client: those the settings name, and no other.

with gathering() as found:      # the dictionary fills while the request's subgraphs answer
    …
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.transport.base import SubgraphClient, SubgraphRequest, SubgraphResponse

NEVER: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "keep-alive",
        "proxy-authenticate",
        "server",
        "set-cookie",
        "set-cookie2",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "vary",
        "www-authenticate",
    }
)
"""What speaks of one connection or one body, and cookies: several subgraphs' answers make one of the gateway's."""

Found = dict[str, str]

_found: ContextVar[Found | None] = ContextVar("returned_headers", default=None)


def returnable(names: tuple[str, ...]) -> frozenset[str]:
    """Of these names those that may go back, in lower case."""
    return frozenset(name.lower() for name in names) - NEVER


@contextmanager
def gathering() -> Iterator[Found]:
    """Gather what the requests made inside are answered with."""
    found: Found = {}
    token = _found.set(found)
    try:
        yield found
    finally:
        _found.reset(token)


class ReturningSubgraph:
    """Notes the headers of each answer whose names are listed; of several the last counts."""

    def __init__(self, inner: SubgraphClient, names: frozenset[str]) -> None:
        self._inner = inner
        self._names = names

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Ask, and note."""
        found = _found.get()
        response = await self._inner.send(request)
        if found is not None:
            found.update({name: value for name, value in response.headers.items() if name in self._names})
        return response

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()
