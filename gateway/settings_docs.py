"""Prints docs/settings.md from the settings themselves; a test keeps it in step.

channelgraph settings --format markdown > docs/settings.md
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from gateway.settings import PREFIX, IssuerSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_OPENING = f"""\
# Settings

<!-- Printed by `channelgraph settings --format markdown`; change gateway/settings.py, not this file. -->

One YAML file (`--config`, under `up` `--settings`) and the environment, which wins: `limits.depth` is
`{PREFIX}LIMITS__DEPTH`; lists and mappings are JSON there. An unknown key is refused by name, and every problem is
named at once. Units are in the names: `_seconds`, `_bytes`; sizes without one count things. Settings are read at
the start; with several workers SIGHUP has them read anew (`docs/gateway.md`).
"""


def settings_docs() -> str:
    """The text of docs/settings.md; the same for the same code."""
    plain = [(name, field) for name, field in Settings.model_fields.items() if not _section(field)]
    parts = [_OPENING, "## At the top\n", _table(plain)]
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is not None:
            parts += [f"## {name}\n", f"{_text(section.__doc__)}\n", _table(section.model_fields.items(), f"{name}.")]
    issuers = IssuerSettings.model_fields.items()
    parts += ["## identity.issuers\n", f"A list; of each: {_text(IssuerSettings.__doc__)}\n", _table(issuers)]
    return "\n".join(parts).rstrip() + "\n"


def _table(fields: Any, prefix: str = "") -> str:
    lines = ["| setting | type | default | meaning |", "| --- | --- | --- | --- |"]
    for name, field in fields:
        kind = " or ".join(_kinds(field.annotation, field.metadata)).replace("|", "\\|")
        cells = (f"`{prefix}{name}`", kind, _default(field), _text(field.description).replace("|", "\\|"))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _kinds(kind: Any, metadata: list[Any] | tuple[Any, ...] = ()) -> Iterator[str]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _kinds(arguments[0], arguments[1:])
    elif origin in {Union, types.UnionType}:
        for each in arguments:
            yield from _kinds(each, metadata)
    elif origin is Literal:
        yield " \\| ".join(f"`{each}`" for each in arguments).replace("\\|", "or")
    elif origin is tuple:
        yield f"list of {next(iter(_kinds(arguments[0])))}"
    elif origin is dict:
        yield f"mapping to {next(iter(_kinds(arguments[1])))}"
    elif kind is type(None):
        yield "unset"
    else:
        yield {"str": "text", "bool": "true or false", "int": "whole number", "float": "number"}.get(
            kind.__name__, {SecretStr: "secret"}.get(kind, "mapping" if _is_model(kind) else kind.__name__.lower())
        ) + _bounds(metadata)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _bounds(metadata: list[Any] | tuple[Any, ...]) -> str:
    words = {"gt": "above", "ge": "from", "lt": "below", "le": "to"}
    found = [
        f"{word} {getattr(each, name):g}"
        for each in _flat(metadata)
        for name, word in words.items()
        if getattr(each, name, None) is not None
    ]
    return f", {' '.join(found)}" if found else ""


def _flat(metadata: list[Any] | tuple[Any, ...]) -> Iterator[Any]:
    for each in metadata:
        inner = getattr(each, "metadata", None)
        yield from inner or (each,)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value)
    if isinstance(value, str):
        return f"`{value}`"
    counts = isinstance(value, int) and value >= 1_000 and "Port" not in (field.description or "")
    return f"{value:,}" if counts else f"{value:g}"


def _text(text: str | None) -> str:
    return " ".join((text or "").split())
