from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.inventory.rules.allocation import Part, Shortage, Source, allocate
from subgraphs.inventory.rules.quantities import Line


def source(variant: str, place: str, units: int, rank: int = 0) -> Source:
    return Source(f"{variant}@{place}", place, units, rank)


def test_one_place_that_has_everything_sends_everything():
    sources = {
        "a": [source("a", "near", 9), source("a", "far", 9, rank=1)],
        "b": [source("b", "far", 9, rank=1)],
    }
    parts = allocate([Line("a", 1), Line("b", 1)], sources)
    assert isinstance(parts, tuple)
    assert {part.location_id for part in parts} == {"far"}


def test_without_such_a_place_each_line_comes_from_the_best_that_has_it():
    sources = {"a": [source("a", "near", 1), source("a", "far", 2, rank=1)], "b": [source("b", "near", 5)]}
    assert allocate([Line("a", 2), Line("b", 1)], sources) == (
        Part(0, "a@far", "far", 2),
        Part(1, "b@near", "near", 1),
    )


def test_a_line_that_no_place_has_whole_is_split():
    sources = {"a": [source("a", "near", 2), source("a", "far", 2, rank=1)]}
    assert allocate([Line("a", 3)], sources) == (Part(0, "a@near", "near", 2), Part(0, "a@far", "far", 1))


def test_two_lines_of_one_variant_draw_on_the_same_units():
    sources = {"a": [source("a", "near", 3)]}
    assert allocate([Line("a", 2), Line("a", 2)], sources) == Shortage(1, 3)


def test_a_variant_that_lies_nowhere_is_short():
    assert allocate([Line("a", 1)], {}) == Shortage(0, 0)


variants = st.sampled_from(["a", "b", "c"])
stocks = st.dictionaries(st.tuples(variants, st.sampled_from(["x", "y", "z"])), st.integers(0, 9))


@given(st.lists(st.builds(Line, variants, st.integers(1, 6)), min_size=1, max_size=5), stocks)
def test_no_record_gives_more_than_it_has_and_every_line_is_met_or_the_whole_is_short(lines, stock):
    sources: dict[str, list[Source]] = {}
    for (variant, place), units in stock.items():
        sources.setdefault(variant, []).append(source(variant, place, units))
    result = allocate(lines, sources)
    needed = {v: sum(line.quantity for line in lines if line.variant_id == v) for v in "abc"}
    there = {v: sum(s.available for s in sources.get(v, ())) for v in "abc"}
    if any(needed[v] > there[v] for v in "abc"):
        assert isinstance(result, Shortage)
        return
    assert isinstance(result, tuple)
    for record in {part.level_id for part in result}:
        given_out = sum(part.quantity for part in result if part.level_id == record)
        assert given_out <= next(s.available for each in sources.values() for s in each if s.level_id == record)
    for index, line in enumerate(lines):
        assert sum(part.quantity for part in result if part.line == index) == line.quantity
