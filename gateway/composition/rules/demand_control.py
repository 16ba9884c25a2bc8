"""`@cost` and `@listSize`.

Source  IBM GraphQL cost specification, "Valid list size" rules
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql.language import IntValueNode, ListValueNode, StringValueNode

from gateway.composition.diagnostics import DiagnosticCollector, did_you_mean
from gateway.composition.subgraph import (
    Directive,
    Field,
    Kind,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    TypeRef,
    base_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_demand_control"]


def check_demand_control(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report COST_APPLIED_TO_INTERFACE_FIELD and LIST_SIZE_…."""
    for item in subgraph.types.values():
        for field in item.fields.values():
            found = [
                (directive, *problem)
                for directive in field.all("listSize")
                for problem in _list_size(directive, field, subgraph)
            ]
            if item.kind is Kind.INTERFACE:
                found += [
                    (
                        cost,
                        "COST_APPLIED_TO_INTERFACE_FIELD",
                        f"{item.name} is an interface. Apply @cost to the fields of the implementing types.",
                    )
                    for cost in field.all("cost")
                ]
            for directive, code, problem in found:
                diagnostics.error(
                    code,
                    f"{field.coordinate}: {directive}: {problem}",
                    subgraph=subgraph.name,
                    location=directive.location,
                    coordinate=field.coordinate,
                )


def _list_size(directive: Directive, field: Field, subgraph: SubgraphModel) -> Iterator[tuple[str, str]]:
    sized = _strings(directive, "sizedFields")
    if not sized and not _is_list(field.type):
        yield (
            "LIST_SIZE_APPLIED_TO_NON_LIST",
            f"{field.type} is no list. Apply it to a list, or name the lists inside with sizedFields.",
        )
    assumed = directive.arguments.get("assumedSize")
    if isinstance(assumed, IntValueNode) and int(assumed.value) < 0:
        yield "LIST_SIZE_INVALID_ASSUMED_SIZE", "assumedSize is negative. Give a size of zero or more."
    yield from _slicing(directive, field)
    if _is_string(directive, "sizedFields"):
        yield "LIST_SIZE_INVALID_SIZED_FIELD", "sizedFields is a string. Write a list of names."
    else:
        yield from _sized(sized, field, subgraph)


def _slicing(directive: Directive, field: Field) -> Iterator[tuple[str, str]]:
    if _is_string(directive, "slicingArguments"):
        yield "LIST_SIZE_INVALID_SLICING_ARGUMENT", "slicingArguments is a string. Write a list of names."
        return
    for name in _strings(directive, "slicingArguments"):
        argument = field.arguments.get(name)
        if argument is None:
            yield (
                "LIST_SIZE_INVALID_SLICING_ARGUMENT",
                f'the field has no argument "{name}".{did_you_mean(name, list(field.arguments))}',
            )
        elif _nullable(argument.type) != NamedRef("Int"):
            yield (
                "LIST_SIZE_INVALID_SLICING_ARGUMENT",
                f'the argument "{name}" is {argument.type}. A slicing argument is an Int.',
            )


def _sized(sized: tuple[str, ...], field: Field, subgraph: SubgraphModel) -> Iterator[tuple[str, str]]:
    if not sized:
        return
    target = subgraph.types.get(base_name(field.type))
    if target is None or target.kind not in {Kind.OBJECT, Kind.INTERFACE}:
        yield "LIST_SIZE_INVALID_SIZED_FIELD", f"{field.type} has no fields that could be sized."
        return
    for name in sized:
        inner = target.fields.get(name)
        if inner is None:
            yield (
                "LIST_SIZE_INVALID_SIZED_FIELD",
                f'{target.name} has no field "{name}".{did_you_mean(name, list(target.fields)) or " Name one that is a list."}',
            )
        elif not _is_list(inner.type):
            yield "LIST_SIZE_APPLIED_TO_NON_LIST", f"{inner.coordinate} is {inner.type}, no list."


def _strings(directive: Directive, argument: str) -> tuple[str, ...]:
    value = directive.arguments.get(argument)
    items = value.values if isinstance(value, ListValueNode) else (value,)
    return tuple(item.value for item in items if isinstance(item, StringValueNode))


def _is_string(directive: Directive, argument: str) -> bool:
    """A lone string would do for GraphQL, and other composers read it as a list of its letters."""
    return isinstance(directive.arguments.get(argument), StringValueNode)


def _nullable(ref: TypeRef) -> TypeRef:
    return ref.of if isinstance(ref, NonNullRef) else ref


def _is_list(ref: TypeRef) -> bool:
    return isinstance(_nullable(ref), ListRef)
