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
        "barcode_fact",
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("gtin", name="pk_barcode_fact"),
    )
    op.create_table(
        "carrier",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_carrier"),
    )
    op.create_table(
        "category_fact",
        sa.Column("category_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("category_id", "variant_id", name="pk_category_fact"),
    )
    op.create_table(
        "contact",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_contact"),
    )
    op.create_index("contact_by_customer", "contact", ["customer_id"], unique=False)
    op.create_table(
        "lead_time",
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("variant_id", name="pk_lead_time"),
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
        sa.Column("by_guest", sa.Boolean(), nullable=False),
        sa.Column("first_of_customer", sa.Boolean(), nullable=False),
        sa.Column("shipping_address", json_type(), nullable=True),
        sa.Column("collector", sa.String(), nullable=True),
        sa.Column("pickup_secret", sa.String(), nullable=True),
        sa.Column("pickup_code", sa.String(), nullable=True),
        sa.Column("link_round", sa.Integer(), nullable=False),
        sa.Column("card_last_four", sa.String(), nullable=True),
        sa.Column("delivery_option", sa.String(), nullable=True),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("estimated_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_order"),
    )
    op.create_index("order_by_card", "order", ["card_last_four", "placed_at"], unique=False)
    op.create_index("order_by_cart", "order", ["cart_id"], unique=False)
    op.create_index("order_by_customer", "order", ["customer_id", "placed_at", "id"], unique=False)
    op.create_index("order_by_day", "order", ["kind", "placed_at"], unique=False)
    op.create_index("order_by_email", "order", ["email", "placed_at"], unique=False)
    op.create_index("order_by_external_number", "order", ["external_number"], unique=False)
    op.create_index("order_by_number", "order", ["number"], unique=True)
    op.create_index("order_by_phone", "order", ["phone", "placed_at"], unique=False)
    op.create_index("order_by_pickup_code", "order", ["pickup_code"], unique=False)
    op.create_index("order_by_source", "order", ["source", "external_number"], unique=True)
    op.create_index("order_by_store", "order", ["sold_at_id", "placed_at"], unique=False)
    op.create_table(
        "place_fact",
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("group_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("location_id", name="pk_place_fact"),
    )
    op.create_table(
        "return_policy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("group_code", sa.String(), nullable=True),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("requirements", json_type(), nullable=False),
        sa.Column("restocking_fee_percent", sa.Float(), nullable=False),
        sa.Column("online_returns_in_store", sa.Boolean(), nullable=False),
        sa.Column("accepts_sister_brands", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.CheckConstraint("window_days >= 0", name="ck_return_policy_window_days"),
        sa.PrimaryKeyConstraint("id", name="pk_return_policy"),
    )
    op.create_table(
        "variant_fact",
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("unit_cost", MoneyAmount(), nullable=True),
        sa.Column("unit_cost_currency", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("variant_id", name="pk_variant_fact"),
    )
    op.create_index("variant_fact_by_sku", "variant_fact", ["sku"], unique=False)
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
        sa.Column("cost", MoneyAmount(), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("estimated_at", UtcDateTime(), nullable=True),
        sa.Column("hold_until", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_fulfilment_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fulfilment"),
    )
    op.create_index("fulfilment_by_done", "fulfilment", ["kind", "done_at"], unique=False)
    op.create_index("fulfilment_by_order", "fulfilment", ["order_id", "position"], unique=False)
    op.create_index("fulfilment_by_place", "fulfilment", ["location_id", "status"], unique=False)
    op.create_index("fulfilment_by_sent", "fulfilment", ["kind", "sent_at"], unique=False)
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
        sa.Column("called_off_quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MoneyAmount(), nullable=False),
        sa.Column("discount", MoneyAmount(), nullable=False),
        sa.Column("sold", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("reservation_id", sa.String(), nullable=True),
        sa.CheckConstraint("returned_quantity >= 0 AND called_off_quantity >= 0", name="ck_order_line_returned"),
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
        "return",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("refund", MoneyAmount(), nullable=False),
        sa.Column("exchange_order_id", sa.String(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["exchange_order_id"], ["order.id"], name="fk_return_exchange_order_id"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_return_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return"),
    )
    op.create_index("return_by_day", "return", ["received_at"], unique=False)
    op.create_index("return_by_number", "return", ["number"], unique=True)
    op.create_index("return_by_order", "return", ["order_id", "id"], unique=False)
    op.create_table(
        "fulfilment_line",
        sa.Column("fulfilment_id", sa.String(), nullable=False),
        sa.Column("order_line_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fulfilment_id"], ["fulfilment.id"], name="fk_fulfilment_line_fulfilment_id"),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name="fk_fulfilment_line_order_line_id"),
        sa.PrimaryKeyConstraint("fulfilment_id", "order_line_id", name="pk_fulfilment_line"),
    )
    op.create_table(
        "pick_task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("fulfilment_id", sa.String(), nullable=True),
        sa.Column("reservation_id", sa.String(), nullable=True),
        sa.Column("transfer_id", sa.String(), nullable=True),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("customer_waiting", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["fulfilment_id"], ["fulfilment.id"], name="fk_pick_task_fulfilment_id"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_pick_task_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pick_task"),
    )
    op.create_index("pick_task_by_change", "pick_task", ["location_id", "changed_at"], unique=False)
    op.create_index("pick_task_by_customer", "pick_task", ["customer_id", "location_id"], unique=False)
    op.create_index("pick_task_by_fulfilment", "pick_task", ["fulfilment_id"], unique=True)
    op.create_index("pick_task_by_hold", "pick_task", ["reservation_id"], unique=False)
    op.create_index("pick_task_by_place", "pick_task", ["location_id", "status", "due_at"], unique=False)
    op.create_index("pick_task_by_transfer", "pick_task", ["transfer_id"], unique=True)
    op.create_table(
        "return_line",
        sa.Column("return_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence_urls", json_type(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("refund", MoneyAmount(), nullable=False),
        sa.Column("exchange_variant_id", sa.String(), nullable=True),
        sa.CheckConstraint("quantity > 0", name="ck_return_line_quantity"),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name="fk_return_line_order_line_id"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_return_line_return_id"),
        sa.PrimaryKeyConstraint("return_id", "position", name="pk_return_line"),
    )
    op.create_index("ix_return_line_order_line_id", "return_line", ["order_line_id"], unique=False)
    op.create_table(
        "pick_line",
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=False),
        sa.CheckConstraint("picked >= 0 AND picked <= quantity", name="ck_pick_line_picked"),
        sa.ForeignKeyConstraint(["task_id"], ["pick_task.id"], name="fk_pick_line_task_id"),
        sa.PrimaryKeyConstraint("task_id", "variant_id", name="pk_pick_line"),
    )


def downgrade() -> None:
    op.drop_table("pick_line")
    op.drop_index("ix_return_line_order_line_id", table_name="return_line")
    op.drop_table("return_line")
    op.drop_index("pick_task_by_transfer", table_name="pick_task")
    op.drop_index("pick_task_by_place", table_name="pick_task")
    op.drop_index("pick_task_by_hold", table_name="pick_task")
    op.drop_index("pick_task_by_fulfilment", table_name="pick_task")
    op.drop_index("pick_task_by_customer", table_name="pick_task")
    op.drop_index("pick_task_by_change", table_name="pick_task")
    op.drop_table("pick_task")
    op.drop_table("fulfilment_line")
    op.drop_index("return_by_order", table_name="return")
    op.drop_index("return_by_number", table_name="return")
    op.drop_index("return_by_day", table_name="return")
    op.drop_table("return")
    op.drop_table("order_payment")
    op.drop_index("order_line_by_variant", table_name="order_line")
    op.drop_index("order_line_by_product", table_name="order_line")
    op.drop_index("order_line_by_order", table_name="order_line")
    op.drop_table("order_line")
    op.drop_index("order_event_by_order", table_name="order_event")
    op.drop_table("order_event")
    op.drop_index("fulfilment_by_sent", table_name="fulfilment")
    op.drop_index("fulfilment_by_place", table_name="fulfilment")
    op.drop_index("fulfilment_by_order", table_name="fulfilment")
    op.drop_index("fulfilment_by_done", table_name="fulfilment")
    op.drop_table("fulfilment")
    op.drop_index("variant_fact_by_sku", table_name="variant_fact")
    op.drop_table("variant_fact")
    op.drop_table("return_policy")
    op.drop_table("place_fact")
    op.drop_index("order_by_store", table_name="order")
    op.drop_index("order_by_source", table_name="order")
    op.drop_index("order_by_pickup_code", table_name="order")
    op.drop_index("order_by_phone", table_name="order")
    op.drop_index("order_by_number", table_name="order")
    op.drop_index("order_by_external_number", table_name="order")
    op.drop_index("order_by_email", table_name="order")
    op.drop_index("order_by_day", table_name="order")
    op.drop_index("order_by_customer", table_name="order")
    op.drop_index("order_by_cart", table_name="order")
    op.drop_index("order_by_card", table_name="order")
    op.drop_table("order")
    op.drop_table("lead_time")
    op.drop_index("contact_by_customer", table_name="contact")
    op.drop_table("contact")
    op.drop_table("category_fact")
    op.drop_table("carrier")
    op.drop_table("barcode_fact")
    drop_kit_tables()
