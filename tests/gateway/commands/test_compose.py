"""`channelgraph compose` as people start it: what it writes, the lock, watching, and one clear line for bad input."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.commands import sources
from tests.waiting import PATIENCE_SECONDS

BIN = Path(sys.executable).parent / "channelgraph"
GOOD = "type Query { a: ID }"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with one subgraph, `cart`, that composes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    configure(tmp_path, "cart.graphql")
    (tmp_path / "cart.graphql").write_text(GOOD, "utf-8")
    return tmp_path


def configure(folder: Path, schema: str) -> None:
    text = f"subgraphs:\n  cart: {{routing_url: 'http://127.0.0.1/graphql', schema: '{schema}'}}\n"
    (folder / "supergraph.yaml").write_text(text, "utf-8")


@pytest.fixture
def compose(folder, monkeypatch, capsys):
    """Run the command; gives its status, what it printed, and the lines on standard error."""

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["channelgraph", "compose", "--config", "supergraph.yaml", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err.strip().splitlines()

    return run


# --- bad input ---


def fails(result, *words: str, lines: int = 1) -> None:
    status, out, said = result
    assert status == 1
    assert out == ""
    assert len(said) == lines, said
    for word in words:
        assert word in said[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"SELECT * FROM carts", ("INVALID_GRAPHQL", "[cart]", "(1:1)")),
        (b"<html></html>", ("INVALID_GRAPHQL", "[cart]")),
        (b"", ("INVALID_GRAPHQL", "[cart]")),
        (b"\n  \n", ("INVALID_GRAPHQL", "[cart]")),
        (b"# nothing but a comment", ("INVALID_GRAPHQL", "[cart]")),
        (b"query { a }", ("INVALID_GRAPHQL", "[cart]")),
        (b"{" * 100_000, ("INVALID_GRAPHQL", "[cart]")),
        (b"type Query { a: " + b"[" * 50_000 + b"ID", ("INVALID_GRAPHQL", "[cart]")),
        (b"type Query { a: ID }\x00", ("INVALID_GRAPHQL", "[cart]")),
    ],
    ids=["sql", "html", "empty", "blank", "comment", "operation", "braces", "brackets", "nul"],
)
def test_a_file_that_is_no_schema(folder, compose, content, words):
    (folder / "cart.graphql").write_bytes(content)
    fails(compose(), *words, lines=2)  # and the closing line with the number of errors


def test_a_file_that_is_not_utf_8(folder, compose):
    (folder / "cart.graphql").write_bytes(b"type Query { a: ID } # \xff\xfe")
    fails(compose(), "subgraphs.cart.schema", "cart.graphql", "utf-8")


def test_a_file_of_50_megabytes(folder, compose):
    with (folder / "cart.graphql").open("wb") as file:
        file.truncate(50_000_000)
    fails(compose(), "subgraphs.cart.schema", "cart.graphql", "10,000,000 bytes")


def test_a_folder_in_place_of_a_file(folder, compose):
    (folder / "cart.graphql").unlink()
    (folder / "cart.graphql").mkdir()
    fails(compose(), "subgraphs.cart.schema", "cart.graphql")


def test_two_subgraphs_with_one_name(folder, compose):
    text = (folder / "supergraph.yaml").read_text("utf-8")
    (folder / "supergraph.yaml").write_text(text + text.splitlines()[1] + "\n", "utf-8")
    fails(compose(), "supergraph.yaml", "'cart' is written twice", "line 2")


def test_a_url_that_hangs(folder, compose, monkeypatch):
    monkeypatch.setattr(sources, "FETCH_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/graphql"
        configure(folder, url)
        fails(compose(), "subgraphs.cart.schema", url, "Timeout")


@pytest.fixture
def answering():
    """A server that answers GET and POST with what `chunks` gives, slowly; its URL."""
    stopped = []

    def start(chunks, pause: float = 0.0) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.do_GET()

            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                try:
                    for chunk in chunks:
                        self.wfile.write(chunk)
                        time.sleep(pause)
                except OSError:
                    pass  # who asked has had enough

            def log_message(self, *_args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stopped.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in stopped:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_url_that_answers_html(folder, compose, answering):
    url = answering([b"<!doctype html><title>Sign in</title>"])
    configure(folder, f"{url}/graphql")
    fails(compose(), f"{url}/graphql", "a web page")
    configure(folder, f"{url}/cart.graphql")
    fails(compose(), "INVALID_GRAPHQL", "[cart]", lines=2)


def test_a_url_that_never_ends_its_answer(folder, compose, answering, monkeypatch):
    monkeypatch.setattr(sources, "FETCH_SECONDS", 0.3)
    url = answering((b"#" for _ in range(500)), pause=0.02)
    configure(folder, f"{url}/cart.graphql")
    fails(compose(), f"{url}/cart.graphql", "still answering")


def test_a_url_that_answers_without_measure(folder, compose, answering, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST_SDL", 1000)
    url = answering([b"#" * 700, b"#" * 700])
    configure(folder, f"{url}/cart.graphql")
    fails(compose(), f"{url}/cart.graphql", "more than 1,000 bytes")


def test_an_import_that_raises(folder, compose):
    (folder / "cart_that_raises.py").write_text("raise RuntimeError('no database\\nhere')", "utf-8")
    configure(folder, "cart_that_raises:schema")
    fails(compose(), "cart_that_raises:schema raised RuntimeError: no database here", "cart_that_raises.py:1")


# --- the lock ---


def test_the_lock_stands_for_what_was_composed(folder, compose):
    output = ("--output", "supergraph.graphql")
    assert compose(*output, "--lock")[0] == 0
    assert list(json.loads((folder / "supergraph.lock.json").read_text("utf-8"))) == ["cart"]
    assert compose(*output, "--check-lock")[0] == 0
    (folder / "cart.graphql").write_text("type Query { b: ID }", "utf-8")
    before = (folder / "supergraph.graphql").read_text("utf-8")
    fails(compose(*output, "--check-lock"), "supergraph.lock.json", "cart", "--lock")
    assert (folder / "supergraph.graphql").read_text("utf-8") == before


def test_no_lock_is_written_of_what_does_not_compose(folder, compose):
    (folder / "cart.graphql").write_text("type Query { a: Nope }", "utf-8")
    assert compose("--lock")[0] == 1
    assert not (folder / "supergraph.lock.json").exists()


def test_a_lock_that_is_not_there_is_one_line(compose):
    fails(compose("--check-lock"), "Lock supergraph.lock.json", "no such file")


# --- watching ---


@pytest.mark.parametrize("options", [(), ("--output", "supergraph.graphql", "--check-lock")])
def test_watching_needs_a_file_to_keep_and_no_lock_to_check(compose, options):
    fails(compose("--watch", *options), "compose --watch")


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Read standard error until a line has the words; the process ends by itself if the test gives up."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"ended without saying {words!r}")


def test_watching_keeps_the_last_good_supergraph(folder):
    (folder / "shop_that_changes.py").write_text(f"sdl = {GOOD!r}", "utf-8")
    configure(folder, "shop_that_changes:sdl")
    command = [BIN, "compose", "--config", "supergraph.yaml", "--output", "supergraph.graphql", "--watch"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(process, "written; cart changed")
        good = (folder / "supergraph.graphql").read_text("utf-8")
        (folder / "shop_that_changes.py").write_text("raise RuntimeError('half written')", "utf-8")
        wait_for(process, "half written")
        (folder / "shop_that_changes.py").write_text("sdl = 'type Query { a: Nope }'", "utf-8")
        wait_for(process, "keeps the last supergraph")
        assert (folder / "supergraph.graphql").read_text("utf-8") == good
        (folder / "shop_that_changes.py").write_text("sdl = 'type Query { another: ID }'", "utf-8")
        wait_for(process, "written; cart changed")
        assert "another: ID" in (folder / "supergraph.graphql").read_text("utf-8")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.communicate()


# --- what is said ---


def test_what_subgraphs_disagree_about_is_told_with_its_place_in_each(folder, compose):
    (folder / "supergraph.yaml").write_text(
        "subgraphs:\n  cart: {routing_url: 'http://a', schema: a.graphql}\n"
        "  prices: {routing_url: 'http://b', schema: b.graphql}\n",
        "utf-8",
    )
    (folder / "a.graphql").write_text("type Query { total: Int }", "utf-8")
    (folder / "b.graphql").write_text("type Query {\n  total: ID\n}", "utf-8")
    _, _, said = compose()
    assert said[0].startswith('error FIELD_TYPE_MISMATCH: Type of field "Query.total"')
    assert said[0].endswith(" (cart 1:14, prices 2:3)")
    _, out, _ = compose("--format", "json")
    (error,) = json.loads(out)["errors"]
    assert error["coordinate"] == "Query.total"
    assert [(each["subgraph"], each["location"]["line"]) for each in error["places"]] == [("cart", 1), ("prices", 2)]
