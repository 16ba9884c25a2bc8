"""Representations: `__typename`, key and required fields of one entity, and the exact key they are known by.

Identity. Two representations are the same entity exactly when their JSON texts are equal. A string or an integer is a
key as it is; any other value enters as its encoded bytes, because in Python `1 == True == 1.0` and because objects and
lists do not hash. Several fields make a tuple of such values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from gateway.executor.encoding import encode

Part = str | int | bytes
Key = Part | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Says that a key field has no value, so that there is nothing to ask."""


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Representation:
    """One representation; `shape` is its index within the lookup."""

    shape: int
    key: Key
    value: dict[str, Any]


def part(value: Any) -> Part:
    """One value as part of a key."""
    return value if value.__class__ is str or value.__class__ is int else encode(value)


def key_of(values: list[Any]) -> Key:
    """The key made of the values of a representation's fields, in order."""
    return part(values[0]) if len(values) == 1 else tuple(part(value) for value in values)
