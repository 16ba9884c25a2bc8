"""Prices as clients see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import strawberry

from subgraphs.catalog.loaders.offer import PastPrices, PricesOf, StatesOf
from subgraphs.catalog.loaders.shop import shop_of
from subgraphs.catalog.models import PriceRow, VariantRow
from subgraphs.catalog.rules import prices
from subgraphs.catalog.rules.channels import nearest
from subgraphs.catalog.types.links import TheChannel
from subgraphs.kit.context import Context, Info
from subgraphs.kit.fields import field
from subgraphs.kit.types.values import Money


def terms_of(row: PriceRow) -> prices.Terms:
    """The price's terms, as rules read them."""
    return prices.Terms(row.regular, row.offer, row.offer_from, row.offer_until, row.member)


@strawberry.federation.type(description="Price of a variant in one channel.")
class VariantPrice:
    """What a channel asks; `row` may be inherited from another channel."""

    row: strawberry.Private[PriceRow]
    variant: strawberry.Private[VariantRow]
    channel_code: strawberry.Private[str]
    now: strawberry.Private[datetime]
    current: Money = field(description="What is asked now.", tags=("watch", "tv", "feed"))
    regular: Money = field(description="What is asked when no offer runs.", tags=("feed",))
    saving_percent: int | None = field(
        description="Saving against the regular price in whole percent, rounded down; null without one.", tags=("tv",)
    )
    member: Money | None = field(
        description="Price for members of the loyalty programme; null when they pay what everyone pays."
    )
    per_unit: Money | None = field(
        description="Price per standard measure, e.g. per 100 ml; null for goods that are not sold by measure."
    )
    tax_included: bool = field(description="True when tax is included.")
    valid_until: datetime | None = field(
        description="End of the offer; null when none runs, or none is set.", tags=("feed",)
    )

    @field(description="Channel it applies to.")
    async def channel(self, info: Info) -> TheChannel:
        """The channel asked for, not the one the price comes from."""
        from subgraphs.catalog.types.shop import Channel

        return Channel.of((await shop_of(info.context)).channels[self.channel_code])

    @field(
        description="Lowest price of the 30 days before the offer, to be shown next to it by EU law; null when no"
        " offer runs."
    )
    async def lowest_last30_days(self, info: Info) -> Money | None:
        """Null when no offer runs: then there is nothing to compare with."""
        row = self.row
        history = await info.context.loader(PastPrices).load((row.channel_code, row.variant_id, row.currency)) or ()
        lowest = prices.lowest_last_30_days(terms_of(row), history, self.now)
        return None if lowest is None else Money.of(lowest, row.currency)

    @classmethod
    def of(cls, row: PriceRow, variant: VariantRow, channel: str) -> VariantPrice:
        """The price of a variant in a channel, now."""
        now = datetime.now(UTC)
        terms = terms_of(row)
        current, member = prices.asked(terms, now), prices.member_price(terms, now)
        return cls(
            row=row,
            variant=variant,
            channel_code=channel,
            now=now,
            current=Money.of(current, row.currency),
            regular=Money.of(row.regular, row.currency),
            saving_percent=prices.saving_percent(current, row.regular),
            member=None if member is None else Money.of(member, row.currency),
            per_unit=_per_unit(current, variant, row.currency),
            tax_included=True,
            valid_until=row.offer_until if prices.on_offer(terms, now) else None,
        )


def _per_unit(current: Decimal, variant: VariantRow, currency: str) -> Money | None:
    if variant.measure is None:
        return None
    amount, unit = variant.measure
    found = prices.per_measure(current, Decimal(str(amount)), unit, currency)
    return None if found is None else Money.of(found, currency)


@strawberry.federation.type(description="Lowest and highest price over the variants of a product.")
class PriceRange:
    """In one currency."""

    min: Money = field(description="Lowest price asked now.", tags=("tv",))
    max: Money = field(description="Highest price asked now.", tags=("tv",))
    on_offer: bool = field(description="True when any variant is on offer.", tags=("tv",))


async def price_in(
    context: Context, variant: VariantRow, channels: tuple[str, ...], currency: str | None
) -> PriceRow | None:
    """The price a channel (first of its line) asks, whether it sells the product or not; None when it has none."""
    wanted = currency or (await shop_of(context)).currency(channels[0])
    rows: Sequence[PriceRow] = await context.loader(PricesOf).load((variant.id, channels)) or ()
    return next((row for row in rows if row.currency == wanted), None)


async def is_sold(context: Context, product_id: str, channels: tuple[str, ...]) -> bool:
    """Whether the channel, first of its line and open, sells the product."""
    states = await context.loader(StatesOf).load(product_id) or {}
    return (await shop_of(context)).status(channels[0]) == "LIVE" and nearest(states, channels) == "SOLD"


async def price_range(
    context: Context, variants: Sequence[VariantRow], channels: tuple[str, ...], currency: str | None
) -> PriceRange | None:
    """The range over the variants; of any channel's prices when this one has none. None when nobody asks a price."""
    shop = await shop_of(context)
    wanted = currency or shop.currency(channels[0])
    rows = await _first_prices(context, variants, channels, wanted)
    if not rows:
        everywhere = tuple(sorted(shop.channels))
        rows = await _first_prices(context, variants, everywhere, wanted)
    if not rows:
        return None
    now = datetime.now(UTC)
    asked = [prices.asked(terms_of(row), now) for row in rows]
    code = rows[0].currency
    return PriceRange(
        min=Money.of(min(asked), code),
        max=Money.of(max(asked), code),
        on_offer=any(prices.on_offer(terms_of(row), now) for row in rows),
    )


async def _first_prices(
    context: Context, variants: Sequence[VariantRow], channels: tuple[str, ...], currency: str
) -> list[PriceRow]:
    """Each variant's price in the first of the channels that has one; all variants are asked for at once."""
    loaded = await context.loader(PricesOf).load_many([(one.id, channels) for one in variants])
    found = (next((row for row in rows or () if row.currency == currency), None) for rows in loaded)
    return [row for row in found if row is not None]
