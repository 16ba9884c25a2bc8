from __future__ import annotations

import pytest

from gateway.errors import SupergraphInvalid
from gateway.supergraph.field_sets import leading_fields, parse_field_set


@pytest.mark.parametrize("fields", ["id org { code }", "{ id org { code } }"])
def test_outer_braces_are_optional(fields: str):
    assert leading_fields(fields) == {"id", "org"}
    assert len(parse_field_set(fields).selections) == 2


def test_what_is_no_selection_is_refused():
    with pytest.raises(SupergraphInvalid, match="cannot be read"):
        parse_field_set("id {")
