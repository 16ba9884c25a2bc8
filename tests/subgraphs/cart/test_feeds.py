"""Offers from a feed: made, changed, told of, and left alone when nothing is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from subgraphs.cart.feeds import Promotions
from subgraphs.cart.models import PromotionRow, VoucherRow
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import PromotionRecord
from subgraphs.kit.tables import KIT

SPRING = PromotionRecord(
    row=1,
    code="spring",
    name="Spring",
    description="15 % off.",
    terms=None,
    kind="PERCENT_OFF",
    channels=("web",),
    brand=None,
    percent=Decimal(15),
    amount=Decimal(0),
    buy=0,
    pay=0,
    factor=1,
    currency=None,
    least_subtotal=Decimal(0),
    goods=(),
    gift_variant_id=None,
    reward_id=None,
    members_only=False,
    vouchers=(),
    starts_at=datetime(2026, 1, 1, tzinfo=UTC),
    ends_at=None,
)
CODED = replace(SPRING, row=2, code="coded", vouchers=(("HELLO", 2),))


async def take(street, *records):
    async with Promotions(street.shop.settings) as sink:
        return await sink.take(records)


async def told(street):
    async def read(session):
        rows = await session.execute(select(KIT.outbox.c.payload).where(KIT.outbox.c.topic == "promotion.changed"))
        return [row.payload for row in rows]

    return await street.database.read(read)


async def test_an_imported_offer_works_at_once_and_is_told_of_once(street):
    mug = street.goods("100.00")
    assert (await take(street, SPRING)).created == {"promotion": 1}
    assert (await street.add((mug, 1)))["cart"]["totals"]["discount"]["amount"] == "15.00"
    assert (await take(street, SPRING)).unchanged == {"promotion": 1}
    ends = datetime(2026, 2, 1, tzinfo=UTC)
    assert (await take(street, replace(SPRING, ends_at=ends))).updated == {"promotion": 1}
    assert (await street.add((mug, 1)))["cart"]["totals"]["discount"]["amount"] == "0.00"
    spring = stable_id("Promotion", "spring")
    news = [(each["promotion_id"], each["starts_at"], each["ends_at"]) for each in await told(street)]
    starts = SPRING.starts_at.isoformat()
    assert sorted(news, key=str) == sorted([(spring, starts, None), (spring, starts, ends.isoformat())], key=str)


async def test_codes_keep_their_uses_and_open_one_offer_only(street):
    assert (await take(street, CODED)).created == {"promotion": 1}
    await street.alter(VoucherRow, "HELLO", used=2)
    assert (await take(street, replace(CODED, vouchers=(("HELLO", 1),)))).unchanged == {"promotion": 1}
    assert (await take(street, replace(CODED, vouchers=(("HELLO", 3), ("AGAIN", 1))))).updated == {"promotion": 1}
    thief = replace(CODED, row=7, code="thief")
    tally = await take(street, thief, replace(SPRING, row=8))
    [refused] = tally.refused
    assert (refused.row, refused.column, tally.created) == (7, "vouchers", {"promotion": 1})
    codes = {row.code: (row.used, row.most_uses) for row in await street.rows(VoucherRow)}
    assert codes == {"HELLO": (2, 3), "AGAIN": (0, 1)}
    assert {row.id for row in await street.rows(PromotionRow)} == {
        stable_id("Promotion", c) for c in ("coded", "spring")
    }
