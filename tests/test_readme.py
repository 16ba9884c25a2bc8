"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
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


PAGES = sorted((ROOT / "docs").rglob("*.md"))


def test_every_link_of_the_documentation_leads_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", ROOT / "benchmarks/README.md", *PAGES]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_index_of_the_documentation_lists_every_page():
    listed = set(re.findall(r"\]\(([^)]+)\)", (ROOT / "docs/README.md").read_text("utf-8")))
    there = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert there - listed == set()


def test_every_dependency_has_a_reason_and_every_command_a_line():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = [
        *project["project"]["dependencies"],
        *(each for extra in project["project"]["optional-dependencies"].values() for each in extra),
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    reasons = (
        (ROOT / "docs/decisions/dependencies.md").read_text("utf-8").lower().replace("pytest (+ asyncio, xdist)", "")
    )
    names = {re.match(r"[\w.-]+", each)[0].lower() for each in named} - {"pytest", "pytest-asyncio", "pytest-xdist"}
    assert [name for name in sorted(names) if name not in reasons] == []
    locked = (ROOT / "requirements-dev.lock").read_text("utf-8").lower()
    built = {re.match(r"[\w.-]+", each)[0].lower() for each in project["build-system"]["requires"]}
    assert [
        name for name in sorted(names - built) if not re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE)
    ] == []
    commands = re.findall(
        r"^@app.command\((?:\"(\w+)\")?.*\)\ndef (\w+)", (ROOT / "gateway/cli.py").read_text("utf-8"), re.MULTILINE
    )
    assert len(commands) > 10
    assert [name or function for name, function in commands if f"`channelgraph {name or function}" not in README] == []
