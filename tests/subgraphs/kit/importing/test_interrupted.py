"""An import into PostgreSQL by the command's own function, and one that is killed in the middle and run again."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from sqlalchemy import create_engine, text

from subgraphs.inventory.app import create_app
from subgraphs.kit.importing import main
from subgraphs.kit.settings import SubgraphSettings

KILLING = '''
import os, signal, sys
from subgraphs.kit.importing import main
from subgraphs.kit.importing.records import Tally

class Killer:
    """Kills its process when it is given the second batch."""
    def __init__(self, settings): self.batches = 0
    async def __aenter__(self): return self
    async def __aexit__(self, *_): pass
    async def finish(self): return Tally()
    async def take(self, records):
        self.batches += 1
        if self.batches == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return Tally()

sys.modules["killing.feeds"] = sys.modules["__main__"]
import importlib.util, importlib.machinery, types
sys.modules["killing"] = types.ModuleType("killing")
__spec__ = importlib.machinery.ModuleSpec("killing.feeds", None)
main(sys.argv[1], data_dir=sys.argv[2], sinks={"stores": ("subgraphs.inventory.feeds:Stores", "killing.feeds:Killer")})
'''


def stores(number):
    return [
        {
            "id": one,
            "type": "BigBox",
            "name": f"Store {one}",
            "address": f"{one} Main Street",
            "city": "Springfield",
            "state": "MN",
            "zip": f"{10000 + one}",
            "location": {"lat": 45.0, "lon": -93.0 - one / 1000},
            "hours": "Mon: 10-9; Sun: 11-6",
            "services": [],
        }
        for one in range(1, number + 1)
    ]


async def run(feed, data):
    out = io.StringIO()
    status = await asyncio.to_thread(main, feed, data_dir=data, console=Console(file=out, width=200))
    return status, out.getvalue()


def taken(said):
    return next(line.split()[2:] for line in said.splitlines() if line.split()[:2] == ["inventory", "location"])


async def test_a_store_list_goes_into_the_database_the_environment_names(database_url, tmp_path, monkeypatch):
    feed = tmp_path / "stores.json"
    feed.write_text(json.dumps(stores(1_200)))
    monkeypatch.setenv("CHANNELGRAPH_INVENTORY_DATABASE_URL", database_url)
    if database_url.startswith("postgresql"):
        status, said = await run(feed, tmp_path / "data")
        assert status == 1, "a database of another kind is migrated by its own command, not by an import"
        assert "Traceback" not in said
        settings = SubgraphSettings(name="inventory", database_url=database_url, data_dir=tmp_path, relay=False)
        await create_app(settings).state.migrate()
    status, said = await run(feed, tmp_path / "data")
    assert (status, taken(said)) == (0, ["1,200", "0", "0"])
    status, said = await run(feed, tmp_path / "data")
    assert (status, taken(said)) == (0, ["0", "0", "1,200"])


async def test_an_import_killed_in_the_middle_is_completed_by_the_next(tmp_path):
    feed, data = tmp_path / "stores.json", tmp_path / "data"
    feed.write_text(json.dumps(stores(2_500)))
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLING, str(feed), str(data)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    status, said = await run(feed, data)
    assert (status, taken(said)) == (0, ["500", "0", "2,000"])
    engine = create_engine(f"sqlite:///{data / 'inventory.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM location WHERE country = 'US'")).scalar_one() == 2_500
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    engine.dispose()
