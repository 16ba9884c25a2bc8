"""Fetching a feed by its address, without becoming a way into the house's own network.

Only public addresses are spoken to: the host's name is resolved first, and the connection goes to the very address that
was judged, so a name that changes its mind between the two gains nothing. Redirections are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx2

from subgraphs.kit.importing.errors import ImportStopped

LARGEST = 500 * 1024 * 1024
SECONDS = 300.0
SILENCE_SECONDS = 20.0


async def download(address: str, target: Path) -> None:
    """Fetch a feed into a file.

    Raises  `ImportStopped` when the host is not public, does not answer, redirects, or sends too much or too slowly.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    ip = await public_address(host, parts.port or (443 if parts.scheme == "https" else 80))
    literal = f"[{ip}]" if ":" in ip else ip
    pinned = urlunsplit(
        (parts.scheme, f"{literal}:{parts.port}" if parts.port else literal, parts.path, parts.query, "")
    )
    headers = {"host": parts.netloc.rpartition("@")[2], "accept-encoding": "identity"}
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx2.AsyncClient(timeout=SILENCE_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", pinned, headers=headers, extensions={"sni_hostname": host}) as response,
        ):
            if response.status_code != 200:
                message = f"{address}: answered with status {response.status_code}"
                raise ImportStopped(message)
            size = 0
            with target.open("wb") as out:
                async for chunk in response.aiter_raw():
                    size += len(chunk)
                    if size > LARGEST:
                        message = f"{address}: larger than {LARGEST // 1024**2} MB"
                        raise ImportStopped(message)
                    out.write(chunk)
    except TimeoutError as error:
        message = f"{address}: took longer than {SECONDS:.0f} seconds"
        raise ImportStopped(message) from error
    except httpx2.HTTPError as error:
        message = f"{address}: cannot be fetched ({type(error).__name__})"
        raise ImportStopped(message) from error


async def public_address(host: str, port: int) -> str:
    """The first address of a host, all of whose addresses are public.

    Raises  `ImportStopped` for a name that does not resolve, or resolves to a private, loopback or reserved address.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"{host}: there is no such host"
        raise ImportStopped(message) from error
    addresses = [str(info[4][0]) for info in found]
    if not addresses or not all(is_public(address) for address in addresses):
        message = f"{host}: feeds are fetched from public addresses only"
        raise ImportStopped(message)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address may be spoken to."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not (mapped or ip).is_multicast
