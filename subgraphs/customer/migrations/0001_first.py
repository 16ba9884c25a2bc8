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
        "customer",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("first_name", sa.String(100), nullable=True),
        sa.Column("last_name", sa.String(100), nullable=True),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("phone", sa.String(20), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("locale", sa.String(35), nullable=True),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("preferred_store_id", sa.String(80), nullable=True),
        sa.Column("segment_codes", json_type(), nullable=False),
        sa.Column("contact", json_type(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_table(
        "known_order",
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=True),
        sa.Column("total", MoneyAmount(), nullable=False),
        sa.Column("refunded", MoneyAmount(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("brand", sa.String(60), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_known_order"),
    )
    op.create_index("ix_known_order_customer_id", "known_order", ["customer_id"], unique=False)
    op.create_table(
        "loyalty_program",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("brands", json_type(), nullable=False),
        sa.Column("tiers", json_type(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_loyalty_program"),
    )
    op.create_table(
        "occasion",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("detail", json_type(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_occasion"),
    )
    op.create_index("ix_occasion_customer_id", "occasion", ["customer_id"], unique=False)
    op.create_table(
        "ready_order",
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("location_id", sa.String(80), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_ready_order"),
    )
    op.create_index("ix_ready_order_customer_id", "ready_order", ["customer_id"], unique=False)
    op.create_table(
        "browsed_product",
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("product_id", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_browsed_product_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name="pk_browsed_product"),
    )
    op.create_index("ix_browsed_product_customer_id_at", "browsed_product", ["customer_id", "at"], unique=False)
    op.create_table(
        "consent",
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_consent_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "purpose", name="pk_consent"),
    )
    op.create_table(
        "customer_address",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("lines", json_type(), nullable=False),
        sa.Column("city", sa.String(100), nullable=False),
        sa.Column("region", sa.String(100), nullable=True),
        sa.Column("postcode", sa.String(20), nullable=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("is_default_shipping", sa.Boolean(), nullable=False),
        sa.Column("is_default_billing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_address_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_address"),
    )
    op.create_index("ix_customer_address_customer_id", "customer_address", ["customer_id"], unique=False)
    op.create_table(
        "customer_identity",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_identity_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_identity"),
        sa.UniqueConstraint("kind", "value", "customer_id", name="uq_customer_identity_kind_value_customer_id"),
    )
    op.create_index("ix_customer_identity_customer_id", "customer_identity", ["customer_id"], unique=False)
    op.create_index(
        "uq_customer_identity_sole",
        "customer_identity",
        ["kind", "value"],
        unique=True,
        sqlite_where=sa.text("sole"),
        postgresql_where=sa.text("sole"),
    )
    op.create_table(
        "customer_session",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("device", sa.String(128), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_session_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_session"),
        sa.UniqueConstraint("customer_id", "device", name="uq_customer_session_customer_id_device"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("program_code", sa.String(60), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("tier_code", sa.String(40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("pending_points", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("points >= 0", name="ck_membership_points_not_negative"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_membership_customer_id"),
        sa.ForeignKeyConstraint(["program_code"], ["loyalty_program.code"], name="fk_membership_program_code"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("customer_id", "program_code", name="uq_membership_customer_id_program_code"),
        sa.UniqueConstraint("number", name="uq_membership_number"),
    )
    op.create_table(
        "profile_fact",
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("variant_id", sa.String(80), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_profile_fact_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "code", name="pk_profile_fact"),
    )
    op.create_table(
        "reward",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("program_code", sa.String(60), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_code"], ["loyalty_program.code"], name="fk_reward_program_code"),
        sa.PrimaryKeyConstraint("id", name="pk_reward"),
    )
    op.create_index("ix_reward_program_code", "reward", ["program_code"], unique=False)
    op.create_table(
        "store_visit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("location_id", sa.String(80), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("noticed_by", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_store_visit_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_store_visit"),
    )
    op.create_index("ix_store_visit_customer_id", "store_visit", ["customer_id"], unique=False)
    op.create_index("ix_store_visit_location_id_arrived_at", "store_visit", ["location_id", "arrived_at"], unique=False)
    op.create_table(
        "stored_value_card",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("balance", MoneyAmount(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("auto_reload", MoneyAmount(), nullable=True),
        sa.CheckConstraint("balance >= 0", name="ck_stored_value_card_balance_not_negative"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_stored_value_card_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stored_value_card"),
        sa.UniqueConstraint("number", name="uq_stored_value_card_number"),
    )
    op.create_index("ix_stored_value_card_customer_id", "stored_value_card", ["customer_id"], unique=False)
    op.create_table(
        "touch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=True),
        sa.Column("visitor_id", sa.String(128), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=True),
        sa.Column("source", sa.String(300), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_touch_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_touch"),
        sa.UniqueConstraint("fingerprint", name="uq_touch_fingerprint"),
    )
    op.create_index("ix_touch_customer_id_at_id", "touch", ["customer_id", "at", "id"], unique=False)
    op.create_index("ix_touch_visitor_id", "touch", ["visitor_id"], unique=False)
    op.create_table(
        "try_on",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("variant_id", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("image_url", sa.String(2048), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_try_on_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_try_on"),
    )
    op.create_index("ix_try_on_customer_id", "try_on", ["customer_id"], unique=False)
    op.create_table(
        "wishlist",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_wishlist_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wishlist"),
    )
    op.create_index("ix_wishlist_customer_id", "wishlist", ["customer_id"], unique=False)
    op.create_table(
        "points_claim",
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("membership_id", sa.String(80), nullable=False),
        sa.Column("tender", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_points_claim_membership_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_points_claim"),
    )
    op.create_table(
        "points_movement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("membership_id", sa.String(80), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("tender", sa.String(20), nullable=True),
        sa.Column("order_id", sa.String(80), nullable=True),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("once", sa.String(160), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_points_movement_membership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_points_movement"),
        sa.UniqueConstraint("membership_id", "once", name="uq_points_movement_membership_id_once"),
    )
    op.create_index("ix_points_movement_membership_id_at", "points_movement", ["membership_id", "at"], unique=False)
    op.create_index("ix_points_movement_order_id", "points_movement", ["order_id"], unique=False)
    op.create_table(
        "taken_reward",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("membership_id", sa.String(80), nullable=False),
        sa.Column("reward_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("voucher_code", sa.String(40), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_taken_reward_membership_id"),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name="fk_taken_reward_reward_id"),
        sa.PrimaryKeyConstraint("id", name="pk_taken_reward"),
        sa.UniqueConstraint("voucher_code", name="uq_taken_reward_voucher_code"),
    )
    op.create_index("ix_taken_reward_membership_id", "taken_reward", ["membership_id"], unique=False)
    op.create_table(
        "wishlist_item",
        sa.Column("wishlist_id", sa.String(80), nullable=False),
        sa.Column("variant_id", sa.String(80), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_in", sa.String(63), nullable=False),
        sa.ForeignKeyConstraint(["wishlist_id"], ["wishlist.id"], name="fk_wishlist_item_wishlist_id"),
        sa.PrimaryKeyConstraint("wishlist_id", "variant_id", name="pk_wishlist_item"),
    )


def downgrade() -> None:
    op.drop_table("wishlist_item")
    op.drop_index("ix_taken_reward_membership_id", table_name="taken_reward")
    op.drop_table("taken_reward")
    op.drop_index("ix_points_movement_order_id", table_name="points_movement")
    op.drop_index("ix_points_movement_membership_id_at", table_name="points_movement")
    op.drop_table("points_movement")
    op.drop_table("points_claim")
    op.drop_index("ix_wishlist_customer_id", table_name="wishlist")
    op.drop_table("wishlist")
    op.drop_index("ix_try_on_customer_id", table_name="try_on")
    op.drop_table("try_on")
    op.drop_index("ix_touch_visitor_id", table_name="touch")
    op.drop_index("ix_touch_customer_id_at_id", table_name="touch")
    op.drop_table("touch")
    op.drop_index("ix_stored_value_card_customer_id", table_name="stored_value_card")
    op.drop_table("stored_value_card")
    op.drop_index("ix_store_visit_location_id_arrived_at", table_name="store_visit")
    op.drop_index("ix_store_visit_customer_id", table_name="store_visit")
    op.drop_table("store_visit")
    op.drop_index("ix_reward_program_code", table_name="reward")
    op.drop_table("reward")
    op.drop_table("profile_fact")
    op.drop_table("membership")
    op.drop_table("customer_session")
    op.drop_index(
        "uq_customer_identity_sole",
        table_name="customer_identity",
        sqlite_where=sa.text("sole"),
        postgresql_where=sa.text("sole"),
    )
    op.drop_index("ix_customer_identity_customer_id", table_name="customer_identity")
    op.drop_table("customer_identity")
    op.drop_index("ix_customer_address_customer_id", table_name="customer_address")
    op.drop_table("customer_address")
    op.drop_table("consent")
    op.drop_index("ix_browsed_product_customer_id_at", table_name="browsed_product")
    op.drop_table("browsed_product")
    op.drop_index("ix_ready_order_customer_id", table_name="ready_order")
    op.drop_table("ready_order")
    op.drop_index("ix_occasion_customer_id", table_name="occasion")
    op.drop_table("occasion")
    op.drop_table("loyalty_program")
    op.drop_index("ix_known_order_customer_id", table_name="known_order")
    op.drop_table("known_order")
    op.drop_table("customer")
    drop_kit_tables()
