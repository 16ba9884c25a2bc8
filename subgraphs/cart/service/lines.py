"""Lines of a cart: added, changed and removed; judged against what the catalogue and the stock said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.errors import InsufficientStock, MembersOnly, NotPurchasable
from subgraphs.cart.models import CartLineRow, CartRow, VariantFactRow
from subgraphs.cart.rules.quantities import MOST_LINES, fault_in_quantity, summed
from subgraphs.cart.rules.ways import fault_in_way, usual_way
from subgraphs.cart.service.carts import Caller, Changed, cart_for, is_member, lines_of, open_cart, rings_up, touch
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Way:
    """How a line should reach the customer."""

    method: str
    location_id: str | None = None
    transfer_quote_id: str | None = None
    ready_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineAsked:
    """A line to add; `way` None: the channel's usual. `held`: the hold it is sold from, whose goods are taken along."""

    variant_id: str
    quantity: int
    way: Way | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A change of a line; None leaves a thing as it is, zero units remove the line."""

    line_id: str
    quantity: int | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as the inventory tells of it; `mine`: the caller's own, or any for staff."""

    variant_id: str
    location_id: str
    quantity: int
    until: datetime | None
    active: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What was asked of others before the transaction.

    facts       what the catalogue says, by variant
    available   units to be had, by variant, where known
    promises    when and for how much, by variant and way, where known
    holds       what lines are to be sold from, by id
    """

    facts: Mapping[str, VariantFactRow]
    available: Mapping[str, int]
    promises: Mapping[tuple[str, Way], Any] = field(default_factory=dict)
    holds: Mapping[str, Held] = field(default_factory=dict)

    def promise(self, variant_id: str, way: Way) -> tuple[datetime | None, Decimal]:
        """When the variant can be had by this way if that is known, and what bringing it there costs."""
        promise = self.promises.get((variant_id, way))
        return (None, Decimal(0)) if promise is None else (promise.at, promise.fee)

    def fault(self, variant_id: str, way: Way) -> str | None:
        """Why the way cannot be taken as asked, where that is known."""
        promise = self.promises.get((variant_id, way))
        if promise is None and way.ready_at is not None:
            return "This store cannot say when it would be ready; leave the minute out."
        return None if promise is None else promise.fault


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
        cart = await cart_for(session, caller, cart_id, brand_code, currency, expected_version)
        if (cart.brand_code, cart.currency) != (brand_code, currency):
            raise InvalidInput("This basket buys from another brand; start a new one.", ("input", "cartId"))
        member = await is_member(session, cart.customer_id, cart.brand_code)
        present = await lines_of(session, cart.id)
        _check_purchasable(lines, known, member=member)
        _check_holds(present, lines, known)
        _check_stock(present, lines, known)
        after = _put(session, caller, cart, list(present), lines, known)
        _use_as(caller, cart, after)
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
        _use_as(caller, cart, list(present.values()))
        cart.promised = None
        await touch(session, caller, cart, "LINES")
        return cart.id

    arguments = {"cart": cart_id, "changes": [asdict(change) for change in changes], "version": expected_version}
    answer = await once(session, f"cartLinesUpdate:{_scope(caller, cart_id)}", key, arguments, work)
    return Changed(answer, not happened)


def fault_in(way: Way) -> tuple[str, str] | None:
    """What is wrong with a way; see `rules.ways`."""
    if way.ready_at is not None and way.method != "PICKUP":
        return "readyAt", "Only what is collected in a store can be ordered for a minute."
    return fault_in_way(way.method, way.location_id, way.transfer_quote_id)


def way_of(line: CartLineRow) -> Way:
    """How a line reaches the customer."""
    return Way(line.method, line.location_id, line.transfer_quote_id, line.ready_at)


def _check_lines(lines: Sequence[LineAsked]) -> None:
    if not lines:
        raise InvalidInput("Say what to add.", ("input", "lines"))
    if len(lines) > MOST_LINES:
        raise InvalidInput(f"At most {MOST_LINES} lines at once.", ("input", "lines"))
    for index, line in enumerate(lines):
        path = ("input", "lines", str(index))
        if fault := fault_in_quantity(line.quantity):
            raise InvalidInput(fault, (*path, "quantity"))
        if line.way and (wrong := fault_in(line.way)):
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


def _check_holds(present: Sequence[CartLineRow], lines: Sequence[LineAsked], known: Known) -> None:
    """Only goods that are held for the customer still, and are taken along, are sold from a hold, and once."""
    used = {line.reservation_id for line in present}
    for index, line in enumerate(lines):
        if line.held is None:
            continue
        path = ("input", "lines", str(index), "reservationId")
        held = known.holds.get(line.held)
        if held is None or not held.mine or held.variant_id != line.variant_id or line.held in used:
            raise NotFound("There is no such hold on this item.", path)
        if not held.active:
            raise InvalidInput("The hold has run out; take the item without it.", path)
        if line.quantity > held.quantity:
            raise InvalidInput(f"The hold is on {held.quantity}; add the others without it.", (*path[:-1], "quantity"))
        if line.way is not None and (line.way.method, line.way.location_id) != ("CARRY_OUT", held.location_id):
            raise InvalidInput("Goods on hold are taken along where they wait.", (*path[:-1], "fulfilment"))
        used.add(line.held)


def _use_as(caller: Caller, cart: CartRow, lines: Sequence[CartLineRow]) -> None:
    """What the cart is used as follows from who fills it, and with what."""
    if rings_up(caller):
        cart.served_by = caller.viewer.customer_id or cart.served_by or cart.register_code
        if cart.mode == "BASKET":
            cart.mode = "TILL"
    ahead = bool(lines) and all(line.ready_at is not None for line in lines)
    if cart.mode in {"BASKET", "ORDER_AHEAD"}:
        cart.mode = "ORDER_AHEAD" if ahead else "BASKET"


def _check_stock(present: Sequence[CartLineRow], lines: Sequence[LineAsked], known: Known) -> None:
    units = summed(
        [(line.variant_id, line.quantity) for line in present if line.reservation_id is None]
        + [(line.variant_id, line.quantity) for line in lines if line.held is None]
    )
    for index, line in enumerate(lines):
        if line.held is not None:
            continue
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
) -> list[CartLineRow]:
    """Add units to a line of the same variant and way, or make a new line; all the cart's lines then."""
    for index, asked in enumerate(lines):
        path = ("input", "lines", str(index), "quantity")
        held = known.holds.get(asked.held) if asked.held else None
        way = _way(caller, asked, known.facts[asked.variant_id], held)
        if fault := known.fault(asked.variant_id, way):
            raise InvalidInput(fault, (*path[:-1], "fulfilment", "readyAt"))
        same = next(
            (
                line
                for line in present
                if line.variant_id == asked.variant_id and way_of(line) == way and line.reservation_id == asked.held
            ),
            None,
        )
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
            ready_at=way.ready_at,
            reservation_id=asked.held,
            held_until=held.until if held else None,
            added_in=caller.channel,
            added_at=caller.now,
        )
        session.add(row)
        present.append(row)
    return present


