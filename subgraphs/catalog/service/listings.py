"""Listings in outside shops: what is to be sent, sending it, and how they are doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from sqlalchemy import or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import ChannelRow, ListingRow, PriceRow, ProductRow, VariantRow
from subgraphs.catalog.rules.channels import line
from subgraphs.catalog.rules.feeds import feed_title
from subgraphs.catalog.rules.prices import Terms, asked
from subgraphs.catalog.service.channels import OUTSIDE
from subgraphs.catalog.service.reading import sold_in
from subgraphs.kit.errors import NotFound
from subgraphs.kit.ids import stable_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

WAKE = "listings"
"""Signalled when listings were queued."""
BATCH = 200
ATTEMPTS = 12
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 3_600.0
"""With these, an outside shop may be away for about three hours before its listings are given up."""
MOST_VARIANTS = 1_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What the outside shop said to one listing: its id there and complaints, which mean it was refused."""

    external_id: str | None = None
    external_url: str | None = None
    issues: tuple[tuple[str | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A listing to send: account, variant, and what is asked for it there. `link` is its page in the channel."""

    channel: str
    provider: str
    account: str
    secret_ref: str
    sku: str
    title: str
    price: Decimal
    currency: str
    link: str


@dataclass(frozen=True, slots=True)
class Health:
    """How listings of one channel are doing."""

    channel: str
    synced: int
    stale: int
    rejected: int
    mismatches: int


class Unanswered(Exception):  # noqa: N818 - a state of things: the listings are sent again
    """The outside shop gave no usable answer, for a reason fit to show; `seconds` is how long it asked to be left alone."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


Send = Callable[[Sequence[Outgoing]], Awaitable[Sequence[Sent]]]
"""Carries listings of one account to an outside shop; as many answers as listings, in their order.

It may be asked again for what it was asked before. Raises `Unanswered` when nothing can be told.
"""


async def queue(session: AsyncSession, channel: str, variant_ids: Sequence[str] | None, now: datetime) -> int:
    """Mark variants as waiting to be sent; gives how many. None: every one that is new, behind or was refused.

    Raises  `NotFound` when the channel is no connected outside shop, or a variant is not sold there.
    """
    parents, row = await _line_of(session, channel)
    if row is None or row.kind not in OUTSIDE or row.account is None:
        raise NotFound("There is no connected marketplace or social shop by that code", ("channel",))
    channels = line(channel, parents)
    query = select(col(VariantRow.id)).where(
        sold_in(channels, col(VariantRow.product_id)), col(VariantRow.discontinued).is_(False)
    )
    if variant_ids is not None:
        query = query.where(col(VariantRow.id).in_(variant_ids))
    sold = list((await session.execute(query.order_by(col(VariantRow.id)))).scalars())
    if variant_ids is not None and len(sold) < len(set(variant_ids)):
        raise NotFound("A variant is not sold in this channel", ("variantIds",))
    found = select(ListingRow).where(col(ListingRow.channel_code) == channel)
    listings = {one.variant_id: one for one in (await session.execute(found)).scalars()}
    # An offer that began or ended by the clock changed the price without anybody writing it.
    prices = {} if variant_ids is not None else await _asked(session, [(channel, one) for one in listings], now)
    number = 0
    for variant_id in sold:
        listing = listings.get(variant_id)
        if listing is None:
            session.add(
                ListingRow(
                    id=stable_id("ChannelListing", channel, variant_id), channel_code=channel, variant_id=variant_id
                )
            )
        elif (
            listing.status == "SYNCED"
            and variant_ids is None
            and not _differs(listing, prices.get((channel, variant_id)))
        ):
            continue
        else:
            listing.status, listing.attempts, listing.due_at = "PENDING", 0, None
        number += 1
    if number:
        await emit(session, "listings.queued", channel, {"channel": channel, "queued": number})
        after_commit(session, WAKE)
    return number


async def pending(session: AsyncSession, now: datetime) -> dict[str, Outgoing | None]:
    """The next listings to send, of one channel: listing id → what to send; None when it has no price there."""
    due = or_(col(ListingRow.due_at).is_(None), col(ListingRow.due_at) <= now)
    waiting = (col(ListingRow.status) == "PENDING", due)
    first = select(col(ListingRow.channel_code)).where(*waiting).order_by(col(ListingRow.due_at), col(ListingRow.id))
    code = (await session.execute(first.limit(1))).scalar()
    if code is None:
        return {}
    query = select(ListingRow, VariantRow, ProductRow)
    query = query.join(VariantRow, col(VariantRow.id) == col(ListingRow.variant_id))
    query = query.join(ProductRow, col(ProductRow.id) == col(VariantRow.product_id))
    query = query.where(col(ListingRow.channel_code) == code, *waiting).order_by(col(ListingRow.id)).limit(BATCH)
    rows = [(row[0], row[1], row[2]) for row in await session.execute(query)]
    channel = await session.get_one(ChannelRow, code)
    prices = await _asked(session, [(code, variant.id) for _, variant, _ in rows], now)
    found: dict[str, Outgoing | None] = {}
    for listing, variant, product in rows:
        price = prices.get((code, variant.id))
        found[listing.id] = price and Outgoing(
            channel=code,
            provider=channel.provider or "",
            account=channel.account or "",
            secret_ref=channel.secret_ref or "",
            sku=variant.sku,
            title=feed_title(variant.name),
            price=price[0],
            currency=price[1],
            link=f"{channel.address}/p/{quote(product.slug)}?sku={quote(variant.sku)}",
        )
    return found


async def record(session: AsyncSession, answers: Mapping[str, tuple[Outgoing | None, Sent]], now: datetime) -> None:
    """Keep what the outside shop said; None is what was not sent at all. Of what was changed meanwhile, it is behind."""
    found = await session.execute(select(ListingRow).where(col(ListingRow.id).in_(list(answers))))
    rows = found.scalars().all()
    prices = await _asked(session, [(row.channel_code, row.variant_id) for row in rows], now)
    channels: set[str] = set()
    for row in rows:
        outgoing, sent = answers[row.id]
        if row.status != "PENDING":
            continue
        row.attempts, row.due_at = 0, None
        row.issues = [{"attribute": attribute, "message": message} for attribute, message in sent.issues]
        row.status = "REJECTED" if sent.issues else "SYNCED"
        if outgoing is None:
            continue
        row.external_id, row.external_url = sent.external_id or row.external_id, sent.external_url or row.external_url
        row.sent = {"price": str(outgoing.price), "currency": outgoing.currency}
        row.synced_at = row.synced_at if sent.issues else now
        if row.status == "SYNCED" and _differs(row, prices.get((row.channel_code, row.variant_id))):
            row.status = "STALE"
        channels.add(row.channel_code)
    for code in sorted(channels):
        channel = await session.get_one(ChannelRow, code)
        channel.healthy, channel.last_contact_at = True, now


async def postpone(session: AsyncSession, ids: Sequence[str], reason: str, seconds: float, now: datetime) -> None:
    """Send again after a growing pause, at least as long as the shop asked for; give up after `ATTEMPTS`."""
    rows = (await session.execute(select(ListingRow).where(col(ListingRow.id).in_(ids)))).scalars().all()
    for row in rows:
        if row.status != "PENDING":
            continue
        row.attempts += 1
        pause = max(seconds, min(FIRST_PAUSE_SECONDS * 2 ** (row.attempts - 1), LONGEST_PAUSE_SECONDS))
        row.due_at = now + timedelta(seconds=min(pause, LONGEST_PAUSE_SECONDS))
        row.issues = [{"attribute": None, "message": reason}]
        if row.attempts >= ATTEMPTS:
            row.status, row.due_at = "REJECTED", None
    for code in sorted({row.channel_code for row in rows}):
        (await session.get_one(ChannelRow, code)).healthy = False


async def health(session: AsyncSession, now: datetime) -> list[Health]:
    """Every outside shop with listings, by code."""
    rows = list((await session.execute(select(ListingRow))).scalars())
    prices = await _asked(session, [(row.channel_code, row.variant_id) for row in rows], now)
    found: list[Health] = []
    for code in sorted({row.channel_code for row in rows}):
        mine = [row for row in rows if row.channel_code == code]
        states = [row.status for row in mine]
        mismatches = sum(_differs(row, prices.get((code, row.variant_id))) for row in mine)
        found.append(Health(code, states.count("SYNCED"), states.count("STALE"), states.count("REJECTED"), mismatches))
    return found


def _differs(row: ListingRow, price: tuple[Decimal, str] | None) -> bool:
    if row.sent is None or price is None or row.status == "DELISTED":
        return False
    return (Decimal(row.sent["price"]), row.sent["currency"]) != price


async def _line_of(session: AsyncSession, channel: str) -> tuple[dict[str, str | None], ChannelRow | None]:
    rows = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
    return {code: row.inherits_from for code, row in rows.items()}, rows.get(channel)


async def _asked(
    session: AsyncSession, wanted: Sequence[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], tuple[Decimal, str]]:
    """(channel, variant) → what is asked there now, in the channel's default currency."""
    channels = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
    parents = {code: row.inherits_from for code, row in channels.items()}
    ids = sorted({variant_id for _, variant_id in wanted})
    prices: dict[tuple[str, str, str], PriceRow] = {}
    for start in range(0, len(ids), 400):
        rows = await session.execute(select(PriceRow).where(col(PriceRow.variant_id).in_(ids[start : start + 400])))
        prices |= {(row.channel_code, row.variant_id, row.currency): row for row in rows.scalars()}
    found: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for code, variant_id in wanted:
        currency = channels[code].currencies[0]
        rows_of_line = (prices.get((step, variant_id, currency)) for step in line(code, parents))
        row = next((one for one in rows_of_line if one is not None), None)
        if row is not None:
            terms = Terms(row.regular, row.offer, row.offer_from, row.offer_until)
            found[code, variant_id] = (asked(terms, now), currency)
    return found
