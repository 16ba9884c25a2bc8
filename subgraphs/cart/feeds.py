"""What the cart takes from feeds: offers, and the codes that open them."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.app import domain_of
from subgraphs.cart.models import PromotionRow, VoucherRow
from subgraphs.kit.app import prepare
from subgraphs.kit.database import Database
from subgraphs.kit.ids import stable_id
from subgraphs.kit.importing.records import PromotionRecord, Refused, Tally
from subgraphs.kit.outbox import emit
from subgraphs.kit.settings import SubgraphSettings


class Promotions:
    """Offers by their code: new ones made, changed ones changed, the rest left alone. What changed is told."""

    def __init__(self, settings: SubgraphSettings) -> None:
        self._settings = settings
        self._database = Database(settings.url)

    async def __aenter__(self) -> Self:
        try:
            await prepare(domain_of(self._settings), self._settings, self._database)
        except BaseException:
            await self._database.close()  # nobody leaves what was never entered
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._database.close()

    async def take(self, records: Sequence[PromotionRecord]) -> Tally:
        """Write one batch in one transaction."""
        return await self._database.write(_take, records)

    async def finish(self) -> Tally:
        """Nothing is left to write."""
        return Tally()


async def _take(session: AsyncSession, records: Sequence[PromotionRecord]) -> Tally:
    tally = Tally()
    ids = {record.code: stable_id("Promotion", record.code) for record in records}
    stored = select(PromotionRow).where(col(PromotionRow.id).in_(ids.values())).order_by(col(PromotionRow.id))
    known = {row.id: row for row in await session.exec(stored.with_for_update())}
    codes = [code for record in records for code, _ in record.vouchers]
    found = select(VoucherRow).where(col(VoucherRow.code).in_(codes)).order_by(col(VoucherRow.code))
    vouchers = {row.code: row for row in await session.exec(found.with_for_update())}
    for record in records:
        promotion_id = ids[record.code]
        foreign = next(
            (c for c, _ in record.vouchers if c in vouchers and vouchers[c].promotion_id != promotion_id), None
        )
        if foreign is not None:
            tally.refused.append(
                Refused(record.row, "vouchers", f"the code {foreign} opens another promotion", "choose another code")
            )
            continue
        row = known.get(promotion_id)
        changed = _write(session, promotion_id, record, row)
        await session.flush()
        changed |= _write_codes(session, promotion_id, record, vouchers)
        if changed:
            await _tell(session, promotion_id, record)
        tally.add("promotion", created=row is None, updated=row is not None and changed, unchanged=not changed)
    return tally


def _write(session: AsyncSession, promotion_id: str, record: PromotionRecord, row: PromotionRow | None) -> bool:
    """Store an offer; whether it is another than it was."""
    values = _values(record)
    if row is None:
        session.add(PromotionRow(id=promotion_id, **values))
        return True
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)
    return bool(changed)


def _write_codes(
    session: AsyncSession, promotion_id: str, record: PromotionRecord, vouchers: dict[str, VoucherRow]
) -> bool:
    """Store the codes of an offer; one that is there keeps its uses, and may never be used less often than it was."""
    changed = False
    for code, most_uses in record.vouchers:
        row = vouchers.get(code)
        if row is None:
            vouchers[code] = row = VoucherRow(code=code, promotion_id=promotion_id, most_uses=most_uses)
            changed = True
        elif row.most_uses != max(most_uses, row.used):
            row.most_uses = max(most_uses, row.used)
            changed = True
        session.add(row)
    return changed


def _values(record: PromotionRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "description": record.description,
        "terms": record.terms,
        "kind": record.kind,
        "channels": list(record.channels),
        "brand_code": record.brand,
        "percent": record.percent,
        "amount": record.amount,
        "buy": record.buy,
        "pay": record.pay,
        "factor": record.factor,
        "currency": record.currency,
        "least_subtotal": record.least_subtotal,
        "goods": list(record.goods),
        "gift_variant_id": record.gift_variant_id,
        "reward_id": record.reward_id,
        "members_only": record.members_only,
        "automatic": not record.vouchers and record.reward_id is None,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
    }


async def _tell(session: AsyncSession, promotion_id: str, record: PromotionRecord) -> None:
    payload = {
        "promotion_id": promotion_id,
        "name": record.name,
        "channels": list(record.channels),
        "starts_at": record.starts_at.isoformat(),
        "ends_at": record.ends_at.isoformat() if record.ends_at else None,
    }
    await emit(session, "promotion.changed", promotion_id, payload)
