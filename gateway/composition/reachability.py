"""Which types clients can reach: what the API schema's roots lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.subgraph import Kind, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.composition.merge.model import MergedSchema, MergedType

__all__ = ["unreachable_types"]


def unreachable_types(merged: MergedSchema) -> frozenset[str]:
    """Visible types that no visible field, argument, interface, implementation or member leads to."""
    visible = {name for name, item in merged.types.items() if not merged.is_inaccessible(item)}
    reached: set[str] = set()
    waiting = [name for name in merged.roots.values() if name in visible]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in visible:
            continue
        reached.add(name)
        waiting.extend(_leads_to(merged.types[name], merged))
    return frozenset(visible - reached)


def _leads_to(item: MergedType, merged: MergedSchema) -> Iterator[str]:
    yield from item.interfaces
    yield from item.members
    for field in item.fields.values():
        if not merged.is_inaccessible(field):
            yield base_name(field.type)
            for argument in field.arguments.values():
                if not merged.is_inaccessible(argument):
                    yield base_name(argument.type)
    for input_field in item.input_fields.values():
        if not merged.is_inaccessible(input_field):
            yield base_name(input_field.type)
    if item.kind is Kind.INTERFACE:
        yield from (other.name for other in merged.types.values() if item.name in other.interfaces)
