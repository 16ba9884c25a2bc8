"""How carts are read in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.facts import Facts
from subgraphs.cart.models import (
    CartLineRow,
    CartPaymentRow,
    CartRow,
    CartVoucherRow,
    InstalmentRow,
    LayawayRow,
    MemberRow,
    PromotionRow,
    SavedItemRow,
    VariantFactRow,
)
from subgraphs.cart.rules.offers import Offer
from subgraphs.cart.rules.problems import Found
from subgraphs.cart.service.carts import now
from subgraphs.cart.service.pricing import Basket, Quote, problems, quote, running_offers
from subgraphs.cart.service.promotions import PARITY_LOOKS_BACK, gaps
from subgraphs.kit.context import Context
from subgraphs.kit.loaders import ListLoader, Loader, grouped
from subgraphs.kit.peers import peers_of

V = TypeVar("V")


class CartById(Loader[str, CartRow]):
    """Carts."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CartRow]:
        """Read the carts."""
        return {row.id: row for row in await session.exec(select(CartRow).where(col(CartRow.id).in_(keys)))}


class CartInUse(Loader[tuple[str, str | None], CartRow]):
    """(customer, brand) → the basket in use; of brand None the one changed last."""

    async def fetch(
        self, session: AsyncSession, keys: Sequence[tuple[str, str | None]]
    ) -> Mapping[tuple[str, str | None], CartRow]:
        """Read the baskets in use of all customers asked for."""
        customers = sorted({customer for customer, _ in keys})
        statement = select(CartRow).where(col(CartRow.customer_id).in_(customers), CartRow.in_use)
        found: dict[tuple[str, str | None], CartRow] = {}
        for row in await session.exec(statement.order_by(col(CartRow.updated_at).desc())):
            customer = row.customer_id or ""
            found.setdefault((customer, None), row)
            found.setdefault((customer, row.brand_code), row)
        return found


class LinesOf(ListLoader[str, CartLineRow]):
    """Lines of carts, in the order added."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[CartLineRow]]:
        """Read the lines."""
        statement = select(CartLineRow).where(col(CartLineRow.cart_id).in_(keys))
        rows = await session.exec(statement.order_by(col(CartLineRow.added_at), col(CartLineRow.id)))
        return grouped([(row.cart_id, row) for row in rows])


class LineById(Loader[str, CartLineRow]):
    """Lines."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, CartLineRow]:
        """Read the lines."""
        return {row.id: row for row in await session.exec(select(CartLineRow).where(col(CartLineRow.id).in_(keys)))}


class SavedOf(ListLoader[str, SavedItemRow]):
    """What was put aside in carts."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[SavedItemRow]]:
        """Read the saved items."""
        statement = select(SavedItemRow).where(col(SavedItemRow.cart_id).in_(keys))
        rows = await session.exec(statement.order_by(col(SavedItemRow.saved_at), col(SavedItemRow.id)))
        return grouped([(row.cart_id, row) for row in rows])


class SavedById(Loader[str, SavedItemRow]):
    """Saved items."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, SavedItemRow]:
        """Read the saved items."""
        return {row.id: row for row in await session.exec(select(SavedItemRow).where(col(SavedItemRow.id).in_(keys)))}


class PaymentsOf(ListLoader[str, CartPaymentRow]):
    """Means of payment put to carts."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[CartPaymentRow]]:
        """Read the payments."""
        statement = select(CartPaymentRow).where(col(CartPaymentRow.cart_id).in_(keys))
        rows = await session.exec(statement.order_by(col(CartPaymentRow.position)))
        return grouped([(row.cart_id, row) for row in rows])


class CodesOf(ListLoader[str, str]):
    """Voucher codes put to carts."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Read the codes."""
        statement = select(CartVoucherRow).where(col(CartVoucherRow.cart_id).in_(keys))
        rows = await session.exec(statement.order_by(col(CartVoucherRow.code)))
        return grouped([(row.cart_id, row.code) for row in rows])


class PromotionById(Loader[str, PromotionRow]):
    """Promotions."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, PromotionRow]:
        """Read the promotions."""
        return {row.id: row for row in await session.exec(select(PromotionRow).where(col(PromotionRow.id).in_(keys)))}


class Membership(Loader[tuple[str, str], bool]):
    """(customer, brand) → True for members of the brand's programme."""

    async def fetch(self, session: AsyncSession, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bool]:
        """Read the memberships of all customers asked for."""
        customers = sorted({customer for customer, _ in keys})
        rows = await session.exec(select(MemberRow).where(col(MemberRow.customer_id).in_(customers)))
        return {(row.customer_id, row.brand_code): True for row in rows}


class GapsOf(ListLoader[str, str]):
    """Promotion → channels that refused it lately although it names them."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Read the refusals counted."""
        return await gaps(session, keys, (now() - PARITY_LOOKS_BACK).date())


