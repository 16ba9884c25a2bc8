"""What the names of linked features may be: no name of a subgraph may stand for elements of two features.

A name stands for an element because it is imported, because it is a feature's own (`@tag` of `tag`), or because it
starts with a feature's name and two underscores (`tag__name`). The three ways must not meet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.composition.links import Feature, Import

__all__ = ["clash_of"]

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


def clash_of(feature: Feature, earlier: Sequence[Feature], *, named: bool) -> str | None:
    """Why a feature cannot be linked beside the earlier ones, with a way out; None when it can.

    named   whether the author chose the name by `as`; one taken from the url is left alone where it is no GraphQL name
    Source  Apollo link specification v1.0
    """
    for other in earlier:
        if other.identity == feature.identity:
            return f"{feature.identity} is linked twice. Keep one of the two @link."
    if named and (fault := _fault_of_name(feature.alias)):
        return f'"{feature.url}" cannot be called "{feature.alias}" here: {fault}. Choose another name by as.'
    for other in earlier:
        if other.alias == feature.alias:
            return (
                f'"{feature.url}" and "{other.url}" are both called "{feature.alias}" here. {_advice(feature, other)}'
            )
        for entry in other.imports:
            if _belongs_to(entry.alias, feature.alias):
                return (
                    f'"{entry.alias}", imported from "{other.url}", reads like an element of "{feature.url}", which is '
                    f'called "{feature.alias}" here. {_advice(feature, other)}'
                )
    return _clash_of_imports(feature, earlier)


def _fault_of_name(alias: str) -> str | None:
    if not _NAME.fullmatch(alias):
        return "a name has letters, digits and _ only"
    if "__" in alias:
        return 'a name has no "__", which separates it from what it prefixes'
    return 'a name does not end in "_"' if alias.endswith("_") else None


def _belongs_to(written: str, alias: str) -> bool:
    """Whether an imported name reads as one that a feature called `alias` has without import."""
    prefix, separator, _ = written.removeprefix("@").partition("__")
    return written == f"@{alias}" or (bool(separator) and prefix == alias)


def _clash_of_imports(feature: Feature, earlier: Sequence[Feature]) -> str | None:
    seen: list[Import] = []
    for entry in feature.imports:
        for other in seen:
            if (other.name == entry.name) != (other.alias == entry.alias):
                return (
                    f'"{feature.url}" imports "{other.name}" as "{other.alias}" and "{entry.name}" as "{entry.alias}". '
                    "Give each import one name of its own."
                )
        seen.append(entry)
        own = feature.name if entry.alias == f"@{feature.alias}" else entry.alias.partition("__")[2]
        if _belongs_to(entry.alias, feature.alias) and entry.name.removeprefix("@") != own:
            return (
                f'"{feature.url}": "{entry.name}", imported as "{entry.alias}", reads like its element "{own}". Choose '
                "another name by as."
            )
        for other_feature in earlier:
            if _belongs_to(entry.alias, other_feature.alias) or entry.alias in _aliases(other_feature.imports):
                return (
                    f'"{entry.alias}", imported from "{feature.url}", reads like an element of "{other_feature.url}". '
                    f"{_advice(feature, other_feature)}"
                )
    return None


def _aliases(imports: Iterable[Import]) -> set[str]:
    return {entry.alias for entry in imports}


def _advice(feature: Feature, other: Feature) -> str:
    names = {feature.name, other.name}
    for name in ("tag", "inaccessible"):
        if names == {"federation", name}:
            return f"Import @{name} from federation, and remove the other link."
    return "Give one another name by as."
