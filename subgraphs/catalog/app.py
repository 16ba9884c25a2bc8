"""The catalogue as an application: the graph, and the files of feeds beside it.

    GET /feeds/<channel>.xml        Google Merchant, XML           /feeds/<channel>.tsv            the same in tabs
    GET /feeds/<channel>.csv        Shopify's product CSV          /feeds/<channel>.local.tsv      Google local inventory

For who has the scope `feed:read`, or knows the password of the setting `feed_password` (Basic; any user name).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import replace
from email.utils import format_datetime
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.rules.channels import is_code
from subgraphs.catalog.rules.exports import LOCAL, LOCAL_MEDIA_TYPE, PRODUCT_FILES
from subgraphs.catalog.samples import load
from subgraphs.catalog.schema import schema
from subgraphs.catalog.service.feed_files import FRESH, FeedFiles
from subgraphs.catalog.service.heard import CONSUMERS
from subgraphs.catalog.service.jobs import working
from subgraphs.catalog.service.searches import flushing
from subgraphs.catalog.service.sending import sender, sending
from subgraphs.kit import errors
from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.identity import HEADER, IdentityVerifier
from subgraphs.kit.peers import PeerRefused, peers_of
from subgraphs.kit.settings import SubgraphSettings

DOMAIN = Domain(
    "catalog",
    schema,
    "subgraphs.catalog.migrations",
    consumers=CONSUMERS,
    samples=load,
    background=(flushing, working),
)
FEEDS = {".local.tsv": LOCAL, ".xml": "google-merchant", ".tsv": "google-merchant-tsv", ".csv": "shopify"}
"""Ending → kind of file, in the order they are tried."""


def create_app(settings: SubgraphSettings) -> Starlette:
    """The application, not started: its database opens with its lifespan."""
    carrying = partial(sending, send=sender(settings))
    app = create_subgraph(replace(DOMAIN, background=(*DOMAIN.background, carrying)), settings)
    database = app.state.database
    files = FeedFiles(database, peers_of(database, settings))
    identity = IdentityVerifier(settings.identity_secret)

    async def feed(request: Request) -> Response:
        return await _feed(request, files, identity, settings.feed_password)

    app.router.routes.append(Route("/feeds/{name}", feed))
    return app


async def _feed(request: Request, files: FeedFiles, identity: IdentityVerifier, password: str | None) -> Response:
    try:
        viewer = identity.viewer(request.headers.get(HEADER))
    except errors.Fault as fault:
        return _refused(fault.status, fault.message)
    if not viewer.has_any("feed:read") and not _knows(password, request.headers.get("authorization", "")):
        return _refused(
            401, "Feeds need the scope feed:read or the password", {"www-authenticate": 'Basic realm="feeds"'}
        )
    name = request.path_params["name"]
    ending = next((one for one in FEEDS if name.endswith(one)), None)
    channel = name.removesuffix(ending or "")
    if ending is None or not is_code(channel):
        return _refused(404, f"There is no such feed; feeds end with {', '.join(FEEDS)}")
    try:
        file = await files.file(FEEDS[ending], channel)
    except UnknownChannel as unknown:
        return _refused(404, unknown.message)
    except (errors.ServiceUnavailable, PeerRefused):
        return _refused(503, "The feed cannot be made now; ask again in a minute", {"retry-after": "60"})
    headers = {
        "etag": file.tag,
        "last-modified": format_datetime(file.made_at, usegmt=True),
        "cache-control": f"private, max-age={FRESH.seconds}",
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
    }
    if _has(request.headers.get("if-none-match", ""), file.tag):
        return Response(status_code=304, headers=headers)
    kind = FEEDS[ending]
    headers["content-type"] = LOCAL_MEDIA_TYPE if kind == LOCAL else PRODUCT_FILES[kind].media_type
    headers["content-length"] = str(file.size)
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(file.chunks(), headers=headers)


def _has(given: str, tag: str) -> bool:
    """Whether the client has this version: one of its tags, compared weakly (RFC 9110, If-None-Match), or any."""
    return any(one.strip().removeprefix("W/") in {tag, "*"} for one in given[:4096].split(","))


def _knows(password: str | None, authorization: str) -> bool:
    """Whether the header holds the password, compared in the same time whatever it holds."""
    scheme, _, encoded = authorization.partition(" ")
    if password is None or scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(encoded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, password.encode())


def _refused(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"errors": [{"message": message}]}, status_code=status, headers=headers)
