"""The same key, the same answer: a write sent twice happens once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.kit.errors import IdempotencyConflict
from subgraphs.kit.tables import KIT

Json = Any


async def once(
    session: AsyncSession, scope: str, key: str, arguments: Json, work: Callable[[], Awaitable[Json]]
) -> Json:
    """Run `work` unless this key was used in this scope, and keep its answer with the write.

    scope       mutation and caller, e.g. `rewardRedeem:cus_…`: one caller's key never meets another's
    arguments   JSON of everything that matters; another value under the same key raises `IdempotencyConflict`
    work        gives a small JSON answer, usually an id, from which the reply can be built again
    """
    fingerprint = hashlib.sha256(orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS)).hexdigest()
    table = KIT.idempotency
    where = (table.c.scope == scope, table.c.key == key)
    # The key is taken first: of two at once the second waits for, and then finds, the first one's row.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "scope": scope,
        "key": key,
        "fingerprint": fingerprint,
        "answer": {"pending": True},
        "created_at": datetime.now(UTC),
    }
    taken = await session.execute(insert(table).values(row).on_conflict_do_nothing())
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an INSERT's result is a cursor result
        stored = (await session.execute(select(table.c.fingerprint, table.c.answer).where(*where))).one()
        if stored.fingerprint != fingerprint:
            raise IdempotencyConflict(
                "This key was used before with other arguments; make up a new one", ("idempotencyKey",)
            )
        return stored.answer["value"]
    value = await work()
    await session.execute(table.update().where(*where).values(answer={"value": value}))
    return value
