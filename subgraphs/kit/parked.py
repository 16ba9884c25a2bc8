"""Look at the events a subgraph has parked, and let them go again once what stopped them is put right.

    python -m subgraphs.kit.parked inventory                        lists them: id, topic, thing, attempts, last error
    python -m subgraphs.kit.parked inventory --replay               all of them become pending again
    python -m subgraphs.kit.parked inventory --replay ID ID         … or these
    python -m subgraphs.kit.parked inventory --data DIR             of an embedded database in this folder

The database is that of the subgraph's own settings (`CHANNELGRAPH_DATABASE_URL` …). A running relay takes what is
pending within seconds; consumers remember what they have dealt with, so replaying does nothing twice.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.outbox import replay
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.tables import KIT


async def parked(session: AsyncSession) -> Sequence[Row[Any]]:
    """Every parked event, the oldest first."""
    table = KIT.outbox
    columns = (table.c.id, table.c.topic, table.c.aggregate_id, table.c.attempts, table.c.last_error)
    return (await session.execute(select(*columns).where(table.c.state == "parked").order_by(table.c.id))).all()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m subgraphs.kit.parked", description=__doc__.partition("\n")[0])
    parser.add_argument("name", help="name of the subgraph")
    parser.add_argument("--data", type=Path, help="folder of its embedded database")
    parser.add_argument("--replay", nargs="*", metavar="ID", help="let all of them go again, or those named")
    given = parser.parse_args(arguments)
    changes = {"data_dir": given.data} if given.data is not None else {}
    try:
        return asyncio.run(_run(SubgraphSettings(name=given.name, **changes), given.replay))
    except ServiceUnavailable as error:
        print(f"The database of {given.name} does not answer: {error}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1


async def _run(settings: SubgraphSettings, again: Sequence[str] | None) -> int:
    database = Database(settings.url)
    try:
        if again is not None:
            count = await database.write(replay, again or None)
            print(f"{count} parked events go again")  # noqa: T201 - a command speaks
            return 0
        rows = await database.read(parked)
        for row in rows:
            print(f"{row.id}  {row.topic}  {row.aggregate_id}  {row.attempts} attempts  {row.last_error}")  # noqa: T201 - a command speaks
        print(f"{len(rows)} parked events")  # noqa: T201 - a command speaks
        return 0
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
