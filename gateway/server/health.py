"""Health and metrics: `/health` and `/readyz` (requests are answered), `/livez` (the loop turns), `/metrics`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from gateway.server.state import Gateway

_FRESH = {"cache-control": "no-store"}


def health_routes(gateway: Gateway) -> list[Route]:
    """The routes over one gateway; `/metrics` only where something is counted."""

    async def ready(_: Request) -> Response:
        if gateway.ready:
            return JSONResponse({"status": "ok"}, headers=_FRESH)
        return JSONResponse({"status": "not ready"}, status_code=503, headers=_FRESH)

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def metrics(_: Request) -> Response:
        body = gateway.metrics.render() if gateway.metrics else b""
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8", headers=_FRESH)

    routes = [Route("/health", ready), Route("/readyz", ready), Route("/livez", live)]
    return [*routes, Route("/metrics", metrics)] if gateway.metrics else routes
