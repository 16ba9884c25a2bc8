"""A process that writes into a SQLite database through the kit, for tests that end it: says what was committed.

python -m tests.subgraphs.kit.writer PATH COUNT     prints a line for each row once its transaction is over
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import text

from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable


async def _write(path: str, count: int) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")

    async def insert(session, n):
        await session.execute(text("INSERT INTO t (n, filling) VALUES (:n, :filling)"), {"n": n, "filling": "x" * 500})

    for n in range(count):
        try:
            await database.write(insert, n)
        except ServiceUnavailable:
            sys.stdout.write("unavailable\n")
        else:
            sys.stdout.write(f"{n}\n")
        sys.stdout.flush()
    await database.close()


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1], int(sys.argv[2])))
