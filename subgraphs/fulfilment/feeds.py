"""What this subgraph takes from feeds: the invoices of a retail ledger."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from subgraphs.fulfilment.app import DOMAIN
from subgraphs.fulfilment.service.ledger import mark_first_orders, store_invoices
from subgraphs.kit.app import prepare
from subgraphs.kit.database import Database
from subgraphs.kit.importing.records import RetailInvoice, Tally
from subgraphs.kit.settings import SubgraphSettings


class RetailOrders:
    """Sales as finished orders; cancellations and adjustments beside them."""

    def __init__(self, settings: SubgraphSettings) -> None:
        self._settings = settings
        self._database = Database(settings.url)

    async def __aenter__(self) -> Self:
        """Open the database as the application does."""
        await prepare(DOMAIN, self._settings, self._database)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the database."""
        await self._database.close()

    async def take(self, records: Sequence[RetailInvoice]) -> Tally:
        """Write one batch: all of it or, when it raises, nothing of it."""
        return await self._database.write(store_invoices, records)

    async def finish(self) -> Tally:
        """Tell first orders from later ones, now that all are there."""
        await self._database.write(mark_first_orders)
        return Tally()
