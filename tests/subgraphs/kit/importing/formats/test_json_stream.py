"""A JSON list is read element by element, whatever the size of the file and wherever its chunks end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats import json_stream
from subgraphs.kit.importing.source import Feed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(['"', "\\", "[{,]}", '\\"']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def cut(content: bytes, chunk: int, member: str | None = None) -> list[bytes]:
    splitter = json_stream._Splitter(Feed(path="feed", size=1, packed=False), member and f'"{member}"'.encode())  # type: ignore[arg-type]  # only its name is said
    found = [one for start in range(0, len(content), chunk) for one in splitter.take(content[start : start + chunk])]
    splitter.end()
    return found


@given(st.lists(VALUES, max_size=5), st.integers(1, 9), st.sampled_from([None, 2]), st.booleans())
def test_the_elements_are_those_of_the_list_however_it_is_written_and_cut(items, chunk, indent, plain):
    content = json.dumps(items, indent=indent, ensure_ascii=plain).encode()
    assert [json.loads(one) for one in cut(content, chunk)] == items


@given(st.lists(VALUES, max_size=4), VALUES, st.integers(1, 9))
def test_the_elements_may_be_those_of_a_member(items, other, chunk):
    content = json.dumps({"@context": other, "@graph": items, "more": other}).encode()
    assert [json.loads(one) for one in cut(content, chunk, "@graph")] == items


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), st.integers(1, 9))
def test_an_object_without_that_member_is_one_element(item, chunk):
    assert [json.loads(one) for one in cut(json.dumps(item).encode(), chunk, "@graph")] == [item]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "a list was expected"),
        (b'"text"', "not a JSON list"),
        (b"{}", "not a JSON list"),
        (b'[1, "cut of', "ends within item 2"),
        (b"[1] [2]", "more after the end"),
        (b'["' + b"x" * 2_000_000 + b'"]', "item 1 is longer than"),
        (b"[" * 1_100_000, "item 1 is longer than"),
    ],
    ids=["nothing", "a text", "an object", "cut off", "two lists", "a long text", "deep"],
)
def test_what_is_no_list_says_why(content, says):
    with pytest.raises(FeedUnreadable, match=says):
        cut(content, 65_536)
