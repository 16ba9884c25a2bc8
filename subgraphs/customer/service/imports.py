"""Customers out of a retail ledger, in bulk: who they are, what they bought, when they sent something back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import CustomerRow, IdentityRow, KnownOrderRow, TouchRow
from subgraphs.customer.rules.touch import Touch, fingerprint
from subgraphs.kit.ids import new_uuid, stable_id
from subgraphs.kit.importing.records import InvoiceKind, RetailInvoice, Tally
from subgraphs.kit.upsert import upsert

CHANNEL = "web"
_TOUCHES = {
    InvoiceKind.SALE: ("PURCHASE", "Placed an order"),
    InvoiceKind.CANCELLATION: ("RETURN", "Sent something back"),
}


async def store_retail_customers(session: AsyncSession, invoices: Sequence[RetailInvoice]) -> Tally:
    """Store the customers of one batch of invoices, their identities, orders and timelines; again changes nothing.

    A customer is known from the first invoice that names the number; an invoice without a number is a guest's.
    """
    named = [invoice for invoice in invoices if invoice.customer is not None]
    first_seen: dict[str, datetime] = {}
    for invoice in named:
        number = invoice.customer or ""
        first_seen[number] = min(first_seen.get(number, invoice.at), invoice.at)
    ids = {number: stable_id("Customer", "retail", number) for number in first_seen}
    known = await _existing(session, CustomerRow.id, list(ids.values()))
    new = [number for number in first_seen if ids[number] not in known]
    await _insert(session, CustomerRow, [_customer(ids[number], first_seen[number]) for number in new])
    await _insert(session, IdentityRow, [_identity(ids[number], number, first_seen[number]) for number in new])
    orders = {
        invoice.number: _order(ids[invoice.customer or ""], invoice)
        for invoice in named
        if invoice.kind is InvoiceKind.SALE
    }
    await _insert(session, KnownOrderRow, list(orders.values()))
    touches = {
        touch["fingerprint"]: touch for touch in (_touch(ids, invoice) for invoice in named) if touch is not None
    }
    seen = await _existing(session, TouchRow.fingerprint, list(touches))
    await _insert(session, TouchRow, [touch for mark, touch in touches.items() if mark not in seen])
    tally = Tally()
    tally.add("customer", created=len(new), unchanged=len(first_seen) - len(new))
    return tally


async def _existing(session: AsyncSession, column: Any, values: Sequence[str]) -> frozenset[str]:
    """Those of the values that are stored."""
    return frozenset((await session.exec(select(column).where(col(column).in_(values)))).all())


async def _insert(session: AsyncSession, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    table: Table = kind.__table__  # type: ignore[attr-defined]  # every table model has one
    await upsert(session, table, rows, update=())


def _customer(customer_id: str, at: datetime) -> dict[str, Any]:
    return {"id": customer_id, "is_guest": False, "segment_codes": [], "contact": {}, "created_at": at}


def _identity(customer_id: str, number: str, at: datetime) -> dict[str, Any]:
    return {
        "id": str(new_uuid()),
        "customer_id": customer_id,
        "kind": "EXTERNAL",
        "value": f"retail:{number}",
        "channel": CHANNEL,
        "verified": True,
        "sole": True,
        "linked_at": at,
    }


def _order(customer_id: str, invoice: RetailInvoice) -> dict[str, Any]:
    return {
        "order_id": stable_id("Order", "retail", invoice.number),
        "customer_id": customer_id,
        "total": sum((line.total for line in invoice.lines if line.sold), Decimal(0)),
        "refunded": Decimal(0),
        "currency": invoice.currency,
        "channel": CHANNEL,
        "placed_at": invoice.at,
    }


def _touch(ids: Mapping[str, str], invoice: RetailInvoice) -> dict[str, Any] | None:
    kind, summary = _TOUCHES.get(invoice.kind, ("", ""))
    if not kind:
        return None
    customer_id, order_id = ids[invoice.customer or ""], stable_id("Order", "retail", invoice.number)
    touch = Touch(kind, CHANNEL, invoice.at, order_id, None, None)
    return {
        "id": str(new_uuid()),
        "customer_id": customer_id,
        "kind": kind,
        "channel": CHANNEL,
        "at": invoice.at,
        "summary": summary,
        "subject_id": order_id,
        "fingerprint": fingerprint(customer_id, touch),
    }
