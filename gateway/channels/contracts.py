"""`contract.yaml`: which part of the graph a kind of channel sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from gateway.composition.contracts import ContractFilter, contract
from gateway.documents import DocumentOptions, Documents
from gateway.errors import SettingsInvalid
from gateway.supergraph.load import load_supergraph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gateway.composition import SubgraphSource
    from gateway.composition.diagnostics import Diagnostic

_KEYS: Final = frozenset({"include", "exclude", "remove_unreachable", "keep_leaves"})


def contract_filters(folder: Path) -> dict[str, ContractFilter]:
    """Every `<contract>/contract.yaml` below a folder, by the contract's name; raises `SettingsInvalid`."""
    return {path.parent.name: _read(path) for path in sorted(folder.glob("*/contract.yaml"))}


def documents_of(
    sources: Sequence[SubgraphSource], contract_filter: ContractFilter
) -> tuple[Documents | None, tuple[Diagnostic, ...]]:
    """What operations of a contract are validated against (its `schema` is what is served), or why it does not compose."""
    result = contract(sources, contract_filter)
    if result.supergraph is None:
        return None, result.errors
    return Documents(load_supergraph(result.supergraph).api_schema, DocumentOptions(suggestions=True)), ()


def _read(path: Path) -> ContractFilter:
    try:
        written = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise SettingsInvalid(f"{path}: cannot be read: {' '.join(str(exc).split())}") from exc
    if not isinstance(written, dict):
        raise SettingsInvalid(f"{path}: must be a mapping.")
    for key in written:
        if key not in _KEYS:
            raise SettingsInvalid(f"{path}: there is no key {key}; there are {', '.join(sorted(_KEYS))}.")
    return ContractFilter(
        include=_tags(path, written, "include"),
        exclude=_tags(path, written, "exclude"),
        remove_unreachable=_flag(path, written, "remove_unreachable"),
        keep_leaves=_flag(path, written, "keep_leaves"),  # a channel's tags choose fields; what those need comes along
    )


def _flag(path: Path, written: dict[str, Any], key: str) -> bool:
    value = written.get(key, True)
    if not isinstance(value, bool):
        raise SettingsInvalid(f"{path}: {key} must be true or false.")
    return value


def _tags(path: Path, written: dict[str, Any], key: str) -> frozenset[str]:
    tags = written.get(key) or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise SettingsInvalid(f"{path}: {key} must be a list of tags.")
    return frozenset(tags)
