"""Arguments of directives that are merged value by value where subgraphs differ.

Access directives hold alternatives of conjunctions: `[["a", "b"], ["c"]]` asks for a and b, or for c. Whoever reads an
element must satisfy every subgraph, so several lists become one by multiplying out.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from graphql.language import BooleanValueNode, IntValueNode, ListValueNode, NullValueNode, StringValueNode, ValueNode

from gateway.composition.merge.values import FALSE, TRUE, integer, listing, string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Meaning → how it is merged, in words for the hint.
MERGED_ARGUMENTS: Mapping[str | None, str] = {
    "authenticated": "present in any subgraph",
    "requiresScopes": "every subgraph's scopes are needed",
    "policy": "every subgraph's policies are needed",
    "cost": "the highest weight",
    "listSize": "the highest assumed size, all slicing arguments and sized fields",
}

Alternatives = frozenset[frozenset[str]]


# Meaning → what an argument says that is not written.
DEFAULTS: Mapping[str | None, Mapping[str, ValueNode]] = {
    "deprecated": {"reason": string("No longer supported")},
    "listSize": {"requireOneSlicingArgument": TRUE},
}


def merge_arguments(meaning: str | None, applications: Sequence[Mapping[str, ValueNode]]) -> dict[str, ValueNode]:
    """One set of arguments out of several different ones, for a meaning in MERGED_ARGUMENTS."""
    merged: dict[str, ValueNode] = {}
    defaults = DEFAULTS.get(meaning, {})
    for name, merge in _RULES[meaning].items():
        complete = [{**defaults, **arguments} for arguments in applications]
        values = [arguments[name] for arguments in complete if name in arguments]
        values = [value for value in values if not isinstance(value, NullValueNode)]
        if values:
            merged[name] = merge(values)
    return merged


def alternatives_of(value: ValueNode | None) -> Alternatives:
    """`[["a", "b"], ["c"]]` as sets; an empty list asks for nothing, as `[[]]` does."""
    outer = value.values if isinstance(value, ListValueNode) else ()
    sets = frozenset(
        frozenset(item.value for item in inner.values if isinstance(item, StringValueNode))
        for inner in outer
        if isinstance(inner, ListValueNode)
    )
    return sets or frozenset({frozenset()})


def conjunction(demands: Sequence[Alternatives]) -> Alternatives:
    """What satisfies all of them: multiplied out, without alternatives that ask for more than another one does."""
    combined = {frozenset[str]().union(*choice) for choice in product(*demands)}
    return frozenset(one for one in combined if not any(other < one for other in combined))


def alternatives_value(alternatives: Alternatives) -> ValueNode:
    """Back to a list of lists, sorted."""
    ordered = sorted(sorted(names) for names in alternatives)
    return listing(listing(string(name) for name in names) for names in ordered)


def _all_demands(values: Sequence[ValueNode]) -> ValueNode:
    return alternatives_value(conjunction([alternatives_of(value) for value in values]))


def _highest(values: Sequence[ValueNode]) -> ValueNode:
    return integer(max(int(value.value) for value in values if isinstance(value, IntValueNode)))


def _union(values: Sequence[ValueNode]) -> ValueNode:
    names: dict[str, None] = {}
    for value in values:
        for item in value.values if isinstance(value, ListValueNode) else (value,):
            if isinstance(item, StringValueNode):
                names[item.value] = None
    return listing(string(name) for name in names)


def _both(values: Sequence[ValueNode]) -> ValueNode:
    return TRUE if all(isinstance(value, BooleanValueNode) and value.value for value in values) else FALSE


_RULES: Mapping[str | None, Mapping[str, Callable[[Sequence[ValueNode]], ValueNode]]] = {
    "authenticated": {},
    "requiresScopes": {"scopes": _all_demands},
    "policy": {"policies": _all_demands},
    "cost": {"weight": _highest},
    "listSize": {
        "assumedSize": _highest,
        "slicingArguments": _union,
        "sizedFields": _union,
        "requireOneSlicingArgument": _both,
    },
}
