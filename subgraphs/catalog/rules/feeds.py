"""What a feed's attributes may hold (Google Merchant product data specification)."""

from __future__ import annotations

from collections.abc import Sequence

from subgraphs.catalog.rules.words import cut

LONGEST_TITLE = 150
MOST_LABELS = 5
LONGEST_LABEL = 100


def feed_title(name: str) -> str:
    """The title, cut to 150 characters."""
    return cut(name, LONGEST_TITLE)


def custom_labels(badges: Sequence[str], *, online_only: bool) -> list[str]:
    """Labels for campaigns: the badges, and whether it is kept in stores; at most five of 100 characters."""
    labels = [*badges, "Online only" if online_only else "In stores"]
    return [cut(label, LONGEST_LABEL) for label in labels[:MOST_LABELS]]
