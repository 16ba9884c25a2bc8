"""Figures for analysts."""

from __future__ import annotations

import strawberry

from subgraphs.catalog.types.shop import Channel
from subgraphs.kit.fields import field


@strawberry.federation.type(description="How listings of one channel are doing.")
class ListingHealth:
    """Counted when asked."""

    channel: Channel = field(description="Marketplace or social channel.")
    synced: int = field(description="Listings that are live and in step.")
    stale: int = field(description="Listings behind our data.")
    rejected: int = field(description="Listings the marketplace refused.")
    price_mismatches: int = field(description="Variants whose price in the marketplace differs from ours.")


@strawberry.federation.type(description="What people searched for.")
class SearchTermStat:
    """Counted every few seconds."""

    term: str = field(description="Words as they were searched for.")
    searches: int = field(description="How often they were searched for.")
    zero_result_rate: float = field(description="Share that found nothing, 0 to 1.")
    click_rate: float = field(description="Share followed by a product view, 0 to 1.")
