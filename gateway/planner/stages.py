"""The inside of planning as text, a stage at a time: what `channelgraph show` prints and the goldens hold.

    operation   the selection, fragments and conditions resolved
    paths       each leaf with every way to it; `*` marks the one taken
    fetches     the fetches chosen, before and after the passes
    plan        `text.plan_text`

Debug by the first stage that is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.planner.fetches import dependencies_of
from gateway.planner.options import DEFAULT_OPTIONS, PlanOptions
from gateway.planner.planning import apply_passes, choose_fetches, find_paths, plan
from gateway.planner.text import plan_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.planner.drafts import DraftFetch, DraftPlace
    from gateway.planner.operation import Field, Operation, Selection
    from gateway.supergraph.model import Supergraph


def operation_text(
    operation: Operation, supergraph: Supergraph | None = None, options: PlanOptions = DEFAULT_OPTIONS
) -> str:
    """Write a normalised operation: `...on T` marks what holds for one runtime type."""
    del supergraph, options  # every stage is asked in the same way
    header = f"{operation.kind.value} {operation.name or ''}".rstrip()
    conditions = "".join(f", ${name} is {str(value).lower()}" for name, value in sorted(operation.booleans.items()))
    return "\n".join([header + conditions, *_selection_lines(operation.selection, "  ")]) + "\n"


def _selection_lines(selection: Selection, indent: str) -> Iterator[str]:
    for field in selection.common.values():
        yield from _field_lines(field, indent)
    for type_name, fields in sorted(selection.per.items()):
        if fields:
            yield f"{indent}...on {type_name}"
            for field in fields.values():
                yield from _field_lines(field, indent + "  ")


def _field_lines(field: Field, indent: str) -> Iterator[str]:
    alias = f"{field.key}: " if field.key != field.name else ""
    arguments = f"({field.arguments})" if field.arguments else ""
    yield f"{indent}{alias}{field.name}{arguments}"
    if field.selection is not None:
        yield from _selection_lines(field.selection, indent + "  ")


def paths_text(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> str:
    """Write each leaf and the ways to it: the subgraphs asked on the way, then the field that answers."""
    found = find_paths(operation, supergraph, options)
    lines = []
    for leaf, taken in found.picks:
        condition = f" (on {leaf.type_name})" if leaf.type_name else ""
        lines.append(f"{_path(leaf.place)}{'.' if leaf.place.parent else ''}{leaf.key or '(exists)'}{condition}")
        for way in leaf.options:
            names = [_name(each, supergraph) for each in found.search.board.members(way.mask)]
            lines.append(f"  {'*' if way is taken else ' '} level {way.fetch.level}: {', '.join(names)}")
    return "\n".join(lines) + "\n"


def fetches_text(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> str:
    """Write the chosen fetches with what each waits for, as chosen and after the passes."""
    chosen = choose_fetches(operation, supergraph, options)
    before = [_fetch_line(each, supergraph) for each in chosen.fetches]
    apply_passes(chosen, supergraph, options)
    after = [_fetch_line(each, supergraph) for each in chosen.fetches]
    return "\n".join(["chosen", *before, "after the passes", *after]) + "\n"


def _fetch_line(fetch: DraftFetch, supergraph: Supergraph) -> str:
    waits = ", ".join(str(each.id) for each in dependencies_of(fetch)) or "nothing"
    return f"  {fetch.id}: {_name(fetch, supergraph)}, level {fetch.level}, after {waits}"


def _name(fetch: DraftFetch, supergraph: Supergraph) -> str:
    return f"{supergraph.subgraphs[fetch.graph].name} at {_path(fetch.place) or 'the root'}"


def _path(place: DraftPlace) -> str:
    keys: list[str] = []
    node: DraftPlace | None = place
    while node is not None and node.parent is not None:
        keys.append(".".join([node.key, *("@" for _ in range(node.list_depth))]))
        node = node.parent
    return ".".join(reversed(keys))


def _plan_stage(operation: Operation, supergraph: Supergraph, options: PlanOptions = DEFAULT_OPTIONS) -> str:
    return plan_text(plan(operation, supergraph, options))


STAGES: dict[str, Callable[[Operation, Supergraph, PlanOptions], str]] = {
    "operation": operation_text,
    "paths": paths_text,
    "fetches": fetches_text,
    "plan": _plan_stage,
}
"""Stage → what writes it, all called alike."""
