"""One export, from a format to a file.

The domain that sells (named in `EXPORTERS`) gives the file in pieces. What it must know of another (what is in stock) it
asks of that one's application, which is started beside it for as long as the export takes.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self

from rich.console import Console

from subgraphs.kit.errors import Refusal, ServiceUnavailable
from subgraphs.kit.importing.run import sink_settings
from subgraphs.kit.importing.sinks import domain_of
from subgraphs.kit.peers import PeerRefused
from subgraphs.kit.settings import SubgraphSettings

CATALOG = "subgraphs.catalog.feeds:Export"
EXPORTERS: Mapping[str, str] = MappingProxyType(
    {"google-merchant": CATALOG, "google-merchant-tsv": CATALOG, "google-local": CATALOG, "shopify": CATALOG}
)
"""Format → who gives it, as `package.module:class`. By name: the kit imports no domain."""
BESIDE = "subgraphs.inventory.app:create_app"
TOLD_EVERY = 10_000_000
"""Characters between two words on progress."""


class Exporter(Protocol):
    """One domain's files, opened with `async with`.

    `pieces(format, channel)`   the file in pieces; raises `Refusal` for a channel there is not
    """

    def __init__(self, settings: SubgraphSettings) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *raised: object) -> None: ...

    def pieces(self, kind: str, channel: str) -> AsyncIterator[str]:
        """Give the file."""
        ...


def main(
    format: str,
    channel: str,
    output: str | Path | None = None,
    data_dir: str | Path = "data",
    *,
    console: Console | None = None,
) -> int:
    """Export what a channel sells and say how it went.

    output      file to write, whole or not at all; None: standard output
    data_dir    folder of the embedded databases; `CHANNELGRAPH_<DOMAIN>_DATABASE_URL` names another database
    Gives       0 when the file was written to its end, 1 (after one clear line) when it was not
    """
    screen = console or Console(stderr=True)
    if format not in EXPORTERS:
        screen.print(f"There is no format {format!r}; known are {', '.join(EXPORTERS)}", highlight=False, markup=False)
        return 1
    target = None if output is None else Path(output)
    try:
        size = asyncio.run(_export(format, channel, target, Path(data_dir), screen))
    except (Refusal, ServiceUnavailable, PeerRefused, OSError) as stopped:
        reason = stopped.message if isinstance(stopped, Refusal | ServiceUnavailable) else str(stopped)
        screen.print(f"Export stopped: {reason}", highlight=False, markup=False, soft_wrap=True)
        return 1
    screen.print(
        f"{size:,} characters of what {channel} sells were written to {target or 'standard output'}",
        highlight=False,
        markup=False,
    )
    return 0


async def _export(kind: str, channel: str, target: Path | None, data_dir: Path, console: Console) -> int:
    path = EXPORTERS[kind]
    part = None if target is None else target.with_name(f".{target.name}.part")
    # The two speak to each other for this one export, with a secret of their own.
    between = {"identity_secret": secrets.token_hex(32)}
    async with AsyncExitStack() as stack:
        beside = _load(BESIDE)(sink_settings(domain_of(BESIDE), data_dir).model_copy(update=between))
        await stack.enter_async_context(beside.router.lifespan_context(beside))
        mine = sink_settings(domain_of(path), data_dir).model_copy(update=between)
        exporter: Exporter = await stack.enter_async_context(_load(path)(mine))
        out = sys.stdout if part is None else stack.enter_context(part.open("w", encoding="utf-8", newline=""))
        size, told = 0, TOLD_EVERY
        try:
            async for piece in exporter.pieces(kind, channel):
                size += out.write(piece)
                if size >= told:
                    console.print(f"{size:,} characters", highlight=False)
                    told += TOLD_EVERY
            out.flush()
        except BaseException:
            if part is not None:
                part.unlink(missing_ok=True)
            raise
    if part is not None and target is not None:
        part.replace(target)
    return size


def _load(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as missing:
        message = f"{domain_of(path)} is not installed here"
        raise ServiceUnavailable(message) from missing
