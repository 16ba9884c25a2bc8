"""The first tables, and the kit's."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type
from subgraphs.kit.migrations import create_kit_tables, drop_kit_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables()
    op.create_table(
        "bought",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("bought_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name="pk_bought"),
    )
    op.create_table(
        "brand",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("tagline", sa.String(), nullable=True),
        sa.Column("voice", sa.String(), nullable=True),
        sa.Column("logo", json_type(), nullable=False),
        sa.Column("primary_colour", sa.String(), nullable=False),
        sa.Column("accent_colour", sa.String(), nullable=True),
        sa.Column("typeface", sa.String(), nullable=True),
        sa.Column("program_code", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_brand"),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("trail", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("google_category_id", sa.Integer(), nullable=True),
        sa.Column("image", json_type(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name="fk_category_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_category"),
        sa.UniqueConstraint("slug", name="uq_category_slug"),
    )
    op.create_index("category_by_parent", "category", ["parent_id", "position"], unique=False)
    op.create_index("category_by_trail", "category", ["trail"], unique=False)
    op.create_table(
        "collection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("image", json_type(), nullable=True),
        sa.Column("segment_code", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection"),
        sa.UniqueConstraint("slug", name="uq_collection_slug"),
    )
    op.create_index("collection_by_segment", "collection", ["segment_code"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("image", json_type(), nullable=True),
        sa.Column("video", json_type(), nullable=True),
        sa.Column("call_to_action", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("featured", json_type(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content"),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_job"),
    )
    op.create_index("import_job_by_status", "import_job", ["status", "id"], unique=False)
    op.create_table(
        "member",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "brand_code", name="pk_member"),
    )
    op.create_table(
        "past_price",
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("asked", MoneyAmount(), nullable=False),
        sa.PrimaryKeyConstraint("channel_code", "variant_id", "currency", "since", name="pk_past_price"),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
    )
    op.create_table(
        "search",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel_code", "term", name="pk_search"),
    )
    op.create_index("search_by_day", "search", ["day"], unique=False)
    op.create_table(
        "segmented",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("segment_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "segment_code", name="pk_segmented"),
    )
    op.create_table(
        "channel",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("inherits_from", sa.String(), nullable=True),
        sa.Column("capabilities", json_type(), nullable=False),
        sa.Column("currencies", json_type(), nullable=False),
        sa.Column("locales", json_type(), nullable=False),
        sa.Column("countries", json_type(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("secret_ref", sa.String(), nullable=True),
        sa.Column("healthy", sa.Boolean(), nullable=False),
        sa.Column("last_contact_at", UtcDateTime(), nullable=True),
        sa.Column("launched_at", UtcDateTime(), nullable=True),
        sa.Column("retires_at", UtcDateTime(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_code"], ["brand.code"], name="fk_channel_brand_code"),
        sa.ForeignKeyConstraint(["inherits_from"], ["channel.code"], name="fk_channel_inherits_from"),
        sa.PrimaryKeyConstraint("code", name="pk_channel"),
    )
    op.create_index("channel_by_brand", "channel", ["brand_code"], unique=False)
    op.create_table(
        "import_rejection",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name="fk_import_rejection_job_id"),
        sa.PrimaryKeyConstraint("job_id", "position", name="pk_import_rejection"),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description_html", sa.String(), nullable=False),
        sa.Column("manufacturer", sa.String(), nullable=True),
        sa.Column("category_id", sa.String(), nullable=False),
        sa.Column("options", json_type(), nullable=False),
        sa.Column("attributes", json_type(), nullable=False),
        sa.Column("media", json_type(), nullable=False),
        sa.Column("badges", json_type(), nullable=False),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("tiers", json_type(), nullable=False),
        sa.Column("member_release_at", UtcDateTime(), nullable=True),
        sa.Column("public_release_at", UtcDateTime(), nullable=True),
        sa.Column("discontinued", sa.Boolean(), nullable=False),
        sa.Column("rating_milli", sa.Integer(), nullable=False),
        sa.Column("stars", json_type(), nullable=False),
        sa.Column("units_sold", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["brand_code"], ["brand.code"], name="fk_product_brand_code"),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name="fk_product_category_id"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("brand_code", "slug", name="uq_product_brand_code_slug"),
    )
    op.create_index("product_by_age", "product", ["created_at", "id"], unique=False)
    op.create_index("product_by_category", "product", ["category_id", "discontinued", "units_sold", "id"], unique=False)
    op.create_index("product_by_rating", "product", ["rating_milli", "id"], unique=False)
    op.create_index("product_by_sales", "product", ["units_sold", "id"], unique=False)
    op.create_index("product_by_slug", "product", ["slug"], unique=False)
    op.create_index("product_to_find", "product", ["id", "discontinued", "units_sold"], unique=False)
    op.create_table(
        "assortment",
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_assortment_channel_code"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_assortment_product_id"),
        sa.PrimaryKeyConstraint("channel_code", "product_id", name="pk_assortment"),
    )
    op.create_index("assortment_by_product", "assortment", ["product_id"], unique=False)
    op.create_table(
        "collected",
        sa.Column("collection_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["collection_id"], ["collection.id"], name="fk_collected_collection_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_collected_product_id"),
        sa.PrimaryKeyConstraint("collection_id", "position", name="pk_collected"),
    )
    op.create_index("collected_by_product", "collected", ["product_id"], unique=False)
    op.create_table(
        "experience",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("page_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("slots", json_type(), nullable=False),
        sa.Column("publish_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_experience_channel_code"),
        sa.PrimaryKeyConstraint("id", name="pk_experience"),
    )
    op.create_index("experience_by_code", "experience", ["code", "channel_code", "publish_at", "edition"], unique=False)
    op.create_index("experience_by_page", "experience", ["page_id", "publish_at"], unique=False)
    op.create_table(
        "facet",
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_facet_product_id"),
        sa.PrimaryKeyConstraint("product_id", "code", "value", name="pk_facet"),
    )
    op.create_index("facet_by_value", "facet", ["code", "value", "product_id"], unique=False)
    op.create_table(
        "redirect",
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_redirect_channel_code"),
        sa.PrimaryKeyConstraint("words", "channel_code", name="pk_redirect"),
    )
    op.create_table(
        "related",
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_related_product_id"),
        sa.ForeignKeyConstraint(["related_id"], ["product.id"], name="fk_related_related_id"),
        sa.PrimaryKeyConstraint("product_id", "intent", "position", name="pk_related"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("verified_purchase", sa.Boolean(), nullable=False),
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("helpful_count", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_review_stars"),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_review_channel_code"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_review_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("review_by_author", "review", ["author_id", "created_at", "id"], unique=False)
    op.create_index("review_by_helpful", "review", ["product_id", "helpful_count", "id"], unique=False)
    op.create_index("review_by_time", "review", ["product_id", "created_at", "id"], unique=False)
    op.create_table(
        "term",
        sa.Column("term", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_term_product_id"),
        sa.PrimaryKeyConstraint("term", "product_id", name="pk_term"),
    )
    op.create_index("term_by_product", "term", ["product_id"], unique=False)
    op.create_index("term_by_weight", "term", ["term", "product_id", "weight"], unique=False)
    op.create_table(
        "variant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("options", json_type(), nullable=False),
        sa.Column("gtins", json_type(), nullable=False),
        sa.Column("mpn", sa.String(), nullable=True),
        sa.Column("image", json_type(), nullable=True),
        sa.Column("swatch", json_type(), nullable=True),
        sa.Column("spatial", json_type(), nullable=False),
        sa.Column("online_only", sa.Boolean(), nullable=False),
        sa.Column("size_mm", json_type(), nullable=True),
        sa.Column("measure", json_type(), nullable=True),
        sa.Column("weight_grams", sa.Integer(), nullable=True),
        sa.Column("shipping_class", sa.String(), nullable=False),
        sa.Column("unit_cost", MoneyAmount(), nullable=True),
        sa.Column("unit_cost_currency", sa.String(), nullable=True),
        sa.Column("discontinued", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_variant_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_variant"),
        sa.UniqueConstraint("sku", name="uq_variant_sku"),
    )
    op.create_index("variant_by_change", "variant", ["updated_at", "id"], unique=False)
    op.create_index("variant_by_product", "variant", ["product_id", "position", "id"], unique=False)
    op.create_table(
        "barcode",
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("pack_size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_barcode_variant_id"),
        sa.PrimaryKeyConstraint("gtin", name="pk_barcode"),
    )
    op.create_index("barcode_by_variant", "barcode", ["variant_id"], unique=False)
    op.create_table(
        "listing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("external_url", sa.String(), nullable=True),
        sa.Column("synced_at", UtcDateTime(), nullable=True),
        sa.Column("issues", json_type(), nullable=False),
        sa.Column("sent", json_type(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_listing_channel_code"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_listing_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
    )
    op.create_index("listing_by_due", "listing", ["status", "due_at"], unique=False)
    op.create_index("listing_by_place", "listing", ["channel_code", "variant_id"], unique=True)
    op.create_index("listing_by_status", "listing", ["channel_code", "status"], unique=False)
    op.create_index("listing_by_variant", "listing", ["variant_id"], unique=False)
    op.create_table(
        "price",
        sa.Column("channel_code", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("regular", MoneyAmount(), nullable=False),
        sa.Column("offer", MoneyAmount(), nullable=True),
        sa.Column("offer_from", UtcDateTime(), nullable=True),
        sa.Column("offer_until", UtcDateTime(), nullable=True),
        sa.Column("member", MoneyAmount(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("regular >= 0", name="ck_price_not_negative"),
        sa.ForeignKeyConstraint(["channel_code"], ["channel.code"], name="fk_price_channel_code"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_price_variant_id"),
        sa.PrimaryKeyConstraint("channel_code", "variant_id", "currency", name="pk_price"),
    )
    op.create_index("price_by_variant", "price", ["variant_id"], unique=False)


def downgrade() -> None:
    op.drop_index("price_by_variant", table_name="price")
    op.drop_table("price")
    op.drop_index("listing_by_variant", table_name="listing")
    op.drop_index("listing_by_status", table_name="listing")
    op.drop_index("listing_by_place", table_name="listing")
    op.drop_index("listing_by_due", table_name="listing")
    op.drop_table("listing")
    op.drop_index("barcode_by_variant", table_name="barcode")
    op.drop_table("barcode")
    op.drop_index("variant_by_product", table_name="variant")
    op.drop_index("variant_by_change", table_name="variant")
    op.drop_table("variant")
    op.drop_index("term_by_weight", table_name="term")
    op.drop_index("term_by_product", table_name="term")
    op.drop_table("term")
    op.drop_index("review_by_time", table_name="review")
    op.drop_index("review_by_helpful", table_name="review")
    op.drop_index("review_by_author", table_name="review")
    op.drop_table("review")
    op.drop_table("related")
    op.drop_table("redirect")
    op.drop_index("facet_by_value", table_name="facet")
    op.drop_table("facet")
    op.drop_index("experience_by_page", table_name="experience")
    op.drop_index("experience_by_code", table_name="experience")
    op.drop_table("experience")
    op.drop_index("collected_by_product", table_name="collected")
    op.drop_table("collected")
    op.drop_index("assortment_by_product", table_name="assortment")
    op.drop_table("assortment")
    op.drop_index("product_to_find", table_name="product")
    op.drop_index("product_by_slug", table_name="product")
    op.drop_index("product_by_sales", table_name="product")
    op.drop_index("product_by_rating", table_name="product")
    op.drop_index("product_by_category", table_name="product")
    op.drop_index("product_by_age", table_name="product")
    op.drop_table("product")
    op.drop_table("import_rejection")
    op.drop_index("channel_by_brand", table_name="channel")
    op.drop_table("channel")
    op.drop_table("segmented")
    op.drop_index("search_by_day", table_name="search")
    op.drop_table("search")
    op.drop_table("promotion")
    op.drop_table("past_price")
    op.drop_table("member")
    op.drop_index("import_job_by_status", table_name="import_job")
    op.drop_table("import_job")
    op.drop_table("content")
    op.drop_index("collection_by_segment", table_name="collection")
    op.drop_table("collection")
    op.drop_index("category_by_trail", table_name="category")
    op.drop_index("category_by_parent", table_name="category")
    op.drop_table("category")
    op.drop_table("brand")
    op.drop_table("bought")
    drop_kit_tables()
