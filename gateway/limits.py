"""How large a document may be: everything is measured in passes that are linear in the text.

A fragment is measured once and its sizes are added wherever it is spread, so that a document whose fragments double
at each level is refused as cheaply as a small one is let through. Numbers saturate at `CAP`; they never overflow.
Measuring stops nobody: `enforce` compares and raises. It runs before validation, because validation itself is what
large documents make slow.

Sizes count what an executor would meet: every fragment written out at each of its spreads. An unknown fragment counts
as nothing, validation names it; a cycle has no size and is refused here, because validation is slow on long ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
)

from gateway.errors import (
    AliasesLimitExceeded,
    DepthLimitExceeded,
    DirectivesLimitExceeded,
    DocumentInvalid,
    FieldsLimitExceeded,
    FragmentsLimitExceeded,
    LimitExceeded,
    ListLimitExceeded,
    OperationsLimitExceeded,
    OverlapsLimitExceeded,
    RootFieldsLimitExceeded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from graphql import DocumentNode, SelectionSetNode, ValueNode

CAP = 1_000_000_000
"""Where counting stops; far above any limit and far below anything slow."""

Fragments = dict[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The most that one document may hold.

    The defaults leave room above what real clients send: the deepest introspection query of the common tools is 15
    deep with about 120 fields, the largest operation of the channels here 8 deep with 116.
    """

    tokens: int = 15_000
    operations: int = 50
    depth: int = 20
    fields: int = 2_000
    fragments: int = 500
    root_fields: int = 50
    aliases: int = 100
    directives: int = 100
    overlaps: int = 10_000
    list_items: int = 1_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one operation or fragment amounts to, with its fragments written out."""

    depth: int = 0
    fields: int = 0
    fragments: int = 0
    root_fields: int = 0
    aliases: int = 0
    directives: int = 0
    list_items: int = 0

    def plus(self, other: Sizes, *, below: int) -> Sizes:
        """Sizes with a fragment of `other` spread under `below` fields; capped."""
        return Sizes(
            depth=min(CAP, max(self.depth, below + other.depth)),
            fields=min(CAP, self.fields + other.fields),
            fragments=min(CAP, self.fragments + other.fragments),
            root_fields=min(CAP, self.root_fields + (other.root_fields if below == 0 else 0)),
            aliases=min(CAP, self.aliases + other.aliases),
            directives=min(CAP, self.directives + other.directives),
            list_items=max(self.list_items, other.list_items),
        )


_Spread = tuple[str, int]
"""A fragment's name and how many fields stand above it."""

_TABLE: tuple[tuple[str, str, type[LimitExceeded]], ...] = (
    ("depth", "is nested {value} fields deep", DepthLimitExceeded),
    ("fields", "has {value} fields", FieldsLimitExceeded),
    ("fragments", "has {value} fragment spreads", FragmentsLimitExceeded),
    ("root_fields", "has {value} fields at its root", RootFieldsLimitExceeded),
    ("aliases", "has {value} aliases", AliasesLimitExceeded),
    ("directives", "has {value} directives", DirectivesLimitExceeded),
    ("list_items", "has a list of {value} items", ListLimitExceeded),
)


def enforce(document: DocumentNode, limits: DocumentLimits) -> None:
    """Refuse a document that is larger than `limits`; raises the `LimitExceeded` of the first limit passed."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > limits.operations:
        raise OperationsLimitExceeded(_message(f"has {len(operations):,} operations", limits.operations, "operations"))
    fragments: Fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    for index, sizes in enumerate(measure(operations, fragments)):
        for name, phrase, error in _TABLE:
            value, most = getattr(sizes, name), getattr(limits, name)
            if value > most and (index < len(operations) or name != "root_fields"):  # a fragment has no root
                shown = f"{value:,}" if value < CAP else f"over {CAP:,}"
                raise error(_message(phrase.format(value=shown), most, name))
    _enforce_overlaps([*operations, *fragments.values()], fragments, limits.overlaps)


def enforce_lists(variables: Mapping[str, Any], most: int) -> None:
    """Refuse variables that hold a list, however deep, of more than `most` items; raises `ListLimitExceeded`."""
    stack: list[Any] = [variables]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(each for each in value.values() if isinstance(each, dict | list))
        elif isinstance(value, list):
            if len(value) > most:
                found = f"The variables hold a list of {len(value):,} items"
                raise ListLimitExceeded(f"{found}; at most {most:,} are allowed (limits.list_items).")
            stack.extend(each for each in value if isinstance(each, dict | list))


def measure(operations: Iterable[OperationDefinitionNode], fragments: Fragments) -> list[Sizes]:
    """Sizes of each operation, then of each fragment, in the document's order; linear in the document."""
    own = {name: _own_sizes(node.selection_set) for name, node in fragments.items()}
    full: dict[str, Sizes] = {}
    for name in fragments:
        _complete(name, own, full)
    return [*(_spread_out(_own_sizes(node.selection_set), full) for node in operations), *full.values()]


