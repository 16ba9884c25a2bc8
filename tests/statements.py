"""SQL that one client's requests send, told apart from what runs beside them: what tests of N+1 count.

    with sent_to(shop.database) as sent:
        await shop.execute(…)
    assert sent.sql == 3

Rule 1  Only what the block asks for counts: tasks that were started before it (relays, sweeps, consumers) do not.
Rule 2  On SQLite every statement counts. It answers before the loop turns, so loaders always collect the same keys.
Rule 3  On PostgreSQL different statements count, whatever the number of keys in each. Two loaders that feed a third
        (lines of deliveries and lines of returns both ask for lines of orders) get their answers in turns of the loop
        that differ from run to run: the third asks once for all of them or once for each. That is no N+1, and no test
        may hang on it. A statement that is sent more often than that fails by itself.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from subgraphs.kit.database import Database

MOST_TURNS = 3
"""Loaders that feed one other, at most: how often PostgreSQL may be asked the same for one page."""

_PARAMETER = re.compile(r"\$\d+(::\w+( WITH(OUT)? TIME ZONE)?)?")
_KEYS = re.compile(r"(=|IN) [(]*\?[?,() ]*")


@dataclass
class Sent:
    """The statements, in the order they were sent, without their parameters."""

    dialect: str
    statements: list[str] = field(default_factory=list)

    @property
    def sql(self) -> int:
        """How many, by rules 2 and 3; an AssertionError names the statement that PostgreSQL was sent too often."""
        if self.dialect == "sqlite":
            return len(self.statements)
        times = Counter(self.statements)
        for statement, number in times.items():
            assert number <= MOST_TURNS, f"sent {number} times: {statement}"
        return len(times)


_sending: ContextVar[tuple[Sent, ...]] = ContextVar("_sending", default=())


@contextlib.contextmanager
def sent_to(database: Database) -> Iterator[Sent]:
    """Note what this task, and those it starts, send to a database meanwhile."""
    sent = Sent(database.dialect)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # SQLite's BEGIN passes here, PostgreSQL's does not: neither counts.
        if any(each is sent for each in _sending.get()) and not statement.startswith("BEGIN"):
            sent.statements.append(_KEYS.sub("= ? ", _PARAMETER.sub("?", statement)))

    before = _sending.set((*_sending.get(), sent))
    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        _sending.reset(before)
