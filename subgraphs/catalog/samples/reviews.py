"""Reviews of the sample world: a handful for each product, the same ones every time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from subgraphs.kit.sample_world import CUSTOMERS, PRODUCTS

_SINCE = datetime(2025, 9, 1, 10, tzinfo=UTC)

# stars, title, text
_TEXTS: tuple[tuple[int, str | None, str], ...] = (
    (5, "Exactly as shown", "Came when it should, looks better than in the pictures, and I would buy it again."),
    (5, "A year on", "I have used it almost every day for a year and it still looks new."),
    (4, "Good, with one wish", "Very happy with it. I wish it came in more colours."),
    (5, None, "My sister saw it and ordered one the same evening."),
    (4, "Solid", "Well made and worth the price. Delivery took a day longer than promised."),
    (3, "It is fine", "Does what it says. I expected a little more after reading the other reviews."),
    (5, "Tried it in the store first", "I scanned it in the shop, read the reviews, and took it home. No regrets."),
    (2, "Not for me", "Smaller than I thought. The return at the counter was easy, though."),
    (4, "Nice surprise", "Bought on offer and did not expect this quality."),
    (1, "Arrived damaged", "The box was open and one corner was broken. They replaced it within two days."),
    (5, "Perfect present", "Gave it to my father, who is hard to please, and he is pleased."),
    (4, None, "Good value, plain instructions, all parts there."),
)  # fmt: skip

_STRANGERS = ("Maya L.", "Tom H.", "Ines K.", "Jonas W.", "Priya S.", "Will B.", "Lena F.", "Sam O.")
_CHANNELS = ("web", "app", "store", "kiosk")
_REPLY = "Thank you for telling us. We have passed this on to the people who pack it."


@dataclass(frozen=True, slots=True)
class SampleReview:
    """One review; `author` is a customer's key, None for a writer whose account is gone."""

    number: int
    stars: int
    title: str | None
    body: str
    author: str | None
    author_name: str
    verified: bool
    channel: str
    created_at: datetime
    helpful: int
    reply: str | None


def _reviews(slug: str) -> tuple[SampleReview, ...]:
    seed = hashlib.sha256(slug.encode()).digest()
    count = 3 + seed[0] % 7
    return tuple(_review(seed, number, seed[1] + number) for number in range(count))


def _review(seed: bytes, number: int, turn: int) -> SampleReview:
    stars, title, body = _TEXTS[turn % len(_TEXTS)]
    known = number < 2
    person = CUSTOMERS[(seed[2] + number) % len(CUSTOMERS)]
    return SampleReview(
        number=number,
        stars=stars,
        title=title,
        body=body,
        author=person.key if known else None,
        author_name=f"{person.given_name} {person.family_name[0]}." if known else _STRANGERS[turn % len(_STRANGERS)],
        verified=turn % 3 != 0,
        channel=_CHANNELS[turn % len(_CHANNELS)],
        created_at=_SINCE + timedelta(days=turn * 3 % 400, hours=number),
        helpful=seed[3 + number] % 40,
        reply=_REPLY if stars <= 2 else None,
    )


REVIEWS: Mapping[str, tuple[SampleReview, ...]] = {product.slug: _reviews(product.slug) for product in PRODUCTS}
"""Product slug → its reviews."""
