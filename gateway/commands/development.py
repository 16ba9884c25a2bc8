"""Keys for development: made once in the data folder, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path

ISSUER: Final = "channelgraph-development"
AUDIENCE: Final = "channelgraph"
TOKEN_KEY: Final = "token.key"  # noqa: S105  # the name of a file
IDENTITY_SECRET: Final = "identity.secret"  # noqa: S105  # the same


def key_in(folder: Path, name: str) -> str:
    """The key of that name, made at first; raises `SettingsInvalid` when the folder cannot be written.

    Two processes starting at once agree: the file is made whole under another name and linked into place once.
    """
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = folder / f".{name}.{os.getpid()}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = path.read_text("utf-8").strip()
    except OSError as exc:
        raise SettingsInvalid(f"{path}: cannot be read or made: {exc.strerror}.") from exc
    if len(key) < 32:
        raise SettingsInvalid(f"{path}: holds no key; delete it, and a new one is made.")
    return key


def development_token(
    key: str, *, customer: str | None, scopes: tuple[str, ...], channel: str | None, seconds: int
) -> str:
    """A token as an issuer would make it, good for `seconds` from now."""
    import jwt

    now = int(time.time())
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
    if customer is not None:
        claims["sub"] = customer
    if scopes:
        claims["scope"] = " ".join(scopes)
    if channel is not None:
        claims["channel"] = channel
    return jwt.encode(claims, key, algorithm="HS256")
