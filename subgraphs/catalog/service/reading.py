"""Pieces of SELECT that several readings share: what a channel does with a product, what it asks for one.

Both follow the line of inheritance: the nearest channel that has a word on it decides. A line is at most six channels
long, and each is one look into a primary key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from subgraphs.catalog.models import AssortmentRow, CategoryRow, PriceRow, ProductRow, VariantRow

LAST = "\U0010ffff"
"""Sorts after every other character: texts from `word` to `word + LAST` are those that begin with `word`."""

CHUNK = 400
"""Keys in one IN list."""


def state_in(channels: Sequence[str], product_id: Any) -> ColumnElement[str]:
    """SQL for what the channel, first of its line, does with a product: SOLD, SHOWN or HIDDEN."""
    looked_up = [
        select(col(AssortmentRow.state))
        .where(col(AssortmentRow.channel_code) == code, col(AssortmentRow.product_id) == product_id)
        .correlate_except(AssortmentRow)
        .scalar_subquery()
        for code in channels
    ]
    return func.coalesce(*looked_up, literal("HIDDEN"))


def sold_in(channels: Sequence[str], product_id: Any) -> ColumnElement[bool]:
    """SQL that is true when the channel sells the product."""
    return state_in(channels, product_id) == "SOLD"


def asked_in(channels: Sequence[str], currency: str, now: datetime) -> ColumnElement[Decimal]:
    """SQL for the lowest price now over the variants of the product of the enclosing SELECT; null when it has none."""
    prices: list[Any] = [aliased(PriceRow) for _ in channels]
    query = select(func.min(func.coalesce(*(_asked(price, now) for price in prices), None)))
    query = query.select_from(VariantRow)
    for code, price in zip(channels, prices, strict=True):
        query = query.outerjoin(
            price,
            and_(price.variant_id == VariantRow.id, price.channel_code == code, price.currency == currency),
        )
    query = query.where(col(VariantRow.product_id) == col(ProductRow.id), col(VariantRow.discontinued).is_(False))
    return query.correlate(ProductRow).scalar_subquery()


def within(category: CategoryRow) -> ColumnElement[bool]:
    """SQL that is true for products of the category and of those below it."""
    trail = col(CategoryRow.trail)
    below = select(col(CategoryRow.id)).where(trail >= category.trail, trail < category.trail + LAST)
    return col(ProductRow.category_id).in_(below)


def after_position(columns: Sequence[tuple[Any, bool]], position: Sequence[Any]) -> ColumnElement[bool]:
    """SQL that is true for rows behind a position of a list ordered by `columns` (column, descending)."""
    alternatives: list[ColumnElement[bool]] = []
    for index, (column, descending) in enumerate(columns):
        same = [earlier == value for (earlier, _), value in zip(columns[:index], position, strict=False)]
        value = position[index]
        alternatives.append(and_(*same, column < value if descending else column > value))
    return or_(*alternatives)


def _asked(price: Any, now: datetime) -> ColumnElement[Decimal]:
    running = and_(
        price.offer.is_not(None),
        price.offer < price.regular,
        or_(price.offer_from.is_(None), price.offer_from <= now),
        or_(price.offer_until.is_(None), price.offer_until > now),
    )
    return case((running, price.offer), else_=price.regular)


def chunks(keys: Sequence[str]) -> list[Sequence[str]]:
    """Keys in parts that fit into one IN list."""
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]
