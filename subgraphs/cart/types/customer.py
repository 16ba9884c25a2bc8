"""What the cart service adds to a customer."""

from typing import Annotated, Self

import strawberry

from subgraphs.cart.loaders import CartById, CartInUse, LayawaysOf
from subgraphs.cart.service.carts import carts_of
from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.enums import CartStatus
from subgraphs.cart.types.layaway import Layaway
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.pagination import bounded
from subgraphs.kit.types.stubs import OWNER_TEXT

STAFF = ("staff:store", "staff:agent", "system:write")
MOST_CARTS = 100


@strawberry.federation.type(description=OWNER_TEXT["Customer"], keys=["id"])
class Customer:
    id: strawberry.ID = field(description="Global id.")

    @field(description="Basket in use for a brand, the same on every device.", authenticated=True, tags=("watch",))
    async def active_cart(
        self,
        info: Info,
        brand_code: Annotated[str | None, argument("Brand; the request's brand when left out.")] = strawberry.UNSET,
    ) -> Cart | None:
        if not self.seen_by(info):
            return None
        row = await info.context.loader(CartInUse).load((str(self.id), brand_code or None))
        if row is None:
            return None
        info.context.loader(CartById).prime(row.id, row)
        return Cart.of(row)

    @field(description="Baskets, the newest first.", size=list_size(slicing=("first",)), authenticated=True)
    async def carts(
        self,
        info: Info,
        status: Annotated[list[CartStatus] | None, argument("States to keep; all when left out.")] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return.")] = 10,
    ) -> list[Cart]:
        if not self.seen_by(info):
            return []
        most = bounded(first, default=10, most=MOST_CARTS)
        states = [each.value for each in status] if status else None
        rows = await info.context.database.read(carts_of, str(self.id), states, most)
        return [Cart.of(row) for row in rows]

    @field(description="Layaways.", size=list_size(assumed=1), authenticated=True)
    async def layaways(self, info: Info) -> list[Layaway]:
        if not self.seen_by(info):
            return []
        return [Layaway.of(row) for row in await info.context.loader(LayawaysOf).load(str(self.id)) or ()]

    def seen_by(self, info: Info) -> bool:
        """Whether the caller may see this customer's carts: it is the customer, or staff."""
        viewer = info.context.viewer
        return viewer.is_customer(str(self.id)) or viewer.has_any(*STAFF)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A customer by id; what belongs to another customer is left out field by field."""
        return cls(id=id)
