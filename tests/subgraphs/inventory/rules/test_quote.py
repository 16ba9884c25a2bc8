from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.inventory.rules.quote import Offer, seal, unseal

KEY = b"k" * 32
OFFER = Offer(
    from_id="loc_00000000000000000000000001",
    to_id="loc_00000000000000000000000002",
    variant_id="var_00000000000000000000000003",
    quantity=2,
    arrives_at=datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
    fee_minor_units=395,
    currency="GBP",
    valid_until=datetime(2026, 11, 24, 12, 30, tzinfo=UTC),
)


def test_a_sealed_offer_comes_back_whole():
    assert unseal(seal(OFFER, KEY), KEY) == OFFER


def test_another_key_opens_nothing():
    assert unseal(seal(OFFER, KEY), b"x" * 32) is None


def test_a_token_is_short_enough_for_an_address():
    assert len(seal(OFFER, KEY)) < 240


def test_no_field_can_be_changed_without_the_key():
    forged = seal(replace(OFFER, fee_minor_units=0), b"forger's key, long enough to sign")
    assert unseal(forged, KEY) is None


@given(st.text(max_size=800))
def test_any_other_text_is_no_offer(text):
    assert unseal(text, KEY) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_letter_is_noticed(position, letter):
    token = seal(OFFER, KEY)
    changed = token[:position] + letter + token[position + 1 :]
    assert changed == token or unseal(changed, KEY) in {None, OFFER}
