"""Search and browse: hits, their count and the facets from one description of what is wanted.

A product is a hit when the channel sells or shows it, it stands in the category, every word is the beginning of one of
its words, and every filter has one of its values. Words are looked up in `term`, a table of words, so no LIKE and no
pattern of the caller's ever reaches the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import AssortmentRow, CategoryRow, FacetRow, ProductRow, RedirectRow, TermRow
from subgraphs.catalog.rules.words import closest
from subgraphs.catalog.service.reading import LAST, after_position, asked_in, within

MOST_FILTERS = 20
MOST_VALUES = 50
MOST_NEAR = 2_000
SORTED_AT_ONCE = 2_000
"""Products of a category that are sorted for a page; of a larger one they are read in their order until a page is full."""
FACET_VALUES = 60
"""Values shown of a facet, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One narrowing: any of `values`, or a number from `lowest` to `highest` for `price` and `rating`."""

    code: str
    values: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for.

    channels    the channel's line of inheritance
    currency    prices are compared in it
    words       as `rules.words.query_words` gives them
    wordless    something was typed that has no word in it, such as `%`: nothing is found by it
    shown       products the channel shows without selling are found as well
    """

    channels: tuple[str, ...]
    currency: str
    now: datetime
    words: tuple[str, ...] = ()
    wordless: bool = False
    category: CategoryRow | None = None
    filters: tuple[Filter, ...] = ()
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A product found, and the values it was sorted by, its id last."""

    product: ProductRow
    score: int
    position: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits would remain with this value of a facet."""

    code: str
    value: str
    label: str
    count: int


async def find_hits(
    session: AsyncSession, wanted: Wanted, sort: str, first: int, after: tuple[Any, ...] | None
) -> list[Hit]:
    """The first `first + 1` hits behind a position, in order."""
    found = _matches(wanted.words)
    columns = _ordering(wanted, sort, found)
    if not wanted.words and await _is_small(session, wanted.category):
        columns = [(func.coalesce(column, null(), type_=column.type), descending) for column, descending in columns]
    place = [column.label(f"place{index}") for index, (column, _) in enumerate(columns)]
    score = literal(0) if found is None else found.c.score
    query = _hits(select(col(ProductRow.id), score.label("score"), *place), wanted, found)
    if sort in {"PRICE_ASC", "PRICE_DESC"}:
        query = query.where(asked_in(wanted.channels, wanted.currency, wanted.now).is_not(None))
    if after is not None:
        query = query.where(after_position(columns, after))
    query = query.order_by(*(column.desc() if descending else column for column, descending in columns))
    # The rows themselves are read for the page alone: what is sorted is narrow.
    hits = query.limit(first + 1).subquery("hit")
    _, number, *places = hits.c
    order = (one.desc() if descending else one for one, (_, descending) in zip(places, columns, strict=True))
    page = select(ProductRow, number, *places).join(hits, hits.c.id == col(ProductRow.id)).order_by(*order)
    rows = (await session.execute(page)).all()
    return [Hit(row[0], int(row[1]), tuple(row[2:])) for row in rows]


async def count_hits(session: AsyncSession, wanted: Wanted) -> int:
    """How many products match."""
    query = _hits(select(func.count()), wanted, _matches(wanted.words))
    return int((await session.execute(query)).scalar_one())


async def count_facets(session: AsyncSession, wanted: Wanted) -> list[FacetCount]:
    """Values that would still narrow the result, with counts, in one statement.

    The counts of a facet that is filtered by leave its own filter out: its values are alternatives.
    """
    chosen = {one.code for one in wanted.filters if one.values}
    parts = [_facet_counts(wanted, col(FacetRow.code).not_in(chosen))]
    for code in sorted(chosen):
        others = tuple(one for one in wanted.filters if one.code != code)
        parts.append(_facet_counts(replace(wanted, filters=others), col(FacetRow.code) == code))
    every = union_all(*parts).subquery()
    query = select(every).order_by(every.c.code, every.c.number.desc(), every.c.label, every.c.value)
    rows = (await session.execute(query)).all()
    return [FacetCount(code, value, label, number) for code, value, label, number in rows]


async def redirect(session: AsyncSession, words: Sequence[str], channels: Sequence[str]) -> str | None:
    """Where a search for these words goes instead, by the nearest channel that says so."""
    query = select(col(RedirectRow.channel_code), col(RedirectRow.address)).where(
        col(RedirectRow.words) == " ".join(words), col(RedirectRow.channel_code).in_(channels)
    )
    found = {row[0]: row[1] for row in await session.execute(query)}
    return next((found[code] for code in channels if code in found), None)


async def corrected(session: AsyncSession, words: Sequence[str]) -> tuple[str, ...] | None:
    """The words with those that no product has replaced by the closest one it has; None when nothing changes.

    Two statements, however many words there are.
    """
    term = col(TermRow.term)
    known = (exists().where(term >= word, term < word + LAST).label(f"word{place}") for place, word in enumerate(words))
    there = (await session.execute(select(*known))).one()
    lost = [word for word, found in zip(words, there, strict=True) if not found]
    near = await _beginning_like(session, sorted({word[0] for word in lost}))
    better = {word: closest(word, near[word[0]]) or word for word in lost}
    found = tuple(better.get(word, word) for word in words)
    return found if found != tuple(words) else None


