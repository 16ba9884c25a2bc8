"""Every main query finds an index: PostgreSQL's own plan over a year of business."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from subgraphs.fulfilment.loaders.bought import LastBought
from subgraphs.fulfilment.loaders.orders import EventsOf, FulfilmentsOf, LinesOf, OrderById, OrderByNumber, PaymentsOf
from subgraphs.fulfilment.loaders.returns import OpenUnits, ReturnsOf
from subgraphs.fulfilment.loaders.tasks import PickLinesOf
from subgraphs.fulfilment.rules import passes
from subgraphs.fulfilment.service import lookup, watching
from subgraphs.fulfilment.service.purchases import PurchasesAsked, purchases
from subgraphs.fulfilment.service.reading import OrderFilter, orders_of, tasks_at
from subgraphs.fulfilment.service.reports.buckets import ReportAsked
from subgraphs.fulfilment.service.reports.carriers import carrier_report
from subgraphs.fulfilment.service.reports.pickups import pickup_report
from subgraphs.fulfilment.service.reports.sales import sales_report
from tests.explained import faults_of, fill, function, loader

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WEEK = ReportAsked(date(2026, 3, 2), date(2026, 3, 8), "DAY", by_channel=True, by_brand=True)


QUERIES = {
    "order by id": loader(OrderById, "ord_1", "ord_2"),
    "order by number": loader(OrderByNumber, "N1"),
    "lines": loader(LinesOf, "ord_1", "ord_2"),
    "payments": loader(PaymentsOf, "ord_1"),
    "fulfilments": loader(FulfilmentsOf, "ord_1", "ord_2"),
    "events": loader(EventsOf, "ord_1"),
    "returns": loader(ReturnsOf, "ord_1"),
    "open units": loader(OpenUnits, "oln_1_1", "oln_2_1"),
    "pick lines": loader(PickLinesOf, "tsk_1"),
    "last bought": loader(LastBought, ("cus_1", "prd_1")),
    "purchases": function(purchases, PurchasesAsked("cus_1", "ctg_1", None), 20),
    "orders of a customer": function(orders_of, OrderFilter("cus_1", open_only=True), 10, (NOW, "ord_1")),
    "lookup by number": function(orders_of, lookup.Clues(number="N7"), 10, None),
    "lookup by contact": function(orders_of, lookup.Clues(contact="c7@example.com"), 10, None),
    "lookup by card": function(orders_of, lookup.Clues(last_four="4242", day=date(2026, 3, 2)), 10, None),
    "pass": function(lookup.scan, "ABCDEF", NOW),
    "token": function(lookup.by_token, passes.token("ord_1", "s", 0, NOW), NOW),
    "tasks": function(tasks_at, "loc_1", ("OPEN", "CLAIMED"), None, 50),
    "task news": function(watching.task_news, "loc_1", NOW),
    "order news": function(watching.order_news, "ord_1", None, NOW),
    "customer news": function(watching.order_news, None, "cus_1", NOW),
    "sales of a week": function(sales_report, WEEK),
    "pickups of a week": function(pickup_report, WEEK, True),  # noqa: FBT003 - the service takes it so
    "carriers of a week": function(carrier_report, WEEK),
}
DATA = """
INSERT INTO "order" (id, number, kind, status, is_open, placed_at, brand_code, channel, source, external_number, sold_at_id,
    customer_id, email, phone, currency, subtotal, discount, delivery, tax, total, sales, sold_units, cost,
    by_guest, link_round, first_of_customer, pickup_secret, pickup_code, card_last_four)
  SELECT 'ord_' || n, 'N' || n, 'ORDER', 'COMPLETED', n % 50 = 0, '2026-01-01'::timestamptz + n * interval '8 minutes',
    'alder', 'web', 'shop', 'x' || n, CASE WHEN n % 3 = 0 THEN 'loc_' || n % 100 END, 'cus_' || n % 9000,
    'c' || n % 9000 || '@example.com', '+44' || n % 9000, 'GBP', 1, 0, 0, 0, 1, 1, 1, 0, false, 0, false, 's', 'C' || n,
    lpad((n % 10000)::text, 4, '0') FROM generate_series(1, 60000) n;
