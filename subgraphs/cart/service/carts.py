"""Carts: started, looked up, and the lines in them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import InsufficientStock, MembersOnly, NotPurchasable, VersionConflict
from subgraphs.cart.models import CartLineRow, CartRow, MemberRow, VariantFactRow
from subgraphs.cart.rules.access import may_use
from subgraphs.cart.rules.quantities import MOST_LINES, fault_in_quantity, summed
from subgraphs.cart.rules.ways import fault_in_way, usual_way
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id
from subgraphs.kit.outbox import emit
from subgraphs.kit.signals import after_commit

OPEN = frozenset({"ACTIVE", "IN_CHECKOUT", "ABANDONED"})
"""States in which a cart can be changed; a change takes it back to ACTIVE."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a line should reach the customer."""

    method: str
    location_id: str | None = None
    transfer_quote_id: str | None = None


@dataclass(frozen=True, slots=True)
class LineAsked:
    """A line to add; `way` None: the channel's usual."""

    variant_id: str
    quantity: int
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A change of a line; None leaves a thing as it is, zero units remove the line."""

    line_id: str
    quantity: int | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who changes a cart, where and when.

    device      what the client calls itself, so that it can skip its own echo; see `rules.device`
    """

    viewer: Viewer
    channel: str
    now: datetime
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The cart that was changed; `replayed` when the key had been used and nothing happened now."""

    cart_id: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What was asked of others before the transaction.

    facts       what the catalogue says, by variant
    available   units to be had, by variant, where known
    promises    when and for how much, by variant and way, where known
    """

    facts: Mapping[str, VariantFactRow]
    available: Mapping[str, int]
    promises: Mapping[tuple[str, Way], Any] = field(default_factory=dict)

    def promise(self, variant_id: str, way: Way) -> tuple[datetime | None, Decimal]:
        """When the variant can be had by this way if that is known, and what bringing it there costs."""
        promise = self.promises.get((variant_id, way))
        return (None, Decimal(0)) if promise is None else (promise.at, promise.fee)


async def add_lines(
    session: AsyncSession,
    caller: Caller,
    cart_id: str | None,
    lines: Sequence[LineAsked],
    expected_version: int | None,
    key: str,
    known: Known,
) -> Changed:
    """Add lines, starting a cart when none is named and the customer has none in use.

    Raises  InvalidInput, NotFound, NotPurchasable, InsufficientStock, VersionConflict; then nothing is added
    """
    _check_lines(lines)
    happened = False

    async def work() -> str:
        nonlocal happened
        happened = True
        brand_code, currency = _brand_and_currency(lines, known)
        cart = await _cart_for(session, caller, cart_id, brand_code, currency, expected_version)
        if (cart.brand_code, cart.currency) != (brand_code, currency):
            raise InvalidInput("This basket buys from another brand; start a new one.", ("input", "cartId"))
        member = await is_member(session, cart.customer_id, cart.brand_code)
        present = await lines_of(session, cart.id)
        _check_purchasable(lines, known, member=member)
        _check_stock(present, lines, known)
        _put(session, caller, cart, list(present), lines, known)
        cart.promised = None  # what delivery costs was said of other goods
        await touch(session, caller, cart, "LINES")
        return cart.id

    arguments = {"cart": cart_id, "lines": [asdict(line) for line in lines], "version": expected_version}
    answer = await once(session, f"cartLinesAdd:{_scope(caller, cart_id)}", key, arguments, work)
    return Changed(answer, not happened)


async def update_lines(
    session: AsyncSession,
    caller: Caller,
    cart_id: str,
    changes: Sequence[LineChange],
    expected_version: int | None,
    key: str,
    known: Known,
) -> Changed:
    """Change or remove lines.

    Raises  InvalidInput, NotFound, InsufficientStock (only when a line grows), VersionConflict
    """
    happened = False

    async def work() -> str:
        nonlocal happened
        happened = True
        cart = await open_cart(session, caller.viewer, cart_id, expected_version)
        present = {line.id: line for line in await lines_of(session, cart.id)}
        before = summed((line.variant_id, line.quantity) for line in present.values())
        for index, change in enumerate(changes):
            path = ("input", "lines", str(index))
            line = present.get(change.line_id)
            if line is None:
                raise NotFound("There is no such line in this basket.", (*path, "lineId"))
            await _change(session, line, change, known, path)
            if change.quantity == 0:
                del present[line.id]
        _check_growth(before, present.values(), known)
        cart.promised = None
        await touch(session, caller, cart, "LINES")
        return cart.id

    arguments = {"cart": cart_id, "changes": [asdict(change) for change in changes], "version": expected_version}
    answer = await once(session, f"cartLinesUpdate:{_scope(caller, cart_id)}", key, arguments, work)
    return Changed(answer, not happened)


