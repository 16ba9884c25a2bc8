"""What mutations have in common: what is asked before a transaction, and how its outcome is told."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from typing import Any

import strawberry

from subgraphs.cart.errors import CheckoutBlocked, InsufficientStock, PaymentDeclined, UnknownBarcode, VoucherRefused
from subgraphs.cart.facts import Facts
from subgraphs.cart.loaders import CartById, LayawayById, LinesOf, QuoteOf, problems_of
from subgraphs.cart.models import CartRow, CheckoutRow
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.promises import Promises
from subgraphs.cart.rules.device import device_of
from subgraphs.cart.rules.layaway import MOST_PARTS, fault_in_deposit, held_for
from subgraphs.cart.rules.saga import Step
from subgraphs.cart.rules.ways import SHIPPED
from subgraphs.cart.service import checkout
from subgraphs.cart.service.carts import Caller, Changed, now
from subgraphs.cart.service.details import PaymentAsked, label_of
from subgraphs.cart.service.drive import drive
from subgraphs.cart.service.lines import Known, LineAsked, Way
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.cart.service.pricing import lacking
from subgraphs.cart.service.promotions import note
from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.customer import Customer
from subgraphs.cart.types.inputs import CheckoutCompleteInput, LayawayOpenInput
from subgraphs.cart.types.layaway import Layaway
from subgraphs.cart.types.results import CartSuccess, CheckoutSuccess, LayawaySuccess
from subgraphs.kit.context import Info
from subgraphs.kit.errors import NotFound, Refusal, ServiceUnavailable, WrongState
from subgraphs.kit.peers import PeerRefused, Peers, peers_of
from subgraphs.kit.scalars import print_duration
from subgraphs.kit.types.errors import shown
from subgraphs.kit.types.stubs import Order

_BARCODE = """
query CartScan($code: String!) {
  variantByBarcode(code: $code) { __typename ... on BarcodeMatch { packSize variant { id } } }
}
"""


def caller_of(info: Info, key: str | None = None) -> Caller:
    """Who asks; the device is what the client says in its key."""
    return Caller(info.context.viewer, info.context.channel, now(), device_of(key))


def peers(info: Info) -> Peers:
    """How this service asks others."""
    return peers_of(info.context.database, info.context.settings)


def partners_of(info: Info) -> ShopPartners:
    """Whom a purchase needs."""
    return ShopPartners(peers(info), adapters_of(info.context.database))


async def known(
    info: Info, lines: Iterable[tuple[str, Way | None]], *, stock: bool = True, holds: Sequence[str] = ()
) -> Known:
    """What others say of variants and ways, asked before the transaction: nothing is asked inside one."""
    wanted, channel = list(lines), info.context.channel
    variants = [variant for variant, _ in wanted]
    facts = Facts(info.context.database, peers(info))
    promises = Promises(peers(info), channel)
    promised = await promises.of((variant, way) for variant, way in wanted if way is not None)
    held = await promises.holds(holds, info.context.viewer)
    available = await facts.available(variants, channel) if stock else {}
    return Known(await facts.of(variants, channel), available, promised, held)


async def known_of_lines(info: Info, lines: Sequence[LineAsked]) -> Known:
    """The same for lines to add."""
    return await known(
        info, [(line.variant_id, line.way) for line in lines], holds=[line.held for line in lines if line.held]
    )


async def scanned(info: Info, code: str) -> tuple[str, int]:
    """The variant and units of the pack that a code stands for.

    Raises  UnknownBarcode, ServiceUnavailable when the catalogue cannot be asked
    """
    try:
        data = await peers(info).ask("catalog", _BARCODE, {"code": code}, channel=info.context.channel)
    except PeerRefused as error:
        raise ServiceUnavailable("The catalogue cannot be asked now; scan it again") from error
    found = data["variantByBarcode"]
    if found["__typename"] != "BarcodeMatch":
        raise UnknownBarcode("We sell nothing with this code.", ("input", "code"))
    return str(found["variant"]["id"]), max(1, int(found["packSize"]))


async def delivery(info: Info, cart_id: str, option_id: str, address: dict[str, Any] | None) -> dict[str, Any]:
    """The delivery option a shopper chose, priced for the goods that are sent.

    Raises  NotFound, InvalidInput
    """
    cart = await Cart.visible(info, cart_id)
    if cart is None:
        raise NotFound("There is no such basket.", ("input", "cartId"))
    rows = await info.context.loader(LinesOf).load(cart_id) or ()
    lines = [(row.variant_id, row.quantity) for row in rows if row.method in SHIPPED]
    return await Promises(peers(info), info.context.channel).delivery(
        cart_id, option_id, lines, address or cart.row.shipping_address
    )


async def changed(info: Info, work: Awaitable[Changed]) -> object:
    """The cart after a change, or the refusal as a type of the schema."""
    try:
        done = await work
    except Refusal as refusal:
        if isinstance(refusal, VoucherRefused) and refusal.gap is not None:
            promotion_id, currency = refusal.gap
            note(info.context.database, "refused", [promotion_id], info.context.channel, currency)
        return shown(refusal, info)
    return CartSuccess(cart=Cart.of(await row_of(info, done.cart_id)), replayed=done.replayed)


async def row_of(info: Info, cart_id: str) -> CartRow:
    """The row of a cart that was just changed."""
    row = await info.context.loader(CartById).load(cart_id)
    if row is None:
        msg = f"cart {cart_id} went away while it was being told of"
        raise LookupError(msg)
    return row


async def complete(info: Info, input: CheckoutCompleteInput) -> CheckoutSuccess:
    """Begin the checkout, or find the one of the key, and drive it to its end."""
    total = input.expected_total
    agreement = checkout.Agreement(
        str(input.cart_id),
        input.expected_version,
        total.amount,
        total.currency,
        input.idempotency_key,
        open_account=bool(input.create_account),
    )
    row, replayed = await _bought(info, agreement)
    if Step(row.step) is not Step.DONE:
        raise _refusal(row, ("input", "cartId"))
    customer_id = row.agreed["customerId"]
    return CheckoutSuccess(
        order=Order(id=strawberry.ID(row.answers["order"])),
        customer=Customer(id=strawberry.ID(customer_id)) if customer_id else None,
        replayed=replayed,
    )


async def open_layaway(info: Info, input: LayawayOpenInput) -> LayawaySuccess:
    """Begin the checkout that ends with a layaway, and drive it to its end."""
    cart_id, deposit = str(input.cart_id), input.deposit.asked()
    quoted = await info.context.loader(QuoteOf).load(cart_id)
    if quoted is None or quoted.basket.cart.customer_id is None or await Cart.visible(info, cart_id) is None:
        raise NotFound("There is no such basket of a customer.", ("input", "cartId"))
    cart, goods = quoted.basket.cart, quoted.totals.subtotal - quoted.totals.discount
    if not 1 <= input.instalments <= MOST_PARTS:
        raise WrongState(f"Choose 1 to {MOST_PARTS} parts.", ("input", "instalments"))
    layaway = {
        "locationId": str(input.location_id),
        "instalments": input.instalments,
        "holdFor": print_duration(held_for(input.instalments)),
    }
    agreement = checkout.Agreement(
        cart_id, cart.version, quoted.totals.due, cart.currency, input.idempotency_key, layaway, _deposit(deposit)
    )
    fault = fault_in_deposit(deposit.amount or goods, goods, cart.currency)
    if cart.status != "ORDERED" and (fault or deposit.currency not in {None, cart.currency}):
        raise WrongState(fault or f"This basket is paid in {cart.currency}.", ("input", "deposit", "amount"))
    try:
        row, _ = await _bought(info, agreement)
    except CheckoutBlocked as blocked:
        raise WrongState(blocked.message, blocked.path) from blocked
    if Step(row.step) is not Step.DONE:
        refusal = _refusal(row, ("input", "cartId"))
        raise WrongState(refusal.message, refusal.path) if isinstance(refusal, CheckoutBlocked) else refusal
    stored = await info.context.loader(LayawayById).load(row.answers["layaway"])
    if stored is None:
        msg = f"layaway {row.answers['layaway']} went away while it was being told of"
        raise LookupError(msg)
    return LayawaySuccess(layaway=Layaway.of(stored))


async def _bought(info: Info, agreement: checkout.Agreement) -> tuple[CheckoutRow, bool]:
    """The checkout at its end, and whether its key had begun it before."""
    context = info.context
    quoted = await context.loader(QuoteOf).load(agreement.cart_id)
    if quoted is None:
        raise NotFound("There is no such basket.", ("input", "cartId"))
    found = await problems_of(context, quoted)
    if agreement.layaway is None:
        found = (*found, *lacking(quoted))
    begun = await context.write(checkout.begin, caller_of(info, agreement.key), agreement, quoted, found)
    row = await drive(context.database, partners_of(info), begun.checkout_id)
    context.forget()
    return row, begun.replayed


def _refusal(row: CheckoutRow, path: tuple[str, ...]) -> Refusal:
    """Why a checkout ended without a purchase."""
    if Step(row.step) is Step.DECLINED:
        declined = row.answers["declined"]
        where = ("input", "payments", str(declined["payment"]))
        return PaymentDeclined(declined["message"], where, retryable=declined["retryable"])
    refused = row.answers["refused"]
    if row.purpose == "LAYAWAY" and refused["code"] == "INSUFFICIENT_STOCK":
        return InsufficientStock(refused["message"], path, available_quantity=refused.get("available") or 0)
    return CheckoutBlocked(refused["message"], path, cart_id=row.cart_id)


def _deposit(asked: PaymentAsked) -> dict[str, str | None]:
    return {
        "kind": asked.kind,
        "token": asked.token,
        "label": label_of(asked.kind, asked.token),
        "amount": None if asked.amount is None else str(asked.amount),
    }
