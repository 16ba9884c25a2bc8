"""Orders found by what people can show or say: a pass, a token, a number, a contact, a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.sql import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import ContactRow, FulfilmentRow, OrderRow
from subgraphs.fulfilment.rules import passes


def is_signed(text: str) -> bool:
    """Whether a scanned text is a QR pass, and not a code read out or its barcode."""
    return passes.order_of(text) is not None


async def by_pass(session: AsyncSession, text: str) -> OrderRow | None:
    """The order a scanned or typed text names; whether a QR pass is genuine and fresh is the caller's to check."""
    order_id = passes.order_of(text)
    if order_id is not None:
        return await session.get(OrderRow, order_id)
    code = text.strip().upper().replace(" ", "").replace("-", "")
    code = code[1:] if len(code) == 7 and code.startswith("P") else code
    if len(code) != 6:
        return None
    found = (await session.exec(select(OrderRow).where(OrderRow.pickup_code == code).limit(2))).all()
    return found[0] if len(found) == 1 else None


async def by_token(session: AsyncSession, text: str, now: datetime) -> OrderRow | None:
    """The order a guest's token opens now; None for any text that is none, has run out or was revoked."""
    order_id = passes.order_of_token(text)
    row = await session.get(OrderRow, order_id) if order_id else None
    if row is None or row.pickup_secret is None:
        return None
    if not passes.is_token(text, row.id, row.pickup_secret, row.link_round, now):
        return None
    return row


@dataclass(frozen=True, slots=True)
class Found:
    """What a pass leads to: the order, and all its collections."""

    order: OrderRow
    parts: tuple[FulfilmentRow, ...]
    fresh: bool


async def scan(session: AsyncSession, text: str, now: datetime) -> Found | None:
    """What a scanned or typed pass leads to; `fresh` is False for a QR pass of an older window, None for a forged one."""
    order = await by_pass(session, text)
    if order is None or order.pickup_secret is None:
        return None
    fresh = not is_signed(text) or passes.is_good(text, order.id, order.pickup_secret, now)
    if not fresh and not passes.was_good(text, order.id, order.pickup_secret, now):
        return None
    statement = (
        select(FulfilmentRow)
        .where(FulfilmentRow.order_id == order.id, FulfilmentRow.kind == "PICKUP")
        .order_by(col(FulfilmentRow.position))
    )
    return Found(order, tuple((await session.exec(statement)).all()), fresh)


@dataclass(frozen=True, slots=True)
class Clues:
    """What a shopper at a till or on the phone can give; orders must fit all that is given."""

    number: str | None = None
    contact: str | None = None
    last_four: str | None = None
    day: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The clues as SQL."""
        found: list[ColumnElement[bool]] = [col(OrderRow.kind) == "ORDER"]
        if self.number is not None:
            number = self.number.strip()
            found.append(or_(col(OrderRow.number) == number.upper(), col(OrderRow.external_number) == number))
        if self.contact is not None:
            value = contact_value(self.contact)
            owners = select(ContactRow.customer_id).where(ContactRow.value == value)
            found.append(
                or_(
                    col(OrderRow.email) == value,
                    col(OrderRow.phone) == value,
                    col(OrderRow.customer_id).in_(owners),
                )
            )
        if self.last_four is not None and self.day is not None:
            begin = datetime.combine(self.day, time(), UTC)
            found += [
                col(OrderRow.card_last_four) == self.last_four,
                col(OrderRow.placed_at) >= begin,
                col(OrderRow.placed_at) < begin + timedelta(days=1),
            ]
        return found


def contact_value(text: str) -> str:
    """A contact as it is stored: small letters for mail, no blanks in phone numbers."""
    value = text.strip()
    return value.lower() if "@" in value else value.replace(" ", "").replace("-", "")


async def customer_of(session: AsyncSession, contact: str) -> str | None:
    """The customer with this e-mail, phone or loyalty number; None when nobody or several have it."""
    statement = select(ContactRow.customer_id).where(ContactRow.value == contact_value(contact)).distinct().limit(2)
    found = (await session.exec(statement)).all()
    return found[0] if len(found) == 1 else None
