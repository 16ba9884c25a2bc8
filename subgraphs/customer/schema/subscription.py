"""Subscriptions: woken by signals, told from the database, silent while nothing is new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import strawberry

from subgraphs.customer.loaders.keys import CustomerById, MembershipsOf
from subgraphs.customer.service.points import changes
from subgraphs.customer.service.visits import arrivals, arrived_since
from subgraphs.customer.types.loyalty import Membership
from subgraphs.customer.types.place import StoreVisitor
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, subscription


@strawberry.type
class Subscription:
    @subscription(description="A membership as points and tier change, whatever the tender.", authenticated=True)
    async def membership_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, argument("Membership; the caller's when left out.")] = strawberry.UNSET,
    ) -> AsyncIterator[Membership]:
        membership_id = id or await _own_membership(info)
        version = (await _membership(info, membership_id)).version
        async for _ in info.context.signals.listen(changes(membership_id)):
            info.context.forget()
            membership = await _membership(info, membership_id)
            if membership.version > version:
                version = membership.version
                yield membership

    @subscription(description="Customers as they come into a store.", scopes=[["staff:store"]], tags=["staff"])
    async def store_visitor_arrived(
        self, info: Info, location_id: Annotated[strawberry.ID, argument("Store.")]
    ) -> AsyncIterator[StoreVisitor]:
        since, last = datetime.now(UTC), ""
        async for _ in info.context.signals.listen(arrivals(location_id)):
            info.context.forget()
            for visit in await info.context.database.read(arrived_since, location_id, since, last):
                last = visit.id
                customer = await info.context.loader(CustomerById).load(visit.customer_id)
                yield StoreVisitor.of(customer, visit)


async def _membership(info: Info, membership_id: str) -> Membership:
    """The membership as it is now; `BadUserInput` when there is none that the caller may see."""
    membership = await Membership.resolve_reference(info, membership_id)
    if membership is None:
        raise BadUserInput("There is no such membership")
    return membership


async def _own_membership(info: Info) -> str:
    """The caller's first membership."""
    rows = await info.context.loader(MembershipsOf).load(info.context.viewer.customer_id or "")
    if not rows:
        raise BadUserInput("You are no member of a programme; name a membership")
    return rows[0].id
