"""Mutations. Those without @tag of a target channel are for other subgraphs: inaccessible, scope system:write."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.inventory.errors import LocationUnavailable, TransferQuoteExpired
from subgraphs.inventory.loaders.holds import HoldById
from subgraphs.inventory.rules.count import DiscrepancyCause as Cause
from subgraphs.inventory.rules.privacy import SEES_HOLDS, SEES_TRANSFERS, may_see_hold
from subgraphs.inventory.rules.quantities import Line
from subgraphs.inventory.rules.quote import unseal
from subgraphs.inventory.rules.reservation import MOST_UNITS_OF_A_CUSTOMER
from subgraphs.inventory.rules.transfer import TransferStatus as Status
from subgraphs.inventory.service import counts, holds, orders, transfers
from subgraphs.inventory.types.clock import now
from subgraphs.inventory.types.count import (
    DiscrepancyResolveResult,
    DiscrepancySuccess,
    StockScanResult,
    StockScanSuccess,
)
from subgraphs.inventory.types.enums import DiscrepancyCause, TransferStatus
from subgraphs.inventory.types.hold import ReservationResult, ReservationSuccess
from subgraphs.inventory.types.inputs import (
    ReservationCreateInput,
    StockHoldInput,
    StockHoldItemInput,
    StockScanInput,
    TransferRequestInput,
    given,
    lines_of,
)
from subgraphs.inventory.types.stock import brand_of
from subgraphs.inventory.types.transfer import TransferResult, TransferSuccess, quote_key
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput, InvalidInput, NotFound, Refusal
from subgraphs.kit.fields import argument, mutation
from subgraphs.kit.idempotency import once
from subgraphs.kit.scalars import IdempotencyKey
from subgraphs.kit.types.errors import shown

T = TypeVar("T")
_SYSTEM = [["system:write"]]


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(description="Hold goods in a store, to try on or to be pulled from the shelf.", authenticated=True)
    async def reservation_create(
        self, info: Info, input: Annotated[ReservationCreateInput, argument("What to hold.")]
    ) -> ReservationResult:
        viewer = info.context.viewer
        ask = holds.Ask(
            kind=input.kind,
            wants=tuple(holds.Want(line, str(input.location_id)) for line in lines_of(input.items)),
            request=f"{_caller(info)}:{input.idempotency_key}",
            hold_for=given(input.hold_for),
            customer_id=viewer.customer_id,
            by_customer=not viewer.has_any(*SEES_HOLDS),
        )
        return await _outcome(_hold(info, ask, input.idempotency_key))

    @mutation(description="Give a hold back early.", authenticated=True)
    async def reservation_release(
        self, info: Info, id: Annotated[strawberry.ID, argument("Hold.")]
    ) -> ReservationResult:
        return await _outcome(_release(info, str(id)))

    @mutation(description="Hold goods for a cart, order or layaway.", inaccessible=True, scopes=_SYSTEM)
    async def stock_hold(
        self, info: Info, input: Annotated[StockHoldInput, argument("What to hold.")]
    ) -> ReservationResult:
        return await _outcome(_hold_for_system(info, input))

    @mutation(
        description="Turn what one stockHold held into holds of an order, which do not run out; promised transfers"
        " begin. False: some units were gone; fulfilment has been told.",
        inaccessible=True,
        scopes=_SYSTEM,
    )
    async def stock_hold_assign(
        self,
        info: Info,
        key: Annotated[IdempotencyKey, argument("Key the holds were made with.")],
        order_id: Annotated[strawberry.ID, argument("Order.")],
    ) -> bool:
        return await _known(info.context.write(orders.assign, str(key), str(order_id), now()))

    @mutation(
        description="Give back what one stockHold held; doing it again does nothing more.",
        inaccessible=True,
        scopes=_SYSTEM,
    )
    async def stock_hold_release(
        self, info: Info, key: Annotated[IdempotencyKey, argument("Key the holds were made with.")]
    ) -> bool:
        return bool(await _known(info.context.write(holds.release_request, str(key), now())))

    @mutation(
        description="Turn holds into sales: the units leave the shelf. Gives those that this call sold.",
        inaccessible=True,
        scopes=_SYSTEM,
    )
    async def stock_hold_sell(
        self,
        info: Info,
        reservation_ids: Annotated[list[strawberry.ID], argument("Holds.")],
        order_id: Annotated[strawberry.ID, argument("Order they are sold by.")],
    ) -> list[strawberry.ID]:
        sold = await _known(info.context.write(holds.sell, [str(x) for x in reservation_ids], str(order_id), now()))
        return [strawberry.ID(each) for each in sold]

    @mutation(description="Ask for goods to be brought to a store.")
    async def transfer_request(
        self, info: Info, input: Annotated[TransferRequestInput, argument("What to bring.")]
    ) -> TransferResult:
        return await _outcome(_ask_for_transfer(info, input))

    @mutation(
        description="Move a transfer on, by staff or carrier.",
        scopes=[["staff:store"], ["carrier:write"]],
        tags=("staff",),
    )
    async def transfer_advance(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Transfer.")],
        status: Annotated[TransferStatus, argument("State reached.")],
        idempotency_key: Annotated[IdempotencyKey, argument("Key for safe replay.")],
        estimated_at: Annotated[datetime | None, argument("Arrival expected now.")] = strawberry.UNSET,
    ) -> TransferResult:
        step = transfers.Step(Status(status), given(estimated_at))
        return await _outcome(_advance(info, str(id), step, idempotency_key))

    @mutation(
        description="Count, receive or write off goods with a scanner; accepts what an offline device has stored up.",
        scopes=[["staff:store"]],
        tags=("staff",),
    )
    async def stock_scan(
        self, info: Info, scans: Annotated[list[StockScanInput], argument("Scans, up to 500.")]
    ) -> StockScanResult:
        return await _outcome(_scan(info, scans))

    @mutation(description="Put a discrepancy right.", scopes=[["staff:store"]], tags=("staff",))
    async def stock_discrepancy_resolve(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Discrepancy.")],
        cause: Annotated[DiscrepancyCause, argument("Why it happened.")],
        actual_quantity: Annotated[int, argument("Units really there.")],
    ) -> DiscrepancyResolveResult:
        return await _outcome(_resolve(info, str(id), Cause(cause), actual_quantity))


async def _outcome(work: Awaitable[T]) -> T:
    """What the work gives, or the refusal as a value of the result's union."""
    try:
        return await work
    except Refusal as refusal:
        return cast(T, shown(refusal))


