"""Files named on the command line, read with one clear line when they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import SettingsInvalid, SupergraphInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.supergraph.model import Supergraph


def read_text(path: Path, what: str) -> str:
    """The file's text; raises `SettingsInvalid` that says what file was meant to be there."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsInvalid(f"{what} {path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsInvalid(f"{what} {path}: cannot be read: {exc}.") from exc


def read_supergraph(path: Path) -> Supergraph:
    """The supergraph in a file; raises `SupergraphInvalid` or `SettingsInvalid`, with the file's name."""
    from gateway.supergraph.load import load_supergraph

    text = read_text(path, "Supergraph")
    try:
        return load_supergraph(text)
    except SupergraphInvalid as exc:
        raise SupergraphInvalid(f"{path}: {exc.message}") from exc
