"""Bearer tokens: what is accepted, what is not, and what subgraphs are told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import BadRequest, IdentityUnavailable, SettingsInvalid, Unauthenticated
from gateway.identity import HEADER, OWN_AUDIENCE, OWN_ISSUER, REMEMBERED_BYTES, Identities, may_forward
from gateway.identity_keys import KeySet, parse_keys
from gateway.settings import IdentitySettings

KEY = "a development key, for tests alone, of more than the sixty-four bytes that HS512 asks for"
SECRET = "s" * 32
ISSUER = "https://issuer.example"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PUBLIC = (
    RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def token(key=KEY, algorithm="HS256", headers=None, **claims) -> bytes:
    now = int(time.time())
    made = {"iss": ISSUER, "aud": "channelgraph", "exp": now + 600, "sub": "cus_1", **claims}
    return (
        b"Bearer "
        + jwt.encode(
            {name: value for name, value in made.items() if value is not None},
            key,
            algorithm=algorithm,
            headers=headers,
        ).encode()
    )


def identities(clock=time.time, secret=SECRET, **issuer) -> Identities:
    chosen = {"issuer": ISSUER, **(issuer or {"key": KEY, "algorithms": ["HS256"]})}
    return Identities(IdentitySettings(issuers=[chosen], jwks_cooldown_seconds=10, jwks_seconds=300), secret, clock)


def told(identity) -> dict:
    ((name, value),) = identity.headers
    assert name == HEADER
    return jwt.decode(value, SECRET, algorithms=["HS256"], audience=OWN_AUDIENCE, issuer=OWN_ISSUER)


async def test_a_good_token_says_who_and_what_for():
    identity = await identities().identify(token(scope="staff:store feed:read", channel="pos-eu"), b"web")
    assert (identity.subject, identity.channel, identity.authenticated) == ("cus_1", "pos-eu", True)
    assert identity.scopes == {"staff:store", "feed:read"}


async def test_subgraphs_are_told_in_one_signed_header():
    claims = told(await identities().identify(token(scope="b a", channel="app"), None))
    assert (claims["sub"], claims["scopes"], claims["channel"]) == ("cus_1", ["a", "b"], "app")
    assert claims["exp"] - claims["iat"] == 300


async def test_A1_without_a_token_the_caller_is_nobody_and_subgraphs_are_told_so():
    identity = await identities().identify(None, b"tv")
    assert (identity.authenticated, identity.subject, identity.channel) == (False, None, "tv")
    claims = told(identity)
    assert "sub" not in claims
    assert claims["scopes"] == []


async def test_without_a_secret_subgraphs_are_told_nothing():
    assert (await identities(secret=None).identify(token(), None)).headers == ()


async def test_without_issuers_a_token_means_nothing():
    identity = await Identities(IdentitySettings(), None).identify(b"Bearer whatever", None)
    assert not identity.authenticated


async def test_A5_tokens_that_mean_nothing_fill_no_memory():
    known = Identities(IdentitySettings(), None)
    for n in range(100):
        assert not (await known.identify(b"Bearer %d" % n + b"x" * 30_000, None)).authenticated
    assert len(known._known) == 1
    assert known.known(b"Bearer new", None) is not None


@pytest.mark.parametrize(
    "authorization",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic dXNlcjpwYXNz",
        b"Bearer x",
        b"Bearer a.b.c",
        b"Bearer \xff",
        b"Bearer " + b"x" * 1_000_000,
    ],
    ids=lambda value: repr(value[:20]),
)
async def test_A1_A5_what_is_no_token_is_refused(authorization):
    with pytest.raises(Unauthenticated):
        await identities().identify(authorization, None)


def unsigned(**header) -> bytes:
    parts = [{"alg": "none", **header}, {"iss": ISSUER, "aud": "channelgraph", "exp": int(time.time()) + 600}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b"Bearer " + b".".join([*encoded, b""])


@pytest.mark.parametrize(
    "authorization",
    [
        unsigned(),
        unsigned(alg="None"),
        unsigned(alg="HS256"),
        token(headers={"crit": ["x"], "x": 1}),
        token(
            headers={"kid": "../../etc/passwd"},
            key="another key of more than thirty-two bytes, which nobody else here has",
        ),
        token(headers={"jku": "https://evil.example/keys", "x5u": "https://evil.example/x"}, key="e" * 64),
        token(headers={"kid": "' OR 1=1 --"}, key="e" * 64),
        token().rpartition(b".")[0] + b".",
        token().replace(b".", b"..", 1),
        b"Bearer " + b".".join([b"e30", b"_w", b"e30"]),
        token(exp=int(time.time()) - 60),
        token(exp=None),
        token(exp="soon"),
        token(nbf=int(time.time()) + 86_400, exp=int(time.time()) + 90_000),  # to come, however long the run takes
        token(iss="https://evil.example"),
        token(iss=None),
        token(aud="other"),
        token(aud=["a", "b"]),
        token(aud=None),
        token(sub=5),
        token(scope=["staff:store"]),
        token(channel=5),
        token(channel="a\r\nb"),
        token(algorithm="HS512"),
    ],
    ids=map(str, range(24)),  # tokens differ from run to run, names of tests must not
)
async def test_A2_A3_a_bad_token_is_refused_and_never_taken_for_nobody(authorization):
    with pytest.raises(Unauthenticated):
        await identities().identify(authorization, None)


async def test_A2_a_public_key_is_never_taken_for_a_secret():
    """The key confusion of CVE-2022-29217."""
    both = identities(key=RSA_PUBLIC, algorithms=["RS256"])
    assert (await both.identify(token(key=RSA, algorithm="RS256"), None)).authenticated
    header, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256"}, {"iss": ISSUER, "aud": "channelgraph", "exp": int(time.time()) + 600})
    )
    signature = hmac.new(RSA_PUBLIC.encode(), header + b"." + payload, hashlib.sha256).digest()
    forged = b"Bearer " + header + b"." + payload + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")
    with pytest.raises(Unauthenticated):
        await both.identify(forged, None)


async def test_A5_ten_thousand_scopes_are_too_long_a_token():
    with pytest.raises(Unauthenticated, match="longer than"):
        await identities().identify(token(scope=" ".join(f"scope:{n}" for n in range(10_000))), None)


@pytest.mark.parametrize("claims", [b"\xff\xfe", b"[]", b"[" * 3_000, b'{"iss":"\xff"}', b'{"iss":{}}'])
async def test_A5_claims_that_are_no_text_or_no_object_are_refused(claims):
    """Signed with the right key, so that nothing but the claims can be at fault."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    signed = header + b"." + base64.urlsafe_b64encode(claims).rstrip(b"=")
    signature = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    with pytest.raises(Unauthenticated):
        await identities().identify(b"Bearer " + signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"="), None)