async def _known(work: Awaitable[T]) -> T:
    """What the work gives; a refusal is the asking system's mistake."""
    try:
        return await work
    except Refusal as refusal:
        raise BadUserInput(f"{'.'.join(refusal.path)}: {refusal.message}") from refusal


def _caller(info: Info) -> str:
    """Whom an idempotency key belongs to: one caller's key never meets another's."""
    viewer = info.context.viewer
    return viewer.customer_id or ("staff" if viewer.scopes else "anonymous")


async def _hold(info: Info, ask: holds.Ask, key: str) -> ReservationSuccess:
    try:
        ids = await info.context.write(_hold_once, ask, f"hold:{_caller(info)}", key)
    except Refusal as refusal:
        # Units of holds that ran out may not have been swept yet: give them back, then ask once more.
        if refusal.code != "INSUFFICIENT_STOCK" or not await info.context.write(holds.expire_due, now()):
            raise
        ids = await info.context.write(_hold_once, ask, f"hold:{_caller(info)}", key)
    return await ReservationSuccess.load(info, ids)


async def _hold_once(session: AsyncSession, ask: holds.Ask, scope: str, key: str) -> list[str]:
    arguments: dict[str, Any] = {
        "kind": ask.kind,
        "lines": [[w.line.variant_id, w.line.quantity, w.location_id, w.offer and w.offer.to_id] for w in ask.wants],
        "holder": ask.holder,
        "customer": ask.customer_id,
        "seconds": None if ask.hold_for is None else ask.hold_for.total_seconds(),
    }

    async def work() -> list[str]:
        return await holds.hold(session, ask, now())

    ids: list[str] = await once(session, scope, key, arguments, work)
    return ids


