"""What may be set about planning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Batching(StrEnum):
    """Which entity fetches of one subgraph travel together."""

    LEVEL = "level"
    """All that are equally deep in the plan: fewest requests."""
    SAME_DEPENDENCIES = "same-dependencies"
    """Those that wait for the same: none waits for an unrelated slow sibling."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How to plan.

    labels      override labels taken as true
    batching    which fetches share a request
    max_steps   questions the search may ask before QUERY_PLANNING_LIMIT; decides alone on any usual machine
    max_seconds the same in CPU time of the planning thread, so that no input holds a worker
    """

    labels: frozenset[str] = frozenset()
    batching: Batching = Batching.LEVEL
    max_steps: int = 60_000
    max_seconds: float = 1.2


DEFAULT_OPTIONS = PlanOptions()
