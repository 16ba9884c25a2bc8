"""Queries."""

from __future__ import annotations

from typing import Annotated

import strawberry

from subgraphs.customer.loaders.keys import CustomerById
from subgraphs.customer.loaders.pages import programs
from subgraphs.customer.service.people import find_by_identity
from subgraphs.customer.types.customer import Customer
from subgraphs.customer.types.kinds import IdentityKind
from subgraphs.customer.types.loyalty import LoyaltyProgram
from subgraphs.kit.context import Info
from subgraphs.kit.errors import Refusal
from subgraphs.kit.fields import argument, field, list_size

_STAFF = [["staff:store"], ["staff:agent"]]


@strawberry.type
class Query:
    @field(
        description=(
            "The caller, guest or signed in; null when nothing is known. The customer, cart and fulfilment services answer"
            " this from the verified token, so that most personal queries need no extra hop."
        ),
        shareable=True,
        tags=["watch", "tv"],
    )
    async def me(self, info: Info) -> Customer | None:
        customer_id = info.context.viewer.customer_id
        return await Customer.resolve_reference(info, customer_id) if customer_id else None

    @field(description="One customer; null when there is none.", scopes=_STAFF, tags=["staff"])
    async def customer(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Customer | None:
        return await Customer.resolve_reference(info, id)

    @field(
        description="Find a customer at a till or on the phone by anything they can give; null when nobody fits.",
        scopes=_STAFF,
        tags=["staff"],
        cost=5,
    )
    async def customer_lookup(
        self,
        info: Info,
        by: Annotated[IdentityKind, argument("Kind of what they gave.")],
        value: Annotated[str, argument("What they gave.")],
    ) -> Customer | None:
        try:
            customer_id = await info.context.database.read(find_by_identity, by.name, value)
        except Refusal:  # text that cannot be such an identity is nobody's
            return None
        row = await info.context.loader(CustomerById).load(customer_id) if customer_id else None
        return Customer.of(row) if row is not None else None

    @field(description="Loyalty programmes.", size=list_size(assumed=3))
    async def loyalty_programs(self, info: Info) -> list[LoyaltyProgram]:
        return [LoyaltyProgram.of(row) for row in await info.context.database.read(programs)]
