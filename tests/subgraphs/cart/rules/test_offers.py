from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.cart.rules.offers import Offer, OfferKind, Priced, Shopper, apply_offers, saving_on_line
from subgraphs.cart.rules.totals import totals

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEB = Shopper("web", "GBP", "north", NOW, member=False, codes=frozenset())
EVERYWHERE = frozenset({"web", "app", "store"})


def line(amount: str = "10.00", quantity: int = 1, line_id: str = "l1", *groups: str) -> Priced:
    return Priced(line_id, quantity, Decimal(amount), frozenset(groups or {"v1"}))


def percent(value: int, **more) -> Offer:
    return Offer(**{"id": "p", "kind": OfferKind.PERCENT_OFF, "channels": EVERYWHERE, "percent": Decimal(value)} | more)


def test_an_offer_on_goods_leaves_other_goods_alone():
    applied = apply_offers([percent(20, goods=frozenset({"v1"}))], [line("10.00", 2), line("5.00", 1, "l2", "v2")], WEB)
    assert applied.on_line("l1") == Decimal("4.00")
    assert applied.on_line("l2") == 0


def test_offers_on_a_line_do_not_stack_and_the_best_one_wins():
    offers = [percent(10, id="a", goods=frozenset({"v1"})), percent(30, id="b", goods=frozenset({"v1"}))]
    applied = apply_offers(offers, [line("10.00")], WEB)
    assert [s.offer.id for s in applied.savings] == ["b"]


def test_an_offer_on_the_basket_works_on_what_the_lines_leave():
    offers = [percent(50, id="goods", goods=frozenset({"v1"})), percent(10, id="basket")]
    assert apply_offers(offers, [line("10.00")], WEB).total == Decimal("5.50")


def test_three_for_two_takes_one_in_three_off():
    offer = Offer("m", OfferKind.MULTIBUY, EVERYWHERE, buy=3, pay=2, goods=frozenset({"v1"}))
    assert saving_on_line(offer, line("4.00", 7), "GBP") == Decimal("8.00")


def test_a_gift_is_one_unit_in_the_basket_once_the_rest_has_reached_the_amount():
    offer = Offer("g", OfferKind.GIFT, EVERYWHERE, gift="v2", least_subtotal=Decimal(20), currency="GBP")
    gift = line("5.00", 2, "l2", "v2")
    assert apply_offers([offer], [line("15.00"), gift], WEB).on_line("l2") == Decimal("5.00")
    assert apply_offers([offer], [line("14.99"), gift], WEB).total == 0, "the gift does not count towards itself"
    assert apply_offers([offer], [line("50.00")], WEB).total == 0, "nothing is put into the basket unasked"
    better = [offer, percent(50, id="p", goods=frozenset({"v2"}))]
    assert apply_offers(better, [line("50.00"), gift], WEB).on_line("l2") == Decimal("5.00"), "offers do not stack"


def test_a_voucher_works_only_for_who_holds_the_code_and_in_the_channels_it_names():
    offer = percent(10, voucher_code="SAVE10")
    holder = replace(WEB, codes=frozenset({"SAVE10"}))
    assert apply_offers([offer], [line()], WEB).total == 0
    assert apply_offers([offer], [line()], holder).total == Decimal("1.00")
    assert apply_offers([offer], [line()], replace(holder, channel="marketplace")).total == 0


def test_what_is_missing_for_an_offer_is_told():
    offer = Offer("f", OfferKind.FREE_DELIVERY, EVERYWHERE, least_subtotal=Decimal(50), currency="GBP")
    applied = apply_offers([offer], [line("45.00")], WEB)
    assert applied.free_delivery is None
    assert [h.missing for h in applied.hints] == [Decimal("5.00")]


lines = st.lists(
    st.builds(
        lambda i, q, c, g: Priced(f"l{i}", q, Decimal(c) / 100, frozenset({g})),
        st.integers(0, 10**6),
        st.integers(1, 50),
        st.integers(0, 10**6),
        st.sampled_from("abc"),
    ),
    max_size=6,
    unique_by=lambda each: each.line_id,
)
offers = st.lists(
    st.builds(
        lambda i, k, p, a, g, least: Offer(
            f"o{i}",
            k,
            EVERYWHERE,
            percent=Decimal(p),
            amount=Decimal(a),
            buy=3,
            pay=2,
            goods=frozenset(g),
            least_subtotal=Decimal(least),
        ),
        st.integers(0, 99),
        st.sampled_from(OfferKind),
        st.integers(0, 100),
        st.integers(0, 500),
        st.sets(st.sampled_from("abc"), max_size=2),
        st.integers(0, 100),
    ),
    max_size=5,
)


@given(lines=lines, offers=offers, rate=st.sampled_from([Decimal("0.2"), Decimal("0.055")]))
def test_a_cart_adds_up_and_never_goes_below_nothing(lines, offers, rate):
    applied = apply_offers(offers, lines, WEB)
    sums = totals([(each, rate) for each in lines], applied, Decimal("4.95"), Decimal(0), "GBP")
    assert sums.total == sums.subtotal - sums.discount + sums.delivery
    assert 0 <= sums.discount <= sums.subtotal
    assert 0 <= sums.tax <= sums.total
    assert sums.due == sums.total


@given(lines=lines, offers=offers)
def test_the_order_of_offers_does_not_matter(lines, offers):
    unique = list({o.id: o for o in offers}.values())
    assert apply_offers(unique, lines, WEB) == apply_offers(unique[::-1], lines, WEB)