def _own_sizes(selection_set: SelectionSetNode) -> tuple[Sizes, list[_Spread]]:
    """Sizes without what fragment spreads add, and those spreads; no recursion, so no depth is too deep."""
    depth = fields = fragments = root_fields = aliases = directives = list_items = 0
    spreads: list[_Spread] = []
    stack = [(selection_set, 0)]
    while stack:
        current, above = stack.pop()
        for node in current.selections:
            directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                fields += 1
                root_fields += above == 0
                aliases += node.alias is not None
                depth = max(depth, above + 1)
                if node.arguments:
                    list_items = max(list_items, _longest_list([each.value for each in node.arguments]))
                if node.selection_set:
                    stack.append((node.selection_set, above + 1))
            elif isinstance(node, FragmentSpreadNode):
                fragments += 1
                spreads.append((node.name.value, above))
            elif isinstance(node, InlineFragmentNode):
                fragments += 1
                stack.append((node.selection_set, above))
    return Sizes(depth, fields, fragments, root_fields, aliases, directives, list_items), spreads


def _longest_list(values: list[ValueNode]) -> int:
    longest = 0
    while values:
        value = values.pop()
        if isinstance(value, ListValueNode):
            longest = max(longest, len(value.values))
            values.extend(value.values)
        elif isinstance(value, ObjectValueNode):
            values.extend(each.value for each in value.fields)
    return longest


def _complete(root: str, own: Mapping[str, tuple[Sizes, list[_Spread]]], full: dict[str, Sizes]) -> None:
    """Fill `full` for `root` and all it reaches, innermost first, each once; raises `DocumentInvalid` for a cycle."""
    if root in full:
        return
    path = [(root, iter(own[root][1]))]
    open_names = {root}
    while path:
        name, spreads = path[-1]
        for inner, _ in spreads:
            if inner in open_names:
                raise DocumentInvalid(f"Cannot spread fragment '{inner[:60]}' within itself.")
            if inner in own and inner not in full:
                path.append((inner, iter(own[inner][1])))
                open_names.add(inner)
                break
        else:
            path.pop()
            open_names.discard(name)
            full[name] = _spread_out(own[name], full)


def _spread_out(measured: tuple[Sizes, list[_Spread]], full: Mapping[str, Sizes]) -> Sizes:
    sizes, spreads = measured
    for name, above in spreads:
        if name in full:
            sizes = sizes.plus(full[name], below=above)
    return sizes


def _enforce_overlaps(
    definitions: Iterable[OperationDefinitionNode | FragmentDefinitionNode], fragments: Fragments, most: int
) -> None:
    """Refuse documents on which checking that overlapping fields merge would be slow.

    That rule compares every two fields of one response key, and their selections with each other, so it is quadratic
    in the number of repeats. Here the fields are gathered level by level as the rule would gather them, and each
    level costs its fields and its pairs; the budget bounds the walk itself too.
    """
    spent = 0
    for definition in definitions:
        level = [[definition.selection_set]]
        while level:
            deeper: list[list[SelectionSetNode]] = []
            for group in level:
                repeats, below = _gather(group, fragments, most - spent)
                spent += sum(n + n * (n - 1) // 2 for n in repeats)
                if spent > most:
                    message = f"The document repeats response keys so often that comparing takes over {most:,} steps"
                    raise OverlapsLimitExceeded(f"{message} (limits.overlaps).")
                deeper.extend(below)
            level = deeper


def _gather(
    group: list[SelectionSetNode], fragments: Fragments, budget: int
) -> tuple[Iterable[int], list[list[SelectionSetNode]]]:
    """How often each response key occurs in `group`, and the selections below each key; gives up past `budget`."""
    repeats: dict[str, int] = {}
    below: dict[str, list[SelectionSetNode]] = {}
    seen: set[str] = set()
    stack = list(group)
    visited = 0
    while stack and visited <= budget:
        for node in stack.pop().selections:
            visited += 1
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                repeats[key] = repeats.get(key, 0) + 1
                if node.selection_set:
                    below.setdefault(key, []).append(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                stack.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    stack.append(fragments[node.name.value].selection_set)
    return (repeats.values() if visited <= budget else [budget + 1]), list(below.values())


def _message(found: str, most: int, setting: str) -> str:
    return f"The document {found}; at most {most:,} are allowed (limits.{setting})."