class LayawayById(Loader[str, LayawayRow]):
    """Layaways."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, LayawayRow]:
        """Read the layaways."""
        return {row.id: row for row in await session.exec(select(LayawayRow).where(col(LayawayRow.id).in_(keys)))}


class LayawaysOf(ListLoader[str, LayawayRow]):
    """Layaways of customers, the newest first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[LayawayRow]]:
        """Read the layaways."""
        statement = select(LayawayRow).where(col(LayawayRow.customer_id).in_(keys))
        rows = await session.exec(statement.order_by(col(LayawayRow.opened_at).desc(), col(LayawayRow.id).desc()))
        return grouped([(row.customer_id, row) for row in rows])


class InstalmentsOf(ListLoader[str, InstalmentRow]):
    """Parts of layaways, the deposit first."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[InstalmentRow]]:
        """Read the parts."""
        statement = select(InstalmentRow).where(col(InstalmentRow.layaway_id).in_(keys))
        rows = await session.exec(statement.order_by(col(InstalmentRow.layaway_id), col(InstalmentRow.number)))
        return grouped([(row.layaway_id, row) for row in rows])


class OffersNow(Loader[str, Sequence[Offer]]):
    """The one key `now` → every offer that runs."""

    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Sequence[Offer]]:
        """Read the running offers."""
        offers = await running_offers(session, now())
        return dict.fromkeys(keys, offers)


async def offers_now(context: Context) -> Sequence[Offer]:
    """Every offer that runs, read once a request."""
    return await context.loader(OffersNow).load("now") or ()


class AskingLoader(Loader[str, V], Generic[V]):
    """A loader that may ask other subgraphs, outside any transaction."""

    @property
    def facts(self) -> Facts:
        """What the catalogue and the stock say."""
        return Facts(self.context.database, peers_of(self.context.database, self.context.settings))


class FactOf(AskingLoader[VariantFactRow]):
    """Variant → what the catalogue says of it in the request's channel, or None."""

    async def batch_load_fn(self, keys: Sequence[str]) -> list[VariantFactRow | None]:
        """Ask for all at once."""
        found = await self.facts.of(keys, self.context.channel)
        return [found.get(key) for key in keys]


class AvailableOf(AskingLoader[int]):
    """Variant → units one order may take now, or None where that cannot be asked."""

    async def batch_load_fn(self, keys: Sequence[str]) -> list[int | None]:
        """Ask for all at once."""
        found = await self.facts.available(keys, self.context.channel)
        return [found.get(key) for key in keys]


class HandedOut(Loader[tuple[str, str], bool]):
    """(variant, store) → whether the store can hand it out now, or None where that cannot be asked."""

    async def batch_load_fn(self, keys: Sequence[tuple[str, str]]) -> list[bool | None]:
        """Ask for all at once."""
        context = self.context
        found = await Facts(context.database, peers_of(context.database, context.settings)).handed_out(keys)
        return [found.get(key) for key in keys]


async def problems_of(context: Context, quoted: Quote) -> tuple[Found, ...]:
    """Everything wrong with a priced cart but for what checkout lacks, as stock and stores stand now."""
    lines = quoted.basket.lines
    variants = list(dict.fromkeys(line.variant_id for line in lines))
    units = dict(zip(variants, await context.loader(AvailableOf).load_many(variants), strict=True))
    stores = list(
        dict.fromkeys(
            (line.variant_id, line.location_id) for line in lines if line.method == "PICKUP" and line.location_id
        )
    )
    handed = dict(zip(stores, await context.loader(HandedOut).load_many(stores), strict=True))
    return problems(
        quoted,
        {variant: left for variant, left in units.items() if left is not None},
        await offers_now(context),
        {key: can for key, can in handed.items() if can is not None},
        now(),
    )


class QuoteOf(AskingLoader[Quote]):
    """Cart → what it costs now."""

    async def batch_load_fn(self, keys: Sequence[str]) -> list[Quote | None]:
        """Price all carts with as many statements as one."""
        context, offers = self.context, await offers_now(self.context)
        carts = await context.loader(CartById).load_many(keys)
        lines = await context.loader(LinesOf).load_many(keys)
        payments = await context.loader(PaymentsOf).load_many(keys)
        codes = await context.loader(CodesOf).load_many(keys)
        variants = list(dict.fromkeys(line.variant_id for each in lines for line in each or ()))
        known = dict(zip(variants, await context.loader(FactOf).load_many(variants), strict=True))
        facts = {variant: fact for variant, fact in known.items() if fact is not None}
        owned = [(cart.customer_id or "", cart.brand_code) for cart in carts if cart is not None]
        members = dict(zip(owned, await context.loader(Membership).load_many(owned), strict=True))
        moment = now()
        quotes: list[Quote | None] = []
        for cart, mine, paid, used in zip(carts, lines, payments, codes, strict=True):
            if cart is None:
                quotes.append(None)
                continue
            member = bool(members.get((cart.customer_id or "", cart.brand_code)))
            basket = Basket(cart, mine or (), paid or (), frozenset(used or ()), facts, member)
            quotes.append(quote(basket, offers, context.channel, moment))
        return quotes