async def test_A3_of_many_audiences_ours_is_enough():
    assert (await identities().identify(token(aud=["other", "channelgraph"]), None)).authenticated


@pytest.mark.parametrize(("minutes", "accepted"), [(-5, True), (0, True), (5, True), (9, True), (11, False)])
async def test_A4_expiry_goes_by_the_wall_clock_whenever_it_is_put_right(minutes, accepted):
    """A token of ten minutes, and a gateway whose clock is behind or ahead of its issuer's."""
    authorization = token()
    with time_machine.travel(time.time() + minutes * 60, tick=False):
        if accepted:
            assert (await identities().identify(authorization, None)).authenticated
        else:
            with pytest.raises(Unauthenticated, match="expired"):
                await identities().identify(authorization, None)


async def test_A4_a_token_of_an_issuer_that_is_ahead_is_valid_within_the_leeway():
    soon = int(time.time()) + 20
    assert (await identities().identify(token(nbf=soon, iat=soon), None)).authenticated


async def test_A4_clocks_may_differ_by_the_leeway():
    assert (await identities().identify(token(exp=int(time.time()) - 20), None)).authenticated


async def test_an_identity_is_remembered_and_forgotten_with_its_token():
    clock = Clock()
    known = identities(clock)
    authorization = token(exp=int(clock.now) + 40)
    first = await known.identify(authorization, None)
    assert known.known(authorization, None) is first
    assert known.known(authorization, b"tv") is None
    clock.now += 59
    assert known.known(authorization, None) is first
    clock.now += 12
    assert known.known(authorization, None) is None


