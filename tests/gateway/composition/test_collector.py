from __future__ import annotations

import gc
import weakref

import pytest

from gateway.composition.collector import collector_paused


@collector_paused()
def fail_without_collection() -> None:
    assert not gc.isenabled()
    raise KeyError


def test_collection_goes_on_afterwards_even_after_a_failure():
    with pytest.raises(KeyError):
        fail_without_collection()
    assert gc.isenabled()


def test_it_may_be_nested():
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_had_no_collection_before_has_none_afterwards():
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_meanwhile_is_not_looked_through_at_once_and_yet_collected_later():
    class Made:
        pass

    with collector_paused():
        made = Made()
        made.itself = made
        gone = weakref.ref(made)
        del made
    assert not gc.get_freeze_count()
    assert gc.get_count()[0] < 100
    gc.collect()
    assert gone() is None
