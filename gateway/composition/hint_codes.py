"""Every hint composition can give: what it says and how much it matters. A table, printed into docs/errors.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HINT_CODES", "HintCode", "Level"]


class Level(StrEnum):
    """How much a hint matters: something is likely wrong, worth knowing, or only of interest when looking closely."""

    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True)
class HintCode:
    """A row: when the hint is given."""

    level: Level
    when: str


_WARN, _INFO, _DEBUG = Level.WARN, Level.INFO, Level.DEBUG

HINT_CODES: dict[str, HintCode] = {
    "INCONSISTENT_DEFAULT_VALUE_PRESENCE": HintCode(
        _WARN, "An argument or input field has a default in some subgraphs only; the supergraph has none."
    ),
    "INCONSISTENT_INPUT_OBJECT_FIELD": HintCode(
        _WARN, "An optional input field is missing in some subgraphs and left out of the supergraph."
    ),
    "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM": HintCode(
        _WARN, "A value of an enum used as input is missing in some subgraphs and left out of the supergraph."
    ),
    "INCONSISTENT_ARGUMENT_PRESENCE": HintCode(
        _WARN, "An optional argument is missing in some subgraphs and left out of the supergraph."
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE": HintCode(
        _WARN, "A directive for operations is not defined in all subgraphs and left out of the supergraph."
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS": HintCode(
        _WARN, "A directive for operations has different locations; the supergraph keeps the common ones."
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE": HintCode(
        _WARN, "A directive for operations is repeatable in some subgraphs only; in the supergraph it is not."
    ),
    "NO_EXECUTABLE_DIRECTIVE_INTERSECTION": HintCode(
        _WARN, "A directive for operations has no location common to all subgraphs and is left out of the supergraph."
    ),
    "INCONSISTENT_DESCRIPTION": HintCode(
        _WARN, "An element has different descriptions; the most frequent one is kept."
    ),
    "FROM_SUBGRAPH_DOES_NOT_EXIST": HintCode(_WARN, "`@override(from:)` names a subgraph that is not composed."),
    "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": HintCode(
        _WARN, "A non-repeatable directive is applied with different arguments; the most frequent ones are kept."
    ),
    "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN": HintCode(
        _WARN, "A shared field can return different object types in different subgraphs."
    ),
    "DIRECTIVE_COMPOSITION_WARN": HintCode(_WARN, "A directive is defined by subgraphs but not composed."),
    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE": HintCode(
        _INFO, "A field has different but compatible types; the supergraph has the most general."
    ),
    "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE": HintCode(
        _INFO, "An argument has different but compatible types; the supergraph has the most specific."
    ),
    "INCONSISTENT_ENTITY": HintCode(_INFO, "A type has a key in some subgraphs and none in others."),
    "OVERRIDDEN_FIELD_CAN_BE_REMOVED": HintCode(
        _INFO, "An overridden field is no longer used by the subgraph it was in."
    ),
    "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED": HintCode(_INFO, "The subgraph named by `@override` no longer has the field."),
    "OVERRIDE_MIGRATION_IN_PROGRESS": HintCode(
        _INFO, "A field is overridden under a label, so both subgraphs serve it."
    ),
    "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": HintCode(
        _INFO, "A non-repeatable directive is applied with different arguments, which were merged."
    ),
    "DIRECTIVE_COMPOSITION_INFO": HintCode(_INFO, "A directive is composed by some subgraphs only, or for no effect."),
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": HintCode(
        _INFO, "An argument is set from context in some subgraphs and an ordinary optional one in others."
    ),
    "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD": HintCode(
        _DEBUG, "A field of an object without key is missing in some subgraphs."
    ),
    "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD": HintCode(
        _DEBUG, "A field of an interface is missing in some subgraphs."
    ),
    "INCONSISTENT_UNION_MEMBER": HintCode(_DEBUG, "A member of a union is missing in some subgraphs."),
    "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM": HintCode(
        _DEBUG, "A value of an enum used as output is missing in some subgraphs."
    ),
    "UNUSED_ENUM_TYPE": HintCode(_DEBUG, "An enum is used neither as input nor as output."),
}