async def open_cart(
    session: AsyncSession,
    viewer: Viewer,
    cart_id: str,
    expected_version: int | None = None,
    path: tuple[str, ...] = ("input", "cartId"),
) -> CartRow:
    """The cart, locked for a change.

    Raises  NotFound when it is not there, not the caller's, or ended; VersionConflict
    """
    # Read anew under the lock: it may have been read before, and changed while this waited.
    locked = select(CartRow).where(CartRow.id == cart_id).with_for_update().execution_options(populate_existing=True)
    cart = (await session.exec(locked)).first()
    if cart is None or not may_use(viewer, cart.customer_id) or cart.status not in OPEN:
        raise NotFound("There is no such basket.", path)
    if expected_version is not None and expected_version != cart.version:
        raise VersionConflict(
            f"The basket is at version {cart.version}, not {expected_version}.",
            (*path[:-1], "expectedVersion"),
            cart_id=cart.id,
        )
    return cart


async def touch(session: AsyncSession, caller: Caller, cart: CartRow, cause: str) -> None:
    """Note a change: the version rises, the channel is remembered, others are told."""
    cart.version += 1
    cart.changed_why, cart.changed_in, cart.changed_by = cause, caller.channel, caller.device
    cart.updated_at = caller.now
    cart.abandoned_at = None
    if cart.status in OPEN:
        cart.status = "ACTIVE"
    if caller.channel not in cart.channels:
        cart.channels = [*cart.channels, caller.channel]
    session.add(cart)
    await emit(
        session,
        "cart.changed",
        cart.id,
        {
            "version": cart.version,
            "cause": cause,
            "channel": caller.channel,
            "customer_id": cart.customer_id,
            "brand": cart.brand_code,
        },
    )
    after_commit(session, f"cart:{cart.id}")


async def lines_of(session: AsyncSession, cart_id: str) -> Sequence[CartLineRow]:
    """The lines of a cart in the order added."""
    statement = (
        select(CartLineRow)
        .where(CartLineRow.cart_id == cart_id)
        .order_by(col(CartLineRow.added_at), col(CartLineRow.id))
    )
    return (await session.exec(statement)).all()


async def is_member(session: AsyncSession, customer_id: str | None, brand_code: str) -> bool:
    """Whether the customer is in the brand's loyalty programme."""
    return customer_id is not None and await session.get(MemberRow, (customer_id, brand_code)) is not None


async def cart_in_use(session: AsyncSession, customer_id: str, brand_code: str | None) -> CartRow | None:
    """The customer's basket in use for a brand; for any brand the one changed last."""
    statement = select(CartRow).where(CartRow.customer_id == customer_id, CartRow.in_use)
    if brand_code is not None:
        statement = statement.where(CartRow.brand_code == brand_code)
    return (await session.exec(statement.order_by(col(CartRow.updated_at).desc()).limit(1))).first()


async def _cart_for(
    session: AsyncSession,
    caller: Caller,
    cart_id: str | None,
    brand_code: str,
    currency: str,
    expected_version: int | None,
) -> CartRow:
    if cart_id is not None:
        return await open_cart(session, caller.viewer, cart_id, expected_version)
    customer_id = caller.viewer.customer_id
    if customer_id is not None:
        found = await cart_in_use(session, customer_id, brand_code)
        if found is not None:
            return await open_cart(session, caller.viewer, found.id, expected_version)
    cart = CartRow(
        id=new_id("Cart"),
        version=0,
        brand_code=brand_code,
        started_in=caller.channel,
        channels=[caller.channel],
        customer_id=customer_id,
        in_use=customer_id is not None,
        currency=currency,
        created_at=caller.now,
        updated_at=caller.now,
    )
    try:
        async with session.begin_nested():
            session.add(cart)
    except IntegrityError:
        # Another device of the same customer started one in the same moment.
        found = await cart_in_use(session, customer_id or "", brand_code)
        if found is None:
            raise
        return await open_cart(session, caller.viewer, found.id)
    await emit(
        session,
        "cart.started",
        cart.id,
        {"channel": caller.channel, "customer_id": customer_id, "brand": brand_code},
    )
    return cart


def _check_lines(lines: Sequence[LineAsked]) -> None:
    if not lines:
        raise InvalidInput("Say what to add.", ("input", "lines"))
    if len(lines) > MOST_LINES:
        raise InvalidInput(f"At most {MOST_LINES} lines at once.", ("input", "lines"))
    for index, line in enumerate(lines):
        path = ("input", "lines", str(index))
        if fault := fault_in_quantity(line.quantity):
            raise InvalidInput(fault, (*path, "quantity"))
        if line.way and (wrong := fault_in_way(line.way.method, line.way.location_id, line.way.transfer_quote_id)):
            raise InvalidInput(wrong[1], (*path, "fulfilment", wrong[0]))


def _brand_and_currency(lines: Sequence[LineAsked], known: Known) -> tuple[str, str]:
    """What the cart must be, judged by its first line."""
    brands: list[tuple[str, str]] = []
    for index, line in enumerate(lines):
        path = ("input", "lines", str(index), "variantId")
        fact = known.facts.get(line.variant_id)
        if fact is None:
            raise NotFound("There is no such item.", path)
        if fact.price is None or fact.currency is None:
            raise NotPurchasable("This item is not sold in this channel.", path, variant_id=line.variant_id)
        brands.append((fact.brand_code, fact.currency))
        if brands[-1] != brands[0]:
            raise InvalidInput("These items are of different brands; buy them in two baskets.", path)
    return brands[0]


