"""The gateway as a process, the way its command starts it: what tests of signals, workers, ports and disks stand on.

with gateway(tmp_path, "{server: {workers: 2}}") as running:
    await until(lambda: len(running.workers) == 2)
    running.process.send_signal(signal.SIGTERM)
    assert running.ended() == 0
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.waiting import PATIENCE_SECONDS

from .conftest import SUPERGRAPH

BIN = Path(sys.executable).parent / "channelgraph"
ASKED = {"query": "{ __typename }"}
only_on_linux = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="children are read from /proc, which only Linux has"
)


def environment() -> dict[str, str]:
    """This process's, without settings of the gateway."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}


class Running:
    """A gateway process, and what it has said.

    address     such as `http://127.0.0.1:41234`
    """

    def __init__(self, process: subprocess.Popen[str], address: str, folder: Path) -> None:
        self.process = process
        self.address = address
        self._folder = folder

    @property
    def host_and_port(self) -> tuple[str, int]:
        host, port = self.address.removeprefix("http://").split(":")
        return host, int(port)

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8")

    @property
    def workers(self) -> set[int]:
        """Processes it has started."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        return {int(each) for each in found.split()}

    def configure(self, settings: str, supergraph: str = SUPERGRAPH) -> None:
        (self._folder / "settings.yaml").write_text(settings, "utf-8")
        (self._folder / "supergraph.graphql").write_text(supergraph, "utf-8")

    def answers(self) -> bool:
        try:
            found = httpx2.post(f"{self.address}/graphql", json=ASKED, timeout=PATIENCE_SECONDS)
        except httpx2.HTTPError:
            return False
        return found.status_code == 200

    def listens(self) -> bool:
        try:
            httpx2.get(f"{self.address}/livez", timeout=PATIENCE_SECONDS)
        except httpx2.ConnectError:
            return False
        return True

    def ended(self) -> int:
        """Its exit status, when it has ended."""
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def gateway(
    folder: Path,
    settings: str = "{}",
    supergraph: str = SUPERGRAPH,
    *,
    program: Sequence[str | Path] = (BIN,),
    before: Callable[[], None] | None = None,
) -> Iterator[Running]:
    """One that answers, on a free port; killed in the end if it has not ended. `before` is called in it first."""
    (folder / "settings.yaml").write_text(settings, "utf-8")
    (folder / "supergraph.graphql").write_text(supergraph, "utf-8")
    arguments = ("gateway", "--supergraph", "supergraph.graphql", "--config", "settings.yaml", "--port", "0")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True, env=environment(),
            preexec_fn=before,  # noqa: PLW1509 - no thread of the test's holds a lock while it starts
        )  # fmt: skip
        try:
            found = re.search(r"http://[\w.]+:\d+", process.stdout.readline() if process.stdout else "")
            assert found, (folder / "log").read_text("utf-8")
            yield Running(process, found[0], folder)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
