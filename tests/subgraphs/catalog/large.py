"""A catalogue of a hundred thousand products, and what is asked of it beside the channel operations.

`tests/subgraphs/test_operations_at_scale.py` looks at the plans of what is sent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from subgraphs.catalog.service import exporting, jobs, listings
from subgraphs.catalog.service.lines import take_products
from subgraphs.catalog.service.offers import take_offers
from subgraphs.kit.importing.records import OfferRecord, PriceRecord, ProductRecord, VariantRecord

NOW = datetime(2026, 11, 24, tzinfo=UTC)

DATA = """
INSERT INTO brand (code, name, group_name, logo, primary_colour, position)
  SELECT 'brand' || n, 'Brand ' || n, 'Group', '{"asset": "x", "alt": "x"}', '#000000', n FROM generate_series(0, 39) n;
INSERT INTO channel (code, name, kind, status, brand_code, inherits_from, capabilities, currencies, locales, countries,
    address, healthy, position, provider, account)
  VALUES ('web', 'Web', 'WEB', 'LIVE', 'brand0', NULL, '[]', '["GBP"]', '["en-GB"]', '["GB"]', 'https://x.example', false, 0, NULL, NULL),
    ('app', 'App', 'MOBILE_APP', 'LIVE', 'brand0', 'web', '[]', '["GBP"]', '["en-GB"]', '["GB"]', 'https://x.example', false, 1, NULL, NULL),
    ('marketplace', 'M', 'MARKETPLACE', 'LIVE', 'brand0', 'web', '[]', '["GBP"]', '["en-GB"]', '["GB"]', 'https://x.example', false, 2, 'google', 'a');
INSERT INTO category (id, slug, name, parent_id, trail, position) VALUES ('ctg_0', 'all', 'All', NULL, 'ctg_0/', 0);
INSERT INTO category (id, slug, name, parent_id, trail, position)
  SELECT 'ctg_' || n, 'category-' || n, 'Category ' || n, 'ctg_0', 'ctg_0/ctg_' || n || '/', n FROM generate_series(1, 1000) n;
INSERT INTO product (id, brand_code, slug, name, description_html, category_id, options, attributes, media, badges,
    members_only, tiers, discontinued, rating_milli, stars, units_sold, created_at, updated_at)
  SELECT 'prd_' || n, 'brand' || n % 40, 'thing-' || n, 'Thing ' || n, '', 'ctg_' || 1 + n % 1000, '[]', '[]', '[]', '[]',
    false, '[]', n % 50 = 0, n % 5000, '[0,0,0,0,1]', n % 977, '2026-01-01'::timestamptz + n * interval '1 minute',
    '2026-01-01' FROM generate_series(1, 100000) n;
INSERT INTO variant (id, sku, product_id, name, options, gtins, spatial, online_only, shipping_class, discontinued, position, updated_at)
  SELECT 'var_' || n, 'SKU-' || n, 'prd_' || n, 'Thing ' || n, '[]', '[]', '[]', false, 'PARCEL', n % 50 = 0, 0,
    '2026-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 100000) n;
INSERT INTO barcode (gtin, variant_id, pack_size)
  SELECT lpad(n::text, 14, '0'), 'var_' || n, 1 FROM generate_series(1, 100000) n;
INSERT INTO assortment (channel_code, product_id, state) SELECT 'web', 'prd_' || n, 'SOLD' FROM generate_series(1, 100000) n;
INSERT INTO price (channel_code, variant_id, currency, regular, updated_at)
  SELECT 'web', 'var_' || n, 'GBP', 1000000 + n, '2026-01-01' FROM generate_series(1, 100000) n;
INSERT INTO past_price (channel_code, variant_id, currency, since, asked)
  SELECT 'web', 'var_' || n, 'GBP', '2026-11-01', 1000000 FROM generate_series(1, 100000) n;
INSERT INTO term (term, product_id, weight)
  SELECT DISTINCT ON (word, n) word, 'prd_' || n, 8 FROM generate_series(1, 100000) n,
    LATERAL (VALUES ('thing' || n % 20000), ('kind' || n % 3000)) words(word);
INSERT INTO facet (product_id, code, value, label)
  SELECT 'prd_' || n, code, value, value FROM generate_series(1, 100000) n,
    LATERAL (VALUES ('brand', 'brand' || n % 40), ('colour', 'colour' || n % 300)) facets(code, value);
INSERT INTO review (id, product_id, author_name, stars, body, verified_purchase, channel_code, created_at, helpful_count)
  SELECT 'rvw_' || n, 'prd_' || 1 + n % 20000, 'A', 1 + n % 5, 'x', false, 'web', '2026-01-01', n % 9 FROM generate_series(1, 100000) n;
INSERT INTO collection (id, slug, title, position) SELECT 'col_' || n, 'set-' || n, 'Set', n FROM generate_series(1, 400) n;
INSERT INTO collected (collection_id, position, product_id)
  SELECT 'col_' || c, p, 'prd_' || c * 100 + p FROM generate_series(1, 400) c, generate_series(1, 100) p;
INSERT INTO related (product_id, intent, position, related_id)
  SELECT 'prd_' || n, 'SIMILAR', 0, 'prd_' || n % 977 + 1 FROM generate_series(1, 50000) n;
INSERT INTO listing (id, channel_code, variant_id, status, issues, attempts)
  SELECT 'lst_' || n, 'marketplace', 'var_' || n, CASE WHEN n % 200 = 0 THEN 'PENDING' ELSE 'SYNCED' END, '[]', 0
  FROM generate_series(1, 50000) n;
