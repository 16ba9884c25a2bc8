"""`channelgraph token`: a development token, accepted by `channelgraph up` over the same data folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gateway.commands.development import TOKEN_KEY, development_token, key_in
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path


def run(customer: str | None, scopes: list[str], channel: str | None, data: Path, seconds: int) -> None:
    """Print the token alone, so that a script can take it."""
    split = tuple(scope for given in scopes for scope in given.replace(",", " ").split())
    if customer is None and not split and channel is None:
        raise SettingsInvalid("Say whom the token is for: --customer, --scope or --channel.")
    if not (data / TOKEN_KEY).exists():
        note = (
            f"channelgraph: {data} had no key yet, one is made; a `channelgraph up` accepts the token over this folder."
        )
        print(note, file=sys.stderr)  # noqa: T201
    key = key_in(data, TOKEN_KEY)
    print(development_token(key, customer=customer, scopes=split, channel=channel, seconds=seconds))  # noqa: T201
