"""Choosing: one way for each leaf, so that all of them together cost least.

The problem is a small group Steiner tree. A way is a set of fetches (a mask); leaves with equal ways form one class,
and there are few classes however many leaves there are. Then, in order:

1. a way that contains another and is no earlier is dropped
2. a class with one way left takes it; a class that is covered by what is taken needs nothing
3. the rest greedily by what each way adds, then each once more with the others fixed
4. classes that share no fetch with each other are decided apart; a group of at most 24 is searched exhaustively,
   with the greedy result as bound

Costs are `Board.cost`; of two choices that cost the same, the one whose leaves arrive at earlier levels wins, which
is what makes `@provides` win over a jump that costs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.planner.drafts import Arrival, Board, DraftPlace
    from gateway.planner.moves import Budget

EXHAUSTIVE_CLASSES = 24
EXHAUSTIVE_NODES = 5000

Way = tuple[int, int]
"""(mask of fetches, level at which the leaf arrives)."""
Ways = tuple[Way, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A leaf of the operation, and every way to it.

    type_name   the runtime type it is asked for, None for all
    key         its response key; empty where only the existence of the object is asked
    """

    place: DraftPlace
    type_name: str | None
    key: str
    options: list[Arrival]


@dataclass(frozen=True, slots=True)
class Choice:
    """The fetches chosen, as a mask, and what they cost: (cost, sum of the levels at which leaves arrive)."""

    mask: int
    score: tuple[int, int]


def choose(leaves: Iterable[Leaf], board: Board, budget: Budget) -> Choice:
    """Choose fetches for all leaves."""
    classes: dict[Ways, int] = {}
    for leaf in leaves:
        ways = _ways(leaf.options)
        classes[ways] = classes.get(ways, 0) + 1
    taken = 0
    for ways in classes:
        if len(ways) == 1:
            taken |= ways[0][0]
    open_classes = sorted((ways for ways in classes if not _covered(ways, taken)), key=lambda ways: (len(ways), ways))
    mask = taken
    for group in _components(open_classes, taken):
        mask |= _Group(group, taken, classes, board, budget).solve()
    return Choice(mask, (board.cost(mask), _lateness(classes, mask)))


def pick(leaf: Leaf, mask: int, board: Board) -> Arrival:
    """Give the earliest way to a leaf among the chosen fetches."""
    return min(
        (each for each in leaf.options if not each.mask & ~mask),
        key=lambda each: (each.fetch.level, board.cost(each.mask)),
    )


def _ways(options: Sequence[Arrival]) -> Ways:
    if len(options) == 1:
        return ((options[0].mask, options[0].fetch.level),)
    levels: dict[int, int] = {}
    for each in options:
        level = each.fetch.level
        if level < levels.get(each.mask, level + 1):
            levels[each.mask] = level
    if len(levels) == 1:
        return tuple(levels.items())
    return tuple(
        sorted(
            (mask, level)
            for mask, level in levels.items()
            if not any(
                other != mask and not other & ~mask and other_level <= level for other, other_level in levels.items()
            )
        )
    )


def _covered(ways: Ways, mask: int) -> bool:
    return any(not way & ~mask for way, _ in ways)


def _lateness(classes: dict[Ways, int], mask: int) -> int:
    """Sum the levels at which leaves arrive: data as early as possible."""
    return sum(count * min(level for way, level in ways if not way & ~mask) for ways, count in classes.items())


def _components(classes: Sequence[Ways], taken: int) -> list[list[Ways]]:
    """Split classes into groups that have no fetch in common beyond those taken already."""
    groups: list[tuple[int, list[Ways]]] = []
    for ways in classes:
        union = 0
        for way, _ in ways:
            union |= way & ~taken
        merged = [ways]
        rest: list[tuple[int, list[Ways]]] = []
        for mask, members in groups:
            if mask & union:
                union |= mask
                merged = members + merged
            else:
                rest.append((mask, members))
        groups = [*rest, (union, merged)]
    return [members for _, members in groups]


class _Group:
    """One group of classes that compete for the same fetches."""

    def __init__(self, classes: list[Ways], taken: int, counts: dict[Ways, int], board: Board, budget: Budget) -> None:
        self.classes = sorted(classes, key=lambda ways: (len(ways), ways))
        self.taken = taken
        self.counts = {ways: counts[ways] for ways in classes}
        self.board = board
        self.budget = budget
        self.nodes = 0

    def solve(self) -> int:
        picks = self._greedy()
        self._improve(picks)
        best = self._union(picks.values())
        if 1 < len(self.classes) <= EXHAUSTIVE_CLASSES or len(self.classes) == 1:
            best = self._search(best)
        return best

    def _union(self, masks: Iterable[int]) -> int:
        union = self.taken
        for mask in masks:
            union |= mask
        return union

    def _added(self, have: int, mask: int) -> int:
        """Weigh what a mask adds to what is there, looking at its new fetches only."""
        board = self.board
        requests, _, level = board.summary(have)
        more_requests, more_count, more_level = board.summary(mask & ~have)
        return (
            board.REQUEST_COST * (more_requests & ~requests).bit_count()
            + board.FETCH_COST * more_count
            + board.LEVEL_COST * max(0, more_level - level)
        )

    def _greedy(self) -> dict[Ways, int]:
        picks: dict[Ways, int] = {}
        have = self.taken
        for ways in self.classes:
            self.budget.step()
            way = min(ways, key=lambda each: (self._added(have, each[0]), each[1]))[0]
            picks[ways] = way
            have |= way
        return picks

    def _improve(self, picks: dict[Ways, int]) -> None:
        """Reconsider each pick with the others fixed, twice at most."""
        if not 1 < len(picks) < 200:
            return
        for _ in range(2):
            changed = False
            for ways, old in list(picks.items()):
                self.budget.step()
                rest = self._union(way for other, way in picks.items() if other is not ways)
                best = min(ways, key=lambda each: (self._added(rest, each[0]), each[1], each[0]))[0]
                if self._added(rest, best) < self._added(rest, old):
                    picks[ways] = best
                    changed = True
            if not changed:
                return

    def _search(self, greedy: int) -> int:
        """Branch and bound from the taken fetches, with the greedy result to beat."""
        cost = self.board.cost
        best = ((cost(greedy), _lateness(self.counts, greedy)), greedy)

        def descend(index: int, have: int) -> None:
            nonlocal best
            self.nodes += 1
            if self.nodes > EXHAUSTIVE_NODES or cost(have) > best[0][0]:
                return
            while index < len(self.classes) and _covered(self.classes[index], have):
                index += 1
            if index == len(self.classes):
                score = (cost(have), _lateness(self.counts, have))
                if score < best[0]:
                    best = (score, have)
                return
            for way, _ in sorted(self.classes[index], key=lambda each: (cost(have | each[0]), each)):
                descend(index + 1, have | way)

        if self.budget.generous:
            descend(0, self.taken)
        return best[1]
