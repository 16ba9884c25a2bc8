"""Work that no order makes: goods set out to try on, goods packed for another store."""

from __future__ import annotations

from subgraphs.fulfilment.models import PickLineRow, PickTaskRow
from subgraphs.fulfilment.service import heard
from subgraphs.kit.sample_world import customer, location, variant

OXFORD, ARNDALE = location("LON-OXF").id, location("MAN-ARN").id
HELD = {
    "reservation_id": "rsv_1",
    "kind": "TRY_ON",
    "variant_id": variant("ALD-JKT-RAI-M").id,
    "quantity": 2,
    "location_id": OXFORD,
    "customer_id": customer("ben").id,
}
MOVED = {
    "transfer_id": "trf_1",
    "status": "REQUESTED",
    "from_location_id": ARNDALE,
    "to_location_id": OXFORD,
    "lines": [{"variant_id": variant("ALD-JKT-RAI-M").id, "quantity": 1}],
}


async def test_goods_to_try_on_are_set_out_until_the_hold_is_over(trade):
    await trade.hear(heard.hold_made, "reservation.made", HELD)
    await trade.hear(heard.hold_made, "reservation.made", {**HELD, "reservation_id": "rsv_2", "kind": "PULL"})
    (task,) = await trade.rows(PickTaskRow)
    (line,) = await trade.rows(PickLineRow)
    assert (task.kind, task.location_id, task.reservation_id, line.quantity) == ("TRY_ON", OXFORD, "rsv_1", 2)
    await trade.hear(heard.hold_ended, "reservation.ended", {"reservation_id": "rsv_1", "status": "EXPIRED"})
    assert (await trade.rows(PickTaskRow))[0].status == "CANCELLED"


async def test_goods_for_another_store_are_packed_by_the_one_that_has_them(trade):
    await trade.hear(heard.transfer_moved, "transfer.requested", MOVED)
    (task,) = await trade.rows(PickTaskRow)
    assert (task.kind, task.status, task.location_id) == ("TRANSFER", "OPEN", ARNDALE)
    await trade.hear(heard.transfer_moved, "transfer.advanced", {**MOVED, "status": "PACKED"})
    assert (await trade.rows(PickTaskRow))[0].status == "DONE"
