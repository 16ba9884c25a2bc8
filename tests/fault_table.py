"""`docs/faults.md`, printed from the rows and the names of the tests that play them.

python -m tests.fault_table > docs/faults.md
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .fault_rows import ROWS, SECTIONS

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "faults.md"
HEAD = """# What is sent, or breaks, on purpose

Printed by `python -m tests.fault_table > docs/faults.md`: each id, and the tests that carry it in their names. The
requests of J, H, B and D are bytes in `tests/hostile/table.py` as well, played against `channelgraph up` and against a
subgraph of its own; after each a good request must be answered, and no trace, path or statement told.
Tests marked † are long and belong to `make prove`.
"""
_IDS = re.compile(r"test((?:_[A-Z]\d+)+)_")


def named_tests() -> dict[str, list[str]]:
    """Id → tests that carry it, as `file::name`. Journeys have ids of their own: rows of docs/features.md."""
    found: dict[str, list[str]] = {id: [] for id in ROWS}
    for path in sorted(TESTS.rglob("test_*.py")):
        if "journeys" in path.relative_to(TESTS).parts:
            continue
        for name, long in _tests_of(path):
            marked = _IDS.match(name)
            for id in re.findall(r"[A-Z]\d+", marked[1]) if marked else ():
                if id in found:
                    found[id].append(f"{path.relative_to(TESTS).as_posix()}::{name}{' †' if long else ''}")
    return found


def _tests_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Names of a file's tests, and whether `make prove` alone runs them."""
    tree = ast.parse(path.read_text("utf-8"))
    whole = any(
        isinstance(node, ast.Assign) and "prove" in ast.dump(node) and "pytestmark" in ast.dump(node)
        for node in tree.body
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, whole or any("'prove'" in ast.dump(each) for each in node.decorator_list)


def _line(id: str, title: str, tests: list[str]) -> str:
    shown = "<br>".join(f"`{test.removesuffix(' †')}`{' †' if test.endswith('†') else ''}" for test in tests) or "–"
    return f"| {id} | {title} | {shown} |"


def page() -> str:
    """The page, with a table a section."""
    found = named_tests()
    proven = sum(bool(tests) for tests in found.values())
    lines = [HEAD, f"Of {len(ROWS)} rows {proven} have a test of their own."]
    for letter, title in SECTIONS.items():
        lines += ["", f"## {letter}. {title}", "", "| id | what | tests |", "|---|---|---|"]
        lines += [_line(id, what, found[id]) for id, what in ROWS.items() if id[0] == letter]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what the module is run for
