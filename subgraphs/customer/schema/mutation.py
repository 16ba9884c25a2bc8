"""Mutations: each runs one service function in one transaction and shows what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from subgraphs.customer.models import CustomerRow
from subgraphs.customer.service import people, points, touches, visits, wishes
from subgraphs.customer.types.customer import Customer
from subgraphs.customer.types.inputs import (
    ConsentInput,
    IdentityLinkInput,
    PointsEarnInput,
    SignUpInput,
    StoreCheckInInput,
    TouchpointInput,
    consents_of,
)
from subgraphs.customer.types.loyalty import Membership, Reward
from subgraphs.customer.types.order import Order
from subgraphs.customer.types.place import StoreVisit
from subgraphs.customer.types.results import (
    CustomerResult,
    CustomerSuccess,
    MembershipResult,
    MembershipSuccess,
    StoreCheckInResult,
    StoreCheckInSuccess,
    TouchpointsResult,
    TouchpointsSuccess,
)
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Refusal
from subgraphs.kit.fields import argument, mutation
from subgraphs.kit.scalars import URL, IdempotencyKey
from subgraphs.kit.types.errors import shown

_Key = Annotated[IdempotencyKey, argument("Key for safe replay.")]


async def _customer(info: Info, work: Callable[..., Awaitable[CustomerRow]], *args: Any) -> Any:
    """Run a change of a customer and show the customer, or why not."""
    try:
        row = await info.context.write(work, *args)
    except Refusal as refusal:
        return shown(refusal, info)
    return CustomerSuccess(customer=Customer.of(row))


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(description="Open an account, taking over what was done as a guest.")
    async def customer_sign_up(self, info: Info, input: Annotated[SignUpInput, argument("Details.")]) -> CustomerResult:
        return await _customer(info, people.sign_up, info.context.viewer, input.details())

    @mutation(
        description="Link another way of being known to the caller, or to a customer an agent serves.",
        authenticated=True,
    )
    async def customer_identity_link(
        self,
        info: Info,
        identity: Annotated[IdentityLinkInput, argument("Identity.")],
        customer_id: Annotated[
            strawberry.ID | None, argument("Customer; the caller when left out.")
        ] = strawberry.UNSET,
    ) -> CustomerResult:
        return await _customer(info, people.link_identity, info.context.viewer, identity.link(), customer_id or None)

    @mutation(description="Join two records of one person.", scopes=[["staff:agent"]], tags=["staff"])
    async def customers_merge(
        self,
        info: Info,
        keep_id: Annotated[strawberry.ID, argument("Record to keep.")],
        fold_id: Annotated[strawberry.ID, argument("Record to fold in.")],
    ) -> CustomerResult:
        return await _customer(info, people.merge, keep_id, fold_id)

    @mutation(description="Give or withdraw consents.")
    async def consents_set(
        self,
        info: Info,
        consents: Annotated[list[ConsentInput], argument("Consents to change; purposes not named stay as they are.")],
    ) -> CustomerResult:
        return await _customer(info, people.set_consents, info.context.viewer, consents_of(consents))

    @mutation(description="Remember or forget a fact such as a shade or a size.", authenticated=True)
    async def profile_fact_set(
        self,
        info: Info,
        code: Annotated[str, argument("Code of the fact, e.g. foundation-shade.")],
        value: Annotated[str | None, argument("Value; forgets the fact when left out.")] = strawberry.UNSET,
    ) -> CustomerResult:
        text = None if value is strawberry.UNSET else value
        return await _customer(info, people.set_fact, info.context.viewer, code, text)

    @mutation(description="Record touches from any channel, in bulk.")
    async def touchpoints_record(
        self,
        info: Info,
        touchpoints: Annotated[list[TouchpointInput], argument("Touches, up to 500.")],
        idempotency_key: _Key,
    ) -> TouchpointsResult:
        given = [touchpoint.touch() for touchpoint in touchpoints]
        try:
            done = await info.context.write(touches.record, info.context.viewer, given, idempotency_key)
        except Refusal as refusal:
            return shown(refusal, info)
        return TouchpointsSuccess(recorded=done.recorded, duplicates=done.duplicates)

    @mutation(description="Say that the customer is in a store.", authenticated=True)
    async def store_check_in(
        self, info: Info, input: Annotated[StoreCheckInInput, argument("Check-in.")]
    ) -> StoreCheckInResult:
        try:
            visit = await info.context.write(visits.check_in, info.context.viewer, input.location_id, input.method.name)
        except Refusal as refusal:
            return shown(refusal, info)
        ready = await info.context.database.read(visits.orders_ready, visit.customer_id, visit.location_id)
        return StoreCheckInSuccess(visit=StoreVisit.of(visit), orders_ready=[Order.of(order_id) for order_id in ready])

    @mutation(
        description="Credit points for a purchase in any channel and with any tender, cash included.",
        scopes=[["staff:store"], ["system:write"]],
        tags=["staff"],
    )
    async def points_earn(
        self, info: Info, input: Annotated[PointsEarnInput, argument("Purchase.")]
    ) -> MembershipResult:
        try:
            row = await info.context.write(points.earn, info.context.viewer, input.purchase())
        except Refusal as refusal:
            return shown(refusal, info)
        return MembershipSuccess(membership=Membership.of(row), reward=None)

    @mutation(description="Spend points on a reward.", authenticated=True)
    async def reward_redeem(
        self, info: Info, reward_id: Annotated[strawberry.ID, argument("Reward.")], idempotency_key: _Key
    ) -> MembershipResult:
        try:
            row, taken = await info.context.write(points.redeem, info.context.viewer, reward_id, idempotency_key)
        except Refusal as refusal:
            return shown(refusal, info)
        return MembershipSuccess(membership=Membership.of(row), reward=Reward.taken(taken))

    @mutation(description="Put something on a wish list.", authenticated=True)
    async def wishlist_add(
        self,
        info: Info,
        variant_id: Annotated[strawberry.ID, argument("Variant.")],
        wishlist_id: Annotated[strawberry.ID | None, argument("List; the first one when left out.")] = strawberry.UNSET,
    ) -> CustomerResult:
        return await _customer(info, wishes.add_wish, info.context.viewer, variant_id, wishlist_id or None)

    @mutation(description="Keep a virtual try-on.", authenticated=True)
    async def try_on_save(
        self,
        info: Info,
        variant_id: Annotated[strawberry.ID, argument("Variant.")],
        image_url: Annotated[URL | None, argument("Picture, when it should be kept.")] = strawberry.UNSET,
    ) -> CustomerResult:
        return await _customer(info, wishes.save_try_on, info.context.viewer, variant_id, image_url or None)
