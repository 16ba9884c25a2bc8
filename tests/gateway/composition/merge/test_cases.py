"""The teaching cases of composition: one folder each, with what goes in, what comes out, and a page on why."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.composition import CompositionResult, SubgraphSource, compose

CASES = Path(__file__).parent.parent / "cases"


def sources_of(case: Path) -> list[SubgraphSource]:
    return [
        SubgraphSource(file.name.removesuffix(".graphql"), f"http://{file.name}/", file.read_text("utf-8"))
        for file in sorted((case / "subgraphs").glob("*.graphql"))
    ]


def diagnostics_text(result: CompositionResult) -> str:
    lines = [f"error {error.code}: {error}" for error in result.errors]
    lines += [f"{hint.level} {hint.code}: {hint}" for hint in result.hints]
    return "".join(f"{line}\n" for line in lines)


def compare(file: Path, text: str, *, golden: bool) -> None:
    """A golden file that would be empty is not there."""
    if golden:
        file.unlink(missing_ok=True)
        if text:
            file.write_text(text, "utf-8")
    assert (file.read_text("utf-8") if file.exists() else "") == text


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_a_case_composes_as_its_folder_says(case: Path, golden: bool) -> None:
    result = compose(sources_of(case))
    compare(case / "supergraph.graphql", result.supergraph or "", golden=golden)
    compare(case / "diagnostics.txt", diagnostics_text(result), golden=golden)


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_the_order_in_which_subgraphs_are_given_changes_nothing(case: Path) -> None:
    sources = sources_of(case)
    there, back = compose(sources), compose(list(reversed(sources)))
    assert there == back


def test_every_case_says_what_it_shows() -> None:
    assert all((case / "case.md").read_text("utf-8").startswith("# ") for case in CASES.iterdir())
