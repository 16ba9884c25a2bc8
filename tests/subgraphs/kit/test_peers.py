"""One subgraph asks another: bytes both ways, signed as the shop's own system, every failure one of two kinds."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.identity import HEADER, IdentityVerifier
from subgraphs.kit.peers import ANSWER_BYTES, PeerRefused, Peers, join_peers
from subgraphs.kit.settings import SubgraphSettings

SECRET = "a secret only tests know, 32 bytes and more"


class Peer:
    """A neighbour that answers what it is told to, and remembers what it was asked."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.headers: dict[str, str] = {}
        self.body: dict[str, object] = {}
        self.app = Starlette(routes=[Route("/graphql", self.graphql, methods=["POST"])])

    async def graphql(self, request: Request) -> Response:
        self.headers, self.body = dict(request.headers), orjson.loads(await request.body())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
async def neighbour(tmp_path):
    """A function that joins a peer with an answer, and gives it with the asking side."""
    opened = []

    def join(answer: Response | Exception, **changes: object) -> tuple[Peer, Peers]:
        peer = Peer(answer)
        join_peers(tmp_path, "stock", peer.app)
        peers = Peers(SubgraphSettings(name="cart", data_dir=tmp_path, identity_secret=SECRET, **changes))
        opened.append((peer, peers))
        return peer, peers

    yield join
    for _, peers in opened:
        await peers.close()


def errors(code: str | None, status: int = 200) -> Response:
    extensions = {} if code is None else {"code": code}
    return JSONResponse({"data": None, "errors": [{"message": "no", "extensions": extensions}]}, status_code=status)


async def test_the_data_of_an_answer_comes_back(neighbour):
    peer, peers = neighbour(JSONResponse({"data": {"held": 3}}))
    assert await peers.ask("stock", "query Q($n: Int!) { held(n: $n) }", {"n": 1}) == {"held": 3}
    assert peer.body == {"query": "query Q($n: Int!) { held(n: $n) }", "variables": {"n": 1}}


async def test_the_peer_sees_on_whose_behalf_and_that_it_is_the_system(neighbour):
    peer, peers = neighbour(JSONResponse({"data": {}}))
    await peers.ask("stock", "{ a }", customer_id="cus_1", channel="store")
    viewer = IdentityVerifier(SECRET).viewer(peer.headers[HEADER])
    assert (viewer.customer_id, viewer.scopes, viewer.channel) == ("cus_1", {"system:write"}, "store")


@pytest.mark.parametrize("code", ["BAD_USER_INPUT", "FORBIDDEN", None])
async def test_a_wrong_question_is_refused(neighbour, code):
    _, peers = neighbour(errors(code))
    with pytest.raises(PeerRefused, match="stock: no") as refused:
        await peers.ask("stock", "{ a }")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        errors("SERVICE_UNAVAILABLE"),
        errors("DEADLINE_EXCEEDED"),
        errors("INTERNAL_SERVER_ERROR"),
        errors("BAD_USER_INPUT", status=503),
        Response(b"<html>", media_type="text/html"),
        Response(b""),
        JSONResponse([1]),
        JSONResponse({"data": None}),
        JSONResponse({"errors": "broken"}, status_code=500),
        Response(b'{"data": {"a": "' + b"x" * ANSWER_BYTES + b'"}}'),
        RuntimeError("it broke"),
    ],
    ids=[
        "unavailable",
        "too late",
        "internal",
        "status 503",
        "html",
        "nothing",
        "a list",
        "no data",
        "broken errors",
        "too much",
        "raises",
    ],
)
async def test_no_complete_answer_may_be_asked_for_again(neighbour, answer):
    _, peers = neighbour(answer)
    with pytest.raises(ServiceUnavailable):
        await peers.ask("stock", "{ a }")


async def test_a_peer_that_is_slow_is_given_up(neighbour, tmp_path):
    async def slow(_: Request) -> Response:
        await asyncio.sleep(60)
        return Response()

    app = Starlette(routes=[Route("/graphql", slow, methods=["POST"])])
    join_peers(tmp_path, "slow", app)
    peers = Peers(SubgraphSettings(name="cart", data_dir=tmp_path, identity_secret=SECRET), seconds=0.05)
    with pytest.raises(ServiceUnavailable):
        await peers.ask("slow", "{ a }")
    await peers.close()


async def test_a_peer_nobody_knows_is_not_reached(neighbour):
    _, peers = neighbour(JSONResponse({"data": {}}))
    assert peers.knows("stock")
    assert not peers.knows("weather")
    with pytest.raises(ServiceUnavailable, match="No way to reach weather"):
        await peers.ask("weather", "{ a }")


async def test_a_peer_of_another_folder_is_a_stranger(neighbour, tmp_path):
    neighbour(JSONResponse({"data": {}}))
    peers = Peers(SubgraphSettings(name="cart", data_dir=tmp_path / "elsewhere"))
    assert not peers.knows("stock")


async def test_a_url_that_nobody_answers_at_is_unavailable(tmp_path):
    settings = SubgraphSettings(name="cart", data_dir=tmp_path, peers={"stock": "http://127.0.0.1:9/graphql"})
    peers = Peers(settings)
    assert peers.knows("stock")
    with pytest.raises(ServiceUnavailable):
        await peers.ask("stock", "{ a }")
    await peers.close()
