"""Products, their variants, and where they stand in the tree."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field

from subgraphs.catalog.models.record import Record
from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type, nothing


class CategoryRow(Record, table=True):
    """A node of the tree.

    trail   ids from the root down to this node, each followed by a slash: `ctg_a/ctg_b/`. A subtree is the rows
            whose trail begins with its root's, which an index finds.
    origin  kind of feed that brought it, and may rename and move it; None: the shop's own
    """

    __tablename__ = "category"
    __table_args__ = (Index("category_by_parent", "parent_id", "position"), Index("category_by_trail", "trail"))

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    name: str
    parent_id: str | None = Field(default=None, foreign_key="category.id")
    trail: str = Field(sa_type=String().with_variant(String(collation="C"), "postgresql"))
    origin: str | None = None
    google_category_id: int | None = None
    image: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    position: int = 0


class ProductRow(Record, table=True):
    """A product as shoppers think of it.

    options         [{"name", "values": [{"value", "hex"?, "undertone"?}]}], in display order
    attributes      [{"code", "label", "value", "unit"?}]
    media           assets in display order, as `rules.media` reads them
    rating_milli    average stars times a thousand, rounded: sorts exactly, 0 without ratings
    stars           ratings per star, one to five
    units_sold      over all channels; orders best sellers
    """

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("brand_code", "slug"),
        Index("product_by_slug", "slug"),
        # What a listing reads is in the index: counting a large category touches no row.
        Index("product_by_category", "category_id", "discontinued", "units_sold", "id"),
        Index("product_to_find", "id", "discontinued", "units_sold"),
        Index("product_by_sales", "units_sold", "id"),
        Index("product_by_age", "created_at", "id"),
        Index("product_by_rating", "rating_milli", "id"),
    )

    id: str = Field(primary_key=True)
    brand_code: str = Field(foreign_key="brand.code")
    slug: str
    name: str
    description_html: str = ""
    manufacturer: str | None = None
    category_id: str = Field(foreign_key="category.id")
    options: list[dict[str, Any]] = Field(default_factory=nothing, sa_type=json_type())
    attributes: list[dict[str, Any]] = Field(default_factory=nothing, sa_type=json_type())
    media: list[dict[str, Any]] = Field(default_factory=nothing, sa_type=json_type())
    badges: list[str] = Field(default_factory=nothing, sa_type=json_type())
    members_only: bool = False
    tiers: list[str] = Field(default_factory=nothing, sa_type=json_type())
    member_release_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    public_release_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    discontinued: bool = False
    rating_milli: int = 0
    stars: list[int] = Field(default_factory=lambda: [0, 0, 0, 0, 0], sa_type=json_type())
    units_sold: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class VariantRow(Record, table=True):
    """The exact thing that is stocked, scanned and bought.

    options     [{"name", "value"}]
    gtins       fourteen digits each, the consumer unit first; `BarcodeRow` finds them
    swatch      {"hex"?, "undertone"?, "image"?}
    spatial     3D models of this variant, as `rules.media` reads them
    size_mm     [width, height, depth] of the packed unit
    measure     [amount, unit] of the content, e.g. [30, "ml"]: the price per standard measure follows from it
    """

    __tablename__ = "variant"
    __table_args__ = (
        Index("variant_by_product", "product_id", "position", "id"),
        Index("variant_by_change", "updated_at", "id"),
    )

    id: str = Field(primary_key=True)
    sku: str = Field(unique=True)
    product_id: str = Field(foreign_key="product.id")
    name: str
    options: list[dict[str, str]] = Field(default_factory=nothing, sa_type=json_type())
    gtins: list[str] = Field(default_factory=nothing, sa_type=json_type())
    mpn: str | None = None
    image: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    swatch: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    spatial: list[dict[str, Any]] = Field(default_factory=nothing, sa_type=json_type())
    online_only: bool = False
    size_mm: list[int] | None = Field(default=None, sa_type=json_type())
    measure: list[Any] | None = Field(default=None, sa_type=json_type())
    weight_grams: int | None = None
    shipping_class: str = "PARCEL"
    unit_cost: Decimal | None = Field(default=None, sa_type=MoneyAmount)
    unit_cost_currency: str | None = None
    discontinued: bool = False
    position: int = 0
    updated_at: datetime = Field(sa_type=UtcDateTime)


class BarcodeRow(Record, table=True):
    """A barcode of a variant, or of a case of it (`pack_size` units)."""

    __tablename__ = "barcode"
    __table_args__ = (Index("barcode_by_variant", "variant_id"),)

    gtin: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id")
    pack_size: int = 1


class FacetRow(Record, table=True):
    """A product can be narrowed down to by this value: brand, colour, material and so on."""

    __tablename__ = "facet"
    __table_args__ = (Index("facet_by_value", "code", "value", "product_id"),)

    product_id: str = Field(primary_key=True, foreign_key="product.id")
    code: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    label: str


class TermRow(Record, table=True):
    """A word by which a product is found; `weight` says how much it tells (name 8, brand 4, the rest less)."""

    __tablename__ = "term"
    __table_args__ = (Index("term_by_product", "product_id"), Index("term_by_weight", "term", "product_id", "weight"))

    term: str = Field(primary_key=True, sa_type=String().with_variant(String(collation="C"), "postgresql"))
    product_id: str = Field(primary_key=True, foreign_key="product.id")
    weight: int


class RelatedRow(Record, table=True):
    """Another product to show with this one, chosen by hand."""

    __tablename__ = "related"

    product_id: str = Field(primary_key=True, foreign_key="product.id")
    intent: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    related_id: str = Field(foreign_key="product.id")
