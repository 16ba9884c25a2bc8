"""The cost of an operation's selections, added up as they are executed: each response key once.

Fields of one response key are one field, with the selections of all: they are gathered level by level, as execution
gathers them. Where type conditions exclude each other the dearest runtime type counts; where `@skip` and `@include`
depend on variables a field counts as soon as one way to it is open.
Bounds     A level is compiled once for the same selections under the same conditions, however many fragments lead to
           it. Where conditions multiply beyond `MOST_WAYS` they are left out: then more is counted, never less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from gateway.amounts import most_of, product_of, sum_of, where_any
from gateway.errors import ListSizeUnknown
from gateway.limits import CAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql import (
        DirectiveNode,
        FragmentDefinitionNode,
        GraphQLArgument,
        GraphQLField,
        SelectionSetNode,
        ValueNode,
    )

    from gateway.amounts import Amount, Conditions, Variables
    from gateway.cost import ListSize, Weights

MOST_WAYS: Final = 1_000
"""Ways into one level that are told apart by their conditions."""

_NOTHING: Final[Mapping[str, Amount]] = {}
_Part = tuple["SelectionSetNode", str, "Conditions"]
"""A selection, the type it is on, and what it takes to be asked."""

_Found = tuple[str, FieldNode, "Conditions"]
"""A field, the type it is selected on, and what it takes to be asked."""


@dataclass(slots=True)
class Compiler:
    """Compiles one document's selections."""

    weights: Weights
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[tuple[object, ...], Amount] = field(default_factory=dict)
    handed_down: list[Mapping[str, Amount]] = field(default_factory=list)
    """Kept, so that no other gets the address that `known` has one by."""

    def roots(self, owner: str, selection_set: SelectionSetNode) -> Iterable[tuple[str, Amount]]:
        """Each response key at the root with its amount."""
        parts: tuple[_Part, ...] = ((selection_set, owner, ()),)
        for key, found in self._gathered(parts, None).items():
            yield key, self._field(found, _NOTHING)

    def _level(self, parts: tuple[_Part, ...], sized: Mapping[str, Amount]) -> Amount:
        """What is selected below one field; of the dearest runtime type, where they differ."""
        key = (*((id(selection_set), owner, when) for selection_set, owner, when in parts), id(sized))
        known = self.known.get(key)
        if known is None:
            levels = [self._gathered(parts, signature) for signature in self._signatures(parts)]
            known = self.known[key] = most_of(
                [sum_of([self._field(found, sized) for found in level.values()]) for level in levels]
            )
        return known

    def _signatures(self, parts: tuple[_Part, ...]) -> list[frozenset[str] | None]:
        """The sets of type conditions that hold together, one a kind of runtime type; None: there are no others."""
        owners = {owner for _, owner, _ in parts}
        named: set[str] = set()
        seen: set[str] = set()
        waiting = [selection_set for selection_set, _, _ in parts]
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    continue
                if isinstance(node, FragmentSpreadNode):
                    if node.name.value in seen:
                        continue
                    seen.add(node.name.value)
                inner, condition = self._inside("", node)
                named.update({condition} - owners - {""})
                waiting.append(inner)
        if not named:
            return [None]
        runtime = frozenset.intersection(*[self._runtime(owner) for owner in owners]) or self._runtime(min(owners))
        always = frozenset(owners)
        holding = {always | {name for name in named if each in self._runtime(name)} for each in runtime}
        return [*sorted(holding, key=sorted)] or [None]

    def _runtime(self, name: str) -> frozenset[str]:
        return self.weights.possible.get(name) or frozenset({name})

    def _gathered(self, parts: tuple[_Part, ...], signature: frozenset[str] | None) -> dict[str, list[_Found]]:
        """The fields of one level by response key, of those type conditions; each fragment once per condition."""
        found: dict[str, list[_Found]] = {}
        seen: set[tuple[int, str, Conditions]] = set()
        waiting = list(reversed(parts))
        while waiting:
            part = waiting.pop()
            selection_set, owner, when = part if len(seen) < MOST_WAYS else (part[0], part[1], ())
            way = (id(selection_set), owner, when)
            if way in seen:
                continue
            seen.add(way)
            inside: list[_Part] = []
            for node in selection_set.selections:
                asked = _asked(node.directives, when)
                if asked is None:
                    continue
                if isinstance(node, FieldNode):
                    found.setdefault((node.alias or node.name).value, []).append((owner, node, asked))
                    continue
                inner, condition = self._inside(owner, node)
                if signature is None or condition in signature or condition == owner:
                    inside.append((inner, condition, asked))
            waiting += reversed(inside)
        return found

    def _inside(self, owner: str, node: Any) -> tuple[SelectionSetNode, str]:
        """What a fragment selects, and on which type."""
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments[node.name.value]
            return fragment.selection_set, fragment.type_condition.name.value
        assert isinstance(node, InlineFragmentNode)  # noqa: S101  # there is no fourth kind of selection
        return node.selection_set, node.type_condition.name.value if node.type_condition else owner

    def _field(self, found: list[_Found], sized: Mapping[str, Amount]) -> Amount:
        """All fields of one response key: one field, which valid documents ask with the same arguments."""
        owner, node, _ = found[0]
        name = node.name.value
        if name.startswith("__"):
            return 0
        definition = self._definition(owner, name)
        below: Mapping[str, Amount] = _NOTHING
        length: Amount = 1
        size = self.weights.size_of(owner, name)
        if size is not None and size.sized:
            below = dict.fromkeys(size.sized, self._length(size, node, definition))
            self.handed_down.append(below)
        elif name in sized:
            length = sized[name]
        elif is_list_type(definition.type.of_type if is_non_null_type(definition.type) else definition.type):
            length = self.weights.list_size if size is None else self._length(size, node, definition)
        parts = [
            (each.selection_set, get_named_type(self._definition(on, each.name.value).type).name, when)
            for on, each, when in found
            if each.selection_set is not None
        ]
        own = max(
            self._weight(on, each.name.value)
            for on, each in {(on, id(each)): (on, each) for on, each, _ in found}.values()
        )
        each_one = sum_of([own, self._level(tuple(dict.fromkeys(parts)), below)]) if parts else own
        amount = sum_of([product_of(length, each_one), *self._arguments(owner, node, definition)])
        return where_any([when for _, _, when in found], amount)

    def _definition(self, owner: str, name: str) -> GraphQLField:
        parent = self.weights.schema.type_map[owner]
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101  # unions have no other fields
        found: GraphQLField = parent.fields[name]
        return found

    def _weight(self, owner: str, name: str) -> int:
        own = self.weights.of_field(owner, name)
        if own is not None:
            return own
        target = get_named_type(self._definition(owner, name).type)
        return self.weights.of_type(target.name, int(is_composite_type(target)))

    def _length(self, size: ListSize, node: FieldNode, definition: GraphQLField) -> Amount:
        """How many there will be, of all that is said about it."""
        given = {each.name.value: each.value for each in node.arguments or ()}
        written = [definition.args[name].ast_node for name in size.slicing if name in definition.args]
        defaults = [each.default_value for each in written if each is not None]
        known = [int(value.value[:20]) for value in defaults if isinstance(value, IntValueNode)]
        otherwise = max(known) if known else size.assumed
        if otherwise is None and not size.require_one:
            otherwise = self.weights.list_size
        asked = tuple(given[name] for name in size.slicing if name in given)
        several = size.require_one and len(size.slicing) > 1
        where = f"{node.name.value}({', '.join(f'{name}:' for name in size.slicing)})"

        def length(variables: Variables) -> int:
            lengths = [value for value in (_integer(each, variables) for each in asked) if value is not None]
            if several and len(lengths) > 1:
                raise ListSizeUnknown(f"Give only one of the arguments that say how many: {where}.")
            found = max(lengths, default=otherwise)
            if found is None:
                raise ListSizeUnknown(f"Give an argument that says how many: {where}.")
            return max(0, min(CAP, found))

        if any(isinstance(each, VariableNode) for each in asked):
            return length
        try:
            return length({})
        except ListSizeUnknown:
            return length  # raised when it is asked for, not while others are compiled

    def _arguments(self, owner: str, node: FieldNode, definition: GraphQLField) -> Iterable[Amount]:
        for argument in node.arguments or ():
            name = argument.name.value
            weight = self.weights.weights.get(f"{owner}.{node.name.value}({name}:)")
            yield self._input(definition.args[name], weight, argument.value)

    def _input(self, definition: GraphQLArgument | Any, weight: int | None, value: ValueNode) -> Amount:
        named = get_named_type(definition.type)
        is_object = isinstance(named, GraphQLInputObjectType)
        own = self.weights.of_type(named.name, int(is_object)) if weight is None else weight
        if not own and not is_object:
            return 0
        return self._value(named, own, value)

    def _value(self, named: Any, own: int, value: ValueNode) -> Amount:
        if isinstance(value, VariableNode):
            name = value.name.value
            return lambda variables: self._given(named, own, variables.get(name))
        if isinstance(value, ListValueNode):
            return sum_of([self._value(named, own, each) for each in value.values])
        if isinstance(value, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
            parts: list[Amount] = [own]
            for each in value.fields:
                inner = named.fields[each.name.value]
                weight = self.weights.weights.get(f"{named.name}.{each.name.value}")
                parts.append(self._input(inner, weight, each.value))
            return sum_of(parts)
        return own

    def _given(self, named: Any, own: int, value: Any) -> int:
        """What a variable's value weighs; raises nothing, since it is coerced."""
        if value is None or value is Undefined:
            return 0
        if isinstance(value, list):
            return min(CAP, sum(self._given(named, own, each) for each in value))
        total = own
        if isinstance(value, dict) and isinstance(named, GraphQLInputObjectType):
            for name, inner_value in value.items():
                inner = get_named_type(named.fields[name].type)
                weight = self.weights.weights.get(f"{named.name}.{name}")
                is_object = isinstance(inner, GraphQLInputObjectType)
                each = self.weights.of_type(inner.name, int(is_object)) if weight is None else weight
                if each or is_object:
                    total += self._given(inner, each, inner_value)
        return min(CAP, total)


def _asked(directives: Iterable[DirectiveNode] | None, when: Conditions) -> Conditions | None:
    """What it takes to be asked, inside what takes `when`; None where it never is."""
    asked = set(when)
    for directive in directives or ():
        if directive.name.value not in {"skip", "include"}:
            continue
        condition = next((each.value for each in directive.arguments or () if each.name.value == "if"), None)
        wanted = directive.name.value == "include"
        if isinstance(condition, VariableNode):
            asked.add((condition.name.value, wanted))
            if (condition.name.value, not wanted) in asked:
                return None
        elif bool(getattr(condition, "value", wanted)) is not wanted:
            return None
    return tuple(sorted(asked)) if len(asked) > len(when) else when


def _integer(node: ValueNode, variables: Variables) -> int | None:
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        return value if isinstance(value, int) else None
    return int(node.value[:20]) if isinstance(node, IntValueNode) else None
