"""Words, slugs, cuts; and HTML made harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.catalog.rules import words
from subgraphs.catalog.rules.choices import closest_choice
from subgraphs.catalog.rules.feeds import custom_labels, feed_title
from subgraphs.catalog.rules.index import Indexed, facet_label, facets, terms
from subgraphs.catalog.rules.markup import safe_html
from subgraphs.catalog.rules.media import is_size, picture_url
from subgraphs.catalog.rules.slots import Audience, shown_slots


def test_words_are_folded_and_stemmed_alike_for_index_and_search():
    assert words.words("Red Shoes, Étagères & BODIES") == ("red", "shoe", "etagere", "body")
    assert words.query_words("shoe") == words.query_words("SHOES")


@given(st.text(max_size=20_000))
def test_any_query_is_bounded(text):
    found = words.query_words(text)
    assert len(found) <= 8
    assert all(0 < len(word) <= 40 for word in found)


@pytest.mark.parametrize(("word", "candidates", "found"), [("fundation", ["foundation", "fountain"], "foundation"), ("sofs", ["sofa", "soft"], "sofa"), ("zzz", ["sofa"], None), ("hcair", ["chair"], "chair")])  # fmt: skip
def test_a_slip_of_the_finger_is_corrected(word, candidates, found):
    assert words.closest(word, candidates) == found


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_slips_are_the_same_both_ways(one, other):
    assert words.slips(one, other, 3) == words.slips(other, one, 3)
    assert (words.slips(one, other, 3) == 0) == (one == other)


@pytest.mark.parametrize(
    ("text", "slug"), [("Étagère No. 5", "etagere-no-5"), ("  ", ""), ("A_B", "a-b"), ("x" * 100, "x" * 80)]
)
def test_slugs(text, slug):
    assert words.slug(text) == slug


def test_plain_text_keeps_words_apart():
    assert words.plain_text("<p>One</p><p>two &amp; three</p>") == "One two & three"


@given(st.text(max_size=300), st.integers(1, 50))
def test_a_cut_text_is_never_too_long(text, most):
    assert len(words.cut(text, most)) <= most


def test_a_cut_is_made_at_a_word():
    assert words.cut("a quiet wall clock", 12) == "a quiet…"


@pytest.mark.parametrize(
    ("markup", "safe"),
    [
        ("<p onclick='x()'>Hi</p>", "<p>Hi</p>"),
        ("<script>alert(1)</script>ok", "ok"),
        ("<img src=x onerror=alert(1)>text", "text"),
        ("<p>open", "<p>open</p>"),
        ("<ul><li>a</ul>b", "<ul><li>a</li></ul>b"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<a href='javascript:x'>link</a>", "link"),
    ],
)
def test_markup_is_made_harmless(markup, safe):
    assert safe_html(markup) == safe


@given(st.text(max_size=200))
def test_safe_markup_stays_as_it_is(markup):
    once = safe_html(markup)
    assert safe_html(once) == once
    assert "<script" not in once.lower()


def test_an_index_weighs_the_name_most_and_knows_facets():
    chair = Indexed(
        "prd_1",
        "Oak Chair",
        "alder",
        "Alder & Ash",
        "chairs",
        "Chairs",
        "<p>An oak seat</p>",
        (("Wood", "Oak"),),
        (("material", "Material", "Wood"), ("power", "Power", "9")),
        ("CHR-1",),
    )
    assert terms(chair)["oak"] == 8
    assert terms(chair)["seat"] == 1
    assert ("wood", "Oak", "Oak") in facets(chair)
    assert ("material", "Wood", "Wood") in facets(chair)
    assert not any(code == "power" for code, _, _ in facets(chair))
    assert facet_label("skin-type") == "Skin type"


def test_the_choice_named_first_weighs_most():
    offered = [{"Shade": "Red", "Size": "S"}, {"Shade": "Blue", "Size": "M"}, {"Shade": "Red", "Size": "M"}]
    assert closest_choice([("Shade", "Red"), ("Size", "M")], offered) == 2
    assert closest_choice([("Shade", "Red"), ("Size", "XL")], offered) == 0
    assert closest_choice([("Shade", "Green"), ("Size", "M")], offered) == 1
    assert closest_choice([], offered) == 0
    assert closest_choice([("Shade", "Red")], []) is None


def test_pictures_are_asked_for_by_their_address():
    assert picture_url({"asset": "goods/x/1"}, 480, 270, "COVER", "AVIF").endswith(
        "/goods/x/1?w=480&h=270&fit=cover&fm=avif"
    )
    assert picture_url({"asset": "goods/x/1"}, None, None).endswith("/goods/x/1")
    assert picture_url({"asset": "https://elsewhere.example/a.jpg"}, 480, None) == "https://elsewhere.example/a.jpg"
    assert is_size(None)
    assert not is_size(0)
    assert not is_size(5000)


def test_feed_texts_keep_the_feeds_limits():
    assert len(feed_title("word " * 60)) <= 150
    assert custom_labels(["New"], online_only=True) == ["New", "Online only"]


def test_blocks_are_shown_to_those_they_are_for():
    slots = [
        {"key": "a", "segments": [], "arm": None},
        {"key": "b", "segments": ["x", "y"], "arm": None},
        {"key": "c", "segments": [], "arm": "hero:bold"},
    ]
    assert [slot["key"] for slot in shown_slots(slots, Audience())] == ["a"]
    assert [slot["key"] for slot in shown_slots(slots, Audience(("y",), ("hero:bold",)))] == ["a", "b", "c"]
    assert len(shown_slots(slots, Audience(everything=True))) == 3
