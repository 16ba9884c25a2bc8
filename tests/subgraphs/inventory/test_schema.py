"""The printed schema lies within the target schema, name for name, but for what is listed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from graphql import parse, print_ast

from subgraphs.inventory.schema import schema

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("sdl_difference", HERE.parent / "sdl_difference.py")
sdl = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sdl)

BEYOND = {
    # for the other subgraphs: inaccessible, scope system:write
    "StockHoldInput is not in the target",
    "StockHoldItemInput is not in the target",
    "TransferQuote is not in the target",
    "Query.transferQuote is not in the target",
    "Mutation.stockHold is not in the target",
    "Mutation.stockHoldAssign is not in the target",
    "Mutation.stockHoldRelease is not in the target",
    "Mutation.stockHoldSell is not in the target",
    # a quantity of zero and a key used twice need a type to be told by
    "ReservationResult = InvalidInputError is not in the target",
    "TransferResult = InvalidInputError is not in the target",
    "DiscrepancyResolveResult = InvalidInputError is not in the target",
}
UNUSED = {"URL", "GTIN", "MoneyInput", "PostalAddressInput"}
"""Shared types of the target that nothing of this subgraph refers to, so that they are not printed."""


def test_nothing_is_printed_that_the_target_has_not_or_has_otherwise():
    assert set(sdl.differences(schema.as_str(), (HERE / "target.graphql").read_text())) == BEYOND


def test_nothing_is_missing_but_what_nothing_refers_to():
    assert set(sdl.missing(schema.as_str(), (HERE / "target.graphql").read_text())) == UNUSED


def test_what_is_for_other_subgraphs_is_hidden_and_guarded():
    roots = {
        field.name.value: {print_ast(directive) for directive in field.directives or ()}
        for node in parse(schema.as_str()).definitions
        if getattr(node, "name", None) and node.name.value in {"Query", "Mutation"}
        for field in node.fields or ()
    }
    for name in ("stockHold", "stockHoldAssign", "stockHoldRelease", "stockHoldSell", "transferQuote"):
        assert {"@inaccessible", '@requiresScopes(scopes: [["system:write"]])'} <= roots[name]