async def _beginning_like(session: AsyncSession, letters: Sequence[str]) -> dict[str, list[str]]:
    """First letter → terms that begin with it, at most two thousand of each."""
    found: dict[str, list[str]] = {letter: [] for letter in letters}
    if not letters:
        return found
    term = col(TermRow.term)
    parts = [
        select(term.label("term")).where(term >= letter, term < letter + LAST).distinct().limit(MOST_NEAR).subquery()
        for letter in letters
    ]
    for (one,) in await session.execute(union_all(*(select(part.c.term) for part in parts))):
        found[one[0]].append(one)
    return found


def _ordering(wanted: Wanted, sort: str, found: Subquery | None) -> Sequence[tuple[Any, bool]]:
    """The columns hits are sorted by (column, descending); the last is the product's id, which is unique."""
    by_id = (col(ProductRow.id), False)
    if sort == "RELEVANCE" and found is not None:
        return ((found.c.score, True), (col(ProductRow.units_sold), True), by_id)
    if sort in {"PRICE_ASC", "PRICE_DESC"}:
        return ((asked_in(wanted.channels, wanted.currency, wanted.now), sort == "PRICE_DESC"), by_id)
    if sort == "NEWEST":
        return ((col(ProductRow.created_at), True), by_id)
    if sort == "RATING":
        return ((col(ProductRow.rating_milli), True), by_id)
    return ((col(ProductRow.units_sold), True), by_id)


def position_kinds(wanted: Wanted, sort: str) -> tuple[type, ...]:
    """The Python types of a position in the list: what a cursor must hold."""
    if sort == "RELEVANCE" and wanted.words:
        return (int, int, str)
    first = {"PRICE_ASC": Decimal, "PRICE_DESC": Decimal, "NEWEST": datetime}.get(sort, int)
    return (first, str)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(ProductRow.discontinued).is_(False)]
    if wanted.wordless:
        found.append(false())
    if wanted.category is not None:
        found.append(within(wanted.category))
    found += [_passes(wanted, one) for one in wanted.filters]
    return found


def _hits(query: Select[Any], wanted: Wanted, found: Subquery | None) -> Select[Any]:
    """A query of the products wanted; `found` are those that have the words, when there are any.

    What the channels of the line do with a product is joined, not looked up one by one: of many products PostgreSQL
    reads it at once.
    """
    if found is None:
        query = query.select_from(ProductRow)
    else:
        query = query.select_from(found).join(ProductRow, col(ProductRow.id) == found.c.product_id)
    states: list[Any] = [aliased(AssortmentRow) for _ in wanted.channels]
    for code, one in zip(wanted.channels, states, strict=True):
        query = query.outerjoin(one, and_(one.channel_code == code, one.product_id == col(ProductRow.id)))
    state = func.coalesce(*(one.state for one in states), literal("HIDDEN"))
    return query.where(state.in_(("SOLD", "SHOWN") if wanted.shown else ("SOLD",)), *_conditions(wanted))


def _matches(words: Sequence[str]) -> Subquery | None:
    """Products that have every word, with the sum of the words' weights; None without words.

    A whole word tells twice as much as the beginning of one. The words' terms are read once, whatever is asked of them.
    """
    if not words:
        return None
    term, weight = col(TermRow.term), col(TermRow.weight)
    begun = [and_(term >= word, term < word + LAST) for word in words]
    whole = func.coalesce(func.sum(case((term.in_(words), weight), else_=0)), 0)
    query = select(col(TermRow.product_id), (func.sum(weight) + whole).label("score"))
    query = query.where(or_(*begun)).group_by(col(TermRow.product_id))
    if len(begun) > 1:
        query = query.having(and_(*(func.max(case((one, 1), else_=0)) == 1 for one in begun)))
    return query.subquery("found")


async def _is_small(session: AsyncSession, category: CategoryRow | None) -> bool:
    """Whether a category is better sorted than looked for in the order of all products.

    Neither database can tell: both know how large a category is at the average only.
    """
    if category is None:
        return False
    some = select(literal(1)).select_from(ProductRow).where(within(category)).limit(SORTED_AT_ONCE + 1).subquery()
    return int((await session.execute(select(func.count()).select_from(some))).scalar_one()) <= SORTED_AT_ONCE


def _passes(wanted: Wanted, one: Filter) -> ColumnElement[bool]:
    bounds: list[ColumnElement[bool]] = []
    if one.code in {"price", "rating"}:
        number: Any = (
            asked_in(wanted.channels, wanted.currency, wanted.now)
            if one.code == "price"
            else col(ProductRow.rating_milli)
        )
        scale = 1 if one.code == "price" else 1000
        if one.lowest is not None:
            bounds.append(number >= one.lowest * scale)
        if one.highest is not None:
            bounds.append(number <= one.highest * scale)
        return and_(*bounds) if bounds else literal(value=True).is_(True)
    return exists().where(
        col(FacetRow.product_id) == col(ProductRow.id),
        col(FacetRow.code) == one.code,
        col(FacetRow.value).in_(one.values),
    )


def _facet_counts(wanted: Wanted, which: ColumnElement[bool]) -> Select[str, str, str, int]:
    hits = _hits(select(col(ProductRow.id)), wanted, _matches(wanted.words))
    number = func.count().label("number")
    query = select(col(FacetRow.code), col(FacetRow.value), func.min(col(FacetRow.label)).label("label"), number)
    query = query.where(which, col(FacetRow.product_id).in_(hits))
    return query.group_by(col(FacetRow.code), col(FacetRow.value))
