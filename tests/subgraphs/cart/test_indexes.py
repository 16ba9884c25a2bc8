"""Every main query finds an index in a shop with a past: PostgreSQL's own plan."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from subgraphs.cart.loaders import (
    CartById,
    CartInUse,
    CodesOf,
    InstalmentsOf,
    LayawaysOf,
    LineById,
    LinesOf,
    PaymentsOf,
    SavedOf,
)
from subgraphs.cart.service import carts, checkout, handoff, layaways, promotions, recovery, reports
from subgraphs.cart.service.carts import Caller
from subgraphs.kit.identity import Viewer
from tests.explained import faults_of, fill, function, loader

NOW = datetime(2026, 11, 24, tzinfo=UTC)


QUERIES = {
    "cart by id": loader(CartById, "crt_1"),
    "cart in use": loader(CartInUse, ("cus_7", "alder")),
    "carts of a customer": function(carts.carts_of, "cus_7", None, 10),
    "lines of a cart": loader(LinesOf, "crt_1"),
    "line by id": loader(LineById, "cln_1"),
    "saved items": loader(SavedOf, "crt_1"),
    "payments": loader(PaymentsOf, "crt_1"),
    "codes": loader(CodesOf, "crt_1"),
    "a code shown at a till": function(handoff.claim, Caller(Viewer(), "web", NOW), "CODE7", None),
    "stalled checkouts": function(checkout.stalled, NOW),
    "carts left alone": function(recovery.sweep, datetime(2026, 1, 3, tzinfo=UTC)),
    "abandoned carts": function(
        recovery.abandoned, recovery.Wanted(datetime(2026, 2, 3, tzinfo=UTC), None, None), None, 51
    ),
    "funnel of a week": function(
        reports.funnel, reports.FunnelAsked(date(2026, 1, 5), date(2026, 1, 6), "DAY", by_channel=True, brand_code=None)
    ),
    "promotions of a week": function(promotions.report, date(2026, 1, 5), date(2026, 1, 6), None),
    "layaways of a customer": loader(LayawaysOf, "cus_7"),
    "instalments": loader(InstalmentsOf, "lay_1"),
    "layaways to finish": function(layaways.unfinished, NOW),
}
DATA = """
INSERT INTO cart (id, version, noticed, status, in_use, mode, brand_code, started_in, channels, customer_id, currency, handoff_code,
    created_at, updated_at, abandoned_at, changed_why)
  SELECT 'crt_' || n, 1, 0, CASE WHEN n % 50 = 0 THEN 'ACTIVE' WHEN n % 50 = 1 THEN 'ABANDONED' ELSE 'ORDERED' END, n % 50 = 0, 'BASKET', 'alder', 'web', '["web"]',
    'cus_' || n, 'GBP', CASE WHEN n % 100 = 0 THEN 'CODE' || n END, '2026-01-01'::timestamptz + n * interval '1 minute',
    '2026-01-01'::timestamptz + n * interval '1 minute', CASE WHEN n % 50 = 1 THEN '2026-01-01'::timestamptz + n * interval '1 minute' END, 'LINES'
  FROM generate_series(1, 50000) n;
INSERT INTO cart_line (id, cart_id, variant_id, quantity, price_added, method, fee, added_in, added_at)
  SELECT 'cln_' || n, 'crt_' || n, 'var_' || n % 900, 1, 10000, 'SHIP', 0, 'web', '2026-01-01' FROM generate_series(1, 50000) n;
INSERT INTO saved_item (id, cart_id, variant_id, quantity, price_saved, saved_at)
  SELECT 'sav_' || n, 'crt_' || n, 'var_1', 1, 10000, '2026-01-01' FROM generate_series(1, 20000) n;
INSERT INTO cart_payment (cart_id, position, kind, label) SELECT 'crt_' || n, 0, 'CARD', 'Card' FROM generate_series(1, 20000) n;
INSERT INTO cart_voucher (cart_id, code) SELECT 'crt_' || n, 'CODE' FROM generate_series(1, 20000) n;
INSERT INTO checkout (id, cart_id, scope, idempotency_key, purpose, step, agreed, answers, attempts, created_at, updated_at)
  SELECT 'chk_' || n, 'crt_' || n, 'crt_' || n, 'k', 'ORDER', CASE WHEN n % 5000 = 0 THEN 'PAY' ELSE 'DONE' END, '{}', '{}', 0, '2026-01-01', '2026-01-01' FROM generate_series(1, 20000) n;
INSERT INTO promotion (id, name, description, kind, channels, percent, amount, buy, pay, factor, least_subtotal, goods, members_only, automatic, starts_at)
  SELECT 'prm_' || n, 'p', 'p', 'PERCENT_OFF', '["web"]', 1, 0, 0, 0, 1, 0, '[]', false, true, '2026-01-01' FROM generate_series(1, 20) n;
INSERT INTO promotion_day (promotion_id, channel, day, currency, shown, redeemed, refused, cost, sales)
  SELECT 'prm_' || n % 20, 'web', '2020-01-01'::date + n / 20, 'GBP', 1, 0, 0, 0, 0 FROM generate_series(1, 50000) n;
INSERT INTO layaway (id, number, status, customer_id, location_id, brand_code, channel, currency, total, paid, lines, reservations, hold_key, due_back, opened_at)
  SELECT 'lay_' || n, 'L' || n, 'COLLECTED', 'cus_' || n, 'loc_1', 'alder', 'web', 'GBP', 10000, 10000, '[]', '[]', 'k', n % 2000 = 0, '2026-01-01' FROM generate_series(1, 20000) n;
INSERT INTO layaway_instalment (layaway_id, number, due_on, amount) SELECT 'lay_' || n, 1, '2026-01-01', 10000 FROM generate_series(1, 20000) n;
INSERT INTO layaway_payment (id, layaway_id, idempotency_key, kind, amount, charge_key, state, at)
  SELECT 'p' || n, 'lay_' || n, 'k', 'CARD', 10000, 'k' || n, CASE WHEN n % 5000 = 0 THEN 'PENDING' ELSE 'TAKEN' END, '2026-01-01' FROM generate_series(1, 20000) n;
ANALYZE
"""

# thousands of carts are counted: their lines are hashed rather than looked up one by one
READ_WHOLE = {"funnel of a week": {"cart_line"}}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite plans by other rules
async def test_no_main_query_reads_a_table_whole(street):
    await fill(street.database, DATA)
    faults = await faults_of(street.database, QUERIES, READ_WHOLE)
    assert not faults, "\n\n".join(faults)
