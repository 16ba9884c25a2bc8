"""A field with `@requires` or `@fromContext` shows what it reads, so it must demand as much as what it reads does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphql.language import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.composition.field_sets import parse_field_set
from gateway.composition.merge.argument_merging import Alternatives, alternatives_of, conjunction
from gateway.composition.post_merge.requires import requirements
from gateway.composition.subgraph import Field, SubgraphModel, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import Applied, MergedElement, MergedSchema

_ARGUMENTS = {"requiresScopes": "scopes", "policy": "policies"}
_NOTHING: Alternatives = frozenset({frozenset()})
_REFERENCE = re.compile(r"\s*\$[A-Za-z_][A-Za-z0-9_]*\s*(.*)", re.DOTALL)


def check_access(merged: MergedSchema, subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> None:
    """Report fields through which a client could read what it may not."""
    meanings = [meaning for meaning in ("authenticated", *_ARGUMENTS) if meaning in merged.names]
    if not meanings:
        return
    for subgraph in subgraphs:
        for field, read in _readings(merged, subgraph):
            for meaning in meanings:
                for coordinate, element in _beyond(merged, field, read, meaning):
                    applied = ", ".join(str(each) for each in element.all(merged.names[meaning]))
                    message = (
                        f'Field "{field.coordinate}" reads "{coordinate}", which has {applied}, but does not demand as '
                        "much itself; add it to the field."
                    )
                    diagnostics.error(
                        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
                        message,
                        subgraph=subgraph.name,
                        location=field.location,
                        coordinate=field.coordinate,
                    )


def _readings(merged: MergedSchema, subgraph: SubgraphModel) -> Iterator[tuple[Field, dict[str, MergedElement]]]:
    """Fields that read others, and what they read: coordinate → element."""
    for field, _, selection in requirements(subgraph):
        yield field, dict(_selected(merged, field.parent, selection))
    for definition in subgraph.types.values():
        for field in definition.fields.values():
            for argument in field.arguments.values():
                directive = argument.first("fromContext")
                match = _REFERENCE.fullmatch((directive.text("field") or "") if directive is not None else "")
                if match is not None:
                    yield field, dict(_from_context(merged, subgraph, match.group(0).strip()[1:], match.group(1)))


def _from_context(
    merged: MergedSchema, subgraph: SubgraphModel, reference: str, text: str
) -> Iterator[tuple[str, MergedElement]]:
    name = re.split(r"\W", reference, maxsplit=1)[0]
    try:
        selection = parse_field_set(text)
    except ValueError:
        return  # reported when the subgraph was read
    for definition in subgraph.types.values():
        if any(directive.text("name") == name for directive in definition.all("context")):
            for type_name in subgraph.runtime_types(definition.name):
                yield from _selected(merged, type_name, selection)


def _selected(merged: MergedSchema, type_name: str, selection: SelectionSetNode) -> Iterator[tuple[str, MergedElement]]:
    parent = merged.types.get(type_name)
    if parent is None:
        return
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else type_name
            if condition in merged.types:
                yield condition, merged.types[condition]
            yield from _selected(merged, condition, node.selection_set)
        elif isinstance(node, FieldNode) and (field := parent.fields.get(node.name.value)) is not None:
            yield f"{type_name}.{field.name}", field
            target = base_name(field.type)
            if target in merged.types:
                # Of an interface or union the conditions inside say which types are read.
                if not (merged.types[target].members or _has_conditions(node.selection_set)):
                    yield target, merged.types[target]
                if node.selection_set is not None:
                    yield from _selected(merged, target, node.selection_set)


def _has_conditions(selection: SelectionSetNode | None) -> bool:
    return selection is not None and any(isinstance(node, InlineFragmentNode) for node in selection.selections)


def _beyond(
    merged: MergedSchema, field: Field, read: Mapping[str, MergedElement], meaning: str
) -> Iterator[tuple[str, MergedElement]]:
    """What is read and demands more than the field itself does."""
    own = conjunction([_demand(merged, element, meaning) for element in _own_elements(merged, field)])
    for coordinate, element in read.items():
        needed = _demand(merged, element, meaning)
        if not all(any(wanted <= given for wanted in needed) for given in own):
            yield coordinate, element


def _own_elements(merged: MergedSchema, field: Field) -> Iterator[MergedElement]:
    parent = merged.types.get(field.parent)
    if parent is None:
        return
    yield parent
    own = parent.fields.get(field.name)
    if own is not None:
        yield own
        target = merged.types.get(base_name(own.type))
        if target is not None:
            yield target


def _demand(merged: MergedSchema, element: MergedElement, meaning: str) -> Alternatives:
    """What an element demands under one directive; a mere `@authenticated` counts as one scope of its own."""
    applied: tuple[Applied, ...] = element.all(merged.names[meaning])
    if not applied:
        return _NOTHING
    if meaning == "authenticated":
        return frozenset({frozenset({""})})
    return alternatives_of(applied[0].arguments.get(_ARGUMENTS[meaning]))
