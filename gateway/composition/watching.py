"""Composing again whenever a subgraph changes, with the last good supergraph kept.

    for seen in watch(lambda: load_all(config), lambda: not stopped.wait(1.0)):
        ...

Neither reads files nor sleeps itself: `load` gives the sources as they are now, `pause` waits and says whether to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.lock import changed_subgraphs, lock_text
from gateway.composition.stages import CompositionOptions, CompositionResult, compose
from gateway.errors import StartupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gateway.composition.subgraph import SubgraphSource

__all__ = ["Seen", "watch"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One change.

    changed  names of the subgraphs that are other than before, all at the first time
    result   what composing them gave; None when they could not be loaded
    trouble  why they could not be loaded, one line
    good     the last supergraph that composed, perhaps an older one
    """

    changed: tuple[str, ...]
    result: CompositionResult | None
    trouble: str | None
    good: str | None


def watch(
    load: Callable[[], Sequence[SubgraphSource]],
    pause: Callable[[], bool],
    options: CompositionOptions | None = None,
) -> Iterator[Seen]:
    """Tell of every change, the first state included; ends when `pause` gives False.

    A source that cannot be loaded (`StartupError`) is told once, and again when the reason changes.
    """
    lock, trouble, good = "{}", None, None
    while True:
        try:
            sources = load()
        except StartupError as error:
            if error.message != trouble:
                trouble = error.message
                yield Seen((), None, trouble, good)
        else:
            changed = changed_subgraphs(lock, sources)
            if changed or trouble is not None:
                lock, trouble = lock_text(sources), None
                result = compose(sources, options)
                good = result.supergraph or good
                yield Seen(changed, result, None, good)
        if not pause():
            return
