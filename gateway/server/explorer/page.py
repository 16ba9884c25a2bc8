"""`/graphiql`: GraphiQL from files built into the package; without them, a page that says how to build them.

The built page loads nothing from elsewhere, and its policy forbids it. The stand-in page loads GraphiQL from a public
CDN, with a policy that allows exactly that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

STATIC: Final = Path(__file__).parent / "static"
_STAND_IN: Final = Path(__file__).parent / "stand_in.html"
_CDN: Final = "https://esm.sh"

_COMMON: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
)
# Monaco, GraphiQL's editor, writes style elements; scripts never need to be inline.
POLICY: Final = _COMMON + "script-src 'self'; style-src 'self' 'unsafe-inline'"
STAND_IN_POLICY: Final = (
    _COMMON.replace("connect-src 'self'", f"connect-src 'self' {_CDN}").replace("blob:", f"blob: {_CDN}")
    + f"script-src 'self' 'unsafe-inline' {_CDN}; style-src 'self' 'unsafe-inline' {_CDN}"
)


def explorer_routes(static: Path = STATIC) -> list[BaseRoute]:
    """The routes of the explorer; `static` is the folder of built files, if there is one."""
    if (static / "index.html").is_file():
        return [
            Route("/graphiql", _to_folder),
            Mount("/graphiql", _WithHeaders(StaticFiles(directory=static, html=True), POLICY)),
        ]
    return [Route("/graphiql", _stand_in), Route("/graphiql/", _stand_in)]


async def _to_folder(_: Request) -> Response:
    return RedirectResponse("graphiql/", status_code=308)


async def _stand_in(_: Request) -> Response:
    return HTMLResponse(_STAND_IN.read_text("utf-8"), headers=_headers(STAND_IN_POLICY))


def _headers(policy: str) -> dict[str, str]:
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
    }


class _WithHeaders:
    """Adds fixed headers to whatever another application answers."""

    def __init__(self, app: StaticFiles, policy: str) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in _headers(policy).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: MutableMapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                existing = message.get("headers")
                assert isinstance(existing, list)  # noqa: S101  # Starlette's responses give a list
                message["headers"] = [*existing, *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)
