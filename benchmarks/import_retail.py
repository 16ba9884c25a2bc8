"""How long a retail ledger takes to import, how much memory, and whether a second import changes anything.

    python benchmarks/import_retail.py [LEDGER.csv.gz]

Without a file a made-up ledger of 200,000 lines is imported. Each import runs in a process of its own, into a new data
folder; memory is the peak of that process. Targets: under 60 seconds and 300 MB for half a year (209,029 lines).
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

CHILD = """
import json, resource, sys, time
from subgraphs.kit.importing import main
start = time.perf_counter()
status = main(sys.argv[1], data_dir=sys.argv[2])
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"status": status, "seconds": round(seconds, 1), "cpu": round(time.process_time(), 1), "peak_mb": round(peak)}))
"""


def made_up(path: Path, lines: int = 200_000) -> None:
    """A ledger that looks like the real one: 20 lines an invoice, 3,500 goods, 2,700 customers, one in six cancelled."""
    chance = random.Random(7)
    at = datetime(2010, 12, 1, 8)  # noqa: DTZ001 - the ledger states local times
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
        for number in range(lines // 20):
            at += timedelta(minutes=chance.randint(1, 40))
            cancelled = chance.random() < 0.16
            customer = f"{chance.randint(12000, 14700)}.0" if chance.random() < 0.9 else ""
            for _ in range(20):
                code = chance.randint(10000, 13500)
                quantity = chance.randint(1, 48) * (-1 if cancelled else 1)
                price = f"{chance.randint(1, 2000) / 100:.2f}"
                out.write(
                    f"{'C' if cancelled else ''}{536365 + number},{code},ITEM {code},{quantity},{at},{price},{customer},United Kingdom\n"
                )


def measured(feed: Path, data: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(feed), str(data)], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    print("\n".join(line for line in lines[:-1] if not line.endswith("rows")))
    found: dict[str, float] = json.loads(lines[-1])
    return found


def main() -> None:
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "ledger.csv.gz"
        if len(sys.argv) < 2:
            made_up(feed)
        data = Path(folder) / "data"
        for turn in ("first", "again"):
            found = measured(feed, data)
            print(
                f"{turn}: {found['seconds']} s ({found['cpu']} s CPU), peak {found['peak_mb']} MB, status {found['status']}"
            )


if __name__ == "__main__":
    main()
