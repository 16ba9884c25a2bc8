"""Entry points of the cart service."""

from collections.abc import Awaitable
from typing import Annotated, Any, cast

import strawberry

from subgraphs.cart.errors import CheckoutBlocked, PaymentDeclined
from subgraphs.cart.facts import Facts
from subgraphs.cart.loaders import AvailableOf, CartById, LinesOf, QuoteOf, offers_now
from subgraphs.cart.payments.adapters import adapters_of
from subgraphs.cart.rules.saga import Step
from subgraphs.cart.service import carts, checkout, details
from subgraphs.cart.service.carts import Caller, Changed, Known, now
from subgraphs.cart.service.drive import drive
from subgraphs.cart.service.partners import ShopPartners
from subgraphs.cart.service.pricing import lacking, problems
from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.customer import Customer
from subgraphs.cart.types.inputs import (
    CartLinesAddInput,
    CartLinesUpdateInput,
    CheckoutCompleteInput,
    CheckoutUpdateInput,
)
from subgraphs.cart.types.promotions import Channel, Promotion, running_in
from subgraphs.cart.types.results import (
    CartLinesResult,
    CartSuccess,
    CartVoucherResult,
    CheckoutCompleteResult,
    CheckoutSuccess,
)
from subgraphs.cart.types.stubs import ProductVariant
from subgraphs.kit.context import Info
from subgraphs.kit.errors import NotFound, Refusal
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import argument, field, list_size, mutation
from subgraphs.kit.peers import peers_of
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.errors import shown
from subgraphs.kit.types.stubs import Order

_ME = (
    "The caller, guest or signed in; null when nothing is known. The customer, cart and fulfilment services answer this "
    "from the verified token, so that most personal queries need no extra hop."
)
_CART_ID = argument("Global id.")


@strawberry.type
class Query:
    @field(description=_ME, shareable=True, tags=("watch", "tv"))
    def me(self, info: Info) -> Customer | None:
        customer_id = info.context.viewer.customer_id
        return Customer(id=strawberry.ID(customer_id)) if customer_id else None

    @field(description="One cart. Guests need the secret part of the id they were given.")
    async def cart(self, info: Info, id: Annotated[strawberry.ID, _CART_ID]) -> Cart | None:
        return await Cart.visible(info, str(id))

    @field(description="Offers running in a channel.", size=list_size(slicing=("first",)))
    async def promotions(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel; the request's channel when left out.")
        ] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return.")] = 20,
    ) -> list[Promotion]:
        return await running_in(info, channel or info.context.channel, first)


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(description="Add lines, starting a cart when none is named.")
    async def cart_lines_add(
        self, info: Info, input: Annotated[CartLinesAddInput, argument("What to add.")]
    ) -> CartLinesResult:
        asked = [line.asked() for line in input.lines]
        known = await _known(info, [line.variant_id for line in asked])
        cart_id, version = input.cart_id or None, input.expected_version
        work = info.context.write(
            carts.add_lines,
            _caller(info),
            str(cart_id) if cart_id else None,
            asked,
            None if version is strawberry.UNSET else version,
            input.idempotency_key,
            known,
        )
        return cast(CartLinesResult, await _changed(info, work))

    @mutation(description="Change or remove lines.")
    async def cart_lines_update(
        self, info: Info, input: Annotated[CartLinesUpdateInput, argument("What to change.")]
    ) -> CartLinesResult:
        rows = await info.context.loader(LinesOf).load(str(input.cart_id)) or ()
        known = await _known(info, [row.variant_id for row in rows])
        version = input.expected_version
        work = info.context.write(
            carts.update_lines,
            _caller(info),
            str(input.cart_id),
            [line.change() for line in input.lines],
            None if version is strawberry.UNSET else version,
            input.idempotency_key,
            known,
        )
        return cast(CartLinesResult, await _changed(info, work))

    @mutation(description="Put a line aside for later.")
    async def cart_line_save_for_later(
        self, info: Info, line_id: Annotated[strawberry.ID, argument("Line.")]
    ) -> CartLinesResult:
        work = info.context.write(details.save_for_later, _caller(info), str(line_id))
        return cast(CartLinesResult, await _changed(info, work))

    @mutation(description="Bring something back that was put aside.")
    async def saved_item_move_to_cart(
        self, info: Info, id: Annotated[strawberry.ID, argument("Saved item.")]
    ) -> CartLinesResult:
        work = info.context.write(details.move_to_cart, _caller(info), str(id))
        return cast(CartLinesResult, await _changed(info, work))

    @mutation(description="Use a voucher code.")
    async def cart_voucher_apply(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, argument("Cart.")],
        code: Annotated[str, argument("Code.")],
    ) -> CartVoucherResult:
        work = info.context.write(details.apply_voucher, _caller(info), str(cart_id), code)
        return cast(CartVoucherResult, await _changed(info, work))

    @mutation(description="Take a voucher code off.")
    async def cart_voucher_remove(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, argument("Cart.")],
        code: Annotated[str, argument("Code.")],
    ) -> CartVoucherResult:
        work = info.context.write(details.remove_voucher, _caller(info), str(cart_id), code)
        return cast(CartVoucherResult, await _changed(info, work))

    @mutation(description="Give address, payment and delivery.")
    async def checkout_update(
        self, info: Info, input: Annotated[CheckoutUpdateInput, argument("Details.")]
    ) -> CartLinesResult:
        try:
            given = input.details()
        except Refusal as refusal:
            return cast(CartLinesResult, shown(refusal))
        work = info.context.write(
            details.update_details, _caller(info), str(input.cart_id), given, input.idempotency_key
        )
        return cast(CartLinesResult, await _changed(info, work))

    @mutation(description="Place the order.", cost=20)
    async def checkout_complete(
        self, info: Info, input: Annotated[CheckoutCompleteInput, argument("What was agreed.")]
    ) -> CheckoutCompleteResult:
        try:
            return await _complete(info, input)
        except Refusal as refusal:
            return cast(CheckoutCompleteResult, shown(refusal))


