"""`channelgraph compose`: subgraph SDLs → supergraph, or every reason why there is none."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gateway.commands.composing import sources_of
from gateway.commands.reading import read_text
from gateway.commands.sources import find_config, read_config
from gateway.composition import compose
from gateway.composition.lock import changed_subgraphs, lock_text
from gateway.composition.watching import watch
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition import CompositionResult, SubgraphSource
    from gateway.composition.diagnostics import Diagnostic, Place

LOOK_SECONDS: Final = 1.0
"""Between two looks at the subgraphs while watching, at least."""
IDLE_SHARE: Final = 4.0
"""And at least so many times as long as a look takes: importing Python subgraphs takes a while."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says.

    output      where the supergraph goes; None: standard output
    format      `text` or `json`
    lock        write the lock beside the output
    check_lock  fail when a subgraph is other than the lock says
    watch       go on composing as subgraphs change
    """

    output: Path | None = None
    format: str = "text"
    lock: bool = False
    check_lock: bool = False
    watch: bool = False

    @property
    def lock_path(self) -> Path:
        """`supergraph.lock.json` beside the output, or here."""
        folder = self.output.parent if self.output is not None else Path()
        return folder / "supergraph.lock.json"


def run(config: Path | None, asked: Asked) -> int:
    """Compose; the exit status. The supergraph goes to the output or standard output, diagnostics to standard error."""
    path = find_config(config)
    if asked.watch:
        return _watch(path, asked)
    sources = sources_of(read_config(path))
    if asked.check_lock and not _is_locked(sources, asked.lock_path):
        return 1
    result = compose(sources)
    _save(result, sources, asked)
    if asked.format == "json":
        shown: dict[str, Any] = {
            "supergraph": None if asked.output else result.supergraph,
            "errors": [_as_json(each) for each in result.errors],
            "hints": [_as_json(each) for each in result.hints],
        }
        print(json.dumps(shown, indent=2))  # noqa: T201
        return 1 if result.errors else 0
    _tell(result)
    if result.supergraph is None:
        return 1
    if asked.output is None:
        print(result.supergraph, end="")  # noqa: T201
    else:
        _say(f"{asked.output}: written; {len(result.hints)} hints")
    return 0


def _watch(config: Path, asked: Asked) -> int:
    """Compose at every change until interrupted. The output keeps the last supergraph that composed."""
    if asked.output is None:
        raise SettingsInvalid("compose --watch needs --output, the file that is kept up to date.")
    if asked.check_lock:
        raise SettingsInvalid("compose --watch follows changes, and --check-lock forbids them. Give one of the two.")
    sources: list[SubgraphSource] = []
    looked = [0.0]

    def load() -> list[SubgraphSource]:
        start = time.monotonic()
        try:
            sources[:] = sources_of(read_config(config), fresh=True)
        finally:
            looked[0] = time.monotonic() - start
        return list(sources)

    def pause() -> bool:
        time.sleep(max(LOOK_SECONDS, IDLE_SHARE * looked[0]))
        return True

    try:
        for seen in watch(load, pause):
            if seen.result is None:
                _say(f"channelgraph: {seen.trouble}")
            else:
                _tell(seen.result)
                _save(seen.result, sources, asked)
            if seen.result is not None and seen.result.supergraph is not None:
                what = ", ".join(seen.changed) or "no subgraph"
                _say(f"{asked.output}: written; {what} changed; {len(seen.result.hints)} hints")
            elif seen.good is not None:
                _say(f"{asked.output}: keeps the last supergraph that composed")
    except KeyboardInterrupt:
        return 0
    return 0


def _is_locked(sources: Sequence[SubgraphSource], path: Path) -> bool:
    changed = changed_subgraphs(read_text(path, "Lock"), sources)
    if changed:
        _say(f"channelgraph: {path}: other than locked: {', '.join(changed)}. compose --lock writes the lock anew.")
    return not changed


def _save(result: CompositionResult, sources: Sequence[SubgraphSource], asked: Asked) -> None:
    if result.supergraph is None:
        return
    if asked.output is not None:
        _write(asked.output, result.supergraph)
    if asked.lock:
        _write(asked.lock_path, lock_text(sources))


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all: a gateway may be reading it."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as exc:
        raise SettingsInvalid(f"{path}: cannot be written: {exc.strerror}.") from exc


def _tell(result: CompositionResult) -> None:
    for each in (*result.errors, *result.hints):
        _say(_as_line(each))
    if result.supergraph is None:
        _say(f"channelgraph: composition failed: {len(result.errors)} errors")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _as_line(each: Diagnostic) -> str:
    where = str(each.location) if each.subgraph else _in_words(each.places)
    place = f" ({where})" if each.places else ""
    return f"{each.severity.value} {each.code}: {each}{place}"


def _in_words(places: Sequence[Place]) -> str:
    """`cart 3:5, prices 2:1`."""
    return ", ".join(str(place) for place in places[:6]) + (", …" if len(places) > 6 else "")


def _as_json(each: Diagnostic) -> dict[str, Any]:
    return {name: value for name, value in asdict(each).items() if value is not None}
