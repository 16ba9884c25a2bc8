"""Runs the conformance cases of others with the subgraphs' answers delivered in the reverse of their order of arrival.

    python benchmarks/reverse_arrival.py CONFORMANCE_DIR [--gateway 'channelgraph gateway --supergraph {supergraph} --port {port}']

The folder holds run_cases.py, subgraphs.py and federation/. Between gateway and subgraphs stands a proxy that holds
every answer of a client's request until no further one has come for a while, and then lets the last go first; what that
sets off is waited for before the next. How long it waits decides how much is reversed, never what is right.
Fails when a case fails, and when nothing was reversed at all.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

QUIET_SECONDS = 0.03
COMMAND = "channelgraph gateway --supergraph {supergraph} --port {port}"


@dataclass(slots=True)
class Reversal:
    """Answers held back; `overtaken` counts those that a later one was delivered before."""

    held: list[tuple[int, asyncio.Future[None]]] = field(default_factory=list)
    arrived: int = 0
    overtaken: int = 0
    timer: asyncio.TimerHandle | None = None

    async def in_turn(self) -> None:
        """Wait until an answer that has arrived now may be delivered."""
        future = asyncio.get_running_loop().create_future()
        self.overtaken += len(self.held)
        self.held.append((self.arrived, future))
        self.arrived += 1
        self._wait()
        await future

    def _wait(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._deliver)

    def _deliver(self) -> None:
        _, future = self.held.pop()
        if not future.done():
            future.set_result(None)
        if self.held:
            self._wait()


async def message(reader: asyncio.StreamReader) -> bytes:
    """Read one HTTP message with a content length; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0]) if lengths else 0)


async def proxied(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int, reversal: Reversal
) -> None:
    """Serve one connection of the gateway."""
    to_reader, to_writer = await asyncio.open_connection("127.0.0.1", upstream)
    try:
        while asked := await message(reader):
            to_writer.write(asked)
            answer = await message(to_reader)
            await reversal.in_turn()
            writer.write(answer)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the gateway is being stopped
    finally:
        to_writer.close()
        writer.close()


def free_port() -> int:
    """Find a port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def listening(port: int) -> None:
    """Wait until somebody does; a connection refused takes no time, so the loop is given some."""
    for _ in range(600):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise SystemExit("The subgraphs do not listen.")


async def run(folder: Path, gateway: str) -> int:
    """Run all cases; the exit status."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    upstream, reversal = free_port(), Reversal()
    subgraphs = await asyncio.create_subprocess_exec(sys.executable, str(folder / "subgraphs.py"), str(upstream))
    try:
        await listening(upstream)
        server = await asyncio.start_server(
            lambda reader, writer: proxied(reader, writer, upstream, reversal), "127.0.0.1", 0, limit=1 << 24
        )
        async with server:
            proxy = server.sockets[0].getsockname()[1]
            cases = await asyncio.create_subprocess_exec(
                sys.executable,
                str(folder / "run_cases.py"),
                *("--server", f"http://127.0.0.1:{proxy}", "--cases-dir", str(folder / "federation")),
                *("--gateway", gateway, "--health-path", "/health"),
                env=environment,
            )
            status = await cases.wait()
    finally:
        subgraphs.terminate()
        await subgraphs.wait()
    print(
        f"{reversal.arrived} answers of subgraphs, {reversal.overtaken} times one was delivered before an earlier one"
    )
    return status or (0 if reversal.overtaken else 1)


def main() -> int:
    """Read the arguments, and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("conformance", type=Path)
    parser.add_argument("--gateway", default=COMMAND)
    options = parser.parse_args()
    return asyncio.run(run(options.conformance, options.gateway))


if __name__ == "__main__":
    sys.exit(main())
