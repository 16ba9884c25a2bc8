"""What is done with orders, tasks, returns and policies."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import strawberry

from subgraphs.fulfilment.loaders.tasks import TaskById
from subgraphs.fulfilment.rules.access import carriers_of
from subgraphs.fulfilment.service import advancing, changing, inviting, picking, recording, returns, tasks
from subgraphs.fulfilment.service.placing import place
from subgraphs.fulfilment.service.policies import in_force, remove_policy, set_policy
from subgraphs.fulfilment.types.enums import FulfilmentStatus
from subgraphs.fulfilment.types.inputs import (
    OrderRecordInput,
    PickLineInput,
    ReturnCreateInput,
    ReturnPolicyInput,
    StorePullInput,
)
from subgraphs.fulfilment.types.order import Order
from subgraphs.fulfilment.types.place import ReturnPolicy
from subgraphs.fulfilment.types.placing import OrderPlaceInput, OrderPlaceResult
from subgraphs.fulfilment.types.results import (
    OrderInvitation,
    OrderRecordResult,
    OrderResult,
    OrderSuccess,
    PickTaskResult,
    PickTaskSuccess,
    ReturnPolicyResult,
    ReturnPolicySuccess,
    ReturnResult,
    ReturnSuccess,
)
from subgraphs.fulfilment.types.returns import Return
from subgraphs.fulfilment.types.tasks import PickTask
from subgraphs.fulfilment.types.visible import holds_of
from subgraphs.kit.context import Info
from subgraphs.kit.errors import NotFound, Refusal
from subgraphs.kit.fields import argument, mutation
from subgraphs.kit.scalars import IdempotencyKey
from subgraphs.kit.types.errors import shown

_STORE = {"scopes": [["staff:store"]], "tags": ("staff",)}


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(
        description="Place the order that a checkout has come to; the same key gives the same order.",
        inaccessible=True,
        scopes=[["system:write"]],
    )
    async def order_place(
        self, info: Info, input: Annotated[OrderPlaceInput, argument("The order.")]
    ) -> OrderPlaceResult:
        work = info.context.write(place, input.placed(), input.idempotency_key, datetime.now(UTC))
        return cast(OrderPlaceResult, await _order(info, work))

    @mutation(description="Call an order off while that is possible.", authenticated=True)
    async def order_cancel(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Order.")],
        reason: Annotated[str | None, argument("Why.")] = strawberry.UNSET,
    ) -> OrderResult:
        now = datetime.now(UTC)
        work = info.context.write(changing.cancel, info.context.viewer, str(id), reason or None, now)
        return cast(OrderResult, await _order(info, work))

    @mutation(
        description="Take in a sale made elsewhere; the same number in the same channel is taken once.",
        scopes=[["staff:store"], ["system:write"]],
        tags=("staff",),
    )
    async def order_record(
        self, info: Info, input: Annotated[OrderRecordInput, argument("Sale.")]
    ) -> OrderRecordResult:
        caller = info.context.viewer.customer_id
        sale = input.told(caller)
        work = info.context.write(recording.record, sale, caller or "system", input.idempotency_key, datetime.now(UTC))
        return cast(OrderRecordResult, await _order(info, work))

    @mutation(description="Change how what is left of an order reaches the customer.", authenticated=True)
    async def order_fulfilment_change(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Order.")],
        delivery_option_id: Annotated[strawberry.ID, argument("Option taken from deliveryOptions.")],
    ) -> OrderResult:
        now = datetime.now(UTC)
        work = info.context.write(
            changing.deliver_otherwise, info.context.viewer, str(id), str(delivery_option_id), now
        )
        return cast(OrderResult, await _order(info, work))

    @mutation(description="Say that someone else will collect.", authenticated=True)
    async def pickup_collector_set(
        self,
        info: Info,
        order_id: Annotated[strawberry.ID, argument("Order.")],
        name: Annotated[str, argument("Name of that person.")],
    ) -> OrderResult:
        work = info.context.write(changing.set_collector, info.context.viewer, str(order_id), name)
        return cast(OrderResult, await _order(info, work))

    @mutation(description="Hand a collection out at the counter.", **_STORE)
    async def pickup_release(
        self,
        info: Info,
        payload: Annotated[str, argument("Scanned pass.")],
        location_id: Annotated[strawberry.ID, argument("Store.")],
        idempotency_key: Annotated[
            IdempotencyKey, argument("Key for safe replay; tills may send it later when offline.")
        ],
    ) -> OrderResult:
        now = datetime.now(UTC)
        work = info.context.write(advancing.release, payload, str(location_id), idempotency_key, now)
        return cast(OrderResult, await _order(info, work))

    @mutation(description="Check at the door what was scanned and paid: the exit pass is good once.", **_STORE)
    async def exit_pass_check(
        self,
        info: Info,
        payload: Annotated[str, argument("Scanned exit pass.")],
        location_id: Annotated[strawberry.ID, argument("Store.")],
        idempotency_key: Annotated[IdempotencyKey, argument("Key for safe replay.")],
    ) -> OrderResult:
        now = datetime.now(UTC)
        work = info.context.write(advancing.check_out, payload, str(location_id), idempotency_key, now)
        return cast(OrderResult, await _order(info, work))

    @mutation(
        description="A new link that opens an order without a password, for whoever sends messages; null when there is none.",
        inaccessible=True,
        scopes=[["system:write"]],
    )
    async def order_invite(
        self, info: Info, id: Annotated[strawberry.ID, argument("Order.")]
    ) -> OrderInvitation | None:
        try:
            made = await info.context.write(inviting.invite, info.context.viewer, str(id), datetime.now(UTC))
        except NotFound:
            return None
        return OrderInvitation(token=made.token, url=made.url, expires_at=made.expires_at)

    @mutation(description="Put the guest order a link opens into the caller's account.", authenticated=True)
    async def order_claim(self, info: Info, token: Annotated[str, argument("Token of the link.")]) -> OrderResult:
        work = info.context.write(inviting.take_up, info.context.viewer, token, datetime.now(UTC))
        return cast(OrderResult, await _order(info, work))

    @mutation(description="Make every link to an order that was sent so far useless.", authenticated=True)
    async def order_links_revoke(self, info: Info, id: Annotated[strawberry.ID, argument("Order.")]) -> OrderResult:
        work = info.context.write(inviting.revoke, info.context.viewer, str(id))
        return cast(OrderResult, await _order(info, work))

    @mutation(
        description="Move a delivery or collection on, by staff, warehouse or carrier.",
        scopes=[["staff:store"], ["carrier:write"]],
        tags=("staff",),
    )
    async def fulfilment_advance(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Fulfilment.")],
        status: Annotated[FulfilmentStatus, argument("State reached.")],
        idempotency_key: Annotated[IdempotencyKey, argument("Key for safe replay.")],
        estimated_at: Annotated[datetime | None, argument("Expected time now.")] = strawberry.UNSET,
        tracking_number: Annotated[str | None, argument("Tracking number, once known.")] = strawberry.UNSET,
    ) -> OrderResult:
        viewer = info.context.viewer
        step = advancing.Step(str(status.value), estimated_at or None, tracking_number or None)
        carriers = None if viewer.has_any("staff:store") else carriers_of(viewer)
        caller = viewer.customer_id or ("staff" if carriers is None else ",".join(["carrier", *sorted(carriers)]))
        work = info.context.write(
            advancing.advance, str(id), step, carriers, caller, idempotency_key, datetime.now(UTC)
        )
        return cast(OrderResult, await _order(info, work, carried=carriers or frozenset()))

    @mutation(description="Ask for held goods to be pulled before arriving.", authenticated=True)
    async def store_pull_request(
        self, info: Info, input: Annotated[StorePullInput, argument("What to pull.")]
    ) -> PickTaskResult:
        held = await holds_of(info, [str(each) for each in input.reservation_ids])
        work = info.context.write(
            tasks.pull,
            info.context.viewer.customer_id,
            str(input.location_id),
            held,
            input.arrive_at or None,
            input.idempotency_key,
            datetime.now(UTC),
        )
        return cast(PickTaskResult, await _task(info, work))

    @mutation(description="Take a task.", **_STORE)
    async def pick_task_claim(self, info: Info, id: Annotated[strawberry.ID, argument("Task.")]) -> PickTaskResult:
        work = info.context.write(picking.claim, str(id), _associate(info), datetime.now(UTC))
        return cast(PickTaskResult, await _task(info, work))

    @mutation(description="Finish a task, with what was found.", **_STORE)
    async def pick_task_complete(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Task.")],
        lines: Annotated[list[PickLineInput], argument("What was found.")],
    ) -> PickTaskResult:
        found = [(str(line.variant_id), line.picked) for line in lines]
        work = info.context.write(picking.finish, str(id), found, _associate(info), datetime.now(UTC))
        return cast(PickTaskResult, await _task(info, work))

    @mutation(
        description="Ask for a return, or take goods in at a counter, whatever channel they were bought in.",
        authenticated=True,
    )
    async def return_create(
        self, info: Info, input: Annotated[ReturnCreateInput, argument("What goes back.")]
    ) -> ReturnResult:
        try:
            asked = input.asked(info.context.channel)
        except Refusal as refusal:
            return cast(ReturnResult, shown(refusal, info))
        work = info.context.write(returns.create, info.context.viewer, asked, input.idempotency_key, datetime.now(UTC))
        return cast(ReturnResult, await _return(info, work))

    @mutation(
        description="Decide on a return that waits for one.",
        scopes=[["staff:store"], ["staff:agent"]],
        tags=("staff",),
    )
    async def return_decide(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("Return.")],
        approve: Annotated[bool, argument("True to agree.")],
        reason: Annotated[str | None, argument("Why not.")] = strawberry.UNSET,
    ) -> ReturnResult:
        work = info.context.write(returns.decide, str(id), approve, reason or None, datetime.now(UTC))
        return cast(ReturnResult, await _return(info, work))

    @mutation(
        description="Set the policy of the group, a brand, a store group or a store.",
        scopes=[["policy:write"]],
        tags=("staff",),
    )
    async def return_policy_set(
        self, info: Info, input: Annotated[ReturnPolicyInput, argument("Policy.")]
    ) -> ReturnPolicyResult:
        policy = input.policy()
        try:
            await info.context.write(set_policy, policy)
        except Refusal as refusal:
            return cast(ReturnPolicyResult, shown(refusal, info))
        return ReturnPolicySuccess(policy=ReturnPolicy.of(policy))

    @mutation(
        description="Take a policy away, so that the next wider one decides; the answer shows that one.",
        scopes=[["policy:write"]],
        tags=("staff",),
    )
    async def return_policy_remove(
        self, info: Info, id: Annotated[strawberry.ID, argument("Policy.")]
    ) -> ReturnPolicyResult:
        try:
            brand, place = await info.context.write(remove_policy, str(id))
        except Refusal as refusal:
            return cast(ReturnPolicyResult, shown(refusal, info))
        wider, _ = await info.context.database.read(in_force, brand, place)
        return ReturnPolicySuccess(policy=ReturnPolicy.of(wider))


def _associate(info: Info) -> str:
    """Who does the work in the store, as the till names them."""
    return info.context.viewer.customer_id or "staff"


async def _order(info: Info, work: Awaitable[str], *, carried: frozenset[str] = frozenset()) -> Any:
    """The order after a change, or the refusal; `carried`: the caller reports for these carriers, and it is not its order."""
    try:
        order_id = await work
    except Refusal as refusal:
        return shown(refusal, info)
    found = await (Order.moved(info, order_id, carried) if carried else Order.visible(info, order_id))
    return OrderSuccess(order=_there(found, order_id))


async def _task(info: Info, work: Awaitable[str]) -> Any:
    try:
        task_id = await work
    except Refusal as refusal:
        return shown(refusal, info)
    row = await info.context.loader(TaskById).load(task_id)
    return PickTaskSuccess(task=PickTask.of(_there(row, task_id)))


async def _return(info: Info, work: Awaitable[str]) -> Any:
    try:
        return_id = await work
    except Refusal as refusal:
        return shown(refusal, info)
    found = await Return.resolve_reference(info, strawberry.ID(return_id))
    return ReturnSuccess(return_=_there(found, return_id))


def _there(found: Any, key: str) -> Any:
    """What was just written; it cannot be gone."""
    if found is None:
        msg = f"{key} went away while it was being changed"
        raise LookupError(msg)
    return found
