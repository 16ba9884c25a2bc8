"""Leaves as the API schema types them: a subgraph's value is checked, and coerced where the specification says so.

Int       a JSON number without a fraction, within 32 bits; 5.0 is 5
Float     a number
String    a string
ID        a string, or an integer, shown as its digits
Boolean   true or false
custom    whatever the subgraph says: its meaning is its own business

Exact     Integers of a custom scalar keep all their digits. The fast decoder gives those beyond 64 bits as floating
          point; whoever meets such a number raises `Inexact`, and the answers are decoded once more, slowly.
Source    GraphQL specification, section 3.5, result coercion
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SMALLEST_INT: Final = -(2**31)
LARGEST_INT: Final = 2**31 - 1
EXACT_BELOW: Final = 2.0**63
"""Integers below, in magnitude, are decoded whole."""


class Unfit(Exception):  # noqa: N818 - a signal between whoever reads a leaf and whoever shows it
    """A value that its type does not have."""


class Inexact(Exception):  # noqa: N818 - the same
    """A number that may have been an integer with more digits than it has now."""


def int_of(value: Any) -> int:
    """An Int."""
    if value.__class__ is float and value.is_integer():
        value = int(value)
    if value.__class__ is int and SMALLEST_INT <= value <= LARGEST_INT:
        whole: int = value
        return whole
    raise Unfit


def float_of(value: Any) -> float:
    """A Float."""
    if value.__class__ is float or value.__class__ is int:
        number: float = value
        return number
    raise Unfit


def string_of(value: Any) -> str:
    """A String."""
    if value.__class__ is str:
        text: str = value
        return text
    raise Unfit


def id_of(value: Any) -> str:
    """An ID."""
    if value.__class__ is int:
        return str(value)
    return string_of(value)


def boolean_of(value: Any) -> bool:
    """A Boolean."""
    if value is True or value is False:
        truth: bool = value
        return truth
    raise Unfit


BUILT_IN: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Int": int_of,
    "Float": float_of,
    "String": string_of,
    "ID": id_of,
    "Boolean": boolean_of,
}


def exact(value: Any) -> Any:
    """A custom scalar's value as it is, null excepted; raises `Inexact` where digits may have been lost."""
    if value is None:
        raise Unfit
    if lossy(value):
        raise Inexact
    return value


def lossy(value: Any) -> bool:
    """Whether some number in a decoded value may have lost digits; however deep it lies."""
    pending = [value]
    while pending:
        each = pending.pop()
        if each.__class__ is float:
            if not -EXACT_BELOW < each < EXACT_BELOW:
                return True
        elif each.__class__ is dict:
            pending += each.values()
        elif each.__class__ is list:
            pending += each
    return False
