"""Every main query finds an index: PostgreSQL's own plan, with sequential scans priced out of the way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from subgraphs.inventory.loaders.counts import DiscrepancyById
from subgraphs.inventory.loaders.holds import HoldById, HoldsOfCustomer
from subgraphs.inventory.loaders.levels import LevelsOfLocation, LevelsOfVariant, Slice
from subgraphs.inventory.loaders.places import LocationByCode, LocationById, LocationsOfBrand, LocationsOfGroup
from subgraphs.inventory.loaders.stock import ChangedAt, OnlinePromise, StockNear, StorePromise, UnitsAt, VariantBySku
from subgraphs.inventory.loaders.transfers import InboundTransfers, LinesOfTransfer, Senders, TransfersOfOrder
from subgraphs.inventory.rules.distance import Point
from subgraphs.inventory.rules.report import Grain
from subgraphs.inventory.service import feed, holds, locator, reports, shelf, watching
from tests.explained import faults_of, fill, function, loader

LONDON = Point(51.5, 5.0)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


QUERIES = {
    "location by id": loader(LocationById, "loc_1"),
    "location by code": loader(LocationByCode, "C7"),
    "locations of a brand": loader(LocationsOfBrand, ("brand7", 10, None)),
    "locations of a group": loader(LocationsOfGroup, ("group7", 10)),
    "locator": function(locator.find, locator.Search(near=LONDON)),
    "variant by sku": loader(VariantBySku, "SKU7"),
    "units at a place": loader(UnitsAt, ("var_1", "loc_1")),
    "online promise": loader(OnlinePromise, ("var_1", "brand7")),
    "store promise": loader(StorePromise, ("var_1", "brand7")),
    "changed at": loader(ChangedAt, "var_1"),
    "stock nearby": loader(StockNear, ("var_1", LONDON, 25_000.0, True)),
    "records of a place": loader(LevelsOfLocation, ("loc_1", Slice(50, None))),
    "records of a variant": loader(LevelsOfVariant, ("var_1", Slice(50, None))),
    "hold by id": loader(HoldById, "rsv_1"),
    "holds of a customer": loader(HoldsOfCustomer, ("cus_1", frozenset({"ACTIVE"}), 20)),
    "holds of a request": function(holds.of_request, "key"),
    "holds that ran out": function(holds.expire_due, datetime(2026, 10, 1, tzinfo=UTC)),
    "a promise": function(shelf.reserve, {"stk_1_1": 1}, NOW),
    "lines of a transfer": loader(LinesOfTransfer, "trf_1"),
    "transfers of an order": loader(TransfersOfOrder, "ord_1"),
    "inbound transfers": loader(InboundTransfers, ("loc_1", 10)),
    "senders": loader(Senders, ("var_1", "loc_1", 1)),
    "discrepancy by id": loader(DiscrepancyById, "dis_1"),
    "discrepancies": function(reports.discrepancies, "loc_1", ["OPEN"], 50, None),
    "accuracy": function(
        reports.stock_accuracy, reports.Scope(date(2026, 1, 1), date(2026, 2, 1), "loc_1"), Grain.WEEK
    ),
    "lines of the local feed": function(feed.count_feed, "brand7", datetime(2026, 3, 6, tzinfo=UTC)),
    "local feed": function(feed.read_feed, "brand7", datetime(2026, 3, 6, tzinfo=UTC), 100, "stk_1"),
    "watched stock": function(watching.look, watching.Watch(("var_1",), ("loc_1",), None)),
}


# A country of 1,565 places with forty things each, and some years of business; only what indexes look at differs.
DATA = """
INSERT INTO location (id, code, name, kind, brand_code, store_group_code, address_lines, city, country, latitude,
    longitude, time_zone, hours, special_days, services, promises_online, currency, pick_minutes)
  SELECT 'loc_' || n, 'C' || n, 'Place ' || n, CASE WHEN n % 50 = 0 THEN 'WAREHOUSE' ELSE 'STORE' END,
    CASE WHEN n % 50 = 0 THEN NULL ELSE 'brand' || n % 40 END, 'group' || n % 40, '[]', 'City', 'GB', 40 + n % 40 * 0.5,
    n / 40 * 0.5, 'Europe/London', '[]', '[]', '["PICKUP"]', n % 50 = 0, 'GBP', 60 FROM generate_series(1, 1565) n;
