"""Field sets of Federation 1: how they were written, and the parts of them that never did anything."""

from __future__ import annotations

from dataclasses import replace

from graphql.language import (
    EnumValueNode,
    FieldNode,
    InlineFragmentNode,
    ListValueNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    print_ast,
)

from gateway.composition.field_facts import facts_of
from gateway.composition.field_sets import parse_field_set
from gateway.composition.rules.field_sets import selection_problems
from gateway.composition.subgraph import Annotated, Directive, Field, Kind, TypeDefinition, base_name
from gateway.composition.upgrade.edits import Types, edit_fields, edit_types, without_meaning

__all__ = ["coerce_to_strings", "drop_inactive", "drop_on_interfaces", "drop_provides_on_leaves"]

_COMPOSITE = frozenset({Kind.OBJECT, Kind.INTERFACE, Kind.UNION})


def coerce_to_strings(types: Types) -> Types:
    """`fields: ["id", "name"]` and `fields: id` as strings."""

    def change_field(_item: TypeDefinition, field: Field) -> Field:
        return replace(field, directives=_coerced(field))

    return edit_types(edit_fields(types, change_field), lambda item: replace(item, directives=_coerced(item)))


def _coerced(element: Annotated) -> tuple[Directive, ...]:
    return tuple(
        replace(directive, arguments={name: _coerce(name, value) for name, value in directive.arguments.items()})
        if directive.meaning in {"key", "requires", "provides"}
        else directive
        for directive in element.directives
    )


def _coerce(name: str, value: ValueNode) -> ValueNode:
    if name != "fields":
        return value
    if isinstance(value, EnumValueNode):
        return StringValueNode(value=value.value, loc=value.loc)
    if isinstance(value, ListValueNode):
        texts = [item.value for item in value.values if isinstance(item, StringValueNode)]
        if len(texts) == len(value.values):
            return StringValueNode(value=" ".join(texts), loc=value.loc)
    return value


def drop_inactive(types: Types) -> Types:
    """`@provides` and `@requires` without the leaves that are not external; gone when nothing is left."""
    external = facts_of(types, (1, 0)).external

    def change(item: TypeDefinition, field: Field) -> Field:
        directives: list[Directive] = []
        for directive in field.directives:
            if directive.meaning == "requires":
                kept = _active(directive, item.name, types, external)
            elif directive.meaning == "provides":
                kept = _active(directive, base_name(field.type), types, external)
            else:
                kept = directive
            if kept is not None:
                directives.append(kept)
        return replace(field, directives=tuple(directives))

    return edit_fields(types, change)


def _active(directive: Directive, parent: str, types: Types, external: frozenset[str]) -> Directive | None:
    text = directive.text("fields")
    definition = types.get(parent)
    if text is None or definition is None or definition.kind not in _COMPOSITE:
        return directive
    try:
        selection = parse_field_set(text)
    except ValueError:
        return directive
    if any(selection_problems(selection, parent, types)):
        return directive  # validation will say so
    kept = _external_part(selection, parent, types, external)
    if kept is None:
        return None
    if kept is selection:
        return directive
    fields = " ".join(print_ast(node) for node in kept.selections)
    return replace(
        directive, arguments={**directive.arguments, "fields": StringValueNode(value=" ".join(fields.split()))}
    )


def _external_part(
    selection: SelectionSetNode, parent: str, types: Types, external: frozenset[str]
) -> SelectionSetNode | None:
    """The selection without leaves that are not external; the very same when nothing goes, None when all does."""
    kept = [_external_node(node, parent, types, external) for node in selection.selections]
    if all(new is old for new, old in zip(kept, selection.selections, strict=True)):
        return selection
    left = tuple(node for node in kept if node is not None)
    return SelectionSetNode(selections=left) if left else None


def _external_node(node: SelectionNode, parent: str, types: Types, external: frozenset[str]) -> SelectionNode | None:
    if isinstance(node, InlineFragmentNode):
        condition = node.type_condition.name.value if node.type_condition else parent
        inner = _external_part(node.selection_set, condition, types, external)
        if inner is None or inner is node.selection_set:
            return node if inner else None
        return InlineFragmentNode(type_condition=node.type_condition, directives=node.directives, selection_set=inner)
    if not isinstance(node, FieldNode):
        return node
    definition = types.get(parent)
    field = definition.fields.get(node.name.value) if definition else None
    if field is None:
        return None  # __typename, which is never external
    if field.coordinate in external:
        return node
    if node.selection_set is None:
        return None
    inner = _external_part(node.selection_set, base_name(field.type), types, external)
    if inner is None or inner is node.selection_set:
        return node if inner else None
    return FieldNode(
        alias=node.alias,
        name=node.name,
        arguments=node.arguments,
        directives=node.directives,
        selection_set=inner,
    )


def drop_on_interfaces(types: Types) -> Types:
    """`@key`, `@provides` and `@requires` on interfaces were allowed, and ignored."""

    def change_field(item: TypeDefinition, field: Field) -> Field:
        return without_meaning(field, "provides", "requires") if item.kind is Kind.INTERFACE else field

    def change_type(item: TypeDefinition) -> TypeDefinition:
        return without_meaning(item, "key") if item.kind is Kind.INTERFACE else item

    return edit_types(edit_fields(types, change_field), change_type)


def drop_provides_on_leaves(types: Types) -> Types:
    """A field without sub-fields provides nothing."""

    def change(_item: TypeDefinition, field: Field) -> Field:
        definition = types.get(base_name(field.type))
        is_composite = definition is not None and definition.kind in _COMPOSITE
        return field if is_composite else without_meaning(field, "provides")

    return edit_fields(types, change)
