"""Two baskets become one at sign-in, and no unit is lost: it is kept, added, or put aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Strategy(StrEnum):
    """What to do with the guest's basket; the names are the schema's."""

    MAX = "MAX"
    SUM = "SUM"
    KEEP_CURRENT = "KEEP_CURRENT"
    KEEP_ACCOUNT = "KEEP_ACCOUNT"
    ASK = "ASK"


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome, by variant.

    kept    units in the basket to go on with
    aside   units put aside for later
    joined  variants that were in both baskets and whose lines became one
    """

    kept: Mapping[str, int]
    aside: Mapping[str, int]
    joined: tuple[str, ...]


def merge(guest: Mapping[str, int], account: Mapping[str, int], strategy: Strategy) -> Merged:
    """Fold a guest's basket into the account's.

    guest, account  variant → units
    MAX     the larger number of each: the same wish noted on two devices
    SUM     both together
    KEEP_*  one basket stays as it is, the other is put aside whole
    Raises  ValueError for ASK, which changes nothing and is not merged.
    """
    both = tuple(v for v in account if v in guest)
    match strategy:
        case Strategy.MAX:
            kept = {
                v: max(account.get(v, 0), guest.get(v, 0)) for v in (*account, *(v for v in guest if v not in account))
            }
            return Merged(kept, {}, both)
        case Strategy.SUM:
            kept = {v: account.get(v, 0) + guest.get(v, 0) for v in (*account, *(v for v in guest if v not in account))}
            return Merged(kept, {}, both)
        case Strategy.KEEP_CURRENT:
            return Merged(dict(guest), dict(account), ())
        case Strategy.KEEP_ACCOUNT:
            return Merged(dict(account), dict(guest), ())
        case Strategy.ASK:
            raise ValueError("ASK leaves both baskets as they are")
