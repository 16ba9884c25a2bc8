"""The pages in `plans/`: people write the prose and the operation, the code writes the plan (`--golden`)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.planner.text import plan_text

from .worlds import planned, world

PAGES = sorted((Path(__file__).parent / "plans").glob("*.md"))
_BLOCK = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)


def _part(page: str, pattern: str) -> str:
    match = re.search(pattern, page, re.DOTALL)
    assert match is not None, f"the page lacks {pattern}"
    return match[1]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_plan_is_the_one_on_its_page(path: Path, golden: bool):
    page = path.read_text("utf-8")
    supergraph = world(_part(page, r"Supergraph: `(\w+)`"))
    text = plan_text(planned(supergraph, _part(page, r"```graphql\n(.*?)```")))
    if golden:
        path.write_text(_BLOCK.sub(lambda _: text, page), "utf-8")
    else:
        assert _part(page, r"```text\n(.*?)```") == text


def test_every_supergraph_is_used_by_a_page():
    used = {_part(path.read_text("utf-8"), r"Supergraph: `(\w+)`") for path in PAGES}
    assert used == {path.stem for path in (Path(__file__).parent / "supergraphs").glob("*.graphql")}
