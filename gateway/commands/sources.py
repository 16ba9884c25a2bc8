"""`supergraph.yaml`: which subgraphs there are, where their SDL comes from and what program serves them.

Subgraphs are loaded by the names written there; the gateway has no import of any of them.
"""

from __future__ import annotations

import difflib
import importlib
import json
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from gateway.commands.reading import read_text
from gateway.errors import SettingsInvalid, UnknownSubgraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

BUNDLED: Final = Path(__file__).parent.parent / "bundled_schema"
"""The project's `schema/`, as the wheel carries it."""
FETCH_SECONDS: Final = 10.0
LONGEST_SDL: Final = 10_000_000
"""Bytes of an SDL, from a file or a URL; the largest known are a fifth of it."""
PRINT_SECONDS: Final = 60.0
"""For a process to import a subgraph and print its SDL."""

_ENTRY_KEYS: Final = ("routing_url", "schema", "app")
_KEYS: Final = ("subgraphs", "settings", "importer", "exporter", "example_customer", "federation_version")
"""`federation_version` of Apollo's `rover` is read over: each SDL's @link says which version it is written for."""


@dataclass(frozen=True, slots=True)
class SubgraphEntry:
    """One subgraph: what the file says of it."""

    name: str
    routing_url: str
    schema: str
    app: str | None


@dataclass(frozen=True, slots=True)
class SchemaConfig:
    """What `supergraph.yaml` says.

    folder      where it is; relative files are beside it
    settings    `package.module:Class` of the settings that every `app` is made with
    importer    `package.module:function` behind `channelgraph import`
    exporter    the same behind `channelgraph export`
    example_customer    somebody of the sample data, for the token that `channelgraph up` suggests
    """

    folder: Path
    subgraphs: Mapping[str, SubgraphEntry]
    settings: str | None
    importer: str | None
    exporter: str | None
    example_customer: str | None

    def entry(self, name: str) -> SubgraphEntry:
        """The subgraph of that name; raises `UnknownSubgraph`, which lists those there are."""
        if name not in self.subgraphs:
            raise UnknownSubgraph(f"There is no subgraph '{name}'; there are {', '.join(sorted(self.subgraphs))}.")
        return self.subgraphs[name]


def find_config(given: Path | None) -> Path:
    """The file given, else `schema/supergraph.yaml` here, else the installed copy."""
    if given is not None:
        return given
    for candidate in (Path("schema") / "supergraph.yaml", BUNDLED / "supergraph.yaml"):
        if candidate.is_file():
            return candidate
    raise SettingsInvalid("There is no schema/supergraph.yaml here; name one with --config.")


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key stands once: of two subgraphs with one name, the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # as inherited
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and names.count(key.value) > 1:
                where = f"line {key.start_mark.line + 1}"
                raise yaml.YAMLError(f"the key '{key.value}' is written twice ({where}). Give each a name of its own.")
        return super().construct_mapping(node, deep)


def read_config(path: Path) -> SchemaConfig:
    """Read and check the file; raises `SettingsInvalid` with the key that is wrong."""
    try:
        written = yaml.load(read_text(path, "Configuration"), _UniqueKeys)  # noqa: S506  # a SafeLoader
    except yaml.YAMLError as exc:
        raise SettingsInvalid(f"{path}: is not YAML: {' '.join(str(exc).split())}") from exc
    if not isinstance(written, dict) or not isinstance(written.get("subgraphs"), dict) or not written["subgraphs"]:
        raise SettingsInvalid(f"{path}: needs `subgraphs:` with at least one subgraph.")
    _refuse_unknown(path, written, _KEYS, "")
    return SchemaConfig(
        folder=path.parent,
        subgraphs={str(name): _entry(path, str(name), entry) for name, entry in written["subgraphs"].items()},
        settings=written.get("settings"),
        importer=written.get("importer"),
        exporter=written.get("exporter"),
        example_customer=written.get("example_customer"),
    )


def _entry(path: Path, name: str, written: Any) -> SubgraphEntry:
    if not isinstance(written, dict):
        raise SettingsInvalid(f"{path}: subgraphs.{name} must be a mapping.")
    _refuse_unknown(path, written, _ENTRY_KEYS, f"subgraphs.{name}.")
    written = _as_ours(written)
    for key in _ENTRY_KEYS:
        if not isinstance(written.get(key), str) and (key != "app" or written.get(key) is not None):
            raise SettingsInvalid(f"{path}: subgraphs.{name}.{key} must be given, as text.")
    return SubgraphEntry(name, written["routing_url"], written["schema"], written.get("app"))


def _as_ours(written: dict[str, Any]) -> dict[str, Any]:
    """An entry as Apollo's `rover` has it in ours: `schema: {file: …}` or `{subgraph_url: …}`, which is the routing URL too."""
    source = written.get("schema")
    if not isinstance(source, dict):
        return written
    named = source.get("file", source.get("subgraph_url"))
    return {"routing_url": source.get("subgraph_url"), **written, "schema": named}


