"""Policies that contradict each other, and a return in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.fulfilment.models import Record, ReturnLineRow, ReturnRow
from subgraphs.fulfilment.rules.returning import GROUP_POLICY, Policy, Reach
from subgraphs.fulfilment.samples.stories import story
from subgraphs.fulfilment.service.policies import row_of
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import location, variant
from subgraphs.kit.upsert import upsert

_NO_FEE = Decimal(0)
ALDER = Policy(
    Reach("BRAND", "alder"), 30, ("PROOF_OF_PURCHASE",), _NO_FEE, True, False,
    "Thirty days with your receipt, in any of our stores or by post.",
)  # fmt: skip
VELVET = Policy(
    Reach("BRAND", "velvet"), 14, ("DEFECT_EVIDENCE",), _NO_FEE, True, False,
    "Opened make-up comes back only when it is faulty: show us a picture.",
)  # fmt: skip
OUTLETS = Policy(
    Reach("STORE_GROUP", None, "uk-outlets"), 7, ("PROOF_OF_PURCHASE", "UNUSED"), Decimal(10), False, False,
    "Outlet goods: seven days, unworn, ten percent kept back; nothing that was bought online.",
)  # fmt: skip
FLAGSHIP = Policy(
    Reach("LOCATION", None, None, location("LON-OXF").id), 60, ("PROOF_OF_PURCHASE",), _NO_FEE, True, True,
    "Oxford Street takes everything of the group back for sixty days.",
)  # fmt: skip
POLICIES = (GROUP_POLICY, ALDER, VELVET, OUTLETS, FLAGSHIP)
"""Over an outlet return three of them contradict each other: the store group's wins, for no store says otherwise."""


@dataclass(frozen=True, slots=True)
class Came:
    """A return: of which line of which order, why, where, how far it has come; `days` ago it was asked for."""

    order: str
    position: int
    status: str
    reason: str
    policy: Policy
    days: int
    store: str | None = None
    evidence: tuple[str, ...] = ()
    exchange: tuple[str, str] | None = None
    declined: str | None = None


CAME = (
    Came("A10000014", 0, "REQUESTED", "DEFECTIVE", VELVET, 1, None, ("https://media.example/lipstick.jpg",)),
    Came("A10000013", 0, "APPROVED", "TOO_SMALL", ALDER, 2),
    Came("A10000018", 0, "RECEIVED", "UNWANTED", ALDER, 4),
    Came("A10000012", 0, "REFUNDED", "NOT_AS_DESCRIBED", ALDER, 9),
    Came("A10000015", 0, "EXCHANGED", "TOO_SMALL", ALDER, 8, "BER-KUD", (), ("ALD-SWT-MER-L", "A10000016")),
    Came("A10000017", 0, "DECLINED", "UNWANTED", ALDER, 12, None, (), None, "It came back broken."),
)
OVER = frozenset({"RECEIVED", "REFUNDED", "EXCHANGED"})


async def load_policies(session: AsyncSession) -> None:
    """Set the policies."""
    await upsert(session, Record.metadata.tables["return_policy"], [row_of(each) for each in POLICIES], update=())


async def load_returns(session: AsyncSession, now: datetime) -> None:
    """Write the returns; their orders are there."""
    session.add_all([_return(came, now) for came in CAME])
    await session.flush()
    session.add_all([_line(came) for came in CAME])
    await session.flush()


def _return(came: Came, now: datetime) -> ReturnRow:
    told = story(came.order)
    return ReturnRow(
        id=stable_id("Return", "sample", came.order),
        number=f"R{came.order}-1",
        order_id=told.id,
        status=came.status,
        channel="store" if came.store else told.channel,
        location_id=location(came.store).id if came.store else None,
        policy_id=came.policy.reach.id,
        currency=told.currency,
        refund=Decimal(0) if came.exchange else _worth(came),
        exchange_order_id=story(came.exchange[1]).id if came.exchange else None,
        decline_reason=came.declined,
        created_at=now - timedelta(days=came.days),
        received_at=now - timedelta(days=came.days, hours=-1) if came.status in OVER else None,
    )


def _line(came: Came) -> ReturnLineRow:
    return ReturnLineRow(
        return_id=stable_id("Return", "sample", came.order),
        position=0,
        order_line_id=story(came.order).line_id(came.position),
        quantity=1,
        reason=came.reason,
        evidence_urls=list(came.evidence),
        disposition="SHELF" if came.status in OVER else None,
        refund=_worth(came),
        exchange_variant_id=variant(came.exchange[0]).id if came.exchange else None,
    )


def _worth(came: Came) -> Decimal:
    told = story(came.order)
    item = variant(told.items[came.position][0])
    return item.gbp if told.currency == "GBP" else item.eur
