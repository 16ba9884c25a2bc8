"""How enums are used in the supergraph: an example of each position, for the rule and for its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.enums import EnumUsage
from gateway.composition.subgraph import Kind, TypeRef, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.composition.merge.context import MergeContext
    from gateway.composition.merge.model import MergedDirective, MergedType


def enum_usages(
    context: MergeContext, types: Mapping[str, MergedType], directives: Mapping[str, MergedDirective]
) -> dict[str, EnumUsage]:
    """Enum → where it is used as input and as output."""
    inputs = _examples(context, _inputs(context, types, directives))
    outputs = _examples(context, _outputs(types))
    return {name: EnumUsage(inputs.get(name), outputs.get(name)) for name in inputs.keys() | outputs.keys()}


def _examples(context: MergeContext, uses: Iterator[tuple[str, TypeRef]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for coordinate, ref in uses:
        name = base_name(ref)
        if context.kinds.get(name) is Kind.ENUM:
            found.setdefault(name, coordinate)
    return found


def _inputs(
    context: MergeContext, types: Mapping[str, MergedType], directives: Mapping[str, MergedDirective]
) -> Iterator[tuple[str, TypeRef]]:
    for merged in types.values():
        for field in merged.fields.values():
            for argument in field.arguments.values():
                yield f"{merged.name}.{field.name}({argument.name}:)", argument.type
    for directive in directives.values():
        for argument in directive.arguments.values():
            yield f"@{directive.name}({argument.name}:)", argument.type
    # From the sources: an input field that was left out of the supergraph is a use all the same.
    for name, kind in sorted(context.kinds.items()):
        if kind is Kind.INPUT:
            for _, definition in context.types[name]:
                for input_field in definition.input_fields.values():
                    yield f"{name}.{input_field.name}", input_field.type


def _outputs(types: Mapping[str, MergedType]) -> Iterator[tuple[str, TypeRef]]:
    for merged in types.values():
        for field in merged.fields.values():
            yield f"{merged.name}.{field.name}", field.type
