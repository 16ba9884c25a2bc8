"""The definitions that every supergraph carries for itself: those of the link and join specifications.

Source  Apollo link specification v1.0, join specification v0.3, v0.4 and v0.5
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.composition.merge.model import (
    Applied,
    MergedDirective,
    MergedElement,
    MergedInput,
    MergedSchema,
    MergedType,
)
from gateway.composition.merge.values import FALSE, TRUE, string
from gateway.composition.subgraph import Kind, ListRef, NamedRef, NonNullRef, TypeRef

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Machinery:
    """Definitions by name."""

    directives: Mapping[str, MergedDirective]
    types: Mapping[str, MergedType]


def _ref(text: str) -> TypeRef:
    """A reference written as in SDL."""
    if text.endswith("!"):
        inner = _ref(text[:-1])
        return inner if isinstance(inner, NonNullRef) else NonNullRef(inner)
    return ListRef(_ref(text[1:-1])) if text.startswith("[") else NamedRef(text)


def _inputs(text: str) -> dict[str, MergedInput]:
    """`graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false`."""
    inputs: dict[str, MergedInput] = {}
    for entry in text.split(", ") if text else ():
        name, _, rest = entry.partition(": ")
        ref, _, default = rest.partition(" = ")
        value = {"": None, "true": TRUE, "false": FALSE}[default]
        inputs[name] = MergedInput(name, None, (), (), _ref(ref), value)
    return inputs


def _directive(name: str, arguments: str, locations: str, *, repeatable: bool = True) -> MergedDirective:
    return MergedDirective(name, None, _inputs(arguments), repeatable, tuple(locations.split()))


_FIELD = (
    "graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, "
    "override: String, usedOverridden: Boolean"
)
_TYPE = (
    "graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, "
    "isInterfaceObject: Boolean! = false"
)
_DIRECTIVES = (
    _directive("link", "url: String, as: String, for: link__Purpose, import: [link__Import]", "SCHEMA"),
    _directive("join__graph", "name: String!, url: String!", "ENUM_VALUE", repeatable=False),
    _directive("join__type", _TYPE, "OBJECT INTERFACE UNION ENUM INPUT_OBJECT SCALAR"),
    _directive("join__field", _FIELD, "FIELD_DEFINITION INPUT_FIELD_DEFINITION"),
    _directive("join__implements", "graph: join__Graph!, interface: String!", "OBJECT INTERFACE"),
    _directive("join__unionMember", "graph: join__Graph!, member: String!", "UNION"),
    _directive("join__enumValue", "graph: join__Graph!", "ENUM_VALUE"),
)
_JOIN_DIRECTIVE = _directive(
    "join__directive",
    "graphs: [join__Graph!], name: String!, args: join__DirectiveArguments",
    "SCHEMA OBJECT INTERFACE FIELD_DEFINITION",
)
_PURPOSES = {
    "SECURITY": "`SECURITY` features provide metadata necessary to securely resolve fields.",
    "EXECUTION": "`EXECUTION` features provide metadata necessary for operation execution.",
}


def machinery(merged: MergedSchema) -> Machinery:
    """What link and join define in this supergraph, `join__Graph` filled in."""
    directives = {directive.name: directive for directive in _DIRECTIVES}
    scalars = ["join__FieldSet", "link__Import", *merged.extra_scalars]
    types = [_graph(merged), _purpose()]
    if merged.join_version >= (0, 4):
        directives["join__directive"] = _JOIN_DIRECTIVE
        directives["join__field"] = _with(directives["join__field"], "overrideLabel: String")
        scalars.append("join__DirectiveArguments")
    if merged.join_version >= (0, 5):
        directives["join__field"] = _with(directives["join__field"], "contextArguments: [join__ContextArgument!]")
        scalars.append("join__FieldValue")
        fields = _inputs("name: String!, type: String!, context: String!, selection: join__FieldValue!")
        types.append(MergedType("join__ContextArgument", None, (), (), Kind.INPUT, input_fields=fields))
    types += [MergedType(name, None, (), (), Kind.SCALAR) for name in scalars]
    return Machinery(directives, {merged_type.name: merged_type for merged_type in types})


def _with(directive: MergedDirective, arguments: str) -> MergedDirective:
    return replace(directive, arguments={**directive.arguments, **_inputs(arguments)})


def _graph(merged: MergedSchema) -> MergedType:
    values = tuple(
        MergedElement(
            graph.value,
            None,
            (Applied("join__graph", {"name": string(graph.name), "url": string(graph.url)}),),
            (),
        )
        for graph in merged.graphs
    )
    return MergedType("join__Graph", None, (), (), Kind.ENUM, values=values)


def _purpose() -> MergedType:
    values = tuple(MergedElement(name, text, (), ()) for name, text in _PURPOSES.items())
    return MergedType("link__Purpose", None, (), (), Kind.ENUM, values=values)
