"""One subgraph as data: what it defines, with every directive's meaning resolved.

A `SubgraphModel` is frozen and complete: parsed, linked, root types renamed to Query/Mutation/Subscription, federation's
own machinery (`_entities`, `_Any`, definitions of federation directives and types) taken away. Definition and extension
parts of a type are kept apart by `part`, an index into `TypeDefinition.parts`, because some rules ask in which part a
field or a directive was written. After `upgrade_subgraphs` every model reads as Federation 2.

Values stay graphql-core value nodes, compare them with `value_text`. Types are `TypeRef`, which compare and hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from graphql.language import (
    BooleanValueNode,
    DirectiveLocation,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    print_ast,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.diagnostics import Location
    from gateway.composition.links import Names, Version


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """One subgraph as it is given: `url` may be empty, `sdl` is its whole schema text."""

    name: str
    url: str
    sdl: str


class Kind(StrEnum):
    """What a type is."""

    SCALAR = "scalar"
    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"


# --- type references -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedRef:
    """`User`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListRef:
    """`[…]`."""

    of: TypeRef

    def __str__(self) -> str:
        return f"[{self.of}]"


@dataclass(frozen=True, slots=True)
class NonNullRef:
    """`…!`; `of` is never non-null itself."""

    of: NamedRef | ListRef

    def __str__(self) -> str:
        return f"{self.of}!"


TypeRef = NamedRef | ListRef | NonNullRef


def type_ref(node: TypeNode) -> TypeRef:
    """The reference a type node stands for."""
    if isinstance(node, NonNullTypeNode):
        inner = type_ref(node.type)
        return inner if isinstance(inner, NonNullRef) else NonNullRef(inner)
    if isinstance(node, ListTypeNode):
        return ListRef(type_ref(node.type))
    assert isinstance(node, NamedTypeNode)  # noqa: S101  # the only other kind there is
    return NamedRef(node.name.value)


def base_name(ref: TypeRef) -> str:
    """The name inside all wrappers."""
    while not isinstance(ref, NamedRef):
        ref = ref.of
    return ref.name


def value_text(node: ValueNode | None) -> str:
    """One text per value: equal values, equal text (block strings as plain ones, object fields sorted)."""
    if node is None:
        return ""
    if isinstance(node, StringValueNode):
        return print_ast(StringValueNode(value=node.value, block=False))
    if isinstance(node, ListValueNode):
        return f"[{', '.join(value_text(item) for item in node.values)}]"
    if isinstance(node, ObjectValueNode):
        fields = sorted(f"{entry.name.value}: {value_text(entry.value)}" for entry in node.fields)
        return "{" + ", ".join(fields) + "}"
    return print_ast(node)


# --- elements --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Directive:
    """One application of a directive.

    name       as the subgraph writes it, without `@`
    meaning    canonical name when it is one composition knows ("key", "tag", "cost" …), whatever it is called here;
               also for built-ins ("deprecated", "specifiedBy"); None for the author's own and unknown ones
    arguments  as written, in order; defaults are not filled in
    part       index into the type's `parts` when applied to a type, else 0
    """

    name: str
    meaning: str | None
    arguments: Mapping[str, ValueNode]
    location: Location | None = None
    part: int = 0

    def text(self, argument: str) -> str | None:
        """A string argument's value; None when absent or no string."""
        value = self.arguments.get(argument)
        return value.value if isinstance(value, StringValueNode) else None

    def flag(self, argument: str, *, default: bool) -> bool:
        """A Boolean argument's value; `default` when absent or no Boolean."""
        value = self.arguments.get(argument)
        return value.value if isinstance(value, BooleanValueNode) else default

    def __str__(self) -> str:
        inner = ", ".join(f"{name}: {value_text(value)}" for name, value in self.arguments.items())
        return f"@{self.name}({inner})" if inner else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Annotated:
    """Anything with a name, a description and directives; the base of all elements."""

    name: str
    description: str | None
    directives: tuple[Directive, ...]
    location: Location | None

    def all(self, meaning: str) -> tuple[Directive, ...]:
        """Every application with that meaning, in order."""
        return tuple(directive for directive in self.directives if directive.meaning == meaning)

    def first(self, meaning: str) -> Directive | None:
        """The first application with that meaning."""
        return next((directive for directive in self.directives if directive.meaning == meaning), None)

    def has(self, meaning: str) -> bool:
        """Whether a directive with that meaning is applied to the element itself."""
        return any(directive.meaning == meaning for directive in self.directives)


@dataclass(frozen=True, slots=True)
class InputValue(Annotated):
    """An argument, or a field of an input object.

    default  None when there is none; `null` is a NullValueNode
    part     index into the type's `parts` (0 for arguments)
    """

    type: TypeRef
    default: ValueNode | None
    part: int = 0

    @property
    def required(self) -> bool:
        """Non-null and without a default."""
        return isinstance(self.type, NonNullRef) and self.default is None


@dataclass(frozen=True, slots=True)
class Field(Annotated):
    """A field of an object or an interface; `parent` is the type's name, `part` an index into its `parts`."""

    parent: str
    type: TypeRef
    arguments: Mapping[str, InputValue]
    part: int = 0

    @property
    def coordinate(self) -> str:
        """`Type.field`."""
        return f"{self.parent}.{self.name}"


