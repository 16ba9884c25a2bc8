"""Sales made elsewhere: in a till system, a marketplace or an ERP, or while a till was offline. Each is taken once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.errors import UnknownCodes
from subgraphs.fulfilment.models import BarcodeFactRow, OrderRow, PlaceFactRow, VariantFactRow
from subgraphs.fulfilment.service import building, lookup, placing
from subgraphs.fulfilment.service.building import LinePlaced, OrderPlaced, PaymentPlaced
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.idempotency import once
from subgraphs.kit.money import is_exact

MOST_LINES = 500
CLOCKS_DIFFER = timedelta(hours=1)
"""How far ahead of ours a till's clock may be."""


@dataclass(frozen=True, slots=True)
class CodeSold:
    """A line of a sale: SKU or barcode, units, price of one in its currency."""

    code: str
    quantity: int
    unit_price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SaleTold:
    """A sale made elsewhere, as told."""

    external_number: str
    channel: str
    location_id: str | None
    placed_at: datetime
    contact: str | None
    lines: tuple[CodeSold, ...]
    total: Decimal
    currency: str
    carried_out: bool
    sold_by: str | None = None


async def record(session: AsyncSession, sale: SaleTold, caller: str, key: str, now: datetime) -> str:
    """Take a sale in; gives the order's id. The same number in the same channel is one sale, whoever tells it how often.

    Raises  InvalidInput, UnknownCodes
    """
    _check(sale, now)

    async def first() -> str:
        known = select(OrderRow.id).where(
            OrderRow.source == _source(sale), OrderRow.external_number == sale.external_number
        )
        return (await session.exec(known)).first() or await _store(session, sale, now)

    async def work() -> str:
        # Two tellings at once, under keys of their own, meet here: the second waits, and finds the first one's order.
        stored: str = await once(session, f"orderRecord#{sale.channel}", sale.external_number, None, first)
        return stored

    arguments = [sale.channel, sale.external_number, str(sale.total)]
    order_id: str = await once(session, f"orderRecord:{caller}", key, arguments, work)
    return order_id


def _source(sale: SaleTold) -> str:
    """Where the sale came from, apart from the shop itself and from imported ledgers."""
    return f"channel:{sale.channel}"


def _check(sale: SaleTold, now: datetime) -> None:
    if not 0 < len(sale.external_number.strip()) <= 128:
        raise InvalidInput("A number has 1 to 128 characters.", ("input", "externalNumber"))
    if not 0 < len(sale.lines) <= MOST_LINES:
        raise InvalidInput(f"A sale has 1 to {MOST_LINES} lines.", ("input", "lines"))
    if sale.placed_at > now + CLOCKS_DIFFER:
        raise InvalidInput("A sale cannot be made later than now; check the till's clock.", ("input", "placedAt"))
    if sale.carried_out and sale.location_id is None:
        raise InvalidInput("Goods that left with the customer left a store; name it.", ("input", "locationId"))
    for index, line in enumerate(sale.lines):
        path = ("input", "lines", str(index))
        if not 0 < line.quantity <= 100_000:
            raise InvalidInput("A line has 1 to 100,000 units.", (*path, "quantity"))
        if line.currency != sale.currency:
            raise InvalidInput("All amounts of a sale are in one currency.", (*path, "unitPrice", "currency"))
        if line.unit_price < 0 or not is_exact(line.unit_price, line.currency):
            raise InvalidInput(
                "A price is not below zero, and payable in its currency.", (*path, "unitPrice", "amount")
            )
    if sale.total < 0 or not is_exact(sale.total, sale.currency):
        raise InvalidInput("A total is not below zero, and payable in its currency.", ("input", "grandTotal", "amount"))


async def _store(session: AsyncSession, sale: SaleTold, now: datetime) -> str:
    goods = await _goods(session, [line.code for line in sale.lines])
    place = await session.get(PlaceFactRow, sale.location_id) if sale.location_id else None
    lines = [(line, goods[line.code]) for line in sale.lines]
    subtotal = sum((line.unit_price * line.quantity for line in sale.lines), Decimal(0))
    contact = sale.contact.strip() if sale.contact else ""
    ask = OrderPlaced(
        cart_id=None,
        customer_id=await lookup.customer_of(session, contact) if contact else None,
        brand_code=lines[0][1].brand_code or (place.brand_code if place else None) or sale.channel,
        channel=sale.channel,
        currency=sale.currency,
        email=contact if "@" in contact else None,
        phone=lookup.contact_value(contact) if contact.startswith("+") else None,
        shipping_address=None,
        sold_at_id=sale.location_id,
        lines=tuple(
            LinePlaced(
                variant_id=fact.variant_id,
                product_id=fact.product_id,
                sku=fact.sku,
                name=fact.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=Decimal(0),
                method="CARRY_OUT" if sale.carried_out else "SHIP",
                location_id=None,
            )
            for line, fact in lines
        ),
        subtotal=subtotal,
        # A total below the goods is an offer given there; one above is what bringing them cost.
        discount=max(Decimal(0), subtotal - sale.total),
        delivery=max(Decimal(0), sale.total - subtotal),
        tax=Decimal(0),
        total=sale.total,
        payments=(PaymentPlaced("EXTERNAL", f"Paid in {sale.channel}", sale.total),),
        source=_source(sale),
        external_number=sale.external_number,
        placed_at=sale.placed_at,
        sold_by=sale.sold_by,
    )
    order = await building.store(session, ask, now)
    await placing.tell(session, ask, order)
    return order.id


async def _goods(session: AsyncSession, codes: Sequence[str]) -> Mapping[str, VariantFactRow]:
    """Code → variant, each code a SKU or a barcode of any length.

    Raises  UnknownCodes
    """
    gtins = {code: code.zfill(14) for code in codes if code.isascii() and code.isdigit() and len(code) <= 14}
    barcodes = await session.exec(
        select(BarcodeFactRow).where(col(BarcodeFactRow.gtin).in_(sorted(set(gtins.values()))))
    )
    by_gtin = {row.gtin: row.variant_id for row in barcodes}
    ids = sorted(set(by_gtin.values()))
    facts = (
        await session.exec(
            select(VariantFactRow).where(
                col(VariantFactRow.sku).in_(sorted(set(codes))) | col(VariantFactRow.variant_id).in_(ids)
            )
        )
    ).all()
    by_sku, by_id = {row.sku: row for row in facts}, {row.variant_id: row for row in facts}
    found = {code: by_sku.get(code) or by_id.get(by_gtin.get(gtins.get(code, ""), "")) for code in codes}
    unknown = sorted({code for code, row in found.items() if row is None})
    if unknown:
        raise UnknownCodes("Some codes belong to nothing we know.", ("input", "lines"), codes=unknown)
    return {code: row for code, row in found.items() if row is not None}
