"""Access directives where interfaces are involved.

They may not be written on interfaces, yet a client may read through one. So what implementations demand is propagated
up to the interface and its fields, and what fields of interface objects demand down to the implementations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.subgraph import Annotated, Kind

if TYPE_CHECKING:
    from gateway.composition.merge.applied import Application
    from gateway.composition.merge.context import MergeContext

ACCESS = frozenset({"authenticated", "requiresScopes", "policy"})


def inherited_type_access(context: MergeContext, type_name: str) -> list[Application]:
    """For an interface: what its implementations demand as types; nothing for other kinds."""
    if not _in_use(context) or context.kinds[type_name] is not Kind.INTERFACE:
        return []
    return [
        application
        for implementation in context.implementations.get(type_name, ())
        for index, definition in context.types[implementation]
        for application in _demands(index, definition)
    ]


def inherited_field_access(context: MergeContext, type_name: str, field_name: str) -> list[Application]:
    """What a field takes over from implementations (on an interface) or interface objects (on an object)."""
    if not _in_use(context):
        return []
    if context.kinds[type_name] is Kind.OBJECT:
        return _from_interface_objects(context, type_name, field_name)
    found: list[Application] = []
    for implementation in context.implementations.get(type_name, ()):
        for index, definition in context.types[implementation]:
            field = definition.fields.get(field_name)
            if field is not None:
                found += _demands(index, field)
        found += _from_interface_objects(context, implementation, field_name)
    return found


def _from_interface_objects(context: MergeContext, type_name: str, field_name: str) -> list[Application]:
    return [
        application
        for index, field in context.stand_ins(type_name, field_name)
        for application in _demands(index, field)
    ]


def _demands(index: int, element: Annotated) -> list[Application]:
    return [(index, directive) for directive in element.directives if directive.meaning in ACCESS]


def _in_use(context: MergeContext) -> bool:
    return not ACCESS.isdisjoint(context.names)
