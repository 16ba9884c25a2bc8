"""Mutations of the cart service: each asks others first, then writes in one transaction."""

from dataclasses import replace
from typing import Annotated, cast

import strawberry

from subgraphs.cart.errors import PaymentDeclined
from subgraphs.cart.loaders import LinesOf, SavedById
from subgraphs.cart.rules.links import cart_of_token, handoff_url
from subgraphs.cart.rules.merging import Strategy
from subgraphs.cart.schema.buying import (
    caller_of,
    changed,
    complete,
    delivery,
    known,
    known_of_lines,
    open_layaway,
    partners_of,
    row_of,
    scanned,
)
from subgraphs.cart.service import details, handoff, keeping, layaways, lines, merging, recovery
from subgraphs.cart.types.cart import Cart, SavedItem
from subgraphs.cart.types.inputs import (
    CartLinesAddInput,
    CartLinesUpdateInput,
    CartMergeInput,
    CartPaymentInput,
    CartScanInput,
    CheckoutCompleteInput,
    CheckoutUpdateInput,
    LayawayOpenInput,
)
from subgraphs.cart.types.layaway import Layaway
from subgraphs.cart.types.results import (
    CartHandoff,
    CartHandoffResult,
    CartLinesResult,
    CartMergeChoice,
    CartMergeResult,
    CartMergeSuccess,
    CartScanResult,
    CartVoucherResult,
    CheckoutCompleteResult,
    LayawayResult,
    LayawaySuccess,
)
from subgraphs.kit.context import Info
from subgraphs.kit.errors import NotFound, Refusal
from subgraphs.kit.fields import argument, mutation
from subgraphs.kit.scalars import URL, IdempotencyKey
from subgraphs.kit.types.errors import shown


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(description="Add lines, starting a cart when none is named.")
    async def cart_lines_add(
        self, info: Info, input: Annotated[CartLinesAddInput, argument("What to add.")]
    ) -> CartLinesResult:
        asked = [line.asked() for line in input.lines]
        facts = await known_of_lines(info, asked)
        cart_id, version = input.cart_id or None, input.expected_version
        work = info.context.write(
            lines.add_lines,
            caller_of(info, input.idempotency_key),
            str(cart_id) if cart_id else None,
            asked,
            None if version is strawberry.UNSET else version,
            input.idempotency_key,
            facts,
        )
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Change or remove lines.")
    async def cart_lines_update(
        self, info: Info, input: Annotated[CartLinesUpdateInput, argument("What to change.")]
    ) -> CartLinesResult:
        rows = await info.context.loader(LinesOf).load(str(input.cart_id)) or ()
        changes = [line.change() for line in input.lines]
        ways = {change.line_id: change.way for change in changes}
        facts = await known(info, [(row.variant_id, ways.get(row.id)) for row in rows])
        version = input.expected_version
        work = info.context.write(
            lines.update_lines,
            caller_of(info, input.idempotency_key),
            str(input.cart_id),
            changes,
            None if version is strawberry.UNSET else version,
            input.idempotency_key,
            facts,
        )
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Put a line aside for later.")
    async def cart_line_save_for_later(
        self, info: Info, line_id: Annotated[strawberry.ID, argument("Line.")]
    ) -> CartLinesResult:
        work = info.context.write(details.save_for_later, caller_of(info), str(line_id))
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Bring something back that was put aside.")
    async def saved_item_move_to_cart(
        self, info: Info, id: Annotated[strawberry.ID, argument("Saved item.")]
    ) -> CartLinesResult:
        work = info.context.write(details.move_to_cart, caller_of(info), str(id))
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Use a voucher code.")
    async def cart_voucher_apply(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, argument("Cart.")],
        code: Annotated[str, argument("Code.")],
    ) -> CartVoucherResult:
        work = info.context.write(details.apply_voucher, caller_of(info), str(cart_id), code)
        return cast(CartVoucherResult, await changed(info, work))

    @mutation(description="Take a voucher code off.")
    async def cart_voucher_remove(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, argument("Cart.")],
        code: Annotated[str, argument("Code.")],
    ) -> CartVoucherResult:
        work = info.context.write(details.remove_voucher, caller_of(info), str(cart_id), code)
        return cast(CartVoucherResult, await changed(info, work))

    @mutation(description="Give address, payment and delivery.")
    async def checkout_update(
        self, info: Info, input: Annotated[CheckoutUpdateInput, argument("Details.")]
    ) -> CartLinesResult:
        try:
            given = input.details()
            if input.delivery_option_id:
                option = await delivery(info, str(input.cart_id), str(input.delivery_option_id), given.shipping_address)
                given = replace(given, promised=option)
        except Refusal as refusal:
            return cast(CartLinesResult, shown(refusal, info))
        work = info.context.write(
            details.update_details,
            caller_of(info, input.idempotency_key),
            str(input.cart_id),
            given,
            input.idempotency_key,
        )
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Place the order.", cost=20)
    async def checkout_complete(
        self, info: Info, input: Annotated[CheckoutCompleteInput, argument("What was agreed.")]
    ) -> CheckoutCompleteResult:
        try:
            return await complete(info, input)
        except Refusal as refusal:
            return cast(CheckoutCompleteResult, shown(refusal, info))

    @mutation(description="Fold a guest basket into the account's at sign-in.", authenticated=True)
    async def cart_merge(
        self, info: Info, input: Annotated[CartMergeInput, argument("What to fold.")]
    ) -> CartMergeResult:
        key, strategy = input.idempotency_key, Strategy(input.strategy.value)
        try:
            folded = await info.context.write(
                merging.fold, caller_of(info, key), str(input.guest_cart_id), strategy, key
            )
        except Refusal as refusal:
            return cast(CartMergeResult, shown(refusal, info))
        cart = Cart.of(await row_of(info, folded.cart_id))
        if folded.guest_id is not None:
            return CartMergeChoice(guest_cart=Cart.of(await row_of(info, folded.guest_id)), account_cart=cart)
        saved = await info.context.loader(SavedById).load_many(list(folded.saved_items))
        return CartMergeSuccess(
            cart=cart,
            joined_line_ids=[strawberry.ID(line) for line in folded.joined_lines],
            saved_for_later=[SavedItem.of(row) for row in saved if row is not None],
        )

    @mutation(description="Offer the cart to another device or a till.")
    async def cart_handoff_create(
        self, info: Info, cart_id: Annotated[strawberry.ID, argument("Cart.")]
    ) -> CartHandoffResult:
        try:
            offered = await info.context.write(handoff.offer, caller_of(info), str(cart_id))
        except Refusal as refusal:
            return cast(CartHandoffResult, shown(refusal, info))
        row = await row_of(info, offered.cart_id)
        return CartHandoff(
            cart=Cart.of(row),
            handoff_code=offered.code,
            url=URL(handoff_url(info.context.settings.shop_url, offered.code)),
            expires_at=row.handoff_expires_at or caller_of(info).now,
        )

    @mutation(description="Take a cart over at a till by its code.")
    async def cart_handoff_claim(
        self,
        info: Info,
        code: Annotated[str, argument("Code shown by the shopper.")],
        register_code: Annotated[
            str | None, argument("Till; left out when the claimer is the shopper's other device.")
        ] = strawberry.UNSET,
    ) -> CartLinesResult:
        caller = replace(caller_of(info), device=register_code or None)
        work = info.context.write(handoff.claim, caller, code, register_code or None)
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Scan an item into the cart on the shop floor or at the till.")
    async def cart_scan(
        self, info: Info, input: Annotated[CartScanInput, argument("What was scanned.")]
    ) -> CartScanResult:
        try:
            found = await scanned(info, input.code)
        except Refusal as refusal:
            return cast(CartScanResult, shown(refusal, info))
        # What is scanned is in somebody's hand: no count of the stock is asked whether it is there.
        held = str(input.reservation_id) if input.reservation_id else None
        facts = await known(info, [(found[0], None)], stock=False, holds=[held] if held else [])
        cart_id, key = str(input.cart_id) if input.cart_id else None, input.idempotency_key
        work = info.context.write(
            handoff.scan, caller_of(info, key), cart_id, str(input.location_id), (*found, held), key, facts
        )
        return cast(CartScanResult, await changed(info, work))

    @mutation(description="Bring an abandoned cart back from the token in a message.")
    async def cart_recover(self, info: Info, token: Annotated[str, argument("Token.")]) -> CartLinesResult:
        secret = info.context.settings.identity_secret
        cart_id = cart_of_token(secret, token) if secret else None
        if cart_id is None:
            gone = NotFound("This link does not work any more.", ("token",))
            return cast(CartLinesResult, shown(gone, info))
        work = info.context.write(recovery.recover, caller_of(info), cart_id)
        return cast(CartLinesResult, await changed(info, work))

    @mutation(description="Open a layaway.", authenticated=True)
    async def layaway_open(
        self, info: Info, input: Annotated[LayawayOpenInput, argument("What to keep.")]
    ) -> LayawayResult:
        try:
            return await open_layaway(info, input)
        except Refusal as refusal:
            return cast(LayawayResult, shown(refusal, info))

    @mutation(description="Pay a part of a layaway.", authenticated=True)
    async def layaway_pay(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Layaway.")],
        payment: Annotated[CartPaymentInput, argument("Payment.")],
        idempotency_key: Annotated[IdempotencyKey, argument("Key for safe replay.")],
    ) -> LayawayResult:
        asked = payment.asked()
        part = layaways.PartPaid(asked.kind, asked.token, asked.amount, asked.currency)
        context = info.context
        try:
            payment_id = await context.write(layaways.ask_payment, caller_of(info), str(id), part, str(idempotency_key))
            paid = await keeping.pay(context.database, partners_of(info), payment_id)
            if paid.answer is not None:
                raise PaymentDeclined(paid.answer["message"], ("payment",), retryable=paid.answer["retryable"])
            await keeping.try_to_place_order(context.database, partners_of(info), str(id))
        except Refusal as refusal:
            return cast(LayawayResult, shown(refusal, info))
        return await _layaway(info, str(id))

    @mutation(description="Call a layaway off.", authenticated=True)
    async def layaway_cancel(self, info: Info, id: Annotated[strawberry.ID, argument("Layaway.")]) -> LayawayResult:
        context = info.context
        try:
            await context.write(layaways.call_off, caller_of(info), str(id))
        except Refusal as refusal:
            return cast(LayawayResult, shown(refusal, info))
        await keeping.try_to_give_back(context.database, partners_of(info), str(id))
        return await _layaway(info, str(id))


async def _layaway(info: Info, layaway_id: str) -> LayawaySuccess:
    """The layaway after a step that found it the caller's."""
    info.context.forget()
    layaway = await Layaway.resolve_reference(info, strawberry.ID(layaway_id))
    if layaway is None:
        msg = f"layaway {layaway_id} went away while it was being told of"
        raise LookupError(msg)
    return LayawaySuccess(layaway=layaway)
