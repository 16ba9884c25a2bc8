"""The printed schema is the target schema, name for name, but for what is listed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from subgraphs.cart.schema import schema

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("sdl_difference", HERE.parent / "sdl_difference.py")
sdl = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sdl)

BEYOND = {
    # a minute to order ahead for, and the hold that goods are sold from
    "LineFulfilmentInput.readyAt is not in the target",
    "CartLineInput.reservationId is not in the target",
    "CartScanInput.reservationId is not in the target",
}
UNUSED = {"GTIN", "Duration", "Locale", "GeoPoint", "GeoPointInput"}
"""Shared types of the target that nothing of this subgraph refers to, so that they are not printed."""


def test_nothing_is_printed_that_the_target_has_not_or_has_otherwise():
    assert set(sdl.differences(schema.as_str(), (HERE / "target.graphql").read_text())) == BEYOND


def test_nothing_is_missing_but_what_nothing_refers_to():
    assert set(sdl.missing(schema.as_str(), (HERE / "target.graphql").read_text())) <= UNUSED
