"""Composition without the garbage collector: it makes many objects that all live until the end, and hardly any garbage.

Looking through them again and again costs half of the time (measured by benchmarks/composition.py). Memory that would
have been found in between, mostly the parser's tokens, is found when collection goes on.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Collect nothing until the block or the decorated function is left; then go on as before. May be nested.

    What was made meanwhile counts as old when collection goes on: looking through it at once, as through all that is
    young, would take a tenth of the time that was won. Who has frozen objects keeps them frozen.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
