"""Every main query finds an index: PostgreSQL's own plan over many customers, orders and touches."""

from __future__ import annotations

import pytest

from subgraphs.customer.app import create_app
from subgraphs.customer.loaders import keys, pages
from subgraphs.customer.service import people, points, visits
from tests.explained import faults_of, fill, function, loader

DATA = """
INSERT INTO loyalty_program (code, name, brands, tiers) VALUES ('club', 'Club', '["a"]', '[{"code": "m", "name": "M", "threshold": 0, "perks": []}]');
INSERT INTO customer (id, is_guest, segment_codes, contact, created_at)
  SELECT 'cus_' || c, false, '[]', '{}', '2026-01-01' FROM generate_series(1, 20000) c;
INSERT INTO customer_identity (id, customer_id, kind, value, channel, verified, sole, linked_at)
  SELECT 'i' || c, 'cus_' || c, 'EMAIL', c || '@example.com', 'web', true, true, '2026-01-01' FROM generate_series(1, 20000) c;
INSERT INTO membership (id, customer_id, program_code, number, tier_code, points, pending_points, version)
  SELECT 'mem_' || c, 'cus_' || c, 'club', 'M' || c, 'm', 100, 0, 1 FROM generate_series(1, 20000) c;
INSERT INTO points_movement (id, membership_id, points, reason, order_id, channel, at, once)
  SELECT 'm' || n, 'mem_' || n % 20000 + 1, 1, 'Purchase', 'ord_' || n, 'web', '2026-01-01', 'earn:' || n FROM generate_series(1, 60000) n;
INSERT INTO known_order (order_id, customer_id, total, refunded, currency, channel, placed_at)
  SELECT 'ord_' || n, 'cus_' || n % 20000 + 1, 10000, 0, 'GBP', 'web', '2026-01-01' FROM generate_series(1, 60000) n;
INSERT INTO touch (id, customer_id, kind, channel, at, summary, fingerprint)
  SELECT 't' || n, 'cus_' || n % 20000 + 1, 'VIEW', 'web', '2026-01-01', 's', 'f' || n FROM generate_series(1, 60000) n;
INSERT INTO browsed_product (customer_id, product_id, channel, at, views)
  SELECT 'cus_' || n % 20000 + 1, 'prd_' || n, 'web', '2026-01-01', 1 FROM generate_series(1, 60000) n;
INSERT INTO store_visit (id, customer_id, location_id, arrived_at, noticed_by)
  SELECT 'v' || n, 'cus_' || n % 20000 + 1, 'loc_' || n % 1565, '2026-01-01', 'QR' FROM generate_series(1, 20000) n;
INSERT INTO consent (customer_id, purpose, granted, channel, at)
  SELECT 'cus_' || c, 'STORE_PRESENCE', true, 'app', '2026-01-01' FROM generate_series(1, 20000) c;
INSERT INTO ready_order (order_id, customer_id, location_id, ready_at)
  SELECT 'ord_' || n, 'cus_' || n, 'loc_' || n % 1565, '2026-01-01' FROM generate_series(1, 20000) n;
ANALYZE
"""


QUERIES = {
    "customer": loader(keys.CustomerById, "cus_1", "cus_2"),
    "identities": loader(keys.IdentitiesOf, "cus_1", "cus_2"),
    "memberships": loader(keys.MembershipsOf, "cus_1", "cus_2"),
    "earned within a year": loader(keys.EarnedOf, "mem_1", "mem_2"),
    "presence": loader(keys.PresenceOf, "cus_1"),
    "timeline": function(pages.timeline, "cus_1", pages.TimelineFilter(None, None), 25, None),
    "browsing history": function(pages.browsed, "cus_1", 20),
    "movements": function(pages.movements, "mem_1", 20),
    "visitors": function(pages.visitors, "loc_1", 10),
    "who is known by an address": function(people.find_by_identity, "EMAIL", "7@example.com"),
    "orders ready": function(visits.orders_ready, "cus_1", "loc_1"),
    "points of an order": function(points.take_back, "ord_1", None, "cause"),
}


# a programme is one row: reading it whole is the plan
READ_WHOLE = {key: {"loyalty_program"} for key in QUERIES}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite plans by other rules
async def test_no_main_query_reads_a_table_whole(subgraph):
    shop = await subgraph(create_app)
    await fill(shop.database, DATA)
    faults = await faults_of(shop.database, QUERIES, READ_WHOLE)
    assert not faults, "\n\n".join(faults)