INSERT INTO bought (customer_id, product_id, bought_at)
  SELECT 'cus_' || n % 5000, 'prd_' || n, '2026-01-01' FROM generate_series(1, 50000) n;
INSERT INTO search (day, channel_code, term, searches, empty, known, followed)
  SELECT '2020-01-01'::date + n % 2400, 'web', 'word' || n, 1, 0, 0, 0 FROM generate_series(1, 50000) n;
INSERT INTO import_job (id, status, source, format, dry_run, rows_read, created, updated, attempts, created_at)
  SELECT 'imp_' || n, 'DONE', 'x', 'NDJSON', true, 0, 0, 0, 1, '2026-01-01' FROM generate_series(1, 20000) n;
INSERT INTO import_rejection (job_id, position, row, reason) SELECT 'imp_' || n, 0, 1, 'x' FROM generate_series(1, 20000) n;
INSERT INTO experience (id, page_id, code, channel_code, edition, slots, publish_at)
  SELECT 'exp_' || n, 'exp_page' || n % 100, 'page' || n % 100, 'web', n, '[]', '2026-01-01' FROM generate_series(1, 20000) n;
ANALYZE
"""
TILE = "id name slug image { url } brand { name } category { path { name } } rating { average } badges soldIn { code } defaultVariant { sku price { current { amount } lowestLast30Days { amount } } purchasable { allowed } }"
ASKED = {
    "search": f'{{ searchProducts(query: "thing7", first: 24) {{ totalCount facets {{ code }} nodes {{ {TILE} }} edges {{ bestVariant {{ sku }} }} }} }}',
    "two words": '{ searchProducts(query: "thing7 kind7", first: 24) { totalCount nodes { id } } }',
    "a slip": '{ searchProducts(query: "thinq7", first: 24) { correctedQuery redirectUrl } }',
    "a category": f'{{ searchProducts(categoryId: "ctg_7", sort: PRICE_ASC, first: 24) {{ totalCount facets {{ code }} nodes {{ {TILE} }} }} }}',
    "best sellers": f"{{ searchProducts(sort: BEST_SELLING, first: 24) {{ nodes {{ {TILE} }} }} }}",
    "newest": "{ searchProducts(sort: NEWEST, first: 24) { nodes { id } } }",
    "best rated": "{ searchProducts(sort: RATING, first: 24) { nodes { id } } }",
    "a facet": '{ searchProducts(query: "kind7", filters: [{code: "colour", values: ["colour7"]}], first: 24) { totalCount nodes { id } } }',
    "suggestions": '{ searchSuggestions(prefix: "thing77", first: 8) { text } }',
    "a page": f'{{ productBySlug(slug: "thing-7") {{ {TILE} reviews(first: 5, sort: NEWEST) {{ totalCount nodes {{ body }} }} related(intent: SIMILAR, first: 6) {{ id }} variants(first: 9) {{ nodes {{ sku pricesByChannel {{ channel {{ code }} }} }} }} listings {{ status }} collections {{ slug }} }} }}',
    "codes": '{ variantBySku(sku: "SKU-7") { name } variantByBarcode(code: "4006381333931") { __typename } variant(id: "var_7") { sku } product(id: "prd_7") { name } }',
    "the tree": '{ categories { slug children { slug } } categoryBySlug(slug: "category-7") { path { slug } children { slug } } }',
    "a set": '{ collectionBySlug(slug: "set-7") { title products(first: 12) { totalCount nodes { id } } } }',
    "a page of content": '{ experience(code: "page7") { slots { __typename } } }',
    "a feed": '{ feedItems(channel: "marketplace", first: 100) { nodes { variant { sku } title productType } } }',
    "changes": '{ feedItems(channel: "marketplace", updatedSince: "2026-03-11T00:00:00Z", first: 100) { totalCount nodes { variant { sku } } } }',
    "an import": '{ importJob(id: "imp_7") { status rejected { reason } } }',
    "searches": '{ searchReport(range: {from: "2026-01-01", to: "2026-01-07"}, first: 10) { term } }',
}  # fmt: skip
READ_WHOLE = {
    # a word that thousands of products begin with: to hash them is what PostgreSQL finds cheaper
    "search": {"product", "assortment", "facet"},
    # how many lines a feed has is told by counting them
    "a feed": {"variant", "product", "assortment"},
}
SMALL = {"brand", "channel", "collection", "category", "redirect", "promotion", "experience"}
"""Tables that do not grow with the number of products; their indexes are tested by their constraints."""


def offer(number: int) -> OfferRecord:
    return OfferRecord(number, f"NEW-{number}", f"g{number}", f"Thing {number}", "", f"Brand {number % 40}", None, None, (), (f"9{number:013}",), None, ("Kitchen",), None, "new", (), None, "GBP", Decimal(9), None, None)  # fmt: skip


def product(number: int) -> ProductRecord:
    price = PriceRecord("web", "GBP", Decimal(9), None, None)
    variant = VariantRecord(f"LINE-{number}", None, None, None, (price,))
    return ProductRecord(number, f"thing-{number}", f"brand{number % 40}", "New name", "category-7", None, None, (variant,))  # fmt: skip


WORK = {
    "a batch of offers": lambda session: take_offers(session, [offer(one) for one in range(1, 6)]),
    "a batch of lines": lambda session: take_products(session, [product(one) for one in range(1, 6)]),
    "the next listings": lambda session: listings.pending(session, NOW),
    "the next import": lambda session: jobs.claim(session, NOW),
    "a part of a file": lambda session: exporting._batch(session, "web", "prd_5", NOW),
}
