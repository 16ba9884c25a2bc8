from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway import errors
from gateway.composition import compose
from gateway.composition.error_codes import ERROR_CODES
from gateway.composition.error_docs import error_docs
from gateway.composition.error_examples import EXAMPLES, WITHOUT_EXAMPLE, sources_of

PAGE = Path(__file__).parents[3] / "docs" / "errors.md"


def test_the_page_is_what_the_tables_print():
    assert PAGE.read_text("utf-8") == error_docs(), "python -m gateway.composition.error_docs > docs/errors.md"


def test_every_code_of_composition_has_an_example():
    assert set(EXAMPLES) | WITHOUT_EXAMPLE == set(ERROR_CODES)
    assert not set(EXAMPLES) & WITHOUT_EXAMPLE


# These are about the set of subgraphs, not about a line of one.
WITHOUT_PLACE = {"INVALID_SUBGRAPH_NAME", "NO_QUERIES", "LINK_IMPORT_NAME_MISMATCH"}
# Each tells what to do: by an imperative, or by what was probably meant.
WAY_OUT = re.compile(
    r"\b(Did you mean|Use|Add|Give|Remove|Rename|Choose|Take|Mark|Move|Make|Write|Name|Link|Define|Select|Leave|Import|Repeat|"
    r"Apply|Put|Serve|Hide|Start|or remove|link|mark|move|hide|show|give|add|use|define|make|needs|must|only)\b"
)


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_failing_example_fails_with_its_code_alone_and_says_where_and_what_to_do(code):
    result = compose(sources_of(EXAMPLES[code][0]))
    assert result.supergraph is None
    assert {error.code for error in result.errors} == {code}
    for error in result.errors:
        assert WAY_OUT.search(error.message), error.message
        named = {source.name for source in sources_of(EXAMPLES[code][0])}
        assert error.places or code in WITHOUT_PLACE
        assert {place.subgraph for place in error.places} <= named
        assert error.coordinate or code in WITHOUT_PLACE


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_mended_example_composes(code):
    result = compose(sources_of(EXAMPLES[code][1]))
    assert [f"{error.code} {error}" for error in result.errors] == []
    assert result.supergraph is not None


def test_every_code_of_the_gateway_is_on_the_page():
    page = error_docs()
    stated = {
        found.code
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.GatewayError) and "code" in vars(found)
    }
    assert not [code for code in sorted(stated) if f"| {code} |" not in page]
