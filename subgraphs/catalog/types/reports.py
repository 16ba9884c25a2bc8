"""Figures for analysts."""

from __future__ import annotations

import strawberry

from subgraphs.catalog.types.shop import Channel
from subgraphs.kit.fields import field


@strawberry.federation.type(description="How listings of one channel are doing.")
class ListingHealth:
    """Counted when asked."""

    channel: Channel = field(description="Channel.")
    synced: int = field(description="Live and in step.")
    stale: int = field(description="Behind our data.")
    rejected: int = field(description="Refused.")
    price_mismatches: int = field(description="Variants whose price in the marketplace differs from ours.")


@strawberry.federation.type(description="What people searched for.")
class SearchTermStat:
    """Counted every few seconds."""

    term: str = field(description="Words.")
    searches: int = field(description="Searches.")
    zero_result_rate: float = field(description="Share that found nothing, 0 to 1.")
    click_rate: float = field(description="Share followed by a product view, 0 to 1.")
