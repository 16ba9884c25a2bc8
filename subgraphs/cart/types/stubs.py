"""Entities of other services that the cart service adds fields to."""

from typing import Annotated, Self

import strawberry

from subgraphs.cart.loaders import FactOf, Membership, offers_now
from subgraphs.cart.rules.offers import OfferKind
from subgraphs.cart.service.carts import now
from subgraphs.cart.types.promotions import Promotion, promotions
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.scalars import ChannelCode
from subgraphs.kit.types.stubs import OWNER_TEXT


@strawberry.federation.type(description=OWNER_TEXT["ProductVariant"], keys=["id"])
class ProductVariant:
    id: strawberry.ID = field(description="Global id.")

    @field(description="Offers that would apply when bought alone.", size=list_size(assumed=2))
    async def promotions(
        self,
        info: Info,
        channel: Annotated[
            ChannelCode | None, argument("Channel; the request's channel when left out.")
        ] = strawberry.UNSET,
    ) -> list[Promotion] | None:
        context = info.context
        fact = await context.loader(FactOf).load(str(self.id))
        if fact is None or fact.price is None:
            return []
        code, moment = channel or context.channel, now()
        member = await _is_member(info, fact.brand_code)
        groups = frozenset(fact.groups)
        ids = [
            offer.id
            for offer in await offers_now(context)
            if code in offer.channels
            and not (fact.reduced and offer.kind is not OfferKind.MULTIBUY)
            and offer.goods & groups
            and offer.brand_code in {None, fact.brand_code}
            and not offer.voucher_code
            and (member or not offer.members_only)
            and (offer.ends_at is None or moment < offer.ends_at)
        ]
        return await promotions(info, ids, code)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A variant by its id; one that the catalogue does not know has no promotions."""
        return cls(id=id)


async def _is_member(info: Info, brand_code: str) -> bool:
    customer_id = info.context.viewer.customer_id
    return customer_id is not None and bool(await info.context.loader(Membership).load((customer_id, brand_code)))
