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
        "cart",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("noticed", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("started_in", sa.String(), nullable=False),
        sa.Column("channels", json_type(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("shipping_address", json_type(), nullable=True),
        sa.Column("billing_address", json_type(), nullable=True),
        sa.Column("promised", json_type(), nullable=True),
        sa.Column("register_code", sa.String(), nullable=True),
        sa.Column("register_location_id", sa.String(), nullable=True),
        sa.Column("served_by", sa.String(), nullable=True),
        sa.Column("handoff_code", sa.String(), nullable=True),
        sa.Column("handoff_expires_at", UtcDateTime(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("ordered_in", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("abandoned_at", UtcDateTime(), nullable=True),
        sa.Column("changed_why", sa.String(), nullable=False),
        sa.Column("changed_in", sa.String(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_value", MoneyAmount(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cart"),
    )
    op.create_index("cart_by_abandoned", "cart", ["abandoned_at", "id"], unique=False)
    op.create_index("cart_by_customer", "cart", ["customer_id", "updated_at"], unique=False)
    op.create_index("cart_by_handoff", "cart", ["handoff_code"], unique=False)
    op.create_index("cart_by_started", "cart", ["created_at"], unique=False)
    op.create_index("cart_by_status", "cart", ["status", "updated_at"], unique=False)
    op.create_index(
        "cart_in_use",
        "cart",
        ["customer_id", "brand_code"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )
    op.create_table(
        "layaway",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total", MoneyAmount(), nullable=False),
        sa.Column("paid", MoneyAmount(), nullable=False),
        sa.Column("lines", json_type(), nullable=False),
        sa.Column("reservations", json_type(), nullable=False),
        sa.Column("hold_key", sa.String(), nullable=False),
        sa.Column("due_back", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_layaway"),
        sa.UniqueConstraint("number", name="uq_layaway_number"),
    )
    op.create_index("layaway_by_customer", "layaway", ["customer_id"], unique=False)
    op.create_index("layaway_by_order", "layaway", ["order_id"], unique=False)
    op.create_index("layaway_by_status", "layaway", ["status"], unique=False)
    op.create_index(
        "layaway_due_back",
        "layaway",
        ["id"],
        unique=False,
        sqlite_where=sa.text("due_back"),
        postgresql_where=sa.text("due_back"),
    )
    op.create_table(
        "member",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "brand_code", name="pk_member"),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channels", json_type(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=True),
        sa.Column("percent", MoneyAmount(), nullable=False),
        sa.Column("amount", MoneyAmount(), nullable=False),
        sa.Column("buy", sa.Integer(), nullable=False),
        sa.Column("pay", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("least_subtotal", MoneyAmount(), nullable=False),
        sa.Column("goods", json_type(), nullable=False),
        sa.Column("gift_variant_id", sa.String(), nullable=True),
        sa.Column("reward_id", sa.String(), nullable=True),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
    )
    op.create_index("promotion_by_reward", "promotion", ["reward_id"], unique=False)
    op.create_index("promotion_by_start", "promotion", ["starts_at"], unique=False)
    op.create_table(
        "promotion_day",
        sa.Column("promotion_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("redeemed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("cost", MoneyAmount(), nullable=False),
        sa.Column("sales", MoneyAmount(), nullable=False),
        sa.PrimaryKeyConstraint("promotion_id", "channel", "day", "currency", name="pk_promotion_day"),
    )
    op.create_index("promotion_day_by_day", "promotion_day", ["day"], unique=False)
    op.create_table(
        "register",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_register"),
    )
    op.create_table(
        "stored_value",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("balance", MoneyAmount(), nullable=False),
        sa.CheckConstraint("balance >= 0", name="ck_stored_value_balance"),
        sa.PrimaryKeyConstraint("token", name="pk_stored_value"),
    )
    op.create_table(
        "stored_value_move",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("taken", MoneyAmount(), nullable=False),
        sa.Column("given_back", MoneyAmount(), nullable=False),
        sa.CheckConstraint("given_back BETWEEN 0 AND taken", name="ck_stored_value_move_given_back"),
        sa.PrimaryKeyConstraint("key", name="pk_stored_value_move"),
    )
    op.create_table(
        "variant_fact",
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand_code", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("price", MoneyAmount(), nullable=True),
        sa.Column("reduced", sa.Boolean(), nullable=False),
        sa.Column("bar", sa.String(), nullable=False),
        sa.Column("online_only", sa.Boolean(), nullable=False),
        sa.Column("groups", json_type(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("variant_id", "channel", name="pk_variant_fact"),
    )
    op.create_table(
        "cart_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_added", MoneyAmount(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("transfer_quote_id", sa.String(), nullable=True),
        sa.Column("fee", MoneyAmount(), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("reservation_id", sa.String(), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("added_in", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="ck_cart_line_quantity"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_cart_line_cart_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cart_line"),
    )
    op.create_index("cart_line_by_cart", "cart_line", ["cart_id", "added_at"], unique=False)
    op.create_index("cart_line_by_variant", "cart_line", ["variant_id"], unique=False)
    op.create_table(
        "cart_payment",
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("amount", MoneyAmount(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_cart_payment_amount"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_cart_payment_cart_id"),
        sa.PrimaryKeyConstraint("cart_id", "position", name="pk_cart_payment"),
    )
    op.create_table(
        "cart_voucher",
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_cart_voucher_cart_id"),
        sa.PrimaryKeyConstraint("cart_id", "code", name="pk_cart_voucher"),
    )
    op.create_table(
        "checkout",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("agreed", json_type(), nullable=False),
        sa.Column("answers", json_type(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_checkout_cart_id"),
        sa.PrimaryKeyConstraint("id", name="pk_checkout"),
    )
    op.create_index("checkout_by_cart", "checkout", ["cart_id"], unique=False)
    op.create_index("checkout_by_key", "checkout", ["scope", "idempotency_key"], unique=True)
    op.create_index("checkout_by_step", "checkout", ["step", "updated_at"], unique=False)
    op.create_table(
        "layaway_instalment",
        sa.Column("layaway_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", MoneyAmount(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["layaway_id"], ["layaway.id"], name="fk_layaway_instalment_layaway_id"),
        sa.PrimaryKeyConstraint("layaway_id", "number", name="pk_layaway_instalment"),
    )
    op.create_index("layaway_instalment_by_due", "layaway_instalment", ["due_on"], unique=False)
    op.create_table(
        "layaway_payment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("layaway_id", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("amount", MoneyAmount(), nullable=False),
        sa.Column("charge_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", json_type(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_layaway_payment_amount"),
        sa.ForeignKeyConstraint(["layaway_id"], ["layaway.id"], name="fk_layaway_payment_layaway_id"),
        sa.PrimaryKeyConstraint("id", name="pk_layaway_payment"),
    )
    op.create_index("layaway_payment_by_key", "layaway_payment", ["layaway_id", "idempotency_key"], unique=True)
    op.create_index("layaway_payment_by_state", "layaway_payment", ["state", "at"], unique=False)
    op.create_table(
        "saved_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cart_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_saved", MoneyAmount(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name="ck_saved_item_quantity"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_saved_item_cart_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_item"),
    )
    op.create_index("saved_item_by_cart", "saved_item", ["cart_id", "saved_at"], unique=False)
    op.create_table(
        "voucher",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("promotion_id", sa.String(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("used <= most_uses", name="ck_voucher_uses"),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_voucher_promotion_id"),
        sa.PrimaryKeyConstraint("code", name="pk_voucher"),
    )
    op.create_index("voucher_by_promotion", "voucher", ["promotion_id"], unique=False)


def downgrade() -> None:
    op.drop_index("voucher_by_promotion", table_name="voucher")
    op.drop_table("voucher")
    op.drop_index("saved_item_by_cart", table_name="saved_item")
    op.drop_table("saved_item")
    op.drop_index("layaway_payment_by_state", table_name="layaway_payment")
    op.drop_index("layaway_payment_by_key", table_name="layaway_payment")
    op.drop_table("layaway_payment")
    op.drop_index("layaway_instalment_by_due", table_name="layaway_instalment")
    op.drop_table("layaway_instalment")
    op.drop_index("checkout_by_step", table_name="checkout")
    op.drop_index("checkout_by_key", table_name="checkout")
    op.drop_index("checkout_by_cart", table_name="checkout")
    op.drop_table("checkout")
    op.drop_table("cart_voucher")
    op.drop_table("cart_payment")
    op.drop_index("cart_line_by_variant", table_name="cart_line")
    op.drop_index("cart_line_by_cart", table_name="cart_line")
    op.drop_table("cart_line")
    op.drop_table("variant_fact")
    op.drop_table("stored_value_move")
    op.drop_table("stored_value")
    op.drop_table("register")
    op.drop_index("promotion_day_by_day", table_name="promotion_day")
    op.drop_table("promotion_day")
    op.drop_index("promotion_by_start", table_name="promotion")
    op.drop_index("promotion_by_reward", table_name="promotion")
    op.drop_table("promotion")
    op.drop_table("member")
    op.drop_index(
        "layaway_due_back", table_name="layaway", sqlite_where=sa.text("due_back"), postgresql_where=sa.text("due_back")
    )
    op.drop_index("layaway_by_status", table_name="layaway")
    op.drop_index("layaway_by_order", table_name="layaway")
    op.drop_index("layaway_by_customer", table_name="layaway")
    op.drop_table("layaway")
    op.drop_index("cart_in_use", table_name="cart", sqlite_where=sa.text("in_use"), postgresql_where=sa.text("in_use"))
    op.drop_index("cart_by_status", table_name="cart")
    op.drop_index("cart_by_started", table_name="cart")
    op.drop_index("cart_by_handoff", table_name="cart")
    op.drop_index("cart_by_customer", table_name="cart")
    op.drop_index("cart_by_abandoned", table_name="cart")
    op.drop_table("cart")
    drop_kit_tables()
