"""The commands as people and other tools start them: processes, exit statuses, one clear line for what is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from gateway.cli import main
from tests.waiting import PATIENCE_SECONDS, by_then

SDL_A = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
type Query { products: [Product!]! me: ID @authenticated slow: Int }
type Subscription { restocked: Product! }
type Product @key(fields: "id") { id: ID! name: String }
"""
SDL_B = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Product @key(fields: "id") { id: ID! stock: Int }
"""
CONFIG = """
settings: shop_of_tests:Settings
importer: shop_of_tests:import_feed
subgraphs:
  a: {routing_url: "http://127.0.0.1:4901/graphql", schema: a.graphql, app: "shop_of_tests:create_app"}
  b: {routing_url: "http://127.0.0.1:4902/graphql", schema: b.graphql, app: "shop_of_tests:create_app"}
"""
SHOP = """
import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path
import jwt
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

class Settings(BaseModel):
    name: str
    data_dir: Path = Path("data")
    identity_secret: str | None = None

def create_app(settings):
    @asynccontextmanager
    async def lifespan(_):
        if (settings.data_dir / "broken").exists():
            raise RuntimeError("the database is from the future")
        yield
    async def events():
        for i in "12":
            yield 'event: next\\ndata: {"data":{"restocked":{"__typename":"Product","id":"%s","name":"p"}}}\\n\\n' % i
        yield "event: complete\\ndata:\\n\\n"
    async def graphql(request):
        body = await request.json()
        if "_entities" in body["query"]:
            found = [{"__typename": "Product", "id": r["id"], "stock": 7} for r in list(body["variables"].values())[0]]
            key = body["query"].split("_entities")[0].split("{")[-1].strip().rstrip(":") or "_entities"
            return JSONResponse({"data": {key: found}})
        if "slow" in body["query"]:
            (settings.data_dir / "slow").touch()
            await asyncio.sleep(1)
            return JSONResponse({"data": {"slow": 1}})
        if "restocked" in body["query"]:
            return StreamingResponse(events(), media_type="text/event-stream")
        claims = jwt.decode(request.headers["channelgraph-identity"], settings.identity_secret, ["HS256"], audience="channelgraph-subgraph")
        return JSONResponse({"data": {"products": [{"__typename": "Product", "id": "1", "name": "p"}], "me": claims.get("sub")}})
    async def migrate():
        print("migrating", settings.name)
    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])], lifespan=lifespan)
    app.state.migrate = migrate
    return app

def import_feed(feed, format, data_dir, dry_run):
    print("importing", feed.name, format, str(data_dir), dry_run)
    return 3 if dry_run else 0
"""
BIN = Path(sys.executable).parent / "channelgraph"


@pytest.fixture
def project(tmp_path):
    """A folder with a `schema/` of two subgraphs."""
    schema = tmp_path / "schema"
    schema.mkdir()
    (schema / "supergraph.yaml").write_text(CONFIG, "utf-8")
    (schema / "a.graphql").write_text(SDL_A, "utf-8")
    (schema / "b.graphql").write_text(SDL_B, "utf-8")
    (tmp_path / "shop_of_tests.py").write_text(SHOP, "utf-8")
    (tmp_path / "op.graphql").write_text("query Shop { products { name stock } }", "utf-8")
    return tmp_path


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command that ends by itself, in this process; what it imports from the project is forgotten again."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(folder: Path, *arguments: str) -> Result:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["channelgraph", *arguments])
        monkeypatch.delitem(sys.modules, "shop_of_tests", raising=False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return Result(int(ended.value.code or 0), written.out, written.err)

    return run


MANY = """
import contextlib, io, json, sys
from gateway.cli import main
ended = []
for arguments in json.load(sys.stdin):
    sys.argv, out, err, code = ["channelgraph", *arguments], io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as exit:
            code = int(exit.code or 0)
    ended.append((code, out.getvalue(), err.getvalue()))
