"""Places and brands, and the policies in force there."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from subgraphs.fulfilment.loaders.returns import PolicyById, PolicyInForce
from subgraphs.fulfilment.rules.returning import Policy
from subgraphs.fulfilment.service.reading import tasks_at
from subgraphs.fulfilment.types.enums import PickTaskKind, PickTaskStatus, PolicyScope, ReturnRequirement
from subgraphs.kit.context import Info
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.names import NamesOf
from subgraphs.kit.pagination import bounded
from subgraphs.kit.types.stubs import OWNER_TEXT, StoreGroup

if TYPE_CHECKING:
    from subgraphs.fulfilment.types.tasks import PickTask

MOST_TASKS = 200
UNNAMED = "Store"
"""What a place is called as long as nobody told its name."""
TO_DO = [PickTaskStatus.OPEN, PickTaskStatus.CLAIMED]


@strawberry.federation.type(description=OWNER_TEXT["Location"], keys=["id"])
class Location:
    id: strawberry.ID = field(description="Global id.")
    kept_name: strawberry.Private[str | None] = None

    @field(description="Name as known when the order was placed.", external=True)
    async def name(self, info: Info) -> str:
        return self.kept_name or await info.context.loader(NamesOf).load(("location", str(self.id))) or UNNAMED

    @field(
        description="Tasks of the store, the most urgent first.",
        size=list_size(slicing=("first",)),
        scopes=[["staff:store"]],
        tags=("staff",),
    )
    async def pick_tasks(
        self,
        info: Info,
        status: Annotated[
            list[PickTaskStatus] | None, argument("States to keep; those still to be done when left out.")
        ] = TO_DO,
        kinds: Annotated[list[PickTaskKind] | None, argument("Kinds to keep; all when left out.")] = strawberry.UNSET,
        first: Annotated[int | None, argument("Most to return, up to 200.")] = 50,
    ) -> list[Annotated["PickTask", strawberry.lazy("subgraphs.fulfilment.types.tasks")]]:
        from subgraphs.fulfilment.types.tasks import PickTask  # a task shows its store, and a store its tasks

        states = tuple(str(each.value) for each in (TO_DO if status is None else status))
        wanted = tuple(str(each.value) for each in kinds) if kinds else None
        most = bounded(first, default=50, most=MOST_TASKS)
        rows = await info.context.database.read(tasks_at, str(self.id), states, wanted, most)
        return [PickTask.of(row) for row in rows]

    @field(description="Policy that decides on goods handed back here.")
    async def return_policy(self, info: Info) -> "ReturnPolicy":
        return await ReturnPolicy.in_force(info, None, str(self.id))

    @classmethod
    def of(cls, location_id: str, kept_name: str | None = None) -> Self:
        """The location with this id; its name as kept with an order, where one was."""
        return cls(id=strawberry.ID(location_id), kept_name=kept_name)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A location by its id: the inventory knows which are real."""
        return cls(id=id)


@strawberry.federation.type(description=OWNER_TEXT["Brand"], keys=["code"])
class Brand:
    code: str = field(description="Stable code.")

    @field(description="Name shown to people.", shareable=True)
    async def name(self, info: Info) -> str:
        return await info.context.loader(NamesOf).load(("brand", self.code)) or self.code

    @field(description="Policy that decides on goods of the brand sent back by post.")
    async def return_policy(self, info: Info) -> "ReturnPolicy":
        return await ReturnPolicy.in_force(info, self.code, None)

    @classmethod
    def resolve_reference(cls, code: str) -> Self:
        """A brand by its code: the catalogue knows which are real."""
        return cls(code=code)


@strawberry.federation.type(description="Rules for handing goods back.", keys=["id"])
class ReturnPolicy:
    id: strawberry.ID = field(description="Global id.")
    scope: PolicyScope = field(description="How far it reaches.")
    brand: Brand | None = field(description="Brand, for BRAND and narrower; else null.")
    store_group: StoreGroup | None = field(description="Store group, for STORE_GROUP; else null.")
    location: Location | None = field(description="Store, for LOCATION; else null.")
    window_days: int = field(description="Days after receipt within which goods may go back.")
    requirements: list[ReturnRequirement] = field(description="What the customer must show.", size=list_size(assumed=1))
    restocking_fee_percent: float = field(description="Fee kept back, in percent of the refund, 0 to 100.")
    online_returns_in_store: bool = field(description="True when goods bought online may be handed back in a store.")
    accepts_sister_brands: bool = field(description="True when goods of sister brands are taken.")
    wording: str = field(description="Wording for customers and staff.")

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """A policy as the rules see it."""
        reach = policy.reach
        return cls(
            id=strawberry.ID(reach.id),
            scope=PolicyScope(reach.scope),
            brand=Brand(code=reach.brand) if reach.brand else None,
            store_group=StoreGroup(code=reach.group) if reach.group else None,
            location=Location.of(reach.location) if reach.location else None,
            window_days=policy.window_days,
            requirements=[ReturnRequirement(each) for each in policy.requirements],
            restocking_fee_percent=float(policy.fee),
            online_returns_in_store=policy.online_returns_in_store,
            accepts_sister_brands=policy.accepts_sister_brands,
            wording=policy.wording,
        )

    @classmethod
    async def in_force(cls, info: Info, brand: str | None, location_id: str | None) -> Self:
        """The policy that decides for goods of a brand at a place."""
        return cls.of(await policy_in_force(info, brand, location_id))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """A policy by its id."""
        policy = await info.context.loader(PolicyById).load(str(id))
        return None if policy is None else cls.of(policy)


async def policy_in_force(info: Info, brand: str | None, location_id: str | None) -> Policy:
    """The policy that decides; there is always one."""
    policy = await info.context.loader(PolicyInForce).load((brand, location_id))
    if policy is None:
        msg = "no policy decides, not even the group's"
        raise LookupError(msg)
    return policy
