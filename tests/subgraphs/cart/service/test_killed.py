"""A process killed at any step of a checkout: whoever comes next finishes or undoes it. Never money without an order."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from subgraphs.cart.models import CartRow, CheckoutRow
from subgraphs.cart.service import checkout
from subgraphs.cart.service.drive import drive
from subgraphs.kit.database import Database
from subgraphs.kit.ids import new_id
from subgraphs.kit.migrations import upgrade

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
_spec = importlib.util.spec_from_file_location("killed", HERE / "killed.py")
killed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(killed)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FORWARD = [f"{step}:{when}" for step in ("hold", "pay0", "pay1", "place", "assign") for when in ("before", "after")]
BACK = [f"{step}:{when}" for step in ("give_back", "release") for when in ("before", "after")]
CASES = [
    *((moment, "", "DONE") for moment in FORWARD),
    *((moment, "place", "FAILED") for moment in [*FORWARD[:6], *BACK]),
    *((moment, "pay1", "DECLINED") for moment in [*FORWARD[:4], *BACK]),
]


async def begun(database: Database) -> str:
    """A checkout of two payments, about to hold."""
    await upgrade(database, "subgraphs.cart.migrations")
    cart_id, checkout_id = new_id("Cart"), new_id("Checkout")
    payment = {"kind": "CARD", "token": "tok", "label": "Card", "amount": "6.00"}
    agreed = {
        "cartId": cart_id, "version": 1, "customerId": None, "brandCode": "alder", "channel": "web", "currency": "GBP",
        "lines": [], "total": "12.00", "due": "12.00", "codes": [], "offers": [], "payments": [payment, payment],
    }  # fmt: skip

    async def store(session):
        session.add(
            CartRow(
                id=cart_id,
                status="IN_CHECKOUT",
                brand_code="alder",
                started_in="web",
                channels=["web"],
                currency="GBP",
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
            )
        )
        await session.flush()
        session.add(
            CheckoutRow(
                id=checkout_id,
                cart_id=cart_id,
                scope=cart_id,
                idempotency_key="k",
                step="HOLD",
                agreed=agreed,
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
            )
        )

    await database.write(store)
    return checkout_id


LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def doomed():
    """What starts the processes that are killed."""
    command = [sys.executable, str(HERE / "killed.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, text=True, bufsize=1, **pipes) as process:
        yield process
        process.stdin.close()


@pytest.mark.parametrize(("moment", "refuse", "end"), CASES)
async def test_C5_killed_and_resumed_it_is_finished_or_undone(doomed, tmp_path, moment, refuse, end):
    await killed_and_resumed(doomed, f"sqlite+aiosqlite:///{tmp_path / 'cart.sqlite'}", tmp_path, moment, refuse, end)


@pytest.mark.prove
@pytest.mark.parametrize(("moment", "refuse", "end"), CASES)
async def test_C5_killed_and_resumed_on_postgresql(doomed, shelf, tmp_path, moment, refuse, end):
    await killed_and_resumed(doomed, shelf.server.url(shelf.empty()), tmp_path, moment, refuse, end)


async def killed_and_resumed(doomed, url, tmp_path, moment, refuse, end):
    database = Database(url)
    checkout_id = await begun(database)
    case = [str(tmp_path), url, moment, refuse, checkout_id]
    await asyncio.to_thread(doomed.stdin.write, f"{json.dumps(case)}\n")
    assert int(await asyncio.to_thread(doomed.stdout.readline)) == -signal.SIGKILL

    after = killed.Ledger(tmp_path, refuse=frozenset(refuse.split(",")))
    assert await database.read(checkout.stalled, LATER) == [checkout_id]
    # Whoever was killed had it for itself; it is taken up when that time is over.
    row = await drive(database, after, checkout_id, clock=lambda: LATER)
    await database.close()

    assert row.step == end
    charged, back = after.happened("pay0") + after.happened("pay1"), after.happened("give_back")
    if end == "DONE":
        assert (after.happened("hold"), charged, after.happened("place"), after.happened("assign"), back) == (
            1,
            2,
            1,
            1,
            0,
        )
    else:
        assert after.happened("place") == 0
        assert back == 2  # both keys: what was taken is back, what was not is void
        assert after.happened("release") == 1
    assert all(payment["token"] is None for payment in row.agreed["payments"])


async def test_two_never_drive_one_checkout_at_a_time(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'cart.sqlite'}")
    checkout_id, moment = await begun(database), datetime.now(UTC)
    assert await database.write(checkout.lease, checkout_id, "one", moment)
    assert not await database.write(checkout.lease, checkout_id, "other", moment)
    assert await database.write(checkout.lease, checkout_id, "one", moment), "who has it keeps it"
    assert await database.read(checkout.stalled, moment) == [], "what is driven is not taken up"
    assert await database.write(checkout.lease, checkout_id, "other", moment + checkout.LEASED_FOR)
    await database.write(checkout.let_go, checkout_id, "one")
    assert not await database.write(checkout.lease, checkout_id, "one", moment + checkout.LEASED_FOR)
    await database.close()


async def test_many_that_drive_one_checkout_do_everything_once(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'cart.sqlite'}")
    checkout_id = await begun(database)
    ledger = killed.Ledger(tmp_path)
    rows = await asyncio.gather(*(drive(database, ledger, checkout_id) for _ in range(10)))
    await database.close()
    assert {row.step for row in rows} == {"DONE"}
    assert (ledger.happened("pay0"), ledger.happened("pay1"), ledger.happened("place")) == (1, 1, 1)


async def test_goods_that_cannot_be_held_cost_nothing(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'cart.sqlite'}")
    checkout_id = await begun(database)
    ledger = killed.Ledger(tmp_path, refuse=frozenset({"hold"}))
    assert (await drive(database, ledger, checkout_id)).step == "BLOCKED"
    await database.close()
    assert ledger.happened("pay0") == ledger.happened("give_back") == 0
