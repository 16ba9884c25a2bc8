"""What a person is called, and facts about one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from subgraphs.kit.errors import InvalidInput

PRESENT_FOR = timedelta(hours=2)
"""How long after being noticed a person counts as being in the store."""

SAME_VISIT = timedelta(minutes=30)
"""Being noticed again in the same store within this time is the same visit."""

MOST_FACTS = 50

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,5}")


def display_name(first_name: str | None, last_name: str | None) -> str:
    """Name to greet with; "Guest" while nothing is known."""
    return " ".join(part for part in (first_name, last_name) if part) or "Guest"


def is_present(arrived_at: datetime, now: datetime) -> bool:
    """Whether a visit is still going on."""
    return now - arrived_at < PRESENT_FOR


def continues(arrived_at: datetime, now: datetime) -> bool:
    """Whether being noticed now belongs to the visit that began then."""
    return now - arrived_at < SAME_VISIT


def fact_code(code: str) -> str:
    """The code of a fact, checked: words of small letters and digits joined by dashes."""
    if len(code) > 60 or not _CODE.fullmatch(code):
        raise InvalidInput("A code is words of small letters joined by dashes, such as foundation-shade", ("code",))
    return code


def fact_value(value: str) -> str:
    """The value of a fact, checked: 1 to 200 characters."""
    text = value.strip()
    if not 1 <= len(text) <= 200:
        raise InvalidInput("The value must have 1 to 200 characters; leave it out to forget the fact", ("value",))
    return text


def fact_label(code: str) -> str:
    """Label of a fact: foundation-shade → Foundation shade."""
    return code.replace("-", " ").capitalize()


def person_name(name: str | None, *path: str) -> str | None:
    """A given or family name, checked: at most 100 printable characters; empty text is none."""
    text = (name or "").strip()
    if len(text) > 100 or (text and not text.isprintable()):
        raise InvalidInput("A name has at most 100 characters", path)
    return text or None
