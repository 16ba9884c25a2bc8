"""docs/composing.md: its Python runs as it stands there, one block after the other, as in a notebook."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.composition import compose
from gateway.composition.error_examples import EXAMPLES, sources_of

PAGE = (Path(__file__).parents[3] / "docs" / "composing.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_python_of_the_page_runs(capsys):
    notebook: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "composing.md", "exec"), notebook)  # noqa: S102  # our own page
    assert "hello: String" in capsys.readouterr().out
    assert notebook["result"].errors == ()
    assert "@inaccessible" in notebook["public"].supergraph


def test_three_lines_are_enough():
    lines = [line for line in BLOCKS[0].splitlines() if line]
    assert len(lines) == 3


def test_the_error_on_the_page_is_what_composition_says():
    (error,) = compose(sources_of(EXAMPLES["FIELD_TYPE_MISMATCH"][0])).errors
    assert f"error {error.code}: {error} ({', '.join(map(str, error.places))})" in PAGE
