"""The benchmarks that judge, in a bounded form: nothing fails while things are replaced, nothing is held afterwards."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


async def run(name: str, *arguments: str) -> tuple[int, str]:
    """Status and what was said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(BENCHMARKS / name),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.prove
async def test_L2_L3_L4_no_request_fails_while_supergraph_and_workers_are_replaced() -> None:
    status, said = await run("reload.py", "--requests", "4000")
    assert status == 0, said


@pytest.mark.prove
async def test_L8_after_faults_of_every_kind_the_gateway_holds_no_more_than_before() -> None:
    status, said = await run("soak.py", "--seconds", "45", "--clients", "8")
    assert status == 0, said[-4000:]
