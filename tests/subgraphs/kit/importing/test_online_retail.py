"""What counts as what in a retail ledger."""

from __future__ import annotations

import gzip
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.kit.importing.errors import FeedUnreadable
from subgraphs.kit.importing.formats.online_retail import invoice_kind, line_kind, read
from subgraphs.kit.importing.records import InvoiceKind, LineKind, RetailLine
from subgraphs.kit.importing.source import open_feed

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def ledger(tmp_path, *rows, head=HEAD, packed=True):
    path = tmp_path / ("feed.csv.gz" if packed else "feed.csv")
    content = "\n".join((head, *rows)).encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def taken(path):
    invoices, refused = [], []
    for rows in read(open_feed(path)):
        invoices += rows.records
        refused += rows.refused
    return invoices, refused


SALE = "536365,85123A,WHITE  HEART ,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


def test_a_line_becomes_part_of_its_invoice(tmp_path):
    (invoice,), refused = taken(ledger(tmp_path, SALE))
    assert refused == []
    assert (invoice.number, invoice.kind, invoice.customer, invoice.country) == (
        "536365",
        InvoiceKind.SALE,
        "17850",
        "GB",
    )
    assert invoice.at.isoformat() == "2010-12-01T08:26:00+00:00"
    assert invoice.lines[0] == RetailLine(2, 0, "85123A", LineKind.GOODS, "WHITE HEART", 6, Decimal("2.55"), sold=True)


def test_summer_time_of_the_shop_becomes_utc(tmp_path):
    (invoice,), _ = taken(ledger(tmp_path, SALE.replace("2010-12-01", "2011-05-01")))
    assert invoice.at.isoformat() == "2011-05-01T07:26:00+00:00"


def test_lines_of_an_invoice_need_not_lie_together(tmp_path):
    other = SALE.replace("536365", "536366")
    invoices, _ = taken(ledger(tmp_path, SALE, other, SALE, packed=False))
    assert [(one.number, [line.row for line in one.lines]) for one in invoices] == [("536366", [3]), ("536365", [2, 4])]
    assert [line.ordinal for line in invoices[1].lines] == [0, 1]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("85123A", "GOODS"), ("DCGSSBOY", "GOODS"), ("PADS", "GOODS"), ("POST", "POSTAGE"), ("DOT", "POSTAGE"), ("C2", "POSTAGE"), ("AMAZONFEE", "FEE"), ("BANK CHARGES", "FEE"), ("D", "DISCOUNT"), ("M", "MANUAL"), ("S", "SAMPLE"), ("GIFT_0001_10", "VOUCHER")],
)  # fmt: skip
def test_charges_are_told_from_goods_by_their_code(code, kind):
    assert line_kind(code) is LineKind[kind]


def test_a_small_m_is_the_same_charge_as_a_capital_one(tmp_path):
    (invoice,), _ = taken(ledger(tmp_path, SALE.replace("85123A", "m")))
    assert invoice.lines[0].kind is LineKind.MANUAL


@pytest.mark.parametrize(
    ("number", "quantity", "price", "kind"),
    [("536365", 1, "1", "SALE"), ("536365", -1, "0", "ADJUSTMENT"), ("536365", 1, "0", "ADJUSTMENT"), ("536365", -1, "1", "ADJUSTMENT"), ("C536365", -1, "1", "CANCELLATION")],
)  # fmt: skip
def test_an_invoice_is_a_sale_by_one_sold_line_and_a_cancellation_by_its_number(number, quantity, price, kind):
    sold = quantity > 0 and Decimal(price) > 0
    line = RetailLine(2, 0, "85123A", LineKind.GOODS, "", quantity, Decimal(price), sold=sold)
    assert invoice_kind(number, [line]) is InvoiceKind[kind]


def test_gifts_on_a_sale_are_kept_and_not_counted(tmp_path):
    gift = SALE.replace(",6,", ",1,").replace("2.55", "0")
    (invoice,), _ = taken(ledger(tmp_path, SALE, gift))
    assert [line.sold for line in invoice.lines] == [True, False]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (SALE.replace(",6,", ",six,"), "Quantity", "not a whole number"),
        (SALE.replace(",6,", ",6.5,"), "Quantity", "not a whole number"),
        (SALE.replace("2.55", "2,55"), None, "the row has 9 columns instead of 8"),
        (SALE.replace("2.55", "2.55555"), "UnitPrice", "not an amount with at most four decimals"),
        (SALE.replace("2.55", "NaN"), "UnitPrice", "not an amount with at most four decimals"),
        (
            SALE.replace("2010-12-01 08:26:00", "12/1/2010"),
            "InvoiceDate",
            "not a date and time such as 2010-12-01 08:26:00",
        ),
        (SALE.replace("17850.0", "abc"), "CustomerID", "not a customer number"),
        (SALE.replace("536365", "x"), "InvoiceNo", "not an invoice number"),
        (SALE.replace("85123A", ""), "StockCode", "missing, too long, or not UTF-8"),
        ("just a line", None, "the row has 1 columns instead of 8"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_number_column_and_reason(tmp_path, row, column, reason):
    invoices, (refused,) = taken(ledger(tmp_path, SALE.replace("536365", "1111"), row))
    assert len(invoices) == 1
    assert (refused.row, refused.column, refused.reason) == (3, column, reason)


def test_a_row_in_an_unknown_currency_is_refused(tmp_path):
    path = ledger(tmp_path, f"{SALE},GBP", f"{SALE},XYZ", head=f"{HEAD},Currency")
    (invoice,), (refused,) = taken(path)
    assert len(invoice.lines) == 1
    assert (refused.row, refused.column, refused.reason) == (3, "Currency", "unknown currency")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_bytes(f"{HEAD}\n{SALE}\n".encode() + SALE.encode().replace(b"HEART", b"HE\xffRT"))
    (invoice,), (refused,) = taken(path)
    assert len(invoice.lines) == 1
    assert refused.column == "Description"


def test_an_unknown_country_names_none(tmp_path):
    (invoice,), _ = taken(ledger(tmp_path, SALE.replace("United Kingdom", "European Community")))
    assert invoice.country is None


def test_a_missing_column_ends_the_import_and_is_named(tmp_path):
    with pytest.raises(FeedUnreadable, match="lacks the column UnitPrice"):
        taken(ledger(tmp_path, SALE, head=HEAD.replace("UnitPrice", "Price")))


def test_a_file_cut_short_is_told_as_damaged(tmp_path):
    path = ledger(tmp_path, *[SALE] * 5000)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FeedUnreadable, match="damaged"):
        taken(path)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 5), st.integers(0, 3)), max_size=30))
def test_no_line_is_lost_whatever_the_order(tmp_path_factory, lines):
    rows = [
        f"{5000 + number},85123A,X,{quantity},2010-12-01 08:26:00,{price}.00,,France"
        for number, quantity, price in lines
    ]
    invoices, refused = taken(ledger(tmp_path_factory.mktemp("feed"), *rows))
    assert refused == []
    assert sorted(line.row for one in invoices for line in one.lines) == list(range(2, 2 + len(lines)))
    assert len({one.number for one in invoices}) == len(invoices) == len({number for number, _, _ in lines})
    assert all(one.customer is None and one.country == "FR" for one in invoices)
