"""An import from the file to the graph: what a person sees, and that doing it twice changes nothing."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from subgraphs.kit.importing import main
from subgraphs.kit.importing.download import is_public, public_address
from subgraphs.kit.importing.errors import ImportStopped
from subgraphs.kit.importing.records import Refused, Tally

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = [
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom",
    "536366,85123A,WHITE HANGING HEART,2,2010-12-02 08:26:00,2.95,,France",
    "C536367,85123A,WHITE HANGING HEART,-1,2010-12-03 08:26:00,2.55,17850.0,United Kingdom",
    "536368,85123A,damaged,-3,2010-12-03 09:26:00,0.0,,United Kingdom",
    "536369,21730,GLASS STAR,x,2010-12-03 09:26:00,1.0,,United Kingdom",
]


SINKS = {
    "online-retail": ("subgraphs.catalog.feeds:RetailProducts", "subgraphs.nowhere.feeds:Nothing"),
    "categories": ("subgraphs.catalog.feeds:Categories",),
}


def run(feed, data, **options):
    out = io.StringIO()
    status = main(feed, data_dir=data, console=Console(file=out, width=200), sinks=SINKS, **options)
    return status, out.getvalue()


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("\n".join((HEAD, *ROWS)))
    return path


def test_an_import_says_what_it_read_did_and_refused(ledger, tmp_path):
    status, said = run(ledger, tmp_path / "data")
    assert status == 0
    assert "6 rows" in said
    assert "nowhere takes no part" in said
    assert "1 cancellation invoices" in said
    assert "1 × Quantity: not a whole number" in said
    refusals = tmp_path / "data" / "imports" / "ledger.csv.refused.csv"
    assert refusals.read_text().splitlines() == [
        "row,column,reason,what to do",
        "7,Quantity,not a whole number,correct the value and import the file again",
    ]


def test_a_domain_that_cannot_be_loaded_or_opened_ends_the_import_in_one_line(ledger, tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "feeds.py").write_text("import no_such_thing_anywhere")
    monkeypatch.syspath_prepend(str(tmp_path))
    out = io.StringIO()
    sinks = {"online-retail": ("broken.feeds:Sink",)}
    assert main(ledger, data_dir=tmp_path / "data", console=Console(file=out, width=200), sinks=sinks) == 1
    last = out.getvalue().splitlines()[-1]
    assert last == (
        "Import stopped: feeds:Sink cannot take its part (No module named 'no_such_thing_anywhere'); nothing was written"
    )
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "catalog.sqlite").write_text("this is no database, and long enough to be seen as none" * 40)
    monkeypatch.setenv("CHANNELGRAPH_CATALOG_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/data/catalog.sqlite")
    status, said = run(ledger, tmp_path / "data")
    assert status == 1
    assert said.splitlines()[-1].startswith("Import stopped: catalog cannot take its part")
    assert "Traceback" not in said


def test_importing_twice_changes_nothing(ledger, tmp_path):
    run(ledger, tmp_path / "data")
    status, said = run(ledger, tmp_path / "data")
    assert status == 0
    line = next(line for line in said.splitlines() if line.split()[:2] == ["catalog", "product"])
    assert line.split() == ["catalog", "product", "0", "0", "1"]


def test_a_dry_run_writes_nothing(ledger, tmp_path):
    status, said = run(ledger, tmp_path / "data", dry_run=True)
    assert status == 0
    assert "not a whole number" in said
    assert not (tmp_path / "data").exists()


def test_a_category_tree_is_imported(tmp_path):
    feed = tmp_path / "tree.json"
    feed.write_text(
        json.dumps(
            [{"id": "c2", "name": "Chairs", "path": [{"id": "c1", "name": "Home"}, {"id": "c2", "name": "Chairs"}]}]
        )
    )
    status, said = run(feed, tmp_path / "data")
    assert status == 0
    assert "category" in said


def test_what_cannot_be_imported_is_said_in_one_line(tmp_path):
    status, said = run(tmp_path / "none.csv", tmp_path / "data")
    assert status == 1
    assert said == f"Import stopped: {tmp_path / 'none.csv'}: No such file or directory\n"
    status, said = run(tmp_path, tmp_path / "data")
    assert status == 1


def test_tallies_add_up():
    one, other = Tally(), Tally()
    one.add("x", created=1, unchanged=2)
    other.add("x", created=2, updated=1)
    other.refused.append(Refused(1, None, "r"))
    one.merge(other)
    assert (one.created, one.updated, one.unchanged, len(one.refused)) == ({"x": 3}, {"x": 1}, {"x": 2}, 1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "100.64.0.1",
    ],
)
def test_feeds_are_not_fetched_from_inside(address):
    assert not is_public(address)


async def test_a_name_of_this_machine_is_refused():
    with pytest.raises(ImportStopped, match="public addresses only"):
        await public_address("localhost", 80)