async def _complete(info: Info, input: CheckoutCompleteInput) -> CheckoutSuccess:
    """Begin the checkout and drive it to its end."""
    context, cart_id = info.context, str(input.cart_id)
    agreement = checkout.Agreement(
        cart_id,
        input.expected_version,
        input.expected_total.amount,
        input.expected_total.currency,
        input.idempotency_key,
    )
    quoted = await context.loader(QuoteOf).load(cart_id)
    if quoted is None:
        raise NotFound("There is no such basket.", ("input", "cartId"))
    variants = list(dict.fromkeys(line.variant_id for line in quoted.basket.lines))
    units = dict(zip(variants, await context.loader(AvailableOf).load_many(variants), strict=True))
    available = {variant: left for variant, left in units.items() if left is not None}
    found = (*problems(quoted, available, await offers_now(context)), *lacking(quoted))
    begun = await context.write(checkout.begin, _caller(info), agreement, quoted, found)
    partners = ShopPartners(peers_of(context.database, context.settings), adapters_of(context.database))
    row = await drive(context.database, partners, begun.checkout_id)
    match Step(row.step):
        case Step.DONE:
            customer_id = row.agreed["customerId"]
            return CheckoutSuccess(
                order=Order(id=strawberry.ID(row.answers["order"])),
                customer=Customer(id=strawberry.ID(customer_id)) if customer_id else None,
                replayed=begun.replayed,
            )
        case Step.DECLINED:
            declined = row.answers["declined"]
            path = ("input", "payments", str(declined["payment"]))
            raise PaymentDeclined(declined["message"], path, retryable=declined["retryable"])
        case _:
            refused = row.answers["refused"]
            raise CheckoutBlocked(refused["message"], ("input", "cartId"), cart_id=row.cart_id)


def _caller(info: Info) -> Caller:
    return Caller(info.context.viewer, info.context.channel, now())


async def _known(info: Info, variant_ids: list[str]) -> Known:
    """What others say of the variants, asked before the transaction: nothing is asked inside one."""
    facts = Facts(info.context.database, peers_of(info.context.database, info.context.settings))
    channel = info.context.channel
    return Known(await facts.of(variant_ids, channel), await facts.available(variant_ids, channel))


async def _changed(info: Info, work: Awaitable[Changed]) -> object:
    """The cart after a change, or the refusal as a type of the schema."""
    try:
        changed = await work
    except Refusal as refusal:
        return shown(refusal)
    row: Any = await info.context.loader(CartById).load(changed.cart_id)
    return CartSuccess(cart=Cart.of(row), replayed=changed.replayed)


schema = FederatedSchema(query=Query, mutation=Mutation, types=[Channel, ProductVariant])
