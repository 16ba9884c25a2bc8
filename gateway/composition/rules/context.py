"""`@context` and `@fromContext`: names, places, and selections that lead to one fitting value.

The cases of a selection, after the context's name:
  1. `{ field { leaf } }`            must fit every type that sets the context
  2. `... on A { x } ... on B { y }`  each type that sets the context must be selected from, and is checked on its own;
                                     an interface or union is selected from by its object types
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graphql.language import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.composition.diagnostics import DiagnosticCollector, Location, did_you_mean
from gateway.composition.field_sets import parse_field_set, runtime_types_of
from gateway.composition.rules.field_sets import directives_inside, selection_problems
from gateway.composition.subgraph import (
    Field,
    InputValue,
    Kind,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    TypeDefinition,
    TypeRef,
    base_name,
)

__all__ = ["check_context", "contexts_of", "split_context"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_LEADING = re.compile(r"[\s,]*\$[\s,]*([A-Za-z_]\w*)(.*)", re.DOTALL)

_ALIKE = " Select a field of the argument's type, or change the argument."

_Report = Callable[[str, str, str, Location | None], None]


def contexts_of(types: Mapping[str, TypeDefinition]) -> Mapping[str, tuple[str, ...]]:
    """Context name → the types that set it."""
    contexts: dict[str, tuple[str, ...]] = {}
    for item in types.values():
        for directive in item.all("context"):
            name = directive.text("name")
            if name is not None:
                contexts[name] = (*contexts.get(name, ()), item.name)
    return contexts


def split_context(text: str) -> tuple[str, str] | None:
    """`"$user { id }"` → ("user", " { id }"); None when no context is named."""
    match = _LEADING.fullmatch(text)
    return (match[1], match[2]) if match else None


def check_context(subgraph: SubgraphModel, diagnostics: DiagnosticCollector) -> None:
    """Report CONTEXT_…, NO_CONTEXT_IN_SELECTION."""

    def report(code: str, coordinate: str, what: str, location: Location | None) -> None:
        message = f"{coordinate}: {what}"
        diagnostics.error(code, message, subgraph=subgraph.name, location=location, coordinate=coordinate)

    for item in subgraph.types.values():
        for directive in item.all("context"):
            name = directive.text("name")
            if name is None or not _NAME.fullmatch(name):
                report(
                    "CONTEXT_NAME_INVALID",
                    item.name,
                    f'the context\'s name "{name or ""}" is not made of letters and digits alone. Choose another.',
                    directive.location,
                )
    contexts = contexts_of(subgraph.types)
    for use in _uses(subgraph):
        _check_use(use, subgraph, contexts, report)
    for definition in subgraph.directives.values():
        for argument in definition.arguments.values():
            if argument.has("fromContext"):
                report(
                    "CONTEXT_NOT_SET",
                    f"@{definition.name}({argument.name}:)",
                    "@fromContext cannot fill a directive's argument.",
                    argument.location,
                )


@dataclass(frozen=True, slots=True)
class _Use:
    """One argument that is filled from a context."""

    item: TypeDefinition
    field: Field
    argument: InputValue

    @property
    def coordinate(self) -> str:
        return f"{self.field.coordinate}({self.argument.name}:)"


def _uses(subgraph: SubgraphModel) -> Iterator[_Use]:
    for item in subgraph.types.values():
        for field in item.fields.values():
            for argument in field.arguments.values():
                if argument.has("fromContext"):
                    yield _Use(item, field, argument)


def _check_use(use: _Use, subgraph: SubgraphModel, contexts: Mapping[str, tuple[str, ...]], report: _Report) -> None:
    location = use.argument.location
    problem = _place_problem(use, subgraph.types)
    if problem:
        report("CONTEXT_NOT_SET", use.coordinate, problem, location)
        return
    directive = use.argument.first("fromContext")
    text = (directive.text("field") if directive else None) or ""
    split = split_context(text)
    if split is None:
        report(
            "NO_CONTEXT_IN_SELECTION",
            use.coordinate,
            f'"{text}" names no context. Start it with one: "$user {{ id }}".',
            location,
        )
        return
    name, selection = split
    if name not in contexts:
        report(
            "CONTEXT_NOT_SET",
            use.coordinate,
            f'no type sets the context "{name}".{did_you_mean(name, list(contexts))} '
            f'Put @context(name: "{name}") on a type above the field.',
            location,
        )
    else:
        for message in _selection_problems(selection, contexts[name], use.argument.type, subgraph.types):
            report("CONTEXT_INVALID_SELECTION", use.coordinate, message, location)
    if not any(key.flag("resolvable", default=True) for key in use.item.all("key")):
        report(
            "CONTEXT_NO_RESOLVABLE_KEY",
            use.coordinate,
            f"{use.item.name} has no resolvable key, which an argument filled from a context needs. Give it a @key.",
            location,
        )


def _place_problem(use: _Use, types: Mapping[str, TypeDefinition]) -> str | None:
    if use.item.kind is Kind.INTERFACE:
        return "@fromContext cannot be used on an interface. Use it on the implementing types."
    for name in use.item.interfaces:
        if name in types and use.field.name in types[name].fields:
            return f"@fromContext cannot be used on a field that the interface {name} has as well."
    if use.argument.default is not None:
        return "an argument filled from a context has no default. Take it off."
    return None


# --- selections ------------------------------------------------------------------------------------------------------


def _selection_problems(
    text: str, setters: tuple[str, ...], wanted: TypeRef, types: Mapping[str, TypeDefinition]
) -> Iterator[str]:
    if not text.strip():
        yield "nothing is selected from the context. Select one field."
        return
    try:
        selection = parse_field_set(text)
    except ValueError as error:
        yield f"the selection is none ({error})."
        return
    for name in directives_inside(selection):
        yield f"@{name} stands inside the selection. Take it out."
    fragments = [node for node in selection.selections if isinstance(node, InlineFragmentNode)]
    if not fragments:
        for setter in setters:
            yield from _path_problems(selection, setter, wanted, types)
        return
    if len(fragments) < len(selection.selections):
        yield "fields and fragments are mixed. Use one fragment for each type, or one field for all."
        return
    yield from _fragments_problems(fragments, setters, wanted, types)


def _fragments_problems(
    fragments: list[InlineFragmentNode], setters: tuple[str, ...], wanted: TypeRef, types: Mapping[str, TypeDefinition]
) -> Iterator[str]:
    conditions = [node.type_condition.name.value if node.type_condition else "" for node in fragments]
    possible = {setter: runtime_types_of(setter, types) for setter in setters}
    for condition in dict.fromkeys(conditions):
        if not condition:
            yield "a fragment names no type. Write `... on` and the type that sets the context."
        elif conditions.count(condition) > 1:
            yield f"{condition} is selected from {conditions.count(condition)} times. Once is enough."
        elif condition in types and types[condition].kind is not Kind.OBJECT:
            yield f"{condition} is {types[condition].kind}, and fragments are on object types only. Name its object types."
        elif not any(condition in names for names in possible.values()):
            yield f"{condition} does not set the context. Take its fragment out.{did_you_mean(condition, setters)}"
    for setter, names in possible.items():
        if not any(condition in names for condition in conditions):
            yield f"{setter} sets the context and is selected from never. Add `... on {setter} {{ … }}`."
    used = {name for names in possible.values() for name in names}
    for condition, node in zip(conditions, fragments, strict=True):
        if condition in used:
            yield from _path_problems(node.selection_set, condition, wanted, types)


def _path_problems(
    selection: SelectionSetNode, parent: str, wanted: TypeRef, types: Mapping[str, TypeDefinition]
) -> Iterator[str]:
    problems = list(selection_problems(selection, parent, types))
    if problems:
        yield from problems
        return
    result = _result(selection, parent, types)
    if result is None:
        yield f"the selection on {parent} does not lead to exactly one field."
    elif not _fulfils(result, wanted):
        nullable = " A context may be absent, so that the argument must be nullable." if "!" in str(wanted) else ""
        yield f"the selection on {parent} gives {result}, and the argument is {wanted}.{nullable or _ALIKE}"


def _result(selection: SelectionSetNode, parent: str, types: Mapping[str, TypeDefinition]) -> TypeRef | None:
    """The type of the one leaf, in a list if anything above it is; None when there are several.

    Never non-null: the context may turn out not to be there, so that only a nullable argument can be filled.
    """
    if len(selection.selections) != 1:
        return None
    node = selection.selections[0]
    if isinstance(node, InlineFragmentNode):
        condition = node.type_condition.name.value if node.type_condition else parent
        return _result(node.selection_set, condition, types)
    if isinstance(node, FieldNode) and node.name.value == "__typename":
        return NamedRef("String")
    field = types[parent].fields.get(node.name.value) if isinstance(node, FieldNode) and parent in types else None
    if not isinstance(node, FieldNode) or field is None:
        return None
    if node.selection_set is None:
        return _inside(field.type, NamedRef(base_name(field.type)))
    inner = _result(node.selection_set, base_name(field.type), types)
    return _inside(field.type, inner) if inner is not None else None


def _inside(outer: TypeRef, inner: TypeRef) -> TypeRef:
    """`inner` in as many lists as `outer` has: `[A!]!` over `B` is `[B]`."""
    if isinstance(outer, NonNullRef):
        return _inside(outer.of, inner)
    return ListRef(_inside(outer.of, inner)) if isinstance(outer, ListRef) else inner


def _fulfils(given: TypeRef, wanted: TypeRef) -> bool:
    """Whether a nullable value of type `given` can fill an argument of type `wanted`."""
    if isinstance(given, ListRef) and isinstance(wanted, ListRef):
        return _fulfils(given.of, wanted.of)
    return given == wanted
