"""What marketing writes and what customers write."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from subgraphs.catalog.models.record import Record
from subgraphs.kit.columns import UtcDateTime, json_type, nothing


class CollectionRow(Record, table=True):
    """A set of products in merchandised order. `segment_code`: picked for the people of that segment."""

    __tablename__ = "collection"
    __table_args__ = (Index("collection_by_segment", "segment_code"),)

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    title: str
    image: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    segment_code: str | None = None
    position: int = 0


class CollectedRow(Record, table=True):
    """A product's place in a collection."""

    __tablename__ = "collected"
    __table_args__ = (Index("collected_by_product", "product_id"),)

    collection_id: str = Field(primary_key=True, foreign_key="collection.id")
    position: int = Field(primary_key=True)
    product_id: str = Field(foreign_key="product.id")


class ContentRow(Record, table=True):
    """A piece of content a page's block may show: picture, text, call to action, video."""

    __tablename__ = "content"

    id: str = Field(primary_key=True)
    body_html: str = ""
    image: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    video: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    call_to_action: str | None = None
    target: str | None = None
    featured: list[str] = Field(default_factory=nothing, sa_type=json_type())


class ExperienceRow(Record, table=True):
    """One edition of a page of one channel; the latest whose time has come is the published one.

    page_id     global id of the page: the same for all its editions
    slots       [{"key", "kind", "title", "source"?, "segments", "arm"?}], in order; `key` is stable for focus on TV
    """

    __tablename__ = "experience"
    __table_args__ = (
        Index("experience_by_code", "code", "channel_code", "publish_at", "edition"),
        Index("experience_by_page", "page_id", "publish_at"),
    )

    id: str = Field(primary_key=True)
    page_id: str
    code: str
    channel_code: str = Field(foreign_key="channel.code")
    edition: int = 1
    slots: list[dict[str, Any]] = Field(sa_type=json_type())
    publish_at: datetime = Field(sa_type=UtcDateTime)


class ReviewRow(Record, table=True):
    """A customer's review. `author_id` None: the account is gone."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index("review_by_helpful", "product_id", "helpful_count", "id"),
        Index("review_by_time", "product_id", "created_at", "id"),
        Index("review_by_author", "author_id", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    product_id: str = Field(foreign_key="product.id")
    author_id: str | None = None
    author_name: str
    stars: int
    title: str | None = None
    body: str
    verified_purchase: bool = False
    channel_code: str = Field(foreign_key="channel.code")
    created_at: datetime = Field(sa_type=UtcDateTime)
    helpful_count: int = 0
    reply: str | None = None
