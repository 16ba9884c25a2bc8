"""Returns: which policy is in force, what it allows, what goes back in money. Pure; amounts in major units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.kit.ids import stable_id
from subgraphs.kit.money import quantize

FAULTS = frozenset({"DEFECTIVE", "NOT_AS_DESCRIBED", "WRONG_ITEM"})
"""Reasons that are the shop's: no fee is kept back."""
OPEN = frozenset({"REQUESTED", "APPROVED", "RECEIVED"})
"""States in which the units are spoken for but not counted as returned yet."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a policy goes. scope: GROUP, BRAND, STORE_GROUP or LOCATION; a narrower one may be for one brand's goods."""

    scope: str
    brand: str | None = None
    group: str | None = None
    location: str | None = None

    @property
    def id(self) -> str:
        """Global id of the policy of this reach: there is one for each."""
        return stable_id("ReturnPolicy", self.scope, self.brand or "", self.group or "", self.location or "")


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules for handing goods back; `fee` is in percent."""

    reach: Reach
    window_days: int
    requirements: tuple[str, ...]
    fee: Decimal
    online_returns_in_store: bool
    accepts_sister_brands: bool
    wording: str


GROUP_POLICY = Policy(
    reach=Reach("GROUP"),
    window_days=14,
    requirements=("PROOF_OF_PURCHASE",),
    fee=Decimal(0),
    online_returns_in_store=True,
    accepts_sister_brands=False,
    wording="Bring it back within 14 days with your receipt.",
)
"""In force where nobody set any: what the law asks of a shop that sells at a distance."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods would be handed back: a store, with its brand (None: of both) and its group."""

    location: str
    brand: str | None
    group: str | None


def reaches(brand: str | None, place: Place | None) -> tuple[Reach, ...]:
    """Reaches that may decide, the narrowest first: store, its group, brand, whole group; one brand's before all goods'."""
    found: list[Reach] = []
    if place is not None:
        if brand:
            found.append(Reach("LOCATION", brand, None, place.location))
        found.append(Reach("LOCATION", None, None, place.location))
        if place.group:
            if brand:
                found.append(Reach("STORE_GROUP", brand, place.group))
            found.append(Reach("STORE_GROUP", None, place.group))
    if brand:
        found.append(Reach("BRAND", brand))
    return (*found, Reach("GROUP"))


def decide(policies: Mapping[str, Policy], brand: str | None, place: Place | None) -> Policy:
    """The policy in force; `policies` by id."""
    return next((policies[each.id] for each in reaches(brand, place) if each.id in policies), GROUP_POLICY)


@dataclass(frozen=True, slots=True)
class Bought:
    """An order line as these rules see it.

    net         paid for all its units, after offers
    open        units in returns that are not over
    received    day the goods were with the customer; None: not yet
    online      not rung up in a store
    """

    net: Decimal
    quantity: int
    returned: int
    called_off: int
    open: int
    received: date | None
    brand: str
    online: bool

    @property
    def left(self) -> int:
        """Units that may still go back."""
        return max(0, self.quantity - self.returned - self.called_off - self.open)


def until(bought: Bought, policy: Policy) -> date | None:
    """Last day to hand it back."""
    return bought.received + timedelta(days=policy.window_days) if bought.received else None


def why_not(bought: Bought, policy: Policy, place: Place | None, today: date) -> str | None:
    """Why a line may not go back, fit to show; None when it may."""
    last = until(bought, policy)
    if bought.left == 0:
        return "Nothing of it is left to send back."
    if last is None:
        return "It is not with the customer yet; call the order off instead."
    if today > last:
        return f"It could be returned until {last.day} {last:%B %Y}."
    if place is not None and bought.online and not policy.online_returns_in_store:
        return "Goods bought online are not taken back in this store."
    if place is not None and place.brand not in {None, bought.brand} and not policy.accepts_sister_brands:
        return "This store takes back goods of its own brand only."
    return None


def missing(policy: Policy, reason: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """What must be shown first and was not. The order itself proves the purchase; staff look whether goods are unused."""
    if "DEFECT_EVIDENCE" in policy.requirements and (reason not in FAULTS or not evidence):
        return ("DEFECT_EVIDENCE",)
    return ()


def refund(bought: Bought, units: int, policy: Policy, currency: str, reason: str | None = None) -> Decimal:
    """Money back for some more units. Refunds of one unit after another add up to what was paid, to the penny.

    reason  one of the shop's own faults keeps no fee back; None: not said yet
    """
    gone = bought.returned + bought.called_off + bought.open
    worth = _share(bought, gone + units, currency) - _share(bought, gone, currency)
    if reason in FAULTS:
        return worth
    return worth - quantize(worth * policy.fee / 100, currency)


def worth(net: Decimal, quantity: int, gone: int, units: int, currency: str) -> Decimal:
    """What some units of a line were paid for, after `gone` units of it went back or were called off."""
    whole = Bought(net, quantity, gone, 0, 0, None, "", online=False)
    return _share(whole, gone + units, currency) - _share(whole, gone, currency)


def give_back(amount: Decimal, payments: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, ...]:
    """Spread a refund over payments (amount, refunded so far), the first first; never more than was paid.

    Example  give_back(30, [(20, 0), (40, 10)]) → (20, 10)
    """
    shares: list[Decimal] = []
    for paid, refunded in payments:
        share = min(amount, paid - refunded)
        shares.append(share)
        amount -= share
    return tuple(shares)


def _share(bought: Bought, units: int, currency: str) -> Decimal:
    return quantize(bought.net * units / max(1, bought.quantity), currency)
