"""No document of up to 64 kB takes two seconds of CPU, from its text to its answer, whatever the supergraph.

The one test in which a clock decides: it counts the process's own CPU, in a process that does nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MOST_SECONDS = 2.0


@pytest.mark.prove
def test_no_document_takes_two_seconds_of_cpu():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.gateway.cpu_proof"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    *table, rows = done.stdout.splitlines()
    print("\n".join(table))  # noqa: T201  # the table is the proof; shown by pytest -s, or when it fails
    found = json.loads(rows)
    assert len({each["document"].partition(", root")[0] for each in found}) >= 12
    assert all(each["bytes"] <= 65_536 for each in found)
    assert [each for each in found if each["seconds"] >= MOST_SECONDS] == []
