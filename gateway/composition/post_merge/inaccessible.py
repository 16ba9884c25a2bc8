"""`@inaccessible`: the API schema, without what is hidden, must be whole.

    1. a hidden type is not used by a visible field, argument or input field
    2. a visible type keeps something visible inside it, and the query root is visible
    3. a hidden field or argument does not implement a visible one of an interface
    4. what is hidden is not required from clients, and not used by a visible default
    5. definitions of directives for schemas hide nothing: the API has none of them
Source  Apollo inaccessible specification v0.2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql.language import EnumValueNode, ListValueNode, ObjectValueNode, ValueNode

from gateway.composition.subgraph import EXECUTABLE_LOCATIONS, Kind, NonNullRef, TypeRef, base_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import MergedElement, MergedField, MergedInput, MergedSchema, MergedType

_BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def check_inaccessible(merged: MergedSchema, diagnostics: DiagnosticCollector) -> None:
    """Report what hiding leaves broken; nothing when nothing is hidden."""
    if "inaccessible" not in merged.names:
        return
    check = _Check(merged, diagnostics)
    for directive in merged.directives.values():
        check.directive_arguments(directive.name, directive.arguments, directive.locations)
    for merged_type in merged.types.values():
        if merged_type.name in _BUILT_IN and check.hidden(merged_type):
            check.error(
                "DISALLOWED_INACCESSIBLE",
                merged_type.name,
                "is a built-in type and cannot be hidden. Take @inaccessible off.",
            )
        elif check.hidden(merged_type):
            check.hidden_type(merged_type)
        else:
            check.visible_type(merged_type)


@dataclass(frozen=True, slots=True)
class _Check:
    merged: MergedSchema
    diagnostics: DiagnosticCollector

    def hidden(self, element: MergedElement) -> bool:
        return self.merged.is_inaccessible(element)

    def error(self, code: str, coordinate: str, what: str) -> None:
        self.diagnostics.error(code, f'"{coordinate}" {what}', coordinate=coordinate)

    # --- types ---

    def hidden_type(self, merged_type: MergedType) -> None:
        if merged_type.name == self.merged.roots.get("query"):
            self.error(
                "QUERY_ROOT_TYPE_INACCESSIBLE",
                merged_type.name,
                "is the query root and cannot be hidden. Hide its fields instead.",
            )

    def visible_type(self, merged_type: MergedType) -> None:
        children = list(_children(self.merged, merged_type))
        if children and all(self.hidden(child) for child in children):
            what = "is visible, but everything in it is @inaccessible; hide the type itself, or show something of it."
            self.error("ONLY_INACCESSIBLE_CHILDREN", merged_type.name, what)
        for field in merged_type.fields.values():
            self.field(merged_type, field)
        for name, value in merged_type.input_fields.items():
            coordinate = f"{merged_type.name}.{name}"
            if self.hidden(value):
                self.required(coordinate, value, "input field")
            else:
                self.reference(coordinate, value.type)
                self.default(coordinate, value)

    # --- fields and arguments ---

    def field(self, owner: MergedType, field: MergedField) -> None:
        coordinate = f"{owner.name}.{field.name}"
        implemented = list(self.implemented(owner, field.name))
        if self.hidden(field):
            for interface, _ in implemented:
                what = f'is @inaccessible, but implements "{interface}.{field.name}", which is not; hide both or none.'
                self.error("IMPLEMENTED_BY_INACCESSIBLE", coordinate, what)
            return
        self.reference(coordinate, field.type)
        for name, argument in field.arguments.items():
            where = f"{coordinate}({name}:)"
            if not self.hidden(argument):
                self.reference(where, argument.type)
                self.default(where, argument)
                self.required_beyond_interface(where, name, argument, implemented)
                continue
            self.required(where, argument, "argument")
            for interface, declared in implemented:
                visible = declared.arguments.get(name)
                if visible is not None and not self.hidden(visible):
                    what = f'is @inaccessible, but implements "{interface}.{field.name}({name}:)", which is not; hide both or none.'
                    self.error("IMPLEMENTED_BY_INACCESSIBLE", where, what)

    def implemented(self, owner: MergedType, field_name: str) -> Iterator[tuple[str, MergedField]]:
        """The visible interface fields that a field implements."""
        for name in owner.interfaces:
            interface = self.merged.types.get(name)
            if interface is None or self.hidden(interface):
                continue
            field = interface.fields.get(field_name)
            if field is not None and not self.hidden(field):
                yield name, field

    def reference(self, coordinate: str, ref: TypeRef) -> None:
        target = self.merged.types.get(base_name(ref))
        if target is not None and self.hidden(target):
            what = f'is visible, but its type "{target.name}" is @inaccessible; hide both or none.'
            self.error("REFERENCED_INACCESSIBLE", coordinate, what)

    def required(self, coordinate: str, value: MergedInput, noun: str) -> None:
        if isinstance(value.type, NonNullRef) and value.default is None:
            what = f"is @inaccessible, but a required {noun}; give it a default, make it nullable, or show it."
            self.error("REQUIRED_INACCESSIBLE", coordinate, what)

    def required_beyond_interface(
        self, coordinate: str, name: str, argument: MergedInput, implemented: list[tuple[str, MergedField]]
    ) -> None:
        """A required argument that the interface hides would be an extra required one in the API."""
        if not isinstance(argument.type, NonNullRef) or argument.default is not None:
            return
        for interface, declared in implemented:
            hidden = declared.arguments.get(name)
            if hidden is not None and self.hidden(hidden):
                what = f'is required, but "{interface}" hides the argument it implements; show it there, or make it optional here.'
                self.error("REQUIRED_INACCESSIBLE", coordinate, what)

    # --- defaults ---

    def default(self, coordinate: str, value: MergedInput) -> None:
        if value.default is None:
            return
        for used in self._hidden_in(value.default, base_name(value.type)):
            what = f'is visible, but its default uses "{used}", which is @inaccessible; show that, or choose another default.'
            self.error("DEFAULT_VALUE_USES_INACCESSIBLE", coordinate, what)

    def _hidden_in(self, node: ValueNode, type_name: str) -> Iterator[str]:
        target = self.merged.types.get(type_name)
        if isinstance(node, ListValueNode):
            for item in node.values:
                yield from self._hidden_in(item, type_name)
        elif target is None:
            return
        elif isinstance(node, EnumValueNode):
            for value in target.values:
                if value.name == node.value and self.hidden(value):
                    yield f"{type_name}.{value.name}"
        elif isinstance(node, ObjectValueNode):
            for entry in node.fields:
                field = target.input_fields.get(entry.name.value)
                if field is None:
                    continue
                if self.hidden(field):
                    yield f"{type_name}.{field.name}"
                else:
                    yield from self._hidden_in(entry.value, base_name(field.type))

    # --- directives ---

    def directive_arguments(self, name: str, arguments: Mapping[str, MergedInput], locations: tuple[str, ...]) -> None:
        """Arguments of directives for schemas may not be hidden; those of executable ones obey the rules of fields."""
        for argument in arguments.values():
            coordinate = f"@{name}({argument.name}:)"
            if not EXECUTABLE_LOCATIONS.issuperset(locations):
                if self.hidden(argument):
                    what = "belongs to a directive that is used in schemas, whose arguments cannot be hidden. Take @inaccessible off."
                    self.error("DISALLOWED_INACCESSIBLE", coordinate, what)
            elif self.hidden(argument):
                self.required(coordinate, argument, "argument")
            else:
                self.reference(coordinate, argument.type)
                self.default(coordinate, argument)


def _children(merged: MergedSchema, merged_type: MergedType) -> Iterator[MergedElement]:
    yield from merged_type.fields.values()
    yield from merged_type.input_fields.values()
    yield from merged_type.values
    if merged_type.kind is Kind.UNION:
        yield from (merged.types[member] for member in merged_type.members if member in merged.types)
