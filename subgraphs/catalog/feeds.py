"""What the catalogue takes from feeds (a ledger's products, category trees, product feeds), and the files it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import Self

from subgraphs.catalog.app import DOMAIN
from subgraphs.catalog.service import intake, lines, offers
from subgraphs.catalog.service.exporting import export_pieces
from subgraphs.kit.app import prepare
from subgraphs.kit.database import Database
from subgraphs.kit.importing.records import (
    CategoryRecord,
    InvoiceKind,
    LineKind,
    OfferRecord,
    ProductRecord,
    RetailInvoice,
    Tally,
)
from subgraphs.kit.peers import Peers
from subgraphs.kit.settings import SubgraphSettings

BATCH = 500
"""Products written in one transaction."""
ENTERED = 100
"""The same, of products that may have hundreds of variants each."""


class _CatalogSink:
    """Opens the catalogue's database, current and with its sample world."""

    def __init__(self, settings: SubgraphSettings) -> None:
        self._settings = settings
        self._database = Database(settings.url)

    async def __aenter__(self) -> Self:
        try:
            await prepare(DOMAIN, self._settings, self._database)
        except BaseException:
            await self._database.close()  # nobody leaves what was never entered
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._database.close()

    async def finish(self) -> Tally:
        """Nothing is left to write."""
        return Tally()


@dataclass(slots=True)
class _Seen:
    """What the ledger says of one stock code so far."""

    names: Counter[str] = field(default_factory=Counter)
    price: Decimal | None = None
    priced_at: datetime | None = None
    units: int = 0


class RetailProducts(_CatalogSink):
    """Goods of a retail ledger: one product with one variant for each stock code.

    The ledger holds no master data, so name and price are gathered from all lines and written at the end: the most
    frequent description, the price most recently charged. A few thousand codes are kept in memory.
    """

    def __init__(self, settings: SubgraphSettings) -> None:
        super().__init__(settings)
        self._seen: dict[str, _Seen] = {}

    async def take(self, records: Sequence[RetailInvoice]) -> Tally:
        """Gather; nothing is written yet."""
        for invoice in records:
            for line in invoice.lines:
                if line.kind is not LineKind.GOODS:
                    continue
                seen = self._seen.setdefault(line.sku, _Seen())
                if line.description:
                    # Remarks on stock corrections ("damaged", "?") must not outvote a name on a bill.
                    seen.names[line.description] += 1000 if line.sold else 1
                if invoice.kind is InvoiceKind.SALE and line.sold:
                    seen.units += line.quantity
                    if seen.priced_at is None or invoice.at >= seen.priced_at:
                        seen.price, seen.priced_at = line.unit_price, invoice.at
        return Tally()

    async def finish(self) -> Tally:
        """Write the products, five hundred in a transaction."""
        goods = [
            intake.RetailGood(sku, _name(sku, seen), seen.price, seen.units) for sku, seen in sorted(self._seen.items())
        ]
        tally = Tally()
        for start in range(0, len(goods), BATCH):
            tally.merge(await self._database.write(intake.take_retail_goods, goods[start : start + BATCH]))
        return tally


class Categories(_CatalogSink):
    """Category trees; a record's path brings along parents the file does not list by themselves."""

    async def take(self, records: Sequence[CategoryRecord]) -> Tally:
        """Write one batch."""
        return await self._database.write(intake.take_categories, records)


class Offers(_CatalogSink):
    """Product feeds. Variants of one product may be spread over the file: each batch adds its own."""

    async def take(self, records: Sequence[OfferRecord]) -> Tally:
        """Write one batch."""
        return await self._database.write(offers.take_offers, records)


class Products(_CatalogSink):
    """Products in our own words, for brands, categories and channels that are there."""

    async def take(self, records: Sequence[ProductRecord]) -> Tally:
        """Write one batch, in transactions of a hundred products."""
        tally = Tally()
        for start in range(0, len(records), ENTERED):
            tally.merge(await self._database.write(lines.take_products, records[start : start + ENTERED]))
        return tally


class Export(_CatalogSink):
    """Files for outside shops; the inventory must run in this process, over the same data folder, or be a peer."""

    async def pieces(self, kind: str, channel: str) -> AsyncIterator[str]:
        """Give a file of what the channel sells now, in pieces."""
        peers = Peers(self._settings, seconds=30.0)
        try:
            async for piece in export_pieces(self._database, peers, kind, channel, datetime.now(UTC)):
                yield piece
        finally:
            await peers.close()


def _name(sku: str, seen: _Seen) -> str:
    """The most frequent description; of several the first by the alphabet, so that every import says the same."""
    if not seen.names:
        return sku
    most = max(seen.names.values())
    return min(name for name, number in seen.names.items() if number == most)