INSERT INTO variant (id, sku, backorder, preorder, order_limit, unit_value, currency)
  SELECT 'var_' || v, 'SKU' || v, false, false, 10, 100000, 'GBP' FROM generate_series(1, 2000) v;
INSERT INTO stock_level (id, variant_id, location_id, on_hand, reserved, inbound, safety_stock, version, updated_at)
  SELECT 'stk_' || n || '_' || v, 'var_' || v, 'loc_' || n, 5, 1, 0, 0, 1, '2026-01-01'::timestamptz + n * interval '1 hour'
  FROM generate_series(1, 1565) n, generate_series(1, 40) v;
INSERT INTO reservation (id, kind, status, stock_level_id, variant_id, location_id, quantity, customer_id, holder,
    request, expires_at, created_at)
  SELECT 'rsv_' || r, 'CART', CASE WHEN r % 100 = 0 THEN 'ACTIVE' ELSE 'CONSUMED' END, 'stk_1_1', 'var_1', 'loc_1', 1,
    'cus_' || r % 5000, 'ord_' || r, 'key' || r, '2026-11-01'::timestamptz + r * interval '1 minute', '2026-11-01'
  FROM generate_series(1, 50000) r;
INSERT INTO movement (id, variant_id, location_id, kind, change, on_hand_after, difference, day, at)
  SELECT 'mov_' || m, 'var_' || m % 40, 'loc_' || m % 1565, CASE WHEN m % 10 = 0 THEN 'COUNT' ELSE 'SALE' END, -1, 5, 0,
    '2020-01-01'::date + m % 2400, '2020-01-01'::timestamptz + m * interval '1 hour' FROM generate_series(1, 60000) m;
INSERT INTO discrepancy (id, variant_id, location_id, system_quantity, counted_quantity, oversold_in, cause, status, day,
    detected_at)
  SELECT 'dis_' || d, 'var_1', 'loc_' || d % 1565, 3, 2, '[]', 'UNKNOWN', CASE WHEN d % 20 = 0 THEN 'OPEN' ELSE 'RESOLVED' END,
    '2020-01-01'::date + d % 2400, '2020-01-01'::timestamptz + d * interval '1 hour' FROM generate_series(1, 20000) d;
INSERT INTO shortfall (order_id, variant_id, location_id, quantity, day, at)
  SELECT 'ord_' || d, 'var_1', 'loc_1', 1, '2020-01-01'::date + d % 2400, '2020-01-01' FROM generate_series(1, 20000) d;
INSERT INTO transfer (id, number, from_id, to_id, status, customer_id, order_id, promised_at, estimated_at, created_at)
  SELECT 'trf_' || t, 'T' || t, 'loc_1', 'loc_' || t % 1565, 'ARRIVED', 'cus_1', 'ord_' || t, '2026-01-01', '2026-01-01',
    '2026-01-01' FROM generate_series(1, 20000) t;
INSERT INTO transfer_line (transfer_id, position, variant_id, quantity, reservation_id)
  SELECT 'trf_' || t, 0, 'var_1', 1, 'rsv_' || t FROM generate_series(1, 20000) t;
ANALYZE
"""

READ_WHOLE = {
    # every store of the country is summed, so every store is looked at
    "store promise": {"location"},
    "online promise": {"location"},
    # places are few beside records
    "local feed": {"location", "variant"},
    "lines of the local feed": {"location", "variant"},
    "accuracy": {"location", "variant"},
    "senders": {"location", "variant"},
}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite plans by other rules
async def test_no_main_query_reads_a_table_whole(bare):
    await fill(bare.database, DATA)
    faults = await faults_of(bare.database, QUERIES, READ_WHOLE)
    assert not faults, "\n\n".join(faults)