json.dump(ended, sys.stdout)
"""


def run_apart(folder: Path, *commands: tuple[str, ...]) -> list[Result]:
    """Runs commands one after another in one process that is not this one: those that would serve, and are to fail first."""
    done = subprocess.run(
        [sys.executable, "-c", MANY],
        cwd=folder,
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        env=environment(),
    )
    return [Result(*ended) for ended in json.loads(done.stdout)]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CHANNELGRAPH_")}


@pytest.fixture
def supergraph(project, run) -> str:
    """The project's supergraph, composed into a file."""
    path = project / "supergraph.graphql"
    assert run(project, "compose", "--output", str(path)).returncode == 0
    return str(path)


def one_line(result: Result, *words: str) -> None:
    """The command failed with one line that has these words, and nothing else."""
    assert result.returncode == 1, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    for word in words:
        assert word in result.stderr


@contextmanager
def serving(folder: Path, *arguments: str, end: signal.Signals = signal.SIGTERM):
    """A command that serves, until it has said where; then stopped by a signal, which has to end it well."""
    process = subprocess.Popen(
        [BIN, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "/graphql" in line:
                break
        address = re.search(r"http://[\w.]+:\d+", "".join(lines))
        assert address, (lines, process.stderr.read() if process.stderr else "")
        yield address[0]
        process.send_signal(end)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(base: str, query: str, **headers: str) -> dict:
    return httpx2.post(f"{base}/graphql", json={"query": query}, headers=headers, timeout=60).json()


def test_help_names_every_command(tmp_path, run):
    shown = run(tmp_path, "--help").stdout
    for command in ("up", "gateway", "subgraph", "compose", "plan", "show", "check", "import", "token"):
        assert re.search(rf"^  {command}\b", shown, re.MULTILINE)


def test_help_loads_nothing_heavy(run):
    code = "import sys, gateway.cli; print([m for m in ('graphql', 'starlette', 'pydantic', 'strawberry', 'jwt') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_compose_writes_the_supergraph_or_prints_it(project, run, supergraph):
    assert "join__Graph" in Path(supergraph).read_text()
    assert "join__Graph" in run(project, "compose").stdout


def test_compose_says_everything_that_is_wrong_at_once(project, run):
    (project / "schema" / "b.graphql").write_text(
        SDL_B + "type Query { products: Int } type Lost { a: Missing }", "utf-8"
    )
    result = run(project, "compose", "--format", "json")
    assert result.returncode == 1
    shown = json.loads(result.stdout)
    assert "supergraph" not in shown or shown["supergraph"] is None
    assert all(error["code"] and error["message"] for error in shown["errors"])
    assert run(project, "compose").stderr.count("error ") == len(shown["errors"])


def test_plan_and_show_print_what_an_operation_becomes(project, run, supergraph):
    where = ("--supergraph", supergraph, "--operation", "op.graphql")
    plan = run(project, "plan", *where)
    assert "requests 2" in plan.stdout, plan.stderr
    assert run(project, "show", "plan", *where).stdout == plan.stdout
    assert run(project, "show", "operation", *where).stdout.startswith("query Shop")
    assert json.loads(run(project, "plan", *where, "--format", "json").stdout)["size"]["requests"] == 2
    (project / "op.graphql").write_text("{ products { nope } }", "utf-8")
    one_line(run(project, "plan", *where), "nope", "GRAPHQL_VALIDATION_FAILED")


def test_L1_L5_L6_what_cannot_be_served_is_one_line(project, supergraph):
    """A supergraph that is none, a setting that is none, a port that is taken, a subgraph that is not there or broken."""
    broken = {
        b"": ["INVALID_SUPERGRAPH"],
        b"\x00\xff\xfe": ["cannot be read"],
        b"type Query { a: Int }": ["INVALID_SUPERGRAPH"],
        b"enum join__Graph { A @join__graph(name: ": ["line 1", "INVALID_SUPERGRAPH"],
    }
    (project / "settings.yaml").write_text("limits: {dept: 1}", "utf-8")
    (project / "d").mkdir()
    (project / "d" / "broken").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        wrong = [
            (("gateway", "--supergraph", "nowhere.graphql"), ["nowhere.graphql", "no such file"]),
            (
                ("gateway", "--supergraph", supergraph, "--config", "settings.yaml"),
                ["limits.dept", "limits.depth", "INVALID_SETTINGS"],
            ),
            (("gateway", "--supergraph", supergraph, "--port", port), [port, "ADDRESS_IN_USE"]),
            (("subgraph", "a", "--port", port), [port, "ADDRESS_IN_USE"]),
            (("subgraph", "c"), ["'c'", "a, b", "UNKNOWN_SUBGRAPH"]),
            (("up", "--data", "d", "--port", "0"), ["Subgraph", "from the future"]),
        ]
        for number, (content, words) in enumerate(broken.items()):
            (project / f"broken{number}.graphql").write_bytes(content)
            command = ("gateway", "--supergraph", f"broken{number}.graphql", "--port", "0")
            wrong.append((command, [f"broken{number}.graphql", *words]))
        *ended, migrated = run_apart(
            project, *(command for command, _ in wrong), ("subgraph", "b", "--migrate", "--data", "m")
        )
    for result, (_, words) in zip(ended, wrong, strict=True):
        one_line(result, *words)
    assert "migrating b" in migrated.stdout


RESTOCKED = "subscription { restocked { name stock } }"
EVENT = 'data: {"data":{"restocked":{"name":"p","stock":7}}}'


def heard(base: str) -> str:
    headers = {"accept": "text/event-stream"}
    return httpx2.post(f"{base}/graphql", json={"query": RESTOCKED}, headers=headers, timeout=60).text


def test_L3_up_serves_everything_in_one_process_ends_by_either_signal_and_starts_again(project, run):
    """What is under way when the end is asked for is finished; a development token's claims reach subgraphs."""
    answer = {"data": {"products": [{"name": "p", "stock": 7}]}}
    token = run(project, "token", "--customer", "cus_9", "--scope", "staff:store", "--data", "d").stdout.strip()
    with ThreadPoolExecutor() as pool, serving(project, "up", "--data", "d", "--port", "0") as base:
        assert ask(base, "{ products { name stock } }") == answer
        assert httpx2.get(f"{base}/health").status_code == 200
        assert ask(base, "{ me }", authorization=f"Bearer {token}") == {"data": {"me": "cus_9"}}
        assert ask(base, "{ me }")["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        forged = ask(base, "{ products { name } }", authorization="Bearer a.b.c")
        assert forged["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        spoofed = ask(base, "{ products { name } me }", **{"channelgraph-identity": "x.y.z", "x-user-id": "cus_1"})
        assert spoofed["data"]["me"] is None
        assert heard(base).count(EVENT) == 2
        slow = pool.submit(ask, base, "{ slow }")
        by_then(lambda: any(project.rglob("slow")))
    assert slow.result() == {"data": {"slow": 1}}
    assert (project / "d" / "token.key").stat().st_mode & 0o077 == 0
    with serving(project, "up", "--data", "d", "--port", "0", end=signal.SIGINT) as base:
        assert ask(base, "{ products { name stock } }") == answer


def test_L3_services_of_their_own_serve_what_up_does_and_end_on_sigterm(project, supergraph):
    """A subgraph asked directly, a gateway with settings, an event through both, and a subgraph that goes away."""
    with ExitStack() as later, serving(project, "subgraph", "b", "--port", "0") as b:
        query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { stock } } }"
        sent = {"query": query, "variables": {"r": [{"__typename": "Product", "id": "1"}]}}
        assert httpx2.post(f"{b}/graphql", json=sent, timeout=60).json()["data"]["_entities"][0]["stock"] == 7
        a = later.enter_context(serving(project, "subgraph", "a", "--port", "0"))
        urls = {"a": f"{a}/graphql", "b": f"{b}/graphql"}
        settings = {"subgraphs": {"urls": urls}, "introspection": False, "server": {"health_port": 0}}
        (project / "settings.yaml").write_text(json.dumps(settings), "utf-8")
        where = ("--supergraph", supergraph, "--port", "0", "--config", "settings.yaml")
        with serving(project, "gateway", *where) as base:
            assert httpx2.get(f"{base}/health").status_code == 200
            assert ask(base, "{ __typename }") == {"data": {"__typename": "Query"}}
            shown = ask(base, "{ __schema { types { name } } }")
            assert shown["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
            assert heard(base).count(EVENT) == 2
            later.close()
            assert ask(base, "{ products { name } }")["errors"][0]["extensions"]["code"] == "SUBREQUEST_UNREACHABLE"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subgraphs: {}", ["at least one"]),
        ("subgraphs: {a: {routing_url: u, shcema: s}}", ["subgraphs.a.shcema", "subgraphs.a.schema"]),
        ("subgraphs: {a: {schema: s}}", ["subgraphs.a.routing_url"]),
        ("subgraphs: {a: {routing_url: u, schema: nope.graphql}}", ["nope.graphql", "no such file"]),
        ("subgraphs: {a: {routing_url: u, schema: 'no_such_module:x'}}", ["no_such_module"]),
        ("subgraphs: {a: {routing_url: u, schema: 'shop_of_tests:nope'}}", ["shop_of_tests", "nope"]),
        ("subgraphs: {a: {routing_url: u, schema: 'http://127.0.0.1:9/graphql'}}", ["127.0.0.1:9"]),
        ("{", ["not YAML"]),
    ],
)
def test_a_mistake_in_the_configuration_is_one_line(project, text, words, run):
    (project / "schema" / "supergraph.yaml").write_text(text, "utf-8")
    one_line(run(project, "compose"), *words, "INVALID_SETTINGS")


def test_import_is_done_by_whom_the_configuration_names(project, run):
    (project / "feed.csv").write_text("a", "utf-8")
    result = run(project, "import", "feed.csv", "--format", "retail")
    assert (result.returncode, result.stdout) == (0, "importing feed.csv retail .data False\n")
    assert run(project, "import", "feed.csv", "--dry-run").returncode == 3
    one_line(run(project, "import", "nope.csv"), "nope.csv", "no such file")


def test_a_token_is_for_somebody(project, run):
    one_line(run(project, "token", "--data", "d"), "--customer")


def test_check_compares_renews_and_then_finds_nothing(project, run):
    operations = project / "schema" / "channels" / "web" / "operations"
    operations.mkdir(parents=True)
    (operations.parent / "contract.yaml").write_text("include: []\n", "utf-8")
    (operations / "shop.graphql").write_text("# The shop.\n#\n# fetches: 2\n{ products { name stock } }\n", "utf-8")
    first = run(project, "check")
    assert first.returncode == 1
    for name in ("schema/subgraphs/a.graphql", "schema/supergraph.graphql", "schema/api.graphql", "plans/shop.md"):
        assert name in first.stderr
    assert run(project, "check", "--write").returncode == 0
    assert run(project, "check").returncode == 0
    page = project / "tests" / "journeys" / "plans" / "shop.md"
    page.write_text(page.read_text().replace("The shop.", "Words of ours."), "utf-8")
    (operations / "shop.graphql").write_text("# fetches: 1\n{ products { name stock id } }\n", "utf-8")
    (operations / "lost.graphql").write_text("{ nope }\n", "utf-8")
    (project / "schema" / "a.graphql").write_text(SDL_A.replace("name: String", "name: String!"), "utf-8")
    second = run(project, "check")
    for words in (
        "lost.graphql: Cannot query field 'nope'",
        "takes 2 fetches; its budget is 1",
        "api.graphql: differs",
    ):
        assert words in second.stderr
    run(project, "check", "--write")
    assert "Words of ours." in page.read_text()


def test_settings_prints_what_can_be_set(tmp_path, run):
    assert "LimitSettings" in json.loads(run(tmp_path, "settings").stdout)["$defs"]
