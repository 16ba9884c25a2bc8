"""Store cards and gift cards: a book of balances in this service's own database.

The customer service shows a shopper's cards; what is paid with them is booked here, under the token the card is paid
with, and told by `stored_value.moved`. A balance changes by a conditional update, so that of many payments at once none overspends.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import StoredValueMoveRow, StoredValueRow
from subgraphs.cart.payments.port import Charge, Declined, PaymentUnanswered, Taken
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.money import formatted
from subgraphs.kit.outbox import emit


class StoreValue:
    """Takes from and gives back to cards of the book."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, charge: Charge) -> Taken | Declined:
        """Take the amount once a key; declined when the card is unknown or has less."""
        try:
            return await self._database.write(_take, charge)
        except ServiceUnavailable as error:
            raise PaymentUnanswered("the book of stored value cannot be written now") from error

    async def give_back(self, charge: Charge, amount: Decimal) -> Taken:
        """Put back what was taken under the key, once; where nothing was, the key is void from now on."""
        try:
            return await self._database.write(_give_back, charge, amount)
        except ServiceUnavailable as error:
            raise PaymentUnanswered("the book of stored value cannot be written now") from error


async def load(session: AsyncSession, token: str, kind: str, amount: Decimal, currency: str) -> None:
    """Put money onto a card, which is new when nobody paid with it before; of another currency it is left aside."""
    card = await _card(session, token)
    if card is None:
        session.add(StoredValueRow(token=token, kind=kind, currency=currency, balance=amount))
    elif card.currency == currency:
        await session.exec(
            update(StoredValueRow)
            .where(col(StoredValueRow.token) == token)
            .values(balance=col(StoredValueRow.balance) + amount)
        )


async def _move(session: AsyncSession, charge: Charge) -> StoredValueMoveRow | None:
    return await session.get(StoredValueMoveRow, charge.key, with_for_update=True, populate_existing=True)


async def _card(session: AsyncSession, token: str) -> StoredValueRow | None:
    """The card, locked: whoever pays or gives back comes one after the other."""
    return await session.get(StoredValueRow, token, with_for_update={"key_share": True}, populate_existing=True)


async def _take(session: AsyncSession, charge: Charge) -> Taken | Declined:
    card = await _card(session, charge.token or "")
    known = await _move(session, charge)
    if known is not None:
        return (
            Taken(f"stored:{charge.key}") if known.taken else Declined("This payment was called off.", retryable=False)
        )
    if card is None or (card.kind, card.currency) != (charge.kind, charge.currency):
        return Declined("We do not know this card.", retryable=False)
    taken = await session.exec(
        update(StoredValueRow)
        .where(col(StoredValueRow.token) == card.token, col(StoredValueRow.balance) >= charge.amount)
        .values(balance=col(StoredValueRow.balance) - charge.amount)
    )
    if not taken.rowcount:
        return Declined(f"The card has only {formatted(card.balance, card.currency)} left.", retryable=False)
    session.add(StoredValueMoveRow(key=charge.key, token=card.token, taken=charge.amount))
    await _tell(session, card.token, -charge.amount, charge)
    return Taken(f"stored:{charge.key}")


async def _give_back(session: AsyncSession, charge: Charge, amount: Decimal) -> Taken:
    await _card(session, charge.token or "")
    known = await _move(session, charge)
    if known is None:
        session.add(StoredValueMoveRow(key=charge.key, token=charge.token or "", taken=Decimal(0)))
        return Taken(f"stored-back:{charge.key}")
    if known.taken and not known.given_back:
        back = min(amount, known.taken)
        await session.exec(
            update(StoredValueRow)
            .where(col(StoredValueRow.token) == known.token)
            .values(balance=col(StoredValueRow.balance) + back)
        )
        known.given_back = back
        session.add(known)
        await _tell(session, known.token, back, charge)
    return Taken(f"stored-back:{charge.key}")


async def _tell(session: AsyncSession, number: str, change: Decimal, charge: Charge) -> None:
    """Let whoever shows the card follow its balance."""
    payload = {"number": number, "change": {"amount": str(change), "currency": charge.currency}, "key": charge.key}
    await emit(session, "stored_value.moved", number, payload)
