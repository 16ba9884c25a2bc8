"""Which blocks of a page a caller sees, and what may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = frozenset({"HERO", "PRODUCT_ROW", "EDITORIAL", "PROMOTION", "VIDEO"})
ROW_RULES = frozenset({"BESTSELLERS", "RECOMMENDED", "NEW"})
"""Sources of a product row that are rules, beside collections."""

MOST_SLOTS = 40


@dataclass(frozen=True, slots=True)
class Audience:
    """Who looks: segments, experiment arms as `experiment:arm`; `everything` for staff who preview all of it."""

    segments: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()
    everything: bool = False


def shown_slots(slots: Sequence[Mapping[str, Any]], audience: Audience) -> list[Mapping[str, Any]]:
    """The blocks meant for an audience, in order.

    A block for segments is shown to people of any of them; one for an arm to people in that arm. Of an experiment a
    caller is in no arm of, the blocks are left out.
    """
    return [slot for slot in slots if audience.everything or _is_for(slot, audience)]


def _is_for(slot: Mapping[str, Any], audience: Audience) -> bool:
    segments, arm = slot["segments"], slot["arm"]
    return (not segments or bool(set(segments) & set(audience.segments))) and (arm is None or arm in audience.arms)
