"""The page of features says what the tests prove."""

from __future__ import annotations

from pathlib import Path

from .feature_rows import ROWS
from .feature_table import page, proofs

PAGE = Path(__file__).parent.parent.parent / "docs/features.md"


def test_the_page_is_what_the_tests_print():
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.journeys.feature_table > docs/features.md"


def test_every_proof_is_named_by_its_row_and_says_what_it_waits_for():
    numbers = {row.number for row in ROWS}
    for proof in proofs():
        assert proof.number in numbers
        assert bool(proof.up_to) == bool(proof.waits_for), f"{proof.place}: up_to and waits_for go together"
