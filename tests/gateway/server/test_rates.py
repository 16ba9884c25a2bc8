"""How often one caller may ask: what is counted, whose it is, and that memory of callers is bounded. Rows B1, D4, H13."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import jwt
import pytest

from gateway.channels.served import served_contracts
from gateway.errors import RateLimited
from gateway.identity import Identity
from gateway.pipeline import Pipeline
from gateway.server.app import create_app
from gateway.server.rates import Rates
from gateway.server.state import Gateway
from gateway.settings import RateSettings, Settings

KEY = "k" * 32
SLOW = {"per_second": 0.001, "burst": 3}
"""Three at once and no more while a test runs."""
NOTE = {"query": "{ note }"}


class Clock:
    """Stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def bearer(subject: str, key: str = KEY) -> dict[str, str]:
    claims = {"iss": "i", "aud": "channelgraph", "sub": subject, "exp": time.time() + 3_600}
    return {"authorization": f"Bearer {jwt.encode(claims, key, 'HS256')}"}


@pytest.fixture
async def asked(make_shop):
    """A client of a gateway with these rates, as a peer of this address; tokens are accepted."""
    clients = []

    async def make(peer: str = "192.0.2.1", **rates: Any) -> httpx2.AsyncClient:
        issuers = [{"issuer": "i", "key": KEY, "algorithms": ["HS256"]}]
        settings = Settings(
            telemetry={"request_log": "off"},
            rates={**SLOW, **rates},
            identity={"issuers": issuers},
            limits={"batch": 5},
        )
        shop = make_shop()
        pipeline = Pipeline(shop.pipeline.supergraph, shop.subgraphs, settings, {}, served_contracts(None))
        transport = httpx2.ASGITransport(app=create_app(Gateway(pipeline, settings)), client=(peer, 1))
        client = httpx2.AsyncClient(transport=transport, base_url="http://gateway")
        client.shop = shop
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


def test_a_bucket_is_emptied_at_once_and_fills_again():
    clock = Clock()
    rates = Rates(RateSettings(per_second=2, burst=4), clock)
    rates.spend("a", 4)
    with pytest.raises(RateLimited) as refused:
        rates.spend("a", 3)
    assert (refused.value.retry_after_seconds, refused.value.status) == (2, 429)
    clock.now += 1.5
    rates.spend("a", 3)
    clock.now += 1_000
    rates.spend("a", 4)
    with pytest.raises(RateLimited):
        rates.spend("a")


def test_more_than_a_bucket_is_let_through_when_it_is_full_and_waited_for_afterwards():
    clock = Clock()
    rates = Rates(RateSettings(per_second=1, burst=3), clock)
    rates.spend("a", 10)
    clock.now += 7.5
    with pytest.raises(RateLimited) as refused:
        rates.spend("a")
    assert refused.value.retry_after_seconds == 1
    clock.now += 0.5
    rates.spend("a")


def test_callers_have_a_bucket_each_and_the_one_seen_longest_ago_is_forgotten():
    rates = Rates(RateSettings(per_second=1, burst=1, callers=100), Clock())
    for stranger in range(1_000):
        rates.spend(str(stranger))
        if stranger % 50 == 0:
            with pytest.raises(RateLimited):
                rates.spend("0")
    assert len(rates._buckets) == 100


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", b"198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", b"198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", b"203.0.113.9, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.1", b"10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("10.0.0.1", b"198.51.100.7, what, 10.0.0.5", "10.0.0.5"),
        ("10.0.0.1", b"", "10.0.0.1"),
        ("10.0.0.1", b"198.51.100.7" + b", 10.0.0.2" * 5_000, "10.0.0.2"),
        ("::ffff:10.0.0.1", b"::ffff:198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", b"2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1%eth0", b"198.51.100.7", "2001:db8:1:2::"),
        ("", b"198.51.100.7", ""),
    ],
)
def test_H13_an_address_is_the_last_that_no_trusted_proxy_has(peer, forwarded, address):
    rates = Rates(RateSettings(per_second=1, trusted_proxies=["10.0.0.0/8"]))
    scope = {"client": (peer, 1) if peer else None}
    assert rates.caller(None, scope, {b"x-forwarded-for": forwarded}) == f"address {address}"
    someone = Identity("cus_1", frozenset(), "web", authenticated=True)
    assert rates.caller(someone, scope, {}) == "subject cus_1"


def test_L5_a_network_that_is_none_is_refused():
    with pytest.raises(ValueError, match="trusted_proxies"):
        RateSettings(trusted_proxies=["10.0.0.0/8", "proxy.example"])


async def test_one_too_many_is_429_and_says_when_to_come_back(asked):
    client = await asked()
    for _ in range(3):
        assert (await client.post("/graphql", json=NOTE)).status_code == 200
    refused = await client.post("/graphql", json=NOTE)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 0 < int(refused.headers["retry-after"]) <= 1_000
    assert (await client.get("/graphql", params=NOTE)).status_code == 429
    assert (await client.post("/graphql", json=NOTE, headers={"accept": "text/event-stream"})).status_code == 429
    assert (await client.post("/graphql", json=NOTE, headers=bearer("ann"))).status_code == 200
    assert len(client.shop.subgraphs["a"].sent) == 4


async def test_H13_a_stranger_cannot_say_that_he_is_another(asked):
    client = await asked()
    said = ("x-forwarded-for", "forwarded", "x-real-ip", "client-ip", "true-client-ip", "cf-connecting-ip")
    answers = [
        await client.post("/graphql", json=NOTE, headers=dict.fromkeys(said, f"198.51.100.{n}")) for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_behind_a_trusted_proxy_each_address_has_its_own(asked):
    client = await asked("10.0.0.1", burst=1, trusted_proxies=["10.0.0.0/8"])
    for address, status in (("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.1", 429)):
        told = {"x-forwarded-for": f"203.0.113.5, {address}"}
        assert (await client.post("/graphql", json=NOTE, headers=told)).status_code == status


@pytest.mark.parametrize("many", [[NOTE] * 4, [{"query": "mutation { add(by: 1) }"}] * 4])
async def test_B1_a_batch_buys_nothing(asked, many):
    client = await asked()
    assert (await client.post("/graphql", json=NOTE)).status_code == 200
    assert (await client.post("/graphql", json=many)).status_code == 429
    assert len(client.shop.queries) == 1


async def test_B1_D4_aliases_of_a_mutation_buy_nothing(asked):
    client = await asked()
    twice = {"query": "mutation { a: add(by: 1) b: add(by: 1) }"}
    assert (await client.post("/graphql", json=twice)).json() == {"data": {"a": 1, "b": 1}}
    refused = await client.post("/graphql", json=twice)
    assert refused.status_code == 429
    assert len(client.shop.queries) == 1
    in_fragments = {"query": "mutation { ...F ...F } fragment F on Mutation { a: add(by: 1) ... { b: add(by: 1) } }"}
    eve = bearer("eve")
    assert (await client.post("/graphql", json=in_fragments, headers=eve)).status_code == 200
    assert (await client.post("/graphql", json=in_fragments, headers=eve)).status_code == 429


async def test_A2_tokens_cannot_be_tried_out_without_end(asked):
    client = await asked()
    answers = [await client.post("/graphql", json=NOTE, headers=bearer("ann", "x" * 32)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert (await client.post("/graphql", json=NOTE, headers=bearer("ann"))).status_code == 200


async def test_by_default_nobody_is_counted(asked):
    client = await asked(per_second=None, burst=1)
    assert {(await client.post("/graphql", json=NOTE)).status_code for _ in range(5)} == {200}
