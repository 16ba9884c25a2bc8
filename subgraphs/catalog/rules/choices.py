"""Which variant a choice of options means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def closest_choice(selected: Sequence[tuple[str, str]], offered: Sequence[Mapping[str, str]]) -> int | None:
    """Index of the variant that has the most of the chosen values; None when there are no variants.

    Earlier choices weigh more than all later ones together, so the shade chosen first is kept when the size is missing.
    Ties go to the first.
    """
    if not offered:
        return None

    def matches(options: Mapping[str, str]) -> tuple[bool, ...]:
        return tuple(options.get(name) == value for name, value in selected)

    return max(range(len(offered)), key=lambda index: (matches(offered[index]), -index))
