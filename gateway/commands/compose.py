"""`channelgraph compose`: subgraph SDLs → supergraph, or every reason why there is none."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gateway.commands.composing import composed
from gateway.commands.sources import find_config, read_config
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.composition.diagnostics import Diagnostic


def run(config: Path | None, output: Path | None, format_: str) -> int:
    """Compose; the exit status. The supergraph goes to `output` or standard output, diagnostics to standard error."""
    result = composed(read_config(find_config(config)))
    if result.supergraph is not None and output is not None:
        _write(output, result.supergraph)
    if format_ == "json":
        shown: dict[str, Any] = {
            "supergraph": None if output else result.supergraph,
            "errors": [_as_json(each) for each in result.errors],
            "hints": [_as_json(each) for each in result.hints],
        }
        print(json.dumps(shown, indent=2))  # noqa: T201
        return 1 if result.errors else 0
    for each in (*result.errors, *result.hints):
        print(_as_line(each), file=sys.stderr)  # noqa: T201
    if result.supergraph is None:
        print(f"channelgraph: composition failed: {len(result.errors)} errors", file=sys.stderr)  # noqa: T201
        return 1
    if output is None:
        print(result.supergraph, end="")  # noqa: T201
    else:
        print(f"{output}: written; {len(result.hints)} hints", file=sys.stderr)  # noqa: T201
    return 0


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all: a gateway may be reading it."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as exc:
        raise SettingsInvalid(f"{path}: cannot be written: {exc.strerror}.") from exc


def _as_line(each: Diagnostic) -> str:
    place = f" ({each.location})" if each.location else ""
    return f"{each.severity.value} {each.code}: {each}{place}"


def _as_json(each: Diagnostic) -> dict[str, Any]:
    return {name: value for name, value in asdict(each).items() if value is not None}