async def _hold_for_system(info: Info, input: StockHoldInput) -> ReservationSuccess:
    customer_id = given(input.customer_id)
    ask = holds.Ask(
        kind=input.kind,
        wants=tuple(_want(info, index, item) for index, item in enumerate(input.items)),
        request=str(input.key),
        brand_code=given(input.brand_code) or await brand_of(info, None),
        hold_for=given(input.hold_for),
        customer_id=info.context.viewer.customer_id if customer_id is None else str(customer_id),
        holder=given(input.cart_id) or given(input.holder),
    )
    return await _hold(info, ask, input.key)


def _want(info: Info, index: int, item: StockHoldItemInput) -> holds.Want:
    line, quote, place = (
        Line(str(item.variant_id), item.quantity),
        given(item.transfer_quote_id),
        given(item.location_id),
    )
    if quote is None:
        return holds.Want(line, None if place is None else str(place))
    offer = unseal(str(quote), quote_key(info))
    path = ("input", "items", str(index), "transferQuoteId")
    if offer is None or offer.valid_until <= now():
        raise LocationUnavailable("The offer to bring it there has run out; ask for options again.", path)
    if (offer.variant_id, offer.quantity >= line.quantity) != (line.variant_id, True):
        raise InvalidInput("The offer is for another item, or for fewer units.", path)
    return holds.Want(line, None if place is None else str(place), offer)


async def _release(info: Info, hold_id: str) -> ReservationSuccess:
    row = await info.context.loader(HoldById).load(hold_id)
    viewer = info.context.viewer
    if row is None or not may_see_hold(row.customer_id, viewer.customer_id, viewer.scopes):
        raise NotFound("There is no such hold.", ("id",))
    await info.context.write(holds.release, [hold_id], now())
    return await ReservationSuccess.load(info, [hold_id])


async def _ask_for_transfer(info: Info, input: TransferRequestInput) -> TransferSuccess:
    offer = unseal(str(input.quote_id), quote_key(info))
    if offer is None:
        raise TransferQuoteExpired("The offer is not known; ask for options again.", ("input", "quoteId"))
    viewer, order_id = info.context.viewer, given(input.order_id)
    # A transfer holds goods without end: strangers ask for one by ordering, and customers for no more than a few.
    trusted = viewer.has_any(*SEES_TRANSFERS)
    if viewer.customer_id is None and not trusted:
        raise InvalidInput("Sign in, or order the goods for collection in this store.", ("input", "quoteId"))
    if offer.quantity > MOST_UNITS_OF_A_CUSTOMER and not trusted:
        raise InvalidInput(f"At most {MOST_UNITS_OF_A_CUSTOMER} of one item are brought.", ("input", "quoteId"))
    key = str(input.idempotency_key)

    async def ask(session: AsyncSession) -> str:
        async def work() -> str:
            request = f"{_caller(info)}:{key}"
            return await transfers.ask(session, offer, viewer.customer_id, order_id, request, now())

        made: str = await once(session, f"transferRequest:{_caller(info)}", key, [str(input.quote_id), order_id], work)
        return made

    return await TransferSuccess.load(info, await info.context.write(ask))


async def _advance(info: Info, transfer_id: str, step: transfers.Step, key: str) -> TransferSuccess:
    async def advance(session: AsyncSession) -> str:
        async def work() -> str:
            return await transfers.advance(session, transfer_id, step, now())

        expected = None if step.estimated_at is None else step.estimated_at.isoformat()
        moved: str = await once(session, f"transferAdvance:{transfer_id}", key, [step.status, expected], work)
        return moved

    return await TransferSuccess.load(info, await info.context.write(advance))


async def _scan(info: Info, given_scans: list[StockScanInput]) -> StockScanSuccess:
    found = await info.context.write(counts.scan, [each.scan() for each in given_scans], now())
    return await StockScanSuccess.load(info, found.level_ids, found.discrepancy_ids)


async def _resolve(info: Info, discrepancy_id: str, cause: Cause, actual: int) -> DiscrepancySuccess:
    return await DiscrepancySuccess.load(
        info, await info.context.write(counts.resolve, discrepancy_id, cause, actual, now())
    )
