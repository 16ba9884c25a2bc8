"""Directives that are carried from the subgraphs into the supergraph, and how several applications become one.

repeatable       set union: equal applications once                       @tag, @context, composed repeatable ones
mergeable        one application, arguments merged one by one             access directives, @cost, @listSize
any other        the most frequent application, a hint when they differ   @deprecated, @specifiedBy, composed ones
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gateway.composition.merge.argument_merging import DEFAULTS, MERGED_ARGUMENTS, merge_arguments
from gateway.composition.merge.model import Applied
from gateway.composition.merge.values import string
from gateway.composition.merge.wording import chosen, grouped
from gateway.composition.subgraph import Annotated, Directive, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphql.language import ValueNode

    from gateway.composition.merge.context import MergeContext, Sources

# What an application says, from which subgraph: the unit all merging below works on.
Application = tuple[int, Directive]

_REPEATABLE = frozenset({"tag", "context"})


def merge_applied(context: MergeContext, sources: Sources[Annotated], coordinate: str) -> tuple[Applied, ...]:
    """The directives of an element of the supergraph, sorted by name; nothing on most elements."""
    found = [
        (index, directive)
        for index, source in sources
        for directive in source.directives
        if context.propagates(index, directive)
    ]
    return merge_applications(context, found, coordinate) if found else ()


def merge_applications(
    context: MergeContext, applications: Iterable[Application], coordinate: str
) -> tuple[Applied, ...]:
    """The same for applications that were collected from several elements."""
    by_name: dict[str, list[Application]] = {}
    for index, directive in applications:
        by_name.setdefault(context.supergraph_name(directive), []).append((index, directive))
    merged: list[Applied] = []
    for name in sorted(by_name):
        merged += _merge(context, name, by_name[name], coordinate)
    return tuple(merged)


def _merge(context: MergeContext, name: str, group: Sequence[Application], coordinate: str) -> list[Applied]:
    meaning = group[0][1].meaning
    defaults = _defaults(context, name, meaning)
    variants = _variants(context, group, defaults)
    if _is_repeatable(context, name, meaning):
        return [Applied(name, arguments) for arguments in variants.values()]
    if len(variants) == 1:
        return [Applied(name, next(iter(variants.values())))]
    if meaning in MERGED_ARGUMENTS:
        message = (
            f'Directive "@{name}" is applied to "{coordinate}" with different arguments, which were merged: '
            f"{MERGED_ARGUMENTS[meaning]}."
        )
        context.diagnostics.hint("MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, coordinate=coordinate)
        return [Applied(name, merge_arguments(meaning, tuple(variants.values())))]
    return [Applied(name, _most_frequent(context, name, group, defaults, coordinate))]


def _is_repeatable(context: MergeContext, name: str, meaning: str | None) -> bool:
    if meaning in _REPEATABLE:
        return True
    definition = context.composed.definitions.get(name)
    return definition is not None and definition.repeatable


def _defaults(context: MergeContext, name: str, meaning: str | None) -> Mapping[str, ValueNode]:
    """What arguments say that are not written: `@x` and `@x(n: 1)` are one application where 1 is the default."""
    definition = context.composed.definitions.get(name) if meaning is None else None
    if definition is None:
        return DEFAULTS.get(meaning, {})
    return {item.name: item.default for item in definition.arguments.values() if item.default is not None}


def _variants(
    context: MergeContext, group: Sequence[Application], defaults: Mapping[str, ValueNode]
) -> dict[str, Mapping[str, ValueNode]]:
    """What is said → the arguments, each different application once, in order of appearance."""
    variants: dict[str, Mapping[str, ValueNode]] = {}
    for index, directive in group:
        arguments = directive.arguments
        if directive.meaning == "context":
            arguments = {"name": string(f"{context.subgraphs[index].name}__{directive.text('name')}")}
        variants.setdefault(_said({**defaults, **arguments}), arguments)
    return variants


def _said(arguments: Mapping[str, ValueNode]) -> str:
    return ", ".join(f"{name}: {value_text(arguments[name])}" for name in sorted(arguments))


def _most_frequent(
    context: MergeContext,
    name: str,
    group: Sequence[Application],
    defaults: Mapping[str, ValueNode],
    coordinate: str,
) -> Mapping[str, ValueNode]:
    counts = Counter(_said({**defaults, **directive.arguments}) for _, directive in group)
    most, _ = counts.most_common(1)[0]  # equal counts stay in order of appearance
    chosen_one = next(directive for _, directive in group if _said({**defaults, **directive.arguments}) == most)
    kept = _said(chosen_one.arguments)
    groups = grouped((f"@{name}({_said(d.arguments)})", context.subgraphs[index].name) for index, d in group)
    message = (
        f'Directive "@{name}" is applied to "{coordinate}" with different arguments: '
        f"{chosen('application', f'@{name}({kept})', groups)}."
    )
    context.diagnostics.hint("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, coordinate=coordinate)
    return chosen_one.arguments
