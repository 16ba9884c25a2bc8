"""`@authenticated`, `@requiresScopes` and `@policy`, enforced before planning: what is refused is never asked for.

A refused field is replaced by `__typename` under an alias of its own, so that planning and execution settle, as for
any field, at which objects it would have stood; `Denials.apply` then makes it null there, adds the error, and lets
the null rise where the field may not be null.

Rules   1 A field needs what is demanded of itself, of its parent type and of the type it returns.
        2 Asked on an abstract type, it also needs what is demanded of it on every runtime type.
        3 What is demanded of an interface's field holds for the same field of its types where none of them
          demands anything itself; otherwise the interface's demand was made out of theirs.
        4 Several demands must all hold.
        5 A policy holds for those whose token lists it in the claim `identity.policies_claim`; for nobody without one.
Source  Apollo Federation, authorization directives
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNonNull,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_list_type,
    visit,
)

from gateway.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, GraphQLSchema

    from gateway.identity import Identity
    from gateway.supergraph.model import AppliedDirective, Supergraph

MAX_ERRORS: Final = 100
"""Refused fields reported in one answer; a list of a thousand objects needs no thousand errors."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one directive demands.

    scopes      alternatives, each a tuple of scopes that must all be there; empty: a signed-in caller will do
    policies    the same of policies, as `@policy` demands them; None for the other directives
    """

    scopes: tuple[tuple[str, ...], ...] = ()
    policies: tuple[tuple[str, ...], ...] | None = None

    def holds(self, identity: Identity) -> bool:
        """Whether this caller meets it."""
        if self.policies is not None:
            return any(identity.policies.issuperset(every) for every in self.policies)
        if not identity.authenticated:
            return False
        return not self.scopes or any(identity.scopes.issuperset(every) for every in self.scopes)


@dataclass(frozen=True, slots=True)
class _Table:
    """Demands by coordinate, read from the supergraph once."""

    supergraph: Supergraph
    written: Mapping[str, frozenset[Requirement]]
    known: dict[tuple[str, str, str], frozenset[Requirement]] = field(default_factory=dict)

    def of(self, parent: str, name: str, returned: str) -> frozenset[Requirement]:
        key = (parent, name, returned)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._compute(parent, name, returned)
        return found

    def _compute(self, parent: str, name: str, returned: str) -> frozenset[Requirement]:
        written = self.written
        nothing: frozenset[Requirement] = frozenset()
        found = written.get(f"{parent}.{name}", nothing) | written.get(parent, nothing) | written.get(returned, nothing)
        for member in self.supergraph.possible.get(parent, ()):
            found |= written.get(f"{member}.{name}", nothing) | written.get(member, nothing)
        for interface in self._interfaces(parent):
            members = self.supergraph.possible.get(interface, frozenset())
            if not any(f"{member}.{name}" in written for member in members):
                found |= written.get(f"{interface}.{name}", nothing)
        return found

    def _interfaces(self, parent: str) -> set[str]:
        definition = self.supergraph.types.get(parent)
        return set().union(*definition.implements.values()) if definition else set()


@dataclass(frozen=True, slots=True)
class Guards:
    """What one operation demands of its caller; falsy when nothing."""

    requirements: tuple[Requirement, ...] = ()
    table: _Table | None = None

    def __bool__(self) -> bool:
        return bool(self.requirements)

    @classmethod
    def of(cls, supergraph: Supergraph, document: DocumentNode, operation: OperationDefinitionNode) -> Guards:
        """Read the demands of a valid operation; linear in the document, whose fragments may be shared."""
        table = _table_of(supergraph)
        if not table.written:
            return cls()
        del operation  # a fragment's demands do not depend on who spreads it: the whole document is read
        found: set[Requirement] = set()

        def collect(parent: str, node: FieldNode, returned: str) -> None:
            found.update(table.of(parent, node.name.value, returned))

        _each_field(supergraph.api_schema, document, collect)
        return cls(tuple(sorted(found, key=repr)), table)

    def denied(self, identity: Identity) -> tuple[int, ...]:
        """The demands that this caller does not meet, by index; part of the key under which programs are kept."""
        return tuple(i for i, requirement in enumerate(self.requirements) if not requirement.holds(identity))

    def rewrite(
        self, document: DocumentNode, name: str | None, denied: tuple[int, ...], *, signed_in: bool
    ) -> tuple[DocumentNode, Denials]:
        """Replace the fields whose demands are in `denied`; the other half restores their keys in the answer."""
        table = self.table
        assert table is not None  # noqa: S101  # requirements come from a table
        schema = table.supergraph.api_schema
        unmet = {self.requirements[i] for i in denied}
        prefix = _free_prefix(document)
        nullability = _Nullability(schema, document).of(name)

        def replace(parent: str, node: FieldNode, returned: str) -> FieldNode | None:
            if unmet.isdisjoint(table.of(parent, node.name.value, returned)):
                return None
            key = (node.alias or node.name).value
            return FieldNode(
                alias=NameNode(value=prefix + key),
                name=NameNode(value="__typename"),
                arguments=(),
                directives=node.directives,
                selection_set=None,
            )

        rewritten = _each_field(schema, document, replace)
        return rewritten, Denials(prefix, nullability, Forbidden if signed_in else Unauthenticated)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of one response key: whether and where it may be null, and the keys below it."""

    type: Any
    below: dict[str, _Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Denials:
    """What an answer has to leave out."""

    prefix: str
    shapes: Mapping[str, _Shape]
    error: type[Forbidden | Unauthenticated]

    def apply(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The answer with its refused fields null, an error for each, and nulls risen to where null is allowed."""
        errors: list[dict[str, Any]] = []
        data = answer.get("data")
        if isinstance(data, dict):
            data = self._object(data, self.shapes, (), errors)
        told = [*answer.get("errors", ()), *errors[:MAX_ERRORS]]
        return {**answer, "data": data, **({"errors": told} if told else {})}

    def _object(
        self, value: Mapping[str, Any], shapes: Mapping[str, _Shape], path: tuple[str | int, ...], errors: list[Any]
    ) -> dict[str, Any] | None:
        kept: dict[str, Any] = {}
        doomed = False
        for key, item in value.items():
            real = key.removeprefix(self.prefix)
            shape = shapes.get(real)
            if real != key:
                errors.append(self._shown((*path, real)))
                kept[real] = None
            elif shape is not None and shape.below:
                kept[key] = self._value(item, shape.type, shape, (*path, key), errors)
            else:
                kept[key] = item
                continue
            doomed = doomed or (kept[real] is None and shape is not None and isinstance(shape.type, GraphQLNonNull))
        return None if doomed else kept

    def _value(self, value: Any, kind: Any, shape: _Shape, path: tuple[str | int, ...], errors: list[Any]) -> Any:
        nullable = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is None:
            return None
        if is_list_type(nullable) and isinstance(value, list):
            inner = nullable.of_type
            items = [self._value(item, inner, shape, (*path, i), errors) for i, item in enumerate(value)]
            return None if isinstance(inner, GraphQLNonNull) and None in items else items
        return self._object(value, shape.below, path, errors) if isinstance(value, dict) else value

    def _shown(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        message = "Sign in to see this." if self.error is Unauthenticated else "You may not see this."
        return {"message": message, "path": list(path), "extensions": {"code": self.error.code}}


class _Nullability:
    """Types by response key, for the null that rises. Validation has made sure that one key has one shape."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}

    def of(self, name: str | None) -> dict[str, _Shape]:
        for node in self._document.definitions:
            if isinstance(node, OperationDefinitionNode) and (name is None or (node.name and node.name.value == name)):
                shapes: dict[str, _Shape] = {}
                self._fill(shapes, node.selection_set, self._schema.get_root_type(node.operation))
                return shapes
        return {}

    def _fill(self, shapes: dict[str, _Shape], selection_set: SelectionSetNode, parent: Any) -> None:
        for node, owner in self._fields(selection_set, parent):
            definition = getattr(owner, "fields", {}).get(node.name.value)
            if definition is None:
                continue
            shape = shapes.setdefault((node.alias or node.name).value, _Shape(definition.type))
            if node.selection_set:
                self._fill(shape.below, node.selection_set, get_named_type(definition.type))

    def _fields(self, selection_set: SelectionSetNode, parent: Any) -> Iterator[tuple[FieldNode, Any]]:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                yield node, parent
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                owner = self._schema.get_type(condition.name.value) if condition else parent
                yield from self._fields(node.selection_set, owner)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(
                    fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value)
                )


def _each_field(schema: GraphQLSchema, document: DocumentNode, act: Any) -> DocumentNode:
    """Call `act(parent, node, returned)` for each field of the document; a node it returns takes the field's place."""
    info = TypeInfo(schema)

    class Walker(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> Any:
            parent, definition = info.get_parent_type(), info.get_field_def()
            if parent is None or definition is None or node.name.value.startswith("__"):
                return None
            return act(parent.name, node, get_named_type(definition.type).name)

    changed: DocumentNode = visit(document, TypeInfoVisitor(info, Walker()))
    return changed


def _free_prefix(document: DocumentNode) -> str:
    """A prefix that no response key of the document begins with."""
    keys: list[str] = []

    class Keys(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            keys.append((node.alias or node.name).value)

    visit(document, Keys())
    number = 0
    while any(key.startswith(f"_denied{number}_") for key in keys):
        number += 1
    return f"_denied{number}_"


def _table_of(supergraph: Supergraph) -> _Table:
    table = supergraph.derived.get(_Table)
    if not isinstance(table, _Table):
        written = {
            coordinate: requirements
            for coordinate, directives in supergraph.directives.items()
            if (requirements := frozenset(filter(None, map(_requirement, directives))))
        }
        table = _Table(supergraph, written)
        supergraph.derived[_Table] = table
    return table


def _requirement(directive: AppliedDirective) -> Requirement | None:
    if directive.name == "authenticated":
        return Requirement()
    if directive.name == "requiresScopes":
        return Requirement(scopes=_alternatives(directive, "scopes"))
    if directive.name == "policy":
        return Requirement(policies=_alternatives(directive, "policies"))
    return None


def _alternatives(directive: AppliedDirective, argument: str) -> tuple[tuple[str, ...], ...]:
    given: Any = directive.arguments.get(argument) or ()
    return tuple(tuple(sorted(every)) for every in given)
