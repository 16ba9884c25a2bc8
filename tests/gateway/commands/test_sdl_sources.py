"""Where an SDL comes from, and the one clear line when it does not come."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gateway.commands.sources import SubgraphEntry, sdl_of
from gateway.errors import SettingsInvalid


def entry(schema: str) -> SubgraphEntry:
    return SubgraphEntry("cart", "http://127.0.0.1/graphql", schema, None)


@pytest.fixture
def answering():
    """Start a server that answers every POST with these bytes; gives its URL."""
    servers = []

    def start(body: bytes, status: int = 200) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/graphql"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_file_beside_the_configuration(tmp_path):
    (tmp_path / "cart.graphql").write_text("type Query { a: ID }")
    assert sdl_of(entry("cart.graphql"), tmp_path) == "type Query { a: ID }"


def test_a_running_subgraph(answering, tmp_path):
    url = answering(b'{"data": {"_service": {"sdl": "type Query { a: ID }"}}}')
    assert sdl_of(entry(url), tmp_path) == "type Query { a: ID }"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"<!doctype html>", 200, "a web page"),
        (b"nonsense", 200, "no JSON"),
        (b"[]", 200, "without data._service.sdl"),
        (b'{"data": null}', 200, "without data._service.sdl"),
        (b'{"errors": [{"message": "no such field"}]}', 200, "no such field"),
        (b'{"data": {"_service": {"sdl": null}}}', 200, "gave no SDL"),
        (b"<html>", 502, "502"),
    ],
)
def test_any_other_answer_gets_one_clear_line(answering, tmp_path, body, status, says):
    url = answering(body, status)
    with pytest.raises(SettingsInvalid) as found:
        sdl_of(entry(url), tmp_path)
    assert found.value.message.startswith("subgraphs.cart.schema: ")
    assert url in found.value.message
    assert says in found.value.message


def test_nobody_listens(tmp_path):
    with pytest.raises(SettingsInvalid, match=r"no SDL can be had from http://127\.0\.0\.1:1/graphql"):
        sdl_of(entry("http://127.0.0.1:1/graphql"), tmp_path)


MODULES = {
    "sdl_as_text": 'schema = "type Query { a: ID }"',
    "sdl_of_a_schema": "class Schema:\n    def as_str(self):\n        return 'type Query { a: ID }'\nschema = Schema()",
    "sdl_raising": "raise RuntimeError('two\\nlines')",
    "sdl_raising_later": "class Schema:\n    def as_str(self):\n        return 1 / 0\nschema = Schema()",
    "sdl_of_nothing": "schema = 1",
}


@pytest.fixture
def modules(tmp_path, monkeypatch):
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize("module", ["sdl_as_text", "sdl_of_a_schema"])
def test_a_name_in_python(modules, tmp_path, module):
    assert sdl_of(entry(f"{module}:schema"), tmp_path) == "type Query { a: ID }"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("sdl_raising:schema", "raised RuntimeError: two lines"),
        ("sdl_raising_later:schema", "raised ZeroDivisionError: division by zero"),
        ("sdl_of_nothing:schema", "neither text nor a schema"),
        ("sdl_as_text:other", "has no 'other'"),
        ("sdl_not_there:schema", "no module sdl_not_there"),
    ],
)
def test_what_goes_wrong_in_python_is_one_line(modules, tmp_path, reference, says):
    with pytest.raises(SettingsInvalid) as found:
        sdl_of(entry(reference), tmp_path)
    assert says in found.value.message
    assert "\n" not in found.value.message