@dataclass(frozen=True, slots=True)
class EnumValue(Annotated):
    """A value of an enum; `part` is an index into the type's `parts`."""

    part: int = 0


@dataclass(frozen=True, slots=True)
class TypePart:
    """One `type X …` or `extend type X …`; the directives themselves are in `TypeDefinition.directives`."""

    extension: bool
    location: Location | None


@dataclass(frozen=True, slots=True)
class TypeDefinition(Annotated):
    """A type with all its parts put together.

    directives    of all parts; `Directive.part` says which
    parts         at least one; more than one when there are extensions
    fields        objects and interfaces
    interfaces    names, objects and interfaces
    members       names, unions
    values        enums
    input_fields  input objects
    """

    kind: Kind
    parts: tuple[TypePart, ...]
    fields: Mapping[str, Field]
    interfaces: tuple[str, ...]
    members: tuple[str, ...]
    values: Mapping[str, EnumValue]
    input_fields: Mapping[str, InputValue]

    @property
    def has_definition(self) -> bool:
        """Whether a part is a definition (`type X`) and not an extension."""
        return any(not part.extension for part in self.parts)

    @property
    def has_extension(self) -> bool:
        """Whether a part is an extension (`extend type X`)."""
        return any(part.extension for part in self.parts)

    @property
    def is_interface_object(self) -> bool:
        """An object marked `@interfaceObject`: it stands for an interface of the supergraph."""
        return self.kind is Kind.OBJECT and self.has("interfaceObject")

    def written_in_extension(self, directive: Directive) -> bool:
        """Whether the directive was applied in an `extend …` part (or the type is marked `@extends`)."""
        return self.parts[directive.part].extension or self.has("extends")


@dataclass(frozen=True, slots=True)
class DirectiveDefinition:
    """A directive the subgraph defines itself; federation's and the built-in ones are not kept."""

    name: str
    description: str | None
    arguments: Mapping[str, InputValue]
    repeatable: bool
    locations: tuple[DirectiveLocation, ...]
    location: Location | None

    @property
    def executable_locations(self) -> tuple[DirectiveLocation, ...]:
        """Those in operations (QUERY, FIELD …), in order."""
        return tuple(location for location in self.locations if location.name in EXECUTABLE_LOCATIONS)


EXECUTABLE_LOCATIONS = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)


# --- the subgraph ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What half of the rules ask about a field; sets of "Type.field" coordinates of one subgraph.

    external       marked (on the field or, in Federation 2, on its object type) and not fake
    fake_external  marked, but a key field of an extension: treated as owned
    provided       named by some `@provides` (implementations of interface fields included)
    shareable      marked, part of a key, or provided
    used           in a key/requires/provides/context selection, or demanded by an interface
    """

    external: frozenset[str]
    fake_external: frozenset[str]
    provided: frozenset[str]
    shareable: frozenset[str]
    used: frozenset[str]


@dataclass(frozen=True, slots=True)
class SubgraphModel:
    """One subgraph, ready to be merged.

    name             as given
    url              routing url, may be empty
    version          of federation: (2, 3); (1, 0) before the upgrade of a Federation 1 subgraph
    upgraded         it was Federation 1
    names            features and names
    types            the author's types by name, roots under their standard names; machinery left out
    roots            "query"/"mutation"/"subscription" → "Query"… for those that exist
    root_names       "Query" → the name the author gave it, for messages
    directives       the author's directive definitions by written name
    schema_directives  applied to `schema`, `@link` included
    facts            the predicates; `is_external` and so on below are the way to ask
    """

    name: str
    url: str
    version: Version
    upgraded: bool
    names: Names
    types: Mapping[str, TypeDefinition]
    roots: Mapping[str, str]
    root_names: Mapping[str, str]
    directives: Mapping[str, DirectiveDefinition]
    schema_directives: tuple[Directive, ...]
    schema_description: str | None
    facts: FieldFacts

    def is_external(self, field: Field) -> bool:
        """External and not fake: not resolved here, unless provided on some path."""
        return field.coordinate in self.facts.external

    def is_partially_external(self, field: Field) -> bool:
        """External, but some `@provides` names it."""
        return field.coordinate in self.facts.external and field.coordinate in self.facts.provided

    def is_fully_external(self, field: Field) -> bool:
        """External and never provided."""
        return field.coordinate in self.facts.external and field.coordinate not in self.facts.provided

    def is_fake_external(self, field: Field) -> bool:
        """Marked external on a key field of an extension; owned in truth."""
        return field.coordinate in self.facts.fake_external

    def is_shareable(self, field: Field) -> bool:
        """May be resolved by other subgraphs as well."""
        return field.coordinate in self.facts.shareable

    def is_used(self, field: Field) -> bool:
        """Some field set or interface of this subgraph needs it."""
        return field.coordinate in self.facts.used

    def runtime_types(self, name: str) -> tuple[str, ...]:
        """Names of the object types a value of that type can have here: implementations, members, or itself."""
        definition = self.types.get(name)
        if definition is None:
            return ()
        if definition.kind is Kind.UNION:
            return definition.members
        if definition.kind is not Kind.INTERFACE:
            return (name,)
        return tuple(
            other.name for other in self.types.values() if other.kind is Kind.OBJECT and name in other.interfaces
        )