def _check_purchasable(lines: Sequence[LineAsked], known: Known, *, member: bool) -> None:
    for index, line in enumerate(lines):
        path = ("input", "lines", str(index), "variantId")
        bar = known.facts[line.variant_id].bar
        if bar == "MEMBERS_ONLY":
            if not member:
                raise MembersOnly("This item is for members only.", path, variant_id=line.variant_id)
        elif bar != "NONE":
            raise NotPurchasable("This item cannot be bought here now.", path, variant_id=line.variant_id)


def _check_stock(present: Sequence[CartLineRow], lines: Sequence[LineAsked], known: Known) -> None:
    units = summed(
        [(line.variant_id, line.quantity) for line in present] + [(line.variant_id, line.quantity) for line in lines]
    )
    for index, line in enumerate(lines):
        left = known.available.get(line.variant_id)
        if left is not None and units[line.variant_id] > left:
            text = f"Only {left} left." if left > 0 else "None is left."
            raise InsufficientStock(text, ("input", "lines", str(index), "quantity"), available_quantity=max(0, left))


def _check_growth(before: Mapping[str, int], lines: Any, known: Known) -> None:
    """Only what grew is judged: a basket that has too much already may always shrink."""
    for variant_id, units in summed((line.variant_id, line.quantity) for line in lines).items():
        left = known.available.get(variant_id)
        if left is not None and units > left and units > before.get(variant_id, 0):
            text = f"Only {left} left." if left > 0 else "None is left."
            raise InsufficientStock(text, ("input", "lines"), available_quantity=max(0, left))


def _put(
    session: AsyncSession,
    caller: Caller,
    cart: CartRow,
    present: list[CartLineRow],
    lines: Sequence[LineAsked],
    known: Known,
) -> None:
    """Add units to a line of the same variant and way, or make a new line."""
    for index, asked in enumerate(lines):
        path = ("input", "lines", str(index), "quantity")
        way = asked.way or Way(usual_way(caller.channel))
        same = next((line for line in present if line.variant_id == asked.variant_id and way_of(line) == way), None)
        if same is not None:
            if fault := fault_in_quantity(same.quantity + asked.quantity):
                raise InvalidInput(fault, path)
            same.quantity += asked.quantity
            session.add(same)
            continue
        if len(present) >= MOST_LINES:
            raise InvalidInput(f"A basket has at most {MOST_LINES} lines.", path)
        fact = known.facts[asked.variant_id]
        if fact.price is None:
            raise NotPurchasable("This item is not sold in this channel.", path, variant_id=asked.variant_id)
        promised_at, fee = known.promise(asked.variant_id, way)
        row = CartLineRow(
            id=new_id("CartLine"),
            cart_id=cart.id,
            variant_id=asked.variant_id,
            quantity=asked.quantity,
            price_added=fact.price,
            method=way.method,
            location_id=way.location_id,
            transfer_quote_id=way.transfer_quote_id,
            promised_at=promised_at,
            fee=fee,
            added_in=caller.channel,
            added_at=caller.now,
        )
        session.add(row)
        present.append(row)


async def _change(
    session: AsyncSession, line: CartLineRow, change: LineChange, known: Known, path: tuple[str, ...]
) -> None:
    if change.way is not None:
        wrong = fault_in_way(change.way.method, change.way.location_id, change.way.transfer_quote_id)
        if wrong:
            raise InvalidInput(wrong[1], (*path, "fulfilment", wrong[0]))
        line.method, line.location_id = change.way.method, change.way.location_id
        line.transfer_quote_id = change.way.transfer_quote_id
        line.promised_at, line.fee = known.promise(line.variant_id, change.way)
    if change.quantity is not None:
        if fault := fault_in_quantity(change.quantity, least=0):
            raise InvalidInput(fault, (*path, "quantity"))
        if change.quantity == 0:
            await session.delete(line)
            return
        line.quantity = change.quantity
    session.add(line)


def way_of(line: CartLineRow) -> Way:
    """How a line reaches the customer."""
    return Way(line.method, line.location_id, line.transfer_quote_id)


def _scope(caller: Caller, cart_id: str | None) -> str:
    return caller.viewer.customer_id or cart_id or "guest"


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


async def carts_of(
    session: AsyncSession, customer_id: str, states: Sequence[str] | None, most: int
) -> Sequence[CartRow]:
    """A customer's carts, the one changed last first."""
    statement = select(CartRow).where(CartRow.customer_id == customer_id)
    if states is not None:
        statement = statement.where(col(CartRow.status).in_(states))
    return (
        await session.exec(statement.order_by(col(CartRow.updated_at).desc(), col(CartRow.id).desc()).limit(most))
    ).all()
