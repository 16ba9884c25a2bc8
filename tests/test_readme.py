"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", fenced("python"))
def test_its_python_runs(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_plan_is_what_the_command_prints_for_its_query():
    page = (ROOT / "tests/journeys/plans/10-watch-stock-nearby.md").read_text("utf-8")
    assert fenced("text")[0] in page
    assert fenced("graphql")[0].strip() in page


def test_every_make_target_it_names_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\bmake (\w+)", README):
        if target != "are":
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_path_it_names_exists():
    for path in re.findall(r"`((?:docs|schema|tests|deploy)/[\w./-]*|docker-compose\.yml)`", README):
        assert (ROOT / path).exists(), path


def test_every_command_it_names_is_one():
    shown = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in set(re.findall(r"`channelgraph (\w+)", README)):
        assert re.search(rf"^\s*{command}\b", shown, re.MULTILINE), command
