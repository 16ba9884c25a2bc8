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
        "barcode",
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("pack_size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gtin", name="pk_barcode"),
    )
    op.create_index("ix_barcode_variant_id", "barcode", ["variant_id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_channel"),
    )
    op.create_table(
        "discrepancy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("system_quantity", sa.Integer(), nullable=False),
        sa.Column("counted_quantity", sa.Integer(), nullable=False),
        sa.Column("oversold_in", json_type(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_discrepancy"),
    )
    op.create_index("ix_discrepancy_day", "discrepancy", ["day"], unique=False)
    op.create_index(
        "ix_discrepancy_location_id_detected_at_id", "discrepancy", ["location_id", "detected_at", "id"], unique=False
    )
    op.create_index(
        "ix_discrepancy_status_detected_at_id", "discrepancy", ["status", "detected_at", "id"], unique=False
    )
    op.create_table(
        "location",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("store_group_code", sa.String(), nullable=True),
        sa.Column("address_lines", json_type(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("hours", json_type(), nullable=False),
        sa.Column("special_days", json_type(), nullable=False),
        sa.Column("services", json_type(), nullable=False),
        sa.Column("promises_online", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=True),
        sa.Column("pick_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
        sa.UniqueConstraint("code", name="uq_location_code"),
    )
    op.create_index("ix_location_brand_code_code", "location", ["brand_code", "code"], unique=False)
    op.create_index("ix_location_latitude_longitude", "location", ["latitude", "longitude"], unique=False)
    op.create_index("ix_location_postcode", "location", ["country", "postcode"], unique=False)
    op.create_index("ix_location_store_group_code_code", "location", ["store_group_code", "code"], unique=False)
    op.create_table(
        "movement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_movement"),
    )
    op.create_index("ix_movement_kind_day", "movement", ["kind", "day"], unique=False)
    op.create_index(
        "ix_movement_variant_id_location_id_at", "movement", ["variant_id", "location_id", "at"], unique=False
    )
    op.create_table(
        "postcode",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("country", "postcode", name="pk_postcode"),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stock_level_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("transfer", json_type(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("quantity > 0", name="ck_reservation_quantity_positive"),
        sa.PrimaryKeyConstraint("id", name="pk_reservation"),
    )
    op.create_index("ix_reservation_customer_id_id", "reservation", ["customer_id", "id"], unique=False)
    op.create_index("ix_reservation_holder", "reservation", ["holder"], unique=False)
    op.create_index("ix_reservation_request", "reservation", ["request"], unique=False)
    op.create_index("ix_reservation_status_expires_at", "reservation", ["status", "expires_at"], unique=False)
    op.create_index("ix_reservation_stock_level_id_status", "reservation", ["stock_level_id", "status"], unique=False)
    op.create_table(
        "scan",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("stock_level_id", sa.String(), nullable=False),
        sa.Column("discrepancy_id", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_scan"),
    )
    op.create_table(
        "shortfall",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "variant_id", "location_id", name="pk_shortfall"),
    )
    op.create_index("ix_shortfall_day", "shortfall", ["day"], unique=False)
    op.create_table(
        "stock_level",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("inbound", sa.Integer(), nullable=False),
        sa.Column("safety_stock", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("inbound >= 0", name="ck_stock_level_inbound_not_negative"),
        sa.CheckConstraint("on_hand >= 0", name="ck_stock_level_on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0", name="ck_stock_level_reserved_not_negative"),
        sa.CheckConstraint("safety_stock >= 0", name="ck_stock_level_safety_stock_not_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_level"),
        sa.UniqueConstraint("variant_id", "location_id", name="uq_stock_level_variant_id_location_id"),
    )
    op.create_index("ix_stock_level_location_id_id", "stock_level", ["location_id", "id"], unique=False)
    op.create_index("ix_stock_level_updated_at_id", "stock_level", ["updated_at", "id"], unique=False)
    op.create_table(
        "store_group",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_store_group"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("to_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("promised_at", UtcDateTime(), nullable=False),
        sa.Column("estimated_at", UtcDateTime(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfer"),
        sa.UniqueConstraint("number", name="uq_transfer_number"),
    )
    op.create_index("ix_transfer_customer_id", "transfer", ["customer_id"], unique=False)
    op.create_index("ix_transfer_order_id", "transfer", ["order_id"], unique=False)
    op.create_index(
        "ix_transfer_to_id_status_estimated_at", "transfer", ["to_id", "status", "estimated_at"], unique=False
    )
    op.create_table(
        "transfer_event",
        sa.Column("transfer_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("transfer_id", "position", name="pk_transfer_event"),
    )
    op.create_table(
        "transfer_line",
        sa.Column("transfer_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_transfer_line_quantity_positive"),
        sa.PrimaryKeyConstraint("transfer_id", "position", name="pk_transfer_line"),
    )
    op.create_table(
        "variant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("backorder", sa.Boolean(), nullable=False),
        sa.Column("preorder", sa.Boolean(), nullable=False),
        sa.Column("order_limit", sa.Integer(), nullable=False),
        sa.Column("restock_at", UtcDateTime(), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("unit_value", MoneyAmount(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_variant"),
        sa.UniqueConstraint("sku", name="uq_variant_sku"),
    )
    op.create_index("ix_variant_product_id", "variant", ["product_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_variant_product_id", table_name="variant")
    op.drop_table("variant")
    op.drop_table("transfer_line")
    op.drop_table("transfer_event")
    op.drop_index("ix_transfer_to_id_status_estimated_at", table_name="transfer")
    op.drop_index("ix_transfer_order_id", table_name="transfer")
    op.drop_index("ix_transfer_customer_id", table_name="transfer")
    op.drop_table("transfer")
    op.drop_table("store_group")
    op.drop_index("ix_stock_level_updated_at_id", table_name="stock_level")
    op.drop_index("ix_stock_level_location_id_id", table_name="stock_level")
    op.drop_table("stock_level")
    op.drop_index("ix_shortfall_day", table_name="shortfall")
    op.drop_table("shortfall")
    op.drop_table("scan")
    op.drop_index("ix_reservation_stock_level_id_status", table_name="reservation")
    op.drop_index("ix_reservation_status_expires_at", table_name="reservation")
    op.drop_index("ix_reservation_request", table_name="reservation")
    op.drop_index("ix_reservation_holder", table_name="reservation")
    op.drop_index("ix_reservation_customer_id_id", table_name="reservation")
    op.drop_table("reservation")
    op.drop_table("postcode")
    op.drop_index("ix_movement_variant_id_location_id_at", table_name="movement")
    op.drop_index("ix_movement_kind_day", table_name="movement")
    op.drop_table("movement")
    op.drop_index("ix_location_store_group_code_code", table_name="location")
    op.drop_index("ix_location_postcode", table_name="location")
    op.drop_index("ix_location_latitude_longitude", table_name="location")
    op.drop_index("ix_location_brand_code_code", table_name="location")
    op.drop_table("location")
    op.drop_index("ix_discrepancy_status_detected_at_id", table_name="discrepancy")
    op.drop_index("ix_discrepancy_location_id_detected_at_id", table_name="discrepancy")
    op.drop_index("ix_discrepancy_day", table_name="discrepancy")
    op.drop_table("discrepancy")
    op.drop_table("channel")
    op.drop_index("ix_barcode_variant_id", table_name="barcode")
    op.drop_table("barcode")
    drop_kit_tables()