def _refuse_unknown(path: Path, written: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> None:
    for key in written:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Did you mean {prefix}{close[0]}?" if close else f"There are {', '.join(known)}."
            raise SettingsInvalid(f"{path}: there is no key {prefix}{key}. {hint}")


def load(reference: str, what: str) -> Any:
    """What `package.module:attribute` names; the current folder counts as a place for packages.

    Raises  SettingsInvalid when there is no such module or attribute; what a module itself raises passes through
    """
    module_name, _, attribute = reference.partition(":")
    if not module_name or not attribute:
        raise SettingsInvalid(f"{what}: '{reference}' is not of the form package.module:name.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as exc:
        if exc.name and (module_name == exc.name or module_name.startswith(exc.name + ".")):
            raise SettingsInvalid(f"{what}: there is no module {exc.name}.") from exc
        raise
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise SettingsInvalid(f"{what}: {module_name} has no '{attribute}'.")
        found = getattr(found, part)
    return found


def is_reference(text: str) -> bool:
    """Whether an SDL comes from Python: `package.module:name`, neither a URL nor a file."""
    module, colon, name = text.partition(":")
    return bool(colon) and name.replace(".", "_").isidentifier() and module.replace(".", "_").isidentifier()


def sdl_of(entry: SubgraphEntry, folder: Path) -> str:
    """The subgraph's SDL, from wherever the entry says; raises `SettingsInvalid`."""
    return read_sdl(entry, folder)


def read_sdl(entry: SubgraphEntry, folder: Path, *, fresh: bool = False) -> str:
    """The same; `fresh` loads a name in Python anew, in a process of its own: a module here is imported once only."""
    source, what = entry.schema, f"subgraphs.{entry.name}.schema"
    if source.startswith(("http://", "https://")):
        return _fetch(source, what)
    if is_reference(source):
        return _printed_elsewhere(source, what) if fresh else _printed(source, what)
    path = folder / source
    if path.is_file() and path.stat().st_size > LONGEST_SDL:
        raise SettingsInvalid(f"{what}: {path} has more than {LONGEST_SDL:,} bytes. Is it the subgraph's SDL?")
    return read_text(path, what)


def _printed_elsewhere(source: str, what: str) -> str:
    program = "import sys; from gateway.commands.sources import print_sdl; print_sdl(*sys.argv[1:])"
    command = [sys.executable, "-c", program, source, what]
    try:
        # The reference is of the author's own configuration, and would be imported here otherwise.
        run = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=PRINT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise SettingsInvalid(f"{what}: {source} printed no SDL within {PRINT_SECONDS:.0f} seconds.") from exc
    if run.returncode:
        lines = run.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SettingsInvalid(lines[-1] if lines else f"{what}: {source} ended its process with no SDL.")
    return run.stdout.decode("utf-8", "surrogateescape")


def print_sdl(source: str, what: str) -> None:
    """Write a Python reference's SDL to standard output, or one line to standard error: for a process of its own."""
    try:
        text = _printed(source, what)
    except SettingsInvalid as exc:
        raise SystemExit(exc.message) from None
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))


def _printed(source: str, what: str) -> str:
    """The SDL that a name in Python stands for; whatever its module raises becomes one line that says where."""
    try:
        found = load(source, what)
        printed = found if isinstance(found, str) else getattr(found, "as_str", lambda: None)()
    except SettingsInvalid:
        raise
    except Exception as exc:
        frame = traceback.extract_tb(exc.__traceback__)[-1]
        message = " ".join(str(exc).split())
        raise SettingsInvalid(
            f"{what}: {source} raised {type(exc).__name__}: {message} ({frame.filename}:{frame.lineno})."
        ) from exc
    if not isinstance(printed, str):
        raise SettingsInvalid(f"{what}: {source} is neither text nor a schema that prints itself with as_str().")
    return printed


def _fetch(url: str, what: str) -> str:
    """An SDL by GET, or from a running subgraph by `{ _service { sdl } }`."""
    import httpx2

    try:
        with httpx2.Client(timeout=FETCH_SECONDS, follow_redirects=False) as client:
            if url.partition("?")[0].endswith((".graphql", ".graphqls", ".gql")):
                body = _body(client, client.build_request("GET", url), f"{what}: {url}")
                text: Any = body.decode("utf-8")
            else:
                asked = client.build_request("POST", url, json={"query": "{ _service { sdl } }"})
                text = _sdl_in(_body(client, asked, f"{what}: {url}"), f"{what}: {url}")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as exc:
        raise SettingsInvalid(f"{what}: no SDL can be had from {url}: {type(exc).__name__}: {exc}.") from exc
    if not isinstance(text, str) or len(text) > LONGEST_SDL:
        raise SettingsInvalid(f"{what}: {url} gave no SDL, or one longer than {LONGEST_SDL:,} bytes.")
    return text


def _body(client: httpx2.Client, request: httpx2.Request, what: str) -> bytes:
    """The answer, read until it is too long or takes too long; raises `SettingsInvalid` and httpx2's errors."""
    end = time.monotonic() + FETCH_SECONDS
    response = client.send(request, stream=True)
    try:
        response.raise_for_status()
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LONGEST_SDL:
                raise SettingsInvalid(
                    f"{what} answered with more than {LONGEST_SDL:,} bytes. Is it the subgraph's SDL?"
                )
            if time.monotonic() > end:
                raise SettingsInvalid(f"{what} was still answering after {FETCH_SECONDS:.0f} seconds.")
        return bytes(body)
    finally:
        response.close()


def _sdl_in(body: bytes, what: str) -> Any:
    """`data._service.sdl` of an answer; raises `SettingsInvalid` that says what the answer is instead."""
    if body.lstrip()[:1] == b"<":
        raise SettingsInvalid(f"{what} answered with a web page. Is it the subgraph's GraphQL endpoint?")
    try:
        answer = json.loads(body)
    except ValueError:
        raise SettingsInvalid(f"{what} answered with no JSON. Is it the subgraph's GraphQL endpoint?") from None
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if errors:
        raise SettingsInvalid(f"{what} does not answer {{ _service {{ sdl }} }}: {json.dumps(errors)[:300]}")
    try:
        return answer["data"]["_service"]["sdl"]
    except (KeyError, TypeError):
        raise SettingsInvalid(f"{what} answered without data._service.sdl. Is it a federated subgraph?") from None
