from __future__ import annotations

from gateway.composition import SubgraphSource
from gateway.composition.watching import watch
from gateway.errors import SettingsInvalid


def cart(sdl: str) -> list[SubgraphSource]:
    return [SubgraphSource("cart", "", sdl)]


GOOD, OTHER, BAD = cart("type Query { a: ID }"), cart("type Query { b: ID }"), cart("type Query { a: Nothing }")


def seen_of(*states):
    """What is told while the sources go through these states; an exception stands for one that cannot be loaded."""
    waiting = list(states)

    def load():
        state = waiting.pop(0)
        if isinstance(state, Exception):
            raise state
        return state

    return list(watch(load, lambda: bool(waiting)))


def test_the_first_state_and_every_change_is_told():
    told = seen_of(GOOD, GOOD, OTHER, OTHER)
    assert [seen.changed for seen in told] == [("cart",), ("cart",)]
    assert "b: ID" in told[-1].good


def test_the_last_good_supergraph_is_kept():
    first, second = seen_of(GOOD, BAD)
    assert second.result.errors
    assert second.result.supergraph is None
    assert second.good == first.good


def test_a_source_that_cannot_be_loaded_is_told_once():
    down = SettingsInvalid("cart: no answer")
    told = seen_of(GOOD, down, down, SettingsInvalid("cart: gone"), GOOD)
    assert [seen.trouble for seen in told] == [None, "cart: no answer", "cart: gone", None]
    assert told[1].good == told[0].good
    assert told[-1].result.supergraph == told[0].good


def test_nothing_good_yet():
    (only,) = seen_of(BAD)
    assert only.good is None
