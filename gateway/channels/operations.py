"""The operations that channels send, as they are checked in: `schema/channels/<contract>/operations/*.graphql`.

The comment at the head of a file says what the operation may cost: `# fetches: 4`, `# stages: 3`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.stored_documents import hash_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BUDGET = re.compile(r"^#\s*(contract|fetches|stages):\s*(\S+)\s*$")


@dataclass(frozen=True, slots=True)
class ChannelOperation:
    """One file.

    name        the file's, without its ending; plan pages bear the same name
    contract    the folder's name
    stated      the contract the file itself names, if it does
    fetches     most requests a plan of it may take; None: not budgeted
    stages      most requests that wait for each other
    """

    path: Path
    name: str
    contract: str
    stated: str | None
    text: str
    fetches: int | None
    stages: int | None


def channel_operations(folder: Path) -> list[ChannelOperation]:
    """Every operation below `schema/channels`, by contract and name; a budget that is no number counts as none."""
    return [_read(path) for path in sorted(folder.glob("*/operations/*.graphql"))]


def manifest_of(operations: Sequence[ChannelOperation], contract: str) -> str:
    """The trusted documents of a contract as clients' builds need them: `{"<SHA-256>": "<name>"}`, as JSON."""
    found = {hash_of(each.text): each.name for each in operations if each.contract == contract}
    return json.dumps(dict(sorted(found.items(), key=lambda pair: pair[1])), indent=2) + "\n"


def _read(path: Path) -> ChannelOperation:
    text = path.read_text("utf-8")
    stated: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        found = _BUDGET.match(line)
        if found:
            stated[found[1]] = found[2]
    return ChannelOperation(
        path=path,
        name=path.stem,
        contract=path.parent.parent.name,
        stated=stated.get("contract"),
        text=text,
        fetches=_number(stated.get("fetches")),
        stages=_number(stated.get("stages")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
