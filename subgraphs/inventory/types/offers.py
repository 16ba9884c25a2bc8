"""Transfer offers worked out from what is loaded: who could send, when it would arrive, what it costs."""

from __future__ import annotations

from subgraphs.inventory.loaders.transfers import Sender, Senders
from subgraphs.inventory.models import LocationRow
from subgraphs.inventory.rules.quantities import quantity_fault
from subgraphs.inventory.rules.quote import Offer
from subgraphs.inventory.rules.transfer import MOST_OPTIONS, QUOTE_LASTS, arrival, fee_minor_units
from subgraphs.inventory.service.places import schedule_of
from subgraphs.inventory.types.clock import now
from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput


async def offered(info: Info, variant_id: str, to: LocationRow, quantity: int | None) -> list[Offer]:
    """Offers for a number of units that a caller gave; `BadUserInput` when it is none."""
    wanted = 1 if quantity is None else quantity
    fault = quantity_fault(wanted)
    if fault:
        raise BadUserInput(f"quantity: {fault}")
    return await soonest(info, variant_id, to, wanted)


async def soonest(info: Info, variant_id: str, to: LocationRow, quantity: int) -> list[Offer]:
    """At most three offers, soonest first, then cheapest, then nearest."""
    senders = await info.context.loader(Senders).load((variant_id, to.id, quantity)) or []
    found = [(sender, offer) for sender in senders if (offer := _offer(variant_id, sender, to, quantity)) is not None]
    found.sort(key=lambda each: (each[1].arrives_at, each[1].fee_minor_units, each[0].metres))
    return [offer for _, offer in found[:MOST_OPTIONS]]


def _offer(variant_id: str, sender: Sender, to: LocationRow, quantity: int) -> Offer | None:
    at = now()
    arrives = arrival(schedule_of(sender.place), schedule_of(to), sender.metres, at)
    if arrives is None:
        return None
    return Offer(
        from_id=sender.place.id,
        to_id=to.id,
        variant_id=variant_id,
        quantity=quantity,
        arrives_at=arrives,
        fee_minor_units=fee_minor_units(sender.metres),
        currency=to.currency,
        valid_until=(at + QUOTE_LASTS).replace(microsecond=0),
    )
