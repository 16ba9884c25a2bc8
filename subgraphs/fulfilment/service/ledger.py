"""An imported retail ledger becomes orders: sales, and beside them cancellations and adjustments, none of them dropped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.sql import and_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import OrderRow, Record
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import InvoiceKind, LineKind, RetailInvoice, Tally
from subgraphs.kit.upsert import upsert

SOURCE = "retail"
BRAND = "online-retail"
CHANNEL = "web"
ORDERS: Table = Record.metadata.tables["order"]
LINES: Table = Record.metadata.tables["order_line"]
FACTS: Table = Record.metadata.tables["variant_fact"]
KINDS = {InvoiceKind.SALE: "ORDER", InvoiceKind.CANCELLATION: "CANCELLATION", InvoiceKind.ADJUSTMENT: "ADJUSTMENT"}
THINGS = {InvoiceKind.SALE: "order", InvoiceKind.CANCELLATION: "cancellation", InvoiceKind.ADJUSTMENT: "adjustment"}


async def store_invoices(session: AsyncSession, invoices: Sequence[RetailInvoice]) -> Tally:
    """Write one batch; invoices that are there already stay as they are."""
    ids = {invoice.number: stable_id("Order", SOURCE, invoice.number) for invoice in invoices}
    known = set((await session.execute(select(ORDERS.c.id).where(ORDERS.c.id.in_(list(ids.values()))))).scalars())
    fresh = [invoice for invoice in invoices if ids[invoice.number] not in known]
    tally = Tally()
    for invoice in invoices:
        counted = {"unchanged": 1} if ids[invoice.number] in known else {"created": 1}
        tally.add(THINGS[invoice.kind], **counted)
    if fresh:
        await upsert(session, ORDERS, [_order(invoice, ids[invoice.number]) for invoice in fresh], update=())
        await session.execute(
            LINES.insert(), [row for invoice in fresh for row in _lines(invoice, ids[invoice.number])]
        )
        await upsert(session, FACTS, _facts(fresh), update=())
        tally.add("order line", created=sum(len(invoice.lines) for invoice in fresh))
    return tally


async def mark_first_orders(session: AsyncSession) -> None:
    """Tell of each customer's first order that it is; it is known only when all are there."""
    first = (
        select(ORDERS.c.customer_id, func.min(ORDERS.c.placed_at).label("at"))
        .where(ORDERS.c.kind == "ORDER", ORDERS.c.source == SOURCE, ORDERS.c.customer_id.is_not(None))
        .group_by(ORDERS.c.customer_id)
        .subquery()
    )
    chosen = (
        select(func.min(ORDERS.c.id))
        .join(first, and_(first.c.customer_id == ORDERS.c.customer_id, first.c.at == ORDERS.c.placed_at))
        .where(ORDERS.c.kind == "ORDER")
        .group_by(ORDERS.c.customer_id)
    )
    await session.execute(update(ORDERS).where(col(OrderRow.id).in_(chosen)).values(first_of_customer=True))


def _order(invoice: RetailInvoice, order_id: str) -> dict[str, Any]:
    counted = [line for line in invoice.lines if line.sold] if invoice.kind is InvoiceKind.SALE else list(invoice.lines)
    total = sum((line.total for line in counted), Decimal(0))
    charged = sum((line.total for line in counted if line.kind is LineKind.POSTAGE), Decimal(0))
    return {
        "id": order_id,
        "number": invoice.number,
        "kind": KINDS[invoice.kind],
        "status": "COMPLETED" if invoice.kind is InvoiceKind.SALE else "CANCELLED",
        "is_open": False,
        "placed_at": invoice.at,
        "brand_code": BRAND,
        "channel": CHANNEL,
        "source": SOURCE,
        "external_number": invoice.number,
        "customer_id": stable_id("Customer", SOURCE, invoice.customer) if invoice.customer else None,
        "currency": invoice.currency,
        "subtotal": total - charged,
        "discount": Decimal(0),
        "delivery": charged,
        "tax": Decimal(0),
        "total": total,
        "sales": total,
        "sold_units": sum(line.quantity for line in counted),
        "cost": Decimal(0),
        "first_of_customer": False,
    }


def _facts(invoices: Sequence[RetailInvoice]) -> list[dict[str, Any]]:
    """What the ledger tells of its goods, each once: a sale recorded later may name them."""
    found: dict[str, dict[str, Any]] = {}
    for line in (line for invoice in invoices for line in invoice.lines if line.kind is LineKind.GOODS):
        variant_id = stable_id("ProductVariant", line.sku)
        found.setdefault(
            variant_id,
            {
                "variant_id": variant_id,
                "product_id": stable_id("Product", BRAND, line.sku.lower()),
                "sku": line.sku,
                "name": line.description,
                "brand_code": BRAND,
            },
        )
    return list(found.values())


def _lines(invoice: RetailInvoice, order_id: str) -> list[dict[str, Any]]:
    return [
        {
            "id": stable_id("OrderLine", SOURCE, invoice.number, str(line.ordinal)),
            "order_id": order_id,
            "position": line.ordinal,
            "kind": line.kind.name,
            "variant_id": stable_id("ProductVariant", line.sku) if line.kind is LineKind.GOODS else None,
            "product_id": stable_id("Product", BRAND, line.sku.lower()) if line.kind is LineKind.GOODS else None,
            "sku": line.sku,
            "name": line.description,
            "quantity": line.quantity,
            "returned_quantity": 0,
            "unit_price": line.unit_price,
            "discount": Decimal(0),
            "sold": line.sold,
            "method": "SHIP",
        }
        for line in invoice.lines
    ]
