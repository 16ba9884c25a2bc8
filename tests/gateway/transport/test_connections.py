"""Where a subgraph is and who it is: names that come to point elsewhere, and certificates. Ids: S38."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import SubgraphUnreachable
from gateway.transport.base import SubgraphResponse
from gateway.transport.http import HttpSubgraph
from gateway.transport.http_settings import HttpSettings
from tests.waiting import PATIENCE_SECONDS, forward

from .faulty import OK_BODY, answers, http, outcome, request, serving

DAY = dt.timedelta(days=1)


class MovingLoop(asyncio.SelectorEventLoop):
    """A loop whose resolver says what a test wants: name → address."""

    addresses: dict[str, tuple[str, ...]]

    async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
        if host[0].isdigit():
            return await super().getaddrinfo(host, port, **more)
        if host not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, (address, port)) for address in self.addresses[host]]


def test_S38_a_name_that_points_elsewhere_is_followed_although_the_old_address_answers_on() -> None:
    def named(name: bytes) -> Callable[[asyncio.Transport, int], None]:
        return answers(http(b'{"data":{"at":"%b"}}' % name))

    async def moved() -> list[bytes]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, MovingLoop)
        loop.addresses = {"stock": ("127.0.0.1",)}
        async with serving(named(b"old")) as old:
            port = int(old.url.rsplit(":", 1)[1].split("/")[0])
            async with serving(named(b"new"), "127.0.0.2", port):
                client = HttpSubgraph("stock", f"http://stock:{port}/graphql", HttpSettings(renew_seconds=0.2))
                found = [(await client.send(request())).body]
                loop.addresses = {"stock": ("127.0.0.2",)}
                while found[-1] == found[0]:
                    await asyncio.sleep(0.02)
                    found.append((await client.send(request())).body)
                loop.addresses = {}
                forward(1)
                found.append((await client.send(request())).body)  # its connection is old, but there is no better
                assert isinstance(await outcome(client), SubgraphUnreachable)
                await client.close()
        return found

    with asyncio.Runner(loop_factory=MovingLoop) as runner:
        found = runner.run(asyncio.wait_for(moved(), PATIENCE_SECONDS))
    assert found[0] == b'{"data":{"at":"old"}}'
    assert found[-1] == b'{"data":{"at":"new"}}'


def test_S38_an_address_that_is_silent_or_refuses_leaves_time_for_the_next() -> None:
    async def asked() -> bytes:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, MovingLoop)
        async with serving(answers(http()), "127.0.0.3") as server:
            port = int(server.url.rsplit(":", 1)[1].split("/")[0])
            with socket.create_server(("127.0.0.1", port), backlog=0) as silent, contextlib.ExitStack() as queued:
                for _ in range(2):  # its queue is full: whoever else connects hears nothing
                    waiting = queued.enter_context(socket.socket())
                    waiting.settimeout(0)
                    waiting.connect_ex(silent.getsockname())
                loop.addresses = {"stock": ("127.0.0.1", "127.0.0.2", "127.0.0.3")}
                client = HttpSubgraph("stock", f"http://stock:{port}/", HttpSettings(connect_seconds=3))
                body = (await client.send(request())).body
                await client.close()
        return body

    with asyncio.Runner(loop_factory=MovingLoop) as runner:
        assert runner.run(asyncio.wait_for(asked(), PATIENCE_SECONDS)) == OK_BODY


async def test_S38_a_subgraph_on_ipv6_alone_is_asked() -> None:
    async with serving(answers(http()), "::1") as server:
        client = HttpSubgraph("stock", server.url)
        assert (await client.send(request())).status == 200
        await client.close()


class Authority:
    """A certificate authority of the test's own, and the servers it vouches for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's authority")])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        own = self._certificate(self._name, self._key, DAY).add_extension(basic, critical=True)
        self.pem = own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def trusted(self) -> ssl.SSLContext:
        """What a client that trusts this authority uses."""
        return ssl.create_default_context(cadata=self.pem.decode())

    def server(self, name: x509.GeneralName, left: dt.timedelta) -> ssl.SSLContext:
        """What a server of this name uses, whose certificate is good for as long."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server")])
        made = self._certificate(subject, key, left)
        made = made.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        path = self._folder / f"{key.public_key().public_numbers().x}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, left: dt.timedelta
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(tz=dt.UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(now - 2 * DAY).not_valid_after(now + left)


HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("elsewhere.example")


@pytest.mark.parametrize(
    ("name", "left", "trusted"),
    [(HERE, DAY, True), (HERE, -DAY, True), (ELSEWHERE, DAY, True), (HERE, DAY, False)],
    ids=["good", "expired", "of another host", "of an unknown authority"],
)
async def test_S38_only_a_good_certificate_is_spoken_to(
    tmp_path: Path, name: x509.GeneralName, left: dt.timedelta, trusted: bool
) -> None:
    authority = Authority(tmp_path)
    async with serving(answers(http()), tls=authority.server(name, left)) as server:
        client = HttpSubgraph("stock", server.url, tls=authority.trusted() if trusted else None)
        got = await outcome(client)
        await client.close()
        if name is HERE and left > dt.timedelta() and trusted:
            assert isinstance(got, SubgraphResponse)
        else:
            assert isinstance(got, SubgraphUnreachable)
            assert server.requests == []
