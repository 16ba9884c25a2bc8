"""What is stored, by noun. Amounts are exact decimals in major units; instants are UTC."""

from subgraphs.catalog.models.content import CollectedRow, CollectionRow, ContentRow, ExperienceRow, ReviewRow
from subgraphs.catalog.models.goods import (
    BarcodeRow,
    CategoryRow,
    FacetRow,
    ProductRow,
    RelatedRow,
    TermRow,
    VariantRow,
)
from subgraphs.catalog.models.listing import ImportJobRow, ListingRow, RedirectRow, RejectionRow, SearchRow
from subgraphs.catalog.models.offer import AssortmentRow, PastPriceRow, PriceRow
from subgraphs.catalog.models.record import Record
from subgraphs.catalog.models.shop import BoughtRow, BrandRow, ChannelRow, MemberRow, PromotionRow, SegmentedRow

__all__ = [
    "AssortmentRow",
    "BarcodeRow",
    "BoughtRow",
    "BrandRow",
    "CategoryRow",
    "ChannelRow",
    "CollectedRow",
    "CollectionRow",
    "ContentRow",
    "ExperienceRow",
    "FacetRow",
    "ImportJobRow",
    "ListingRow",
    "MemberRow",
    "PastPriceRow",
    "PriceRow",
    "ProductRow",
    "PromotionRow",
    "Record",
    "RedirectRow",
    "RejectionRow",
    "RelatedRow",
    "ReviewRow",
    "SearchRow",
    "SegmentedRow",
    "TermRow",
    "VariantRow",
]
