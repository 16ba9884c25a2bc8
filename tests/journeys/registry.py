"""Which test proves which promise.

    @feature("A3")
    async def test_A3_…(shop): …

    @feature("A9", up_to="the source stands in the timeline", waits_for="attribution reports")
    async def test_A9_…(shop): …

A test marked `waits_for` runs and passes as far as `up_to` says; the mark only tells the reader what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_Test = TypeVar("_Test", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Proof:
    """A test of a promise: its place (`path::name`), how far it goes and what the rest waits for (empty: nothing)."""

    number: str
    place: str
    up_to: str
    waits_for: str


def feature(number: str, *, up_to: str = "", waits_for: str = "") -> Callable[[_Test], _Test]:
    """Say that a test proves a promise; on top of each other when it proves several."""

    def mark(test: _Test) -> _Test:
        place = f"{test.__module__.replace('.', '/')}.py::{test.__name__}"
        proofs = (Proof(number, place, up_to, waits_for), *proofs_of(test))
        test.__dict__["proofs"] = proofs
        return test

    return mark


def proofs_of(test: Any) -> tuple[Proof, ...]:
    return tuple(getattr(test, "proofs", ()))