INSERT INTO order_line (id, order_id, position, kind, variant_id, product_id, sku, name, quantity, returned_quantity,
    called_off_quantity, unit_price, discount, sold, method)
  SELECT 'oln_' || n || '_' || l, 'ord_' || n, l, 'GOODS', 'var_' || n % 900, 'prd_' || n % 300, 'S', 'N', 1, 0, 0, 1, 0,
    true, 'SHIP' FROM generate_series(1, 60000) n, generate_series(1, 2) l;
INSERT INTO order_payment (order_id, position, kind, label, amount, refunded)
  SELECT 'ord_' || n, 0, 'CARD', 'x', 1, 0 FROM generate_series(1, 60000) n;
INSERT INTO fulfilment (id, order_id, position, kind, status, from_id, location_id, kerbside, cost, sent_at, done_at)
  SELECT 'ful_' || n, 'ord_' || n, 0, CASE WHEN n % 4 = 0 THEN 'PICKUP' ELSE 'SHIPMENT' END, 'DONE', 'loc_1', 'loc_1', false,
    0, '2026-01-01'::timestamptz + n * interval '8 minutes', '2026-01-01'::timestamptz + n * interval '8 minutes'
  FROM generate_series(1, 60000) n;
INSERT INTO order_event (id, order_id, kind, at, summary)
  SELECT 'oev_' || n || '_' || e, 'ord_' || n, 'PLACED', '2026-01-01'::timestamptz + n * interval '8 minutes', 'x'
  FROM generate_series(1, 60000) n, generate_series(1, 2) e;
INSERT INTO "return" (id, number, order_id, status, channel, policy_id, currency, refund, created_at)
  SELECT 'ret_' || n, 'R' || n, 'ord_' || n, 'REFUNDED', 'web', 'pol_1', 'GBP', 1, '2026-01-01' FROM generate_series(1, 20000) n;
INSERT INTO return_line (return_id, position, order_line_id, quantity, reason, evidence_urls, refund)
  SELECT 'ret_' || n, 0, 'oln_' || n || '_1', 1, 'UNWANTED', '[]', 1 FROM generate_series(1, 20000) n;
INSERT INTO pick_task (id, kind, status, location_id, due_at, customer_waiting, version, changed_at)
  SELECT 'tsk_' || n, 'PICKUP', CASE WHEN n % 100 = 0 THEN 'OPEN' ELSE 'DONE' END, 'loc_' || n % 100, '2026-01-01', false, 1,
    '2026-01-01'::timestamptz + n * interval '8 minutes' FROM generate_series(1, 30000) n;
INSERT INTO pick_line (task_id, variant_id, position, quantity, picked)
  SELECT 'tsk_' || n, 'var_1', 0, 1, 1 FROM generate_series(1, 30000) n;
INSERT INTO category_fact (category_id, variant_id) SELECT 'ctg_' || v % 20, 'var_' || v FROM generate_series(1, 900) v
  ON CONFLICT DO NOTHING;
INSERT INTO contact (kind, value, customer_id)
  SELECT 'EMAIL', 'c' || n || '@example.com', 'cus_' || n FROM generate_series(1, 9000) n;
ANALYZE
"""
READ_WHOLE = {
    # variants of categories are few beside lines of orders
    "purchases": {"category_fact"},
    # the week is a sixtieth of all orders, scattered: to read them whole and hash is what PostgreSQL finds cheaper
    "carriers of a week": {"order"},
}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite plans by other rules
async def test_no_main_query_reads_a_table_whole(bare):
    await fill(bare.database, DATA)
    faults = await faults_of(bare.database, QUERIES, READ_WHOLE)
    assert not faults, "\n\n".join(faults)
