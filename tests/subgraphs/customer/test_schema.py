"""The printed schema lies within the target schema, name for name."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from subgraphs.customer.schema import schema

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("sdl_difference", HERE.parent / "sdl_difference.py")
sdl = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sdl)


def test_nothing_is_printed_that_the_target_has_not_or_has_otherwise():
    assert sdl.differences(schema.as_str(), (HERE / "target.graphql").read_text()) == []


def test_what_is_missing_is_what_the_list_says():
    found = sdl.missing(schema.as_str(), (HERE / "target.graphql").read_text())
    assert "\n".join(found) == (HERE / "missing.txt").read_text().strip()
