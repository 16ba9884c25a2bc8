"""What is freed goes back to the system: checked in a process of its own, for it cannot be undone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

BLOCKS = """
import re, sys
from pathlib import Path
from gateway.server.memory import give_back_what_is_free
told = give_back_what_is_free()
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1000
def flood():
    for size in (16_000_000, 8_000_000, 5_000_000):
        blocks = [bytes([1]) * size for _ in range(5)]
        small = bytes(100_000)
        del blocks
flood()
before = resident()
many = [bytes([1]) * 400_000 for _ in range(100)]
del many
print(told, resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such settings")
@pytest.mark.parametrize(("environment", "told"), [({}, "True"), ({"MALLOC_ARENA_MAX": "4"}, "False")])
def test_large_blocks_go_back_as_soon_as_they_are_freed_unless_the_environment_says_how(environment, told):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", BLOCKS]
    ran = subprocess.run(command, env={**clean, **environment}, capture_output=True, text=True, check=True)
    said, grown = ran.stdout.split()
    assert said == told
    if told == "True":
        assert int(grown) < 12_000_000
