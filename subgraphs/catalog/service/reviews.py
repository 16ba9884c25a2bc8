"""Reading and writing reviews."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.models import BoughtRow, ProductRow, ReviewRow
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.tables import KIT

LONGEST_BODY = 5_000
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review to submit."""

    product_id: str
    stars: int
    title: str | None
    body: str


async def submit(
    session: AsyncSession, customer_id: str, channel: str, key: str, draft: ReviewDraft, now: datetime
) -> str:
    """Keep a review and count its stars; gives its id.

    Raises  `InvalidInput` for a review of the wrong form or a second one; `NotFound` for a product that does not exist.
    """

    async def work() -> str:
        _check(draft)
        query = select(ProductRow).where(col(ProductRow.id) == draft.product_id).with_for_update()
        product = (await session.execute(query)).scalars().first()
        if product is None:
            raise NotFound("There is no such product", ("input", "productId"))
        mine = select(col(ReviewRow.id)).where(
            col(ReviewRow.author_id) == customer_id, col(ReviewRow.product_id) == draft.product_id
        )
        if (await session.execute(mine.limit(1))).first() is not None:
            raise InvalidInput("You reviewed this product before", ("input", "productId"))
        row = ReviewRow(
            id=new_id("Review"),
            product_id=draft.product_id,
            author_id=customer_id,
            author_name=await _name_of(session, customer_id),
            stars=draft.stars,
            title=draft.title,
            body=draft.body,
            verified_purchase=await session.get(BoughtRow, (customer_id, draft.product_id)) is not None,
            channel_code=channel,
            created_at=now,
        )
        session.add(row)
        product.stars = [count + (number == draft.stars) for number, count in enumerate(product.stars, 1)]
        total = sum(number * count for number, count in enumerate(product.stars, 1))
        product.rating_milli = total * 1000 // sum(product.stars)
        await emit(
            session,
            "review.written",
            row.id,
            {"review_id": row.id, "product_id": product.id, "customer_id": customer_id, "stars": draft.stars},
        )
        return row.id

    return str(await once(session, f"reviewSubmit:{customer_id}", key, asdict(draft), work))


def _check(draft: ReviewDraft) -> None:
    if not 1 <= draft.stars <= 5:
        raise InvalidInput("Stars are 1 to 5", ("input", "stars"))
    if not draft.body.strip() or len(draft.body) > LONGEST_BODY:
        message = f"A review has 1 to {LONGEST_BODY} characters"
        raise InvalidInput(message, ("input", "body"))
    if draft.title is not None and len(draft.title) > LONGEST_TITLE:
        message = f"A title has at most {LONGEST_TITLE} characters"
        raise InvalidInput(message, ("input", "title"))


async def _name_of(session: AsyncSession, customer_id: str) -> str:
    """The name to show, as the customer service told it; a plain word when it has not yet."""
    table = KIT.names
    query = select(table.c.name).where(table.c.kind == "customer", table.c.code == customer_id)
    return (await session.execute(query)).scalar() or "A customer"
