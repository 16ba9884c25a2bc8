from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from subgraphs.inventory.rules.distance import Point, box_around, formatted, metres

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
LONDON, PARIS = Point(51.5074, -0.1278), Point(48.8566, 2.3522)


def test_london_to_paris_is_344_kilometres():
    assert abs(metres(LONDON, PARIS) - 343_560) < 500


def test_a_point_is_no_distance_from_itself_and_the_far_side_is_half_the_way_round():
    assert metres(LONDON, LONDON) == 0
    assert abs(metres(Point(0, 0), Point(0, 180)) - math.pi * 6_371_008.8) < 2


def test_distance_over_the_date_line_is_short():
    assert metres(Point(-18, 179.9), Point(-18, -179.9)) < 22_000


def test_the_box_over_the_date_line_has_two_spans():
    box = box_around(Point(-18.1, 179.9), 50_000)
    assert len(box.meridians) == 2
    assert box.holds(Point(-18.1, -179.9))
    assert not box.holds(Point(-18.1, 0))


def test_the_box_around_a_pole_holds_every_meridian():
    assert box_around(Point(89.9, 10), 50_000).holds(Point(89.95, -170))


@settings(max_examples=300)
@given(points, st.floats(0, 2 * math.pi), st.floats(1, 500_000))
def test_points_just_inside_the_circle_are_in_the_box(centre, bearing, radius):
    angle = radius * 0.999 / 6_371_008.8
    lat, lon = math.radians(centre.latitude), math.radians(centre.longitude)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    there_lat = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(there_lat)
    )
    there_lon = (math.degrees(lon + turn) + 540) % 360 - 180
    assert box_around(centre, radius).holds(Point(math.degrees(there_lat), there_lon))


def test_distances_read_as_people_of_the_locale_write_them():
    assert formatted(42, "de-DE") == "42 m"
    assert formatted(348, "de-DE") == "350 m"
    assert formatted(1234, "de-DE") == "1,2 km"
    assert formatted(1234, "en-IE") == "1.2 km"
    assert formatted(15_300, "fr-FR") == "15 km"
    assert formatted(3_219, "en-GB") == "2.0 mi"
    assert formatted(100, "en-GB") == "110 yd"
    assert formatted(100, "en-US") == "330 ft"


@given(st.integers(0, 20_100_000), st.sampled_from(["en-GB", "en-US", "de-DE", "ja", ""]))
def test_every_distance_is_short_text_with_a_unit(distance, locale):
    text = formatted(distance, locale)
    assert len(text) <= 9
    assert text.rpartition(" ")[2] in {"m", "km", "mi", "yd", "ft"}


def test_points_off_the_earth_are_not_valid():
    assert Point(90, -180).valid
    assert not Point(90.1, 0).valid
    assert not Point(math.nan, 0).valid
    assert not Point(0, math.inf).valid
