"""`docs/features.md`, printed from the promises and the tests that prove them.

python -m tests.journeys.feature_table > docs/features.md
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from .feature_rows import MISSING, ROWS, SECTIONS, Row
from .registry import Proof, proofs_of

HERE = Path(__file__).parent
HEAD = """# What works, row by row

Printed from `tests/journeys` by `python -m tests.journeys.feature_table > docs/features.md`; a test compares. A row
passes when the test named beside it plays its scenario through the gateway, on the sample world, with real subgraphs.
“Up to” says how far the test goes where a part of the scenario is not built yet, and what the rest waits for.
"""


def proofs() -> Iterator[Proof]:
    """Every marked test of the journeys, in the order of their files."""
    for path in sorted([*HERE.glob("test_*.py"), *HERE.glob("features/test_*.py")]):
        dotted = ".".join(path.relative_to(HERE).with_suffix("").parts)
        module = importlib.import_module(f"{__package__}.{dotted}")
        for member in vars(module).values():
            if getattr(member, "__module__", "") == module.__name__:
                yield from proofs_of(member)


def state(number: str, proven: Sequence[Proof]) -> str:
    if not proven:
        return MISSING.get(number, "no test yet")
    waits = [proof for proof in proven if proof.waits_for]
    if not waits:
        return "passes"
    return "; ".join(f"up to: {proof.up_to}; waits for {proof.waits_for}" for proof in waits)


def _line(row: Row, proven: Sequence[Proof]) -> str:
    tests = "<br>".join(f"`{proof.place.rpartition('/')[2]}`" for proof in proven) or "–"
    return f"| {row.number} | {row.does} | {row.owner} | {tests} | {state(row.number, proven)} |"


def page() -> str:
    """The page, with a table a section."""
    by_number: dict[str, list[Proof]] = {row.number: [] for row in ROWS}
    for proof in proofs():
        by_number[proof.number].append(proof)
    states = [state(number, proven) for number, proven in by_number.items()]
    passing, none = states.count("passes"), sum(not proven for proven in by_number.values())
    lines = [
        HEAD,
        f"Of {len(ROWS)} rows {passing} pass, {len(ROWS) - passing - none} are tested in part, {none} have no test.",
    ]
    for letter, title in SECTIONS.items():
        lines += [
            "",
            f"## {letter}. {title}",
            "",
            "| # | What it does | Owner | Test | State |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(row, by_number[row.number]) for row in ROWS if row.number[0] == letter]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what the module is run for