@pytest.mark.parametrize("channel", [b"a b", b"", b"a\r\nb", b"x" * 65, b"\xff", b"-a"])
async def test_a_channel_has_to_be_a_code(channel):
    with pytest.raises(BadRequest):
        await identities().identify(None, channel)


async def test_A5_one_long_token_with_ever_new_channels_fills_no_memory():
    who = identities()
    long = token(scope=" ".join(f"scope:{n}" for n in range(400)))
    for number in range(3_000):
        await who.identify(long, b"channel-%d" % number)
    assert len(who._known) * len(long) < REMEMBERED_BYTES
    assert who.known(long, b"channel-2999") is not None


@pytest.mark.parametrize(
    "name",
    [
        "channelgraph-identity",
        "Channelgraph-Identity-X",
        "channelgraph-request-id",
        "apollo-federation-include-trace",
        "x-user-id",
        "X-Gateway-Signature",
        "Content-Length",
        "transfer-encoding",
        "Host",
        "connection",
    ],
)
def test_A9_our_own_headers_are_never_forwarded(name):
    assert not may_forward(name)
    assert may_forward("accept-language")


def test_L5_a_key_that_does_not_fit_is_named_at_start():
    with pytest.raises(SettingsInvalid, match=ISSUER):
        identities(key="not a key", algorithms=["RS256"])


class Issuer:
    """Publishes a key set, or something else; counts how often it is asked."""

    def __init__(self) -> None:
        self.keys = {"one": ec.generate_private_key(ec.SECP256R1())}
        self.asked = 0
        self.body: bytes | None = None
        self.status = 200
        self.before = None

    def token(self, kid: str, key=None) -> bytes:
        return token(key=key or self.keys[kid], algorithm="ES256", headers={"kid": kid})

    async def answer(self, _request) -> Response:
        self.asked += 1
        if self.before is not None:
            await self.before()
        algorithm = jwt.get_algorithm_by_name("ES256")
        keys = [{**json.loads(algorithm.to_jwk(k.public_key())), "kid": kid} for kid, k in self.keys.items()]
        body = json.dumps({"keys": keys}).encode() if self.body is None else self.body
        return Response(body, status_code=self.status)


@pytest.fixture
async def issuer():
    import uvicorn

    from gateway.server.serve import _config, address_of, listen
    from gateway.settings import ServerSettings

    issuer = Issuer()
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(_config(Starlette(routes=[Route("/keys", issuer.answer)]), ServerSettings()))
    task = asyncio.create_task(server._serve(sockets=[listener]))
    host, port = address_of(listener)
    issuer.url = f"http://{host}:{port}/keys"
    yield issuer
    server.should_exit = True
    await task


def over(issuer, clock) -> Identities:
    return identities(clock, jwks_url=issuer.url, algorithms=["ES256"])


async def test_published_keys_are_fetched_once_for_many_tokens(issuer):
    known = over(issuer, Clock())
    await asyncio.gather(*(known.identify(issuer.token("one"), None) for _ in range(20)))
    assert issuer.asked == 1


async def test_A7_made_up_key_ids_cause_one_fetch_a_cool_down_and_known_tokens_keep_working(issuer):
    clock = Clock()
    known = over(issuer, clock)
    await known.start()
    clock.now += 11
    for i in range(200):
        with pytest.raises(Unauthenticated):
            await known.identify(issuer.token(f"made-up-{i}", issuer.keys["one"]), None)
    assert issuer.asked == 2
    assert (await known.identify(issuer.token("one"), None)).authenticated


