"""Subscriptions: woken by signals, told from the database, so that no news is lost and late news is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import strawberry

from subgraphs.inventory.loaders.transfers import TransferById
from subgraphs.inventory.models import TransferRow
from subgraphs.inventory.service import watching
from subgraphs.inventory.service.news import stock_topic, transfer_topic
from subgraphs.inventory.types.change import StockLevelChange
from subgraphs.inventory.types.stock import brand_of
from subgraphs.inventory.types.transfer import Transfer
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, subscription
from subgraphs.kit.signals import Signals

_MOST_VARIANTS = 50
_MOST_LOCATIONS = 50


@strawberry.type
class Subscription:
    @subscription(description="Stock of some variants as it changes.")
    async def stock_level_changed(
        self,
        info: Info,
        variant_ids: Annotated[list[strawberry.ID], argument("Variants, up to 50.")],
        location_ids: Annotated[
            list[strawberry.ID] | None, argument("Locations to keep; the online promise when left out.")
        ] = strawberry.UNSET,
    ) -> AsyncIterator[StockLevelChange]:
        places = None if location_ids is strawberry.UNSET or location_ids is None else [str(x) for x in location_ids]
        variants = sorted({str(each) for each in variant_ids})
        if not 0 < len(variants) <= _MOST_VARIANTS or len(places or ()) > _MOST_LOCATIONS:
            raise BadUserInput(f"Watch 1 to {_MOST_VARIANTS} variants in at most {_MOST_LOCATIONS} locations")
        brand = await brand_of(info, None)
        watch = watching.Watch(tuple(variants), None if places is None else tuple(sorted(set(places))), brand)
        known: dict[tuple[str, str | None], int] = {}
        first = True
        async for _ in _any_of(info.context.signals, [stock_topic(each) for each in variants]):
            for seen in await info.context.database.read(watching.look, watch):
                key = seen.variant_id, seen.location_id
                newer = seen.version > known.get(key, 0)
                known[key] = max(seen.version, known.get(key, 0))
                if newer and not first:
                    yield StockLevelChange.of(seen)
            first = False

    @subscription(description="A transfer as it moves.", authenticated=True)
    async def transfer_changed(
        self, info: Info, id: Annotated[strawberry.ID, argument("Transfer.")]
    ) -> AsyncIterator[Transfer]:
        told: tuple[object, ...] | None = None
        async for _ in info.context.signals.listen(transfer_topic(id)):
            info.context.loader(TransferById).clear(id)
            transfer = await Transfer.resolve_reference(info, id)
            if transfer is None:
                raise BadUserInput("There is no such transfer")
            if told != (told := _state(transfer.row)):
                yield transfer


def _state(row: TransferRow) -> tuple[object, ...]:
    return row.status, row.estimated_at, row.arrived_at


async def _any_of(signals: Signals, topics: Sequence[str]) -> AsyncIterator[None]:
    """One item at once, and one whenever some of the topics was signalled since the last."""
    woken = asyncio.Event()

    async def wait(topic: str) -> None:
        async for _ in signals.listen(topic):
            woken.set()

    waiting = [asyncio.create_task(wait(topic)) for topic in topics]
    try:
        while True:
            await woken.wait()
            woken.clear()
            yield None
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
