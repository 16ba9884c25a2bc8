"""Partners that remember in a file, and processes that kill themselves at a chosen step.

`python killed.py` reads a case a line, as JSON: [folder, database, moment, refused steps, checkout].

moment  e.g. `place:before` (nothing happened yet) or `place:after` (it happened, and nobody was told)
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from subgraphs.cart.payments.port import Charge, Declined, Taken
from subgraphs.cart.service.drive import drive
from subgraphs.cart.service.partners import Hold, Refused
from subgraphs.kit.database import Database


class Ledger:
    """Stock, money and orders outside, in a file of their own: what happened stays happened when the process dies.

    kill        the moment at which this process ends
    refuse      steps whose partner says no
    """

    def __init__(self, folder: Path, kill: str = "", refuse: frozenset[str] = frozenset()) -> None:
        self._file = sqlite3.connect(folder / "outside.sqlite", isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS done (what TEXT, key TEXT, PRIMARY KEY (what, key))")
        self._kill = kill
        self._refuse = refuse

    def happened(self, what: str) -> int:
        return int(self._file.execute("SELECT count(*) FROM done WHERE what = ?", (what,)).fetchone()[0])

    def _has(self, what: str, key: str) -> bool:
        return self._file.execute("SELECT 1 FROM done WHERE what = ? AND key = ?", (what, key)).fetchone() is not None

    def _do(self, what: str, key: str) -> None:
        self._die(f"{what}:before")
        self._file.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (what, key))
        self._die(f"{what}:after")

    def _die(self, moment: str) -> None:
        if moment == self._kill:
            os.kill(os.getpid(), signal.SIGKILL)

    async def hold(self, key: str, agreed: Mapping[str, Any]) -> list[Hold] | Refused:
        if "hold" in self._refuse:
            return Refused("INSUFFICIENT_STOCK", "None is left.", 0)
        self._do("hold", key)
        return [Hold("rsv_1", "var_1", "loc_1", 1, in_store=False)]

    async def release(self, key: str, agreed: Mapping[str, Any]) -> None:
        self._do("release", key)

    async def place(self, key: str, agreed: Mapping[str, Any], holds: list[dict[str, Any]]) -> str | Refused:
        if "place" in self._refuse:
            return Refused("WRONG_STATE", "We take no orders.")
        self._do("place", key)
        return "ord_1"

    async def assign(self, key: str, agreed: Mapping[str, Any], order_id: str) -> None:
        self._do("assign", key)

    def adapter(self, kind: str) -> Ledger:
        return self

    async def take(self, charge: Charge) -> Taken | Declined:
        if self._has("give_back", charge.key):
            return Declined("called off", retryable=False)
        if f"pay{charge.key[-1]}" in self._refuse:
            return Declined("Your card was declined.", retryable=False)
        self._do(f"pay{charge.key[-1]}", charge.key)
        return Taken(charge.key)

    async def give_back(self, charge: Charge, amount: Decimal) -> Taken:
        self._do("give_back", charge.key)
        return Taken(charge.key)


async def main(folder: Path, url: str, moment: str, refuse: frozenset[str], checkout_id: str) -> None:
    database = Database(url)
    await drive(database, Ledger(folder, moment, refuse), checkout_id)
    await database.close()


def serve() -> None:
    """Run each case that comes in a line, in a process of its own, and tell how that ended.

    What is needed is imported once, before: a fork has it already.
    """
    for line in sys.stdin:
        folder, url, moment, refuse, checkout_id = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(main(Path(folder), url, moment, frozenset(refuse.split(",")), checkout_id))
            finally:
                os._exit(1)  # it was to be killed; and the next case is not its to read
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