async def test_A8_keys_rotate_without_a_gap(issuer):
    clock = Clock()
    known = over(issuer, clock)
    await known.identify(issuer.token("one"), None)
    issuer.keys["two"] = ec.generate_private_key(ec.SECP256R1())
    clock.now += 11
    assert (await known.identify(issuer.token("two"), None)).authenticated
    assert (await known.identify(issuer.token("one"), b"tv")).authenticated
    gone = issuer.keys.pop("one")
    clock.now += 301
    assert (await known.identify(issuer.token("two"), b"app")).authenticated
    async with asyncio.timeout(120):
        while "one" in known._issuers[ISSUER][1]._keys:  # keys that serve are fetched anew beside the request
            await asyncio.sleep(0.01)
    with pytest.raises(Unauthenticated):
        await known.identify(issuer.token("one", gone), b"kiosk")
    assert (await known.identify(issuer.token("two"), b"kiosk")).authenticated


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"keys":[]}',
        b'{"keys":"x"}',
        b'{"keys":[{"kty":"oct","k":"aaaa","kid":"one"}]}',
        b"x" * 600_000,
        b"",
    ],
)
async def test_A6_bad_answers_leave_the_last_good_keys(issuer, body):
    clock = Clock()
    known = over(issuer, clock)
    await known.identify(issuer.token("one"), None)
    issuer.body = body
    clock.now += 400
    authorization = issuer.token("one")
    assert (await known.identify(authorization, b"tv")).authenticated
    assert issuer.asked >= 1


async def test_A6_an_issuer_that_is_down_at_start_leaves_the_gateway_unready_and_anonymous_requests_alone():
    known = identities(Clock(), jwks_url="http://127.0.0.1:9/keys", algorithms=["ES256"])
    await known.start()
    assert not known.ready
    assert not (await known.identify(None, None)).authenticated
    with pytest.raises(IdentityUnavailable):
        await known.identify(
            token(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": "x"}), None
        )


@pytest.mark.parametrize("status", [204, 301, 404, 500, 503])
async def test_A6_so_do_statuses_that_are_no_answer(issuer, status):
    clock = Clock()
    known = over(issuer, clock)
    await known.identify(issuer.token("one"), None)
    issuer.status = status
    clock.now += 400
    assert (await known.identify(issuer.token("one"), b"tv")).authenticated


async def test_A6_an_issuer_that_hangs_keeps_only_those_waiting_whose_key_it_has(issuer):
    clock = Clock()
    known = over(issuer, clock)
    await known.identify(issuer.token("one"), None)
    go = asyncio.Event()
    issuer.before = go.wait
    clock.now += 11
    waiting = asyncio.create_task(known.identify(issuer.token("new", issuer.keys["one"]), None))
    while issuer.asked < 2:  # nobody tells of it
        await asyncio.sleep(0.01)
    assert (await known.identify(issuer.token("one"), b"tv")).authenticated
    assert not (await known.identify(None, b"tv")).authenticated
    assert not waiting.done()
    go.set()
    with pytest.raises(Unauthenticated):
        await waiting


def test_A6_of_two_keys_with_one_id_the_first_counts():
    first, second = (
        json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
        for _ in range(2)
    )
    keys = parse_keys(json.dumps({"keys": [{**first, "kid": "a"}, {**second, "kid": "a"}, {"kty": "?"}]}).encode())
    assert list(keys) == ["a"]
    assert keys["a"].public_numbers().x == int.from_bytes(base64.urlsafe_b64decode(first["x"] + "=="), "big")


async def test_A6_a_key_set_without_ids_serves_tokens_without_one(issuer):
    keys = KeySet(issuer.url, 300, 10, time.time)
    assert await keys.get(None) is not None


def ruling(claim: str | None = "policies") -> Identities:
    issuer = {"issuer": ISSUER, "key": KEY, "algorithms": ["HS256"]}
    return Identities(IdentitySettings(issuers=[issuer], policies_claim=claim), SECRET)


async def test_policies_are_those_of_the_claim_that_the_settings_name():
    asked = token(policies=["p", "q"])
    assert (await ruling().identify(asked, None)).policies == {"p", "q"}
    assert (await ruling().identify(token(), None)).policies == frozenset()
    assert (await ruling(None).identify(asked, None)).policies == frozenset()
    assert (await ruling("elsewhere").identify(asked, None)).policies == frozenset()


@pytest.mark.parametrize("claim", ["p", {"p": True}, [1], 7])
async def test_a_claim_of_policies_that_is_no_list_of_names_is_refused(claim):
    with pytest.raises(Unauthenticated, match="policies must be a list of strings"):
        await ruling().identify(token(policies=claim), None)