def _way(caller: Caller, asked: LineAsked, fact: VariantFactRow, held: Held | None) -> Way:
    """How a line reaches the customer when nobody says: the channel's usual way, where the goods allow it."""
    if asked.way is not None and not (asked.way.method == "CARRY_OUT" and fact.online_only):
        return asked.way
    if held is not None:
        return Way("CARRY_OUT", held.location_id)
    # No store keeps what is sold online only: bought at a till, it is sent.
    return Way("SHIP" if fact.online_only else usual_way(caller.channel))


async def _change(
    session: AsyncSession, line: CartLineRow, change: LineChange, known: Known, path: tuple[str, ...]
) -> None:
    if change.way is not None:
        wrong = fault_in(change.way)
        if wrong:
            raise InvalidInput(wrong[1], (*path, "fulfilment", wrong[0]))
        if fault := known.fault(line.variant_id, change.way):
            raise InvalidInput(fault, (*path, "fulfilment", "readyAt"))
        if line.reservation_id is not None:
            raise InvalidInput("Goods on hold are taken along; remove the line to do otherwise.", (*path, "fulfilment"))
        line.ready_at = change.way.ready_at
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


def _scope(caller: Caller, cart_id: str | None) -> str:
    return caller.viewer.customer_id or cart_id or "guest"
