"""Who may buy, where, and from when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from subgraphs.catalog.rules.access import Access, Bar, Eligibility, eligibility

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(days=7), NOW - timedelta(days=7)

judge = partial(eligibility, sold=True, discontinued=False, tier=None, now=NOW)


def test_what_is_sold_without_terms_may_be_bought():
    assert judge(Access()).allowed


def test_the_end_of_the_line_comes_before_every_other_reason():
    assert judge(Access(members_only=True), discontinued=True, sold=False).bar is Bar.DISCONTINUED
    assert judge(Access(members_only=True), sold=False).bar is Bar.NOT_SOLD_IN_CHANNEL


def test_a_guest_sees_members_only_and_when_it_lifts():
    terms = Access(members_only=True, member_release_at=BEFORE, public_release_at=SOON)
    assert judge(terms) == Eligibility(Bar.MEMBERS_ONLY, SOON)
    assert judge(terms, tier="member").allowed


def test_members_wait_for_their_own_release():
    terms = Access(member_release_at=SOON, public_release_at=SOON + timedelta(days=1))
    assert judge(terms, tier="gold") == Eligibility(Bar.NOT_RELEASED, SOON)
    assert judge(terms) == Eligibility(Bar.NOT_RELEASED, SOON + timedelta(days=1))


def test_only_the_named_tiers_count_as_members():
    terms = Access(members_only=True, tiers=["gold"])
    assert judge(terms, tier="gold").allowed
    assert judge(terms, tier="silver") == Eligibility(Bar.MEMBERS_ONLY)


def test_after_the_public_release_everyone_may_buy():
    assert judge(Access(members_only=True, public_release_at=BEFORE)).allowed


def test_before_a_public_release_without_members_nobody_may():
    assert judge(Access(public_release_at=SOON), tier="gold") == Eligibility(Bar.NOT_RELEASED, SOON)


def test_an_early_release_for_members_alone_holds_guests_back():
    assert judge(Access(member_release_at=BEFORE)) == Eligibility(Bar.MEMBERS_ONLY)
    assert judge(Access(members_only=True, member_release_at=SOON)) == Eligibility(Bar.MEMBERS_ONLY)
