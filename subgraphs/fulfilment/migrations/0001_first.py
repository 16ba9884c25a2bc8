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
        "carrier",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_carrier"),
    )
    op.create_table(
        "order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_number", sa.String(), nullable=True),
        sa.Column("sold_at_id", sa.String(), nullable=True),
        sa.Column("sold_by", sa.String(), nullable=True),
        sa.Column("cart_id", sa.String(), nullable=True),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("subtotal", MoneyAmount(), nullable=False),
        sa.Column("discount", MoneyAmount(), nullable=False),
        sa.Column("delivery", MoneyAmount(), nullable=False),
        sa.Column("tax", MoneyAmount(), nullable=False),
        sa.Column("total", MoneyAmount(), nullable=False),
        sa.Column("sales", MoneyAmount(), nullable=False),
        sa.Column("sold_units", sa.Integer(), nullable=False),
        sa.Column("cost", MoneyAmount(), nullable=False),
        sa.Column("first_of_customer", sa.Boolean(), nullable=False),
        sa.Column("shipping_address", json_type(), nullable=True),
        sa.Column("collector", sa.String(), nullable=True),
        sa.Column("pickup_secret", sa.String(), nullable=True),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("estimated_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_order"),
    )
    op.create_index("order_by_cart", "order", ["cart_id"], unique=False)
    op.create_index("order_by_customer", "order", ["customer_id", "placed_at", "id"], unique=False)
    op.create_index("order_by_day", "order", ["kind", "placed_at"], unique=False)
    op.create_index("order_by_number", "order", ["number"], unique=True)
    op.create_index("order_by_source", "order", ["source", "external_number"], unique=True)
    op.create_table(
        "variant_fact",
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("variant_id", name="pk_variant_fact"),
    )
    op.create_table(
        "fulfilment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("location_name", sa.String(), nullable=True),
        sa.Column("carrier_code", sa.String(), nullable=True),
        sa.Column("tracking_number", sa.String(), nullable=True),
        sa.Column("transfer_id", sa.String(), nullable=True),
        sa.Column("kerbside", sa.Boolean(), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("estimated_at", UtcDateTime(), nullable=True),
        sa.Column("hold_until", UtcDateTime(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_fulfilment_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fulfilment"),
    )
    op.create_index("fulfilment_by_order", "fulfilment", ["order_id", "position"], unique=False)
    op.create_index("fulfilment_by_place", "fulfilment", ["location_id", "status"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("fulfilment_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_order_event_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_order_event"),
    )
    op.create_index("order_event_by_order", "order_event", ["order_id", "at", "id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("returned_quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MoneyAmount(), nullable=False),
        sa.Column("discount", MoneyAmount(), nullable=False),
        sa.Column("sold", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("reservation_id", sa.String(), nullable=True),
        sa.CheckConstraint("returned_quantity >= 0", name="ck_order_line_returned"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_order_line_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_order_line"),
    )
    op.create_index("order_line_by_order", "order_line", ["order_id", "position"], unique=False)
    op.create_index("order_line_by_product", "order_line", ["product_id"], unique=False)
    op.create_index("order_line_by_variant", "order_line", ["variant_id"], unique=False)
    op.create_table(
        "order_payment",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("amount", MoneyAmount(), nullable=False),
        sa.Column("refunded", MoneyAmount(), nullable=False),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount", name="ck_order_payment_refunded"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_order_payment_order_id"),
        sa.PrimaryKeyConstraint("order_id", "position", name="pk_order_payment"),
    )
    op.create_table(
        "fulfilment_line",
        sa.Column("fulfilment_id", sa.String(), nullable=False),
        sa.Column("order_line_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fulfilment_id"], ["fulfilment.id"], name="fk_fulfilment_line_fulfilment_id"),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name="fk_fulfilment_line_order_line_id"),
        sa.PrimaryKeyConstraint("fulfilment_id", "order_line_id", name="pk_fulfilment_line"),
    )


def downgrade() -> None:
    op.drop_table("fulfilment_line")
    op.drop_table("order_payment")
    op.drop_index("order_line_by_variant", table_name="order_line")
    op.drop_index("order_line_by_product", table_name="order_line")
    op.drop_index("order_line_by_order", table_name="order_line")
    op.drop_table("order_line")
    op.drop_index("order_event_by_order", table_name="order_event")
    op.drop_table("order_event")
    op.drop_index("fulfilment_by_place", table_name="fulfilment")
    op.drop_index("fulfilment_by_order", table_name="fulfilment")
    op.drop_table("fulfilment")
    op.drop_table("variant_fact")
    op.drop_index("order_by_source", table_name="order")
    op.drop_index("order_by_number", table_name="order")
    op.drop_index("order_by_day", table_name="order")
    op.drop_index("order_by_customer", table_name="order")
    op.drop_index("order_by_cart", table_name="order")
    op.drop_table("order")
    op.drop_table("carrier")
    drop_kit_tables()
