"""The page of faults names tests that are there."""

from __future__ import annotations

import re

from .fault_rows import ROWS
from .fault_table import PAGE, named_tests

RENEW = "run: python -m tests.fault_table > docs/faults.md"


def test_the_page_has_every_row_and_names_no_test_that_is_gone():
    """Newer tests than the page names are no fault: the page is renewed with each release."""
    text = PAGE.read_text("utf-8")
    found = {id: {test.removesuffix(" †") for test in tests} for id, tests in named_tests().items()}
    for id, title in ROWS.items():
        row = re.search(rf"^\| {id} \| (.*) \| (.*) \|$", text, re.MULTILINE)
        assert row, f"{id} is missing; {RENEW}"
        assert row[1] == title, f"{id}; {RENEW}"
        assert set(re.findall(r"`([^`]+)`", row[2])) <= found[id], f"{id}; {RENEW}"
