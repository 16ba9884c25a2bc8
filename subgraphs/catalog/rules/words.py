"""Words people search by, slugs people read, and texts cut to a length."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

LONGEST_QUERY = 200
MOST_WORDS = 8
LONGEST_WORD = 40

_WORD = re.compile(r"\w+", re.UNICODE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"\s+")
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|ul|ol)>|<br\s*/?>", re.IGNORECASE)


def folded(text: str) -> str:
    """Lower case without accents: Kurfürstendamm → kurfurstendamm."""
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char))).casefold()


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are indexed and looked up, each once, in order: `Red Shoes` → red, shoe.

    Bounded: at most 8 words of 40 characters from the first 200 characters of a query; the index calls it per field.
    """
    found = (stem(word.strip("_"))[:LONGEST_WORD] for word in _WORD.findall(folded(text)))
    return tuple(dict.fromkeys(word for word in found if word))


def query_words(text: str) -> tuple[str, ...]:
    """The words of a search, bounded whatever was sent."""
    return words(text[:LONGEST_QUERY])[:MOST_WORDS]


def stem(word: str) -> str:
    """The word without a plural's ending, as simply as index and search can agree on."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def weighted(fields: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Word → the highest weight of the fields it stands in."""
    found: dict[str, int] = {}
    for text, weight in fields:
        for word in words(text):
            found[word] = max(weight, found.get(word, 0))
    return found


def closest(word: str, candidates: Sequence[str]) -> str | None:
    """The candidate that differs by one slip of a finger (two in words over six letters); None when none does."""
    allowed = 2 if len(word) > 6 else 1
    near = [(distance, other) for other in candidates if (distance := slips(word, other, allowed)) <= allowed]
    return min(near)[1] if near else None


def slips(one: str, other: str, most: int) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour; `most + 1` when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, before, row = before, row, [i] + [0] * len(other)
        for j, right in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                row[j] = min(row[j], above[j - 2] + 1)
    return min(row[-1], most + 1)


def slug(text: str) -> str:
    """Readable identifier: `Étagère No. 5` → etagere-no-5. Empty when the text has no letter or digit."""
    return "-".join(_WORD.findall(folded(text).replace("_", " ")))[:80].strip("-")


def plain_text(markup: str) -> str:
    """HTML without its tags, blocks apart by a space."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub("", _BLOCK_END.sub(" ", markup)))).strip()


def cut(text: str, most: int) -> str:
    """The text, cut at a word's end with an ellipsis when longer than `most` characters."""
    if len(text) <= most:
        return text
    if most < 2:
        return text[:most]
    head = text[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most // 2 else head).rstrip() + "…"
