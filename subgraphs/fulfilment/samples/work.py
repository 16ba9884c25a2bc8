"""Tasks of the sample stores, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import PickLineRow, PickTaskRow
from subgraphs.fulfilment.samples.stories import Items, story
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import customer, location, variant


@dataclass(frozen=True, slots=True)
class Work:
    """A task; `due` in minutes from now; `found` of each thing, all when left out."""

    name: str
    kind: str
    status: str
    store: str
    who: str | None
    due: int
    order: str | None = None
    items: Items = ()
    waiting: bool = False
    assignee: str | None = None
    found: tuple[int, ...] = ()


TASKS = (
    Work("1", "PICKUP", "OPEN", "LON-OXF", "ben", 90, "A10000019", waiting=True),
    Work("2", "PULL", "OPEN", "LON-OXF", "ada", 15, None, (("ALD-LMP-GLO-WHT", 1),), waiting=True),
    Work("3", "PICKUP", "DONE", "LON-OXF", "ada", -600, "A10000001", assignee="Sam"),
    Work("4", "PICKUP", "OPEN", "LON-KGX", "chiara", 60, "A10000007"),
    Work("5", "TRY_ON", "SHORT", "MAN-ARN", "ben", -60, None, (("ALD-JKT-DWN-M", 2),), assignee="Noor", found=(1,)),
    Work("6", "SHIP_FROM_STORE", "CLAIMED", "MAN-ARN", "ben", 240, "A10000005", assignee="Noor"),
    Work("7", "TRANSFER", "OPEN", "MAN-ARN", None, 300, None, (("ALD-JKT-RAI-M", 1),)),
    Work("9", "TRANSFER", "CLAIMED", "LON-OXF", None, 180, None, (("ALD-MUG-STO-SND", 2),), assignee="Sam"),
    Work("8", "ORDER_AHEAD", "CANCELLED", "LON-OXF", "ada", -120, None, (("ALD-BOT-INS-WHT", 1),)),
)


async def load_tasks(session: AsyncSession, now: datetime) -> None:
    """Write the tasks; their orders are there."""
    session.add_all([_task(work, now) for work in TASKS])
    await session.flush()
    session.add_all([line for work in TASKS for line in _lines(work)])
    await session.flush()


def _task(work: Work, now: datetime) -> PickTaskRow:
    return PickTaskRow(
        id=stable_id("PickTask", "sample", work.name),
        kind=work.kind,
        status=work.status,
        location_id=location(work.store).id,
        order_id=story(work.order).id if work.order else None,
        fulfilment_id=story(work.order).part_id if work.order else None,
        customer_id=customer(work.who).id if work.who else None,
        assignee=work.assignee,
        due_at=now + timedelta(minutes=work.due),
        customer_waiting=work.waiting,
        changed_at=now,
    )


def _lines(work: Work) -> list[PickLineRow]:
    items = story(work.order).items if work.order else work.items
    over = work.status in {"DONE", "SHORT"}
    return [
        PickLineRow(
            task_id=stable_id("PickTask", "sample", work.name),
            variant_id=variant(sku).id,
            position=position,
            quantity=units,
            picked=(work.found[position] if work.found else units) if over else 0,
        )
        for position, (sku, units) in enumerate(items)
    ]
