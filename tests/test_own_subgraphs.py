"""`docs/own_subgraphs.md` does what it shows: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/own_subgraphs.md").read_text("utf-8")
BIN = Path(sys.executable).parent
CURL = "curl -s "


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of the page, and what it prints there."""

    command: str
    prints: str


def files() -> dict[str, str]:
    return dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


def commands() -> list[Shown]:
    blocks = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
    parts = re.split(r"^\$ ", blocks, flags=re.MULTILINE)[1:]
    return [Shown(*part.partition("\n")[::2]) for part in parts]


def write(folder: Path, ports: dict[str, str]) -> None:
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(moved(text, ports), "utf-8")


def moved(text: str, ports: dict[str, str]) -> str:
    return re.sub(r"\b450\d\b", lambda port: ports.get(port[0], port[0]), text)


def run(folder: Path, command: str) -> str:
    """What a command prints, to either stream: its name is looked up beside the interpreter."""
    name, *arguments = shlex.split(command)
    done = subprocess.run([str(BIN / name), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.prove
def test_it_composes_plans_checks_and_is_served_as_shown(tmp_path):
    write(tmp_path, {})
    ports: dict[str, str] = {}
    token, hashed = "", ""
    with ExitStack() as servers:
        # The subgraphs first: where they listen has to be known before what is composed says so.
        for shown in commands():
            if shown.command.startswith("uvicorn "):
                ports |= servers.enter_context(served(tmp_path, shown.command))
        write(tmp_path, ports)
        for shown in commands():
            if shown.command.startswith("TOKEN="):
                token = run(tmp_path, shown.command[len("TOKEN=$(") : -1]).splitlines()[0]
            elif shown.command.startswith("channelgraph gateway "):
                ports |= servers.enter_context(served(tmp_path, shown.command))
                hashed = next(iter(json.loads((tmp_path / "channels/public/trusted.json").read_text("utf-8"))))
            elif shown.command.startswith(CURL):
                asked = moved(shown.command, ports).replace("$TOKEN", token).replace("HASH", hashed)
                assert ask(asked) == shown.prints.strip()
            elif not shown.command.startswith("uvicorn "):
                assert run(tmp_path, shown.command).strip() == shown.prints.strip()


@contextmanager
def served(folder: Path, command: str) -> Iterator[dict[str, str]]:
    """The server of a command that ends with `&`, on a free port; gives the page's port → that one."""
    name, *arguments = shlex.split(command.removesuffix(" &"))
    at = arguments.index("--port") + 1
    shown, arguments[at] = arguments[at], "0"
    server = subprocess.Popen(
        [str(BIN / name), *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        lines = iter(server.stdout.readline, "")
        yield {shown: next(found[1] for line in lines if (found := re.search(r"http://127\.0\.0\.1:(\d+)", line)))}
    finally:
        server.terminate()
        server.communicate()


def ask(command: str) -> str:
    """The answer curl would print."""
    words = shlex.split(command[len(CURL) :])
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    return httpx2.post(words[0], headers=headers, content=words[words.index("-d") + 1], timeout=60).text.strip()


def test_the_programs_it_names_are_in_the_environment():
    names = {shlex.split(shown.command)[0] for shown in commands() if not shown.command.startswith(("TOKEN=", "curl"))}
    assert [name for name in names if shutil.which(name, path=str(BIN)) is None] == []
