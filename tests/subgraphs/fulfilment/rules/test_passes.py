"""Passes: genuine, short-lived, never guessed, and no text makes them fail otherwise than by saying no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.fulfilment.rules import passes

NOW = datetime(2026, 11, 24, 12, 7, tzinfo=UTC)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
secrets = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(moments, secrets)
def test_a_pass_is_good_until_it_must_be_fetched_anew_and_one_window_longer(moment, secret):
    text = passes.payload("ord_1", secret, moment)
    ends = passes.refresh_at(moment)
    assert moment < ends <= moment + passes.WINDOW
    assert passes.is_good(text, "ord_1", secret, moment)
    assert passes.is_good(text, "ord_1", secret, ends + passes.WINDOW - timedelta(seconds=1))
    assert not passes.is_good(text, "ord_1", secret, ends + passes.WINDOW)
    assert passes.was_good(text, "ord_1", secret, ends + passes.OFFLINE)
    assert not passes.was_good(text, "ord_1", secret, ends + passes.OFFLINE + timedelta(seconds=1))


@given(secrets, secrets)
def test_another_orders_pass_or_secret_is_no_use(mine, other):
    text = passes.payload("ord_1", mine, NOW)
    assert not passes.was_good(text, "ord_2", mine, NOW)
    assert mine == other or not passes.was_good(text, "ord_1", other, NOW)
    assert mine == other or passes.token("ord_1", mine, 0, NOW) != passes.token("ord_1", other, 0, NOW)


@given(st.text(max_size=200))
def test_any_text_may_be_scanned(text):
    assert not passes.is_good(text, "ord_1", "s" * 32, NOW)
    assert not passes.was_good(text, "ord_1", "s" * 32, NOW)
    assert not passes.is_token(text, "ord_1", "s" * 32, 0, NOW)


def test_a_pass_is_no_token_and_a_token_no_pass():
    secret = "s" * 32
    token = passes.token("ord_1", secret, 0, NOW + timedelta(days=1))
    assert not passes.is_token(passes.payload("ord_1", secret, NOW), "ord_1", secret, 0, NOW)
    assert not passes.was_good(token, "ord_1", secret, NOW)
    assert passes.order_of_token(token) == "ord_1"
    assert passes.order_of(passes.payload("ord_1", secret, NOW)) == "ord_1"


def test_a_token_opens_its_order_until_its_end_and_until_it_is_revoked():
    secret, until = "s" * 32, NOW + timedelta(days=1)
    token = passes.token("ord_1", secret, 0, until)
    assert passes.is_token(token, "ord_1", secret, 0, NOW)
    assert not passes.is_token(token, "ord_1", secret, 0, until)
    assert not passes.is_token(token, "ord_1", secret, 1, NOW), "a later round revokes it"
    longer = token.replace(str(int(until.timestamp())), str(int(until.timestamp()) + 86_400))
    assert not passes.is_token(longer, "ord_1", secret, 0, NOW), "its end is signed"
    assert not passes.is_token(token, "ord_2", secret, 0, NOW)


def test_a_pass_from_the_future_was_never_shown():
    later = passes.payload("ord_1", "s" * 32, NOW + timedelta(hours=2))
    assert not passes.was_good(later, "ord_1", "s" * 32, NOW)


@given(secrets)
def test_the_short_code_is_six_signs_nobody_mixes_up(secret):
    code = passes.short_code("ord_1", secret)
    assert len(code) == 6
    assert set(code) <= set(passes.ALPHABET)
    assert not set("01IO") & set(passes.ALPHABET)
