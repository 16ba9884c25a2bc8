from __future__ import annotations

from gateway.planner.choice import Leaf, choose, pick
from gateway.planner.drafts import Arrival, Board, DraftFetch
from gateway.planner.moves import Budget
from gateway.planner.nodes import FetchKind


class Picture:
    """Fetches drawn as `fetch("a", after=…)`, and leaves as lists of the fetches that answer them."""

    def __init__(self) -> None:
        self.board = Board("Query", None)
        self.leaves: list[Leaf] = []

    def fetch(self, graph: str, *after: DraftFetch) -> DraftFetch:
        kind = FetchKind.ENTITY if after else FetchKind.ROOT
        return self.board.fetch(kind, graph, self.board.root, after)

    def leaf(self, *ways: DraftFetch) -> Leaf:
        root = self.board.root
        options = [Arrival(root, each, each.graph, "", None, each.needs, each.document, None, ()) for each in ways]
        self.leaves.append(Leaf(root, None, "leaf", options))
        return self.leaves[-1]

    def chosen(self) -> list[DraftFetch]:
        return self.board.members(choose(self.leaves, self.board, Budget(1000, 10.0)).mask)


def test_the_only_way_is_taken():
    picture = Picture()
    a, b = picture.fetch("a"), picture.fetch("b")
    picture.leaf(a)
    picture.leaf(b)
    assert picture.chosen() == [a, b]


def test_a_leaf_joins_what_is_taken_anyway():
    picture = Picture()
    a, b = picture.fetch("a"), picture.fetch("b")
    picture.leaf(a)
    picture.leaf(b, a)
    assert picture.chosen() == [a]


def test_one_fetch_for_two_leaves_beats_one_each():
    picture = Picture()
    a, b, c = picture.fetch("a"), picture.fetch("b"), picture.fetch("c")
    picture.leaf(a, c)
    picture.leaf(b, c)
    assert picture.chosen() == [c]


def test_greedy_order_does_not_decide():
    picture = Picture()
    a, b, c = picture.fetch("a"), picture.fetch("b"), picture.fetch("c")
    picture.leaf(a, b)
    picture.leaf(a, c)
    picture.leaf(b, c)
    assert len(picture.chosen()) == 2


def test_a_level_costs_more_than_a_request():
    picture = Picture()
    a, b = picture.fetch("a"), picture.fetch("b")
    late = picture.fetch("c", a)
    picture.leaf(a)
    picture.leaf(late, b)
    assert picture.chosen() == [a, b]


def test_of_equal_costs_the_earlier_leaf_wins():
    picture = Picture()
    a = picture.fetch("a")
    b = picture.fetch("b", a)
    picture.leaf(a)
    picture.leaf(b)
    either = picture.leaf(b, a)
    mask = choose(picture.leaves, picture.board, Budget(1000, 10.0)).mask
    assert pick(either, mask, picture.board).fetch is a


def test_a_spent_budget_falls_back_to_the_greedy_choice():
    picture = Picture()
    a, b = picture.fetch("a"), picture.fetch("b")
    picture.leaf(a, b)
    picture.leaf(b, a)
    budget = Budget(20, 10.0)
    budget.steps = 10
    assert len(picture.board.members(choose(picture.leaves, picture.board, budget).mask)) == 1
