"""Offers as lines of JSON, each whole: what a line leaves out the offer has not.

    {"promotion": "spring", "name": "Spring", "description": "15 % off chairs.", "kind": "PERCENT_OFF", "percent": "15",
     "channels": ["web", "store"], "goods": ["ctg_…"], "startsAt": "2027-03-01T00:00:00Z"}

An end is told by a line as well: the same offer with its `endsAt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from subgraphs.kit.importing.formats import Format, Rows
from subgraphs.kit.importing.formats.json_list import Wrong, read_elements, text
from subgraphs.kit.importing.formats.native import (
    Item,
    instant,
    known,
    lines,
    list_of,
    money_of,
    object_of,
    texts_of,
)
from subgraphs.kit.importing.records import PromotionRecord
from subgraphs.kit.importing.source import Feed

KINDS = ("PERCENT_OFF", "AMOUNT_OFF", "MULTIBUY", "FREE_DELIVERY", "GIFT", "POINTS_MULTIPLIER")
MOST = 1_000_000
_NAMES = frozenset(
    {
        "promotion", "name", "description", "terms", "kind", "channels", "brandCode", "percent", "amount", "buy", "pay",
        "factor", "leastSubtotal", "goods", "giftVariantId", "rewardId", "membersOnly", "vouchers", "startsAt", "endsAt",
    }
)  # fmt: skip
_VOUCHER = frozenset({"code", "mostUses"})
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")


def read(feed: Feed) -> Iterator[Rows]:
    """Offers, a thousand at a time; the row is the line."""
    return read_elements(lines(feed), lambda row, item: (_promotion(row, item),))


def _promotion(row: int, item: Item) -> PromotionRecord:
    known(item, _NAMES, "")
    kind, channels = text(item, "kind", 40), tuple(dict.fromkeys(texts_of(item.get("channels"), "channels")))
    if kind not in KINDS:
        raise Wrong("kind", "unknown kind", f"known are {', '.join(KINDS)}")
    if not channels:
        raise Wrong("channels", "empty", "name the channels that honour it")
    amount, least, currency = _amounts(item)
    starts, ends = instant(item, "startsAt", ""), instant(item, "endsAt", "")
    if starts is None:
        raise Wrong("startsAt", "missing")
    if ends is not None and ends < starts:
        raise Wrong("endsAt", "before startsAt", "write when it ends, or leave it out")
    found = PromotionRecord(
        row=row,
        code=text(item, "promotion", 120),
        name=text(item, "name", 200),
        description=text(item, "description", 5_000),
        terms=text(item, "terms", 5_000, required=False) or None,
        kind=kind,
        channels=channels,
        brand=text(item, "brandCode", 80, required=False) or None,
        percent=_percent(item),
        amount=amount,
        buy=_whole(item, "buy", 0),
        pay=_whole(item, "pay", 0),
        factor=_whole(item, "factor", 1),
        currency=currency,
        least_subtotal=least,
        goods=tuple(dict.fromkeys(texts_of(item.get("goods") or [], "goods"))),
        gift_variant_id=text(item, "giftVariantId", 120, required=False) or None,
        reward_id=text(item, "rewardId", 120, required=False) or None,
        members_only=_flag(item, "membersOnly"),
        vouchers=tuple(
            _voucher(one, f"vouchers[{place}]")
            for place, one in enumerate(list_of(item.get("vouchers") or [], "vouchers"))
        ),
        starts_at=starts,
        ends_at=ends,
    )
    _check(found)
    return found


def _check(found: PromotionRecord) -> None:
    """What its kind needs is there."""
    if found.kind == "PERCENT_OFF" and not 0 < found.percent <= 100:
        raise Wrong("percent", "not more than 0 and at most 100")
    if found.kind == "AMOUNT_OFF" and not found.amount:
        raise Wrong("amount", "missing", "write what is taken off")
    if found.kind == "MULTIBUY" and not 0 < found.pay < found.buy:
        raise Wrong("pay", "not less than buy", 'write "buy": 3, "pay": 2 for three for two')
    if found.kind == "GIFT" and not found.gift_variant_id:
        raise Wrong("giftVariantId", "missing", "name the variant that is given")
    if found.kind == "POINTS_MULTIPLIER" and found.factor < 2:
        raise Wrong("factor", "less than 2", "write how many times the points are given")


def _amounts(item: Item) -> tuple[Decimal, Decimal, str | None]:
    given = {name: money_of(item[name], name) for name in ("amount", "leastSubtotal") if item.get(name) is not None}
    currencies = {currency for _, currency in given.values()}
    if len(currencies) > 1:
        raise Wrong("leastSubtotal.currency", "not in the currency of amount", "write both in one currency")
    nothing = (Decimal(0), "")
    return given.get("amount", nothing)[0], given.get("leastSubtotal", nothing)[0], next(iter(currencies), None)


def _percent(item: Item) -> Decimal:
    value = item.get("percent")
    written = "0" if value is None else "" if isinstance(value, bool) else str(value)
    if not _PERCENT.fullmatch(written):
        raise Wrong("percent", 'not a percentage such as "15"', "write digits, a dot and the decimals")
    return Decimal(written)


def _whole(item: Item, name: str, otherwise: int, column: str = "") -> int:
    value = item.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise Wrong(f"{column}{name}", f"not a whole number of at most {MOST:,}")
    return value


def _flag(item: Item, name: str) -> bool:
    value = item.get(name, False)
    if not isinstance(value, bool):
        raise Wrong(name, "not true or false")
    return value


def _voucher(item: Any, column: str) -> tuple[str, int]:
    one = object_of(item, column)
    known(one, _VOUCHER, f"{column}.")
    code = one.get("code")
    if not isinstance(code, str) or not 0 < len(code.strip()) <= 64:
        raise Wrong(f"{column}.code", "not a text of at most 64 characters")
    uses = _whole(one, "mostUses", 1, f"{column}.")
    if uses == 0:
        raise Wrong(f"{column}.mostUses", "zero", "leave a code out that nobody may use")
    return code.strip().upper(), uses


def _key(record: PromotionRecord) -> tuple[str, str]:
    return "promotion", record.code


def _matches(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and b'"promotion"' in head and b'"startsAt"' in head


FORMAT = Format("promotions", read, _matches, _key)
