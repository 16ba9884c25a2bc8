"""Demand control: what an operation would cost, estimated from `@cost` and `@listSize` before anything is asked.

    cost of a field = length × (weight + cost of what is selected below it) + weights of its arguments
    cost of an operation = 10 for a mutation, else 0, + the cost of each of its root fields

Weight     of a field: its `@cost`, else its type's, else 1 for an object, interface or union and 0 for a leaf. Of an
           argument or input field: the same, with 1 for an input object, for each of the objects given. On an abstract
           type the dearest of its runtime types counts.
Length     1 unless the field is a list. Then, in this order: what the parent's `sizedFields` hand down, the greatest
           of the `slicingArguments` given, their defaults, `assumedSize`, and at last the settings' `list_size`.
Compiled   once an operation: what depends on no variable is a number already, so that most requests add up a few.
Bounds     A fragment is compiled once per type it is spread on; sums stop at `CAP`, they never overflow.
Source     IBM GraphQL cost directives specification; Apollo Federation, demand control
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

from gateway.errors import ListSizeUnknown
from gateway.limits import CAP
from gateway.planner.operation import fragments_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import (
        DirectiveNode,
        DocumentNode,
        FragmentDefinitionNode,
        GraphQLArgument,
        GraphQLField,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionSetNode,
        ValueNode,
    )

    from gateway.supergraph.model import Supergraph

MUTATION_COST: Final = 10
"""What a mutation costs before any of its fields."""

Variables = Mapping[str, Any]
_NOTHING: Final[Mapping[str, Any]] = {}
Amount = int | Callable[[Variables], int]
"""A number, or what computes it from coerced variables."""


@dataclass(frozen=True, slots=True)
class ListSize:
    """One `@listSize`."""

    assumed: int | None
    slicing: tuple[str, ...]
    sized: frozenset[str]
    require_one: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """The `@cost` and `@listSize` of a supergraph, by coordinate.

    list_size    length of a list about which nothing is said
    """

    schema: GraphQLSchema
    possible: Mapping[str, frozenset[str]]
    weights: Mapping[str, int]
    sizes: Mapping[str, ListSize]
    list_size: int

    @classmethod
    def of(cls, supergraph: Supergraph, list_size: int) -> Weights:
        """The table of a supergraph; a weight that is no number counts as none."""
        weights: dict[str, int] = {}
        sizes: dict[str, ListSize] = {}
        for coordinate, directives in supergraph.directives.items():
            for directive in directives:
                if directive.name == "cost":
                    weight = _number(directive.arguments.get("weight"))
                    if weight is not None:
                        weights[coordinate] = weight
                elif directive.name == "listSize":
                    sizes[coordinate] = _list_size(directive.arguments)
        return cls(supergraph.api_schema, supergraph.possible, weights, sizes, list_size)

    def of_field(self, owner: str, name: str) -> int | None:
        """What `@cost` says of a field, on its own type or on a runtime type of that."""
        own = self.weights.get(f"{owner}.{name}")
        if own is not None or owner not in self.possible:
            return own
        found = [self.weights.get(f"{each}.{name}") for each in self.possible[owner]]
        return max((weight for weight in found if weight is not None), default=None)

    def of_type(self, name: str, otherwise: int) -> int:
        """What `@cost` says of a type, or of the dearest of its runtime types."""
        own = self.weights.get(name)
        if own is not None:
            return own
        return max((self.weights.get(each, otherwise) for each in self.possible.get(name, ())), default=otherwise)

    def size_of(self, owner: str, name: str) -> ListSize | None:
        """The `@listSize` of a field, on its own type or on a runtime type of that."""
        own = self.sizes.get(f"{owner}.{name}")
        if own is not None or owner not in self.possible:
            return own
        found = (self.sizes.get(f"{each}.{name}") for each in sorted(self.possible[owner]))
        return next((size for size in found if size is not None), None)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one request would cost, and what each field at its root adds, by response key."""

    cost: int
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OperationCost:
    """One operation, ready to be estimated for any variables."""

    base: int
    roots: tuple[tuple[str, Amount], ...]
    total: Amount

    def estimate(self, variables: Variables) -> int:
        """The cost, 0 to `CAP`; raises `ListSizeUnknown`."""
        return max(0, _value(self.total, variables))

    def explain(self, variables: Variables) -> Estimate:
        """The cost, and what it is made of; raises `ListSizeUnknown`."""
        fields: dict[str, int] = {}
        for key, amount in self.roots:
            fields[key] = min(CAP, fields.get(key, 0) + _value(amount, variables))
        return Estimate(self.estimate(variables), fields)


def compile_cost(document: DocumentNode, node: OperationDefinitionNode, weights: Weights) -> OperationCost:
    """The cost of one operation of a valid document."""
    root = weights.schema.get_root_type(node.operation)
    assert root is not None  # noqa: S101  # documents are valid
    compiler = _Compiler(weights, fragments_of(document))
    base = MUTATION_COST if node.operation.value == "mutation" else 0
    roots = tuple(compiler.roots(root.name, node.selection_set))
    return OperationCost(base, roots, _sum([base, *(amount for _, amount in roots)]))


@dataclass(slots=True)
class _Compiler:
    weights: Weights
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[tuple[int, str, int], Amount] = field(default_factory=dict)
    handed_down: list[Mapping[str, Amount]] = field(default_factory=list)
    """Kept, so that no other gets the address that `known` has one by."""

    def roots(self, owner: str, selection_set: SelectionSetNode) -> Iterable[tuple[str, Amount]]:
        """Each field at the root with its amount, fragments written out."""
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                yield key, _guarded(self._field(owner, node, _NOTHING), node.directives)
            else:
                inner, _ = self._inside(owner, node)
                for key, amount in self.roots(owner, inner) if inner else ():
                    yield key, _guarded(amount, node.directives)

    def _selection(self, owner: str, selection_set: SelectionSetNode, sized: Mapping[str, Amount]) -> Amount:
        key = (id(selection_set), owner, id(sized))
        found = self.known.get(key)
        if found is None:
            parts: list[Amount] = []
            for node in selection_set.selections:
                if isinstance(node, FieldNode):
                    amount = self._field(owner, node, sized)
                else:
                    inner, condition = self._inside(owner, node)
                    amount = self._selection(condition, inner, sized) if inner else 0
                parts.append(_guarded(amount, node.directives))
            found = self.known[key] = _sum(parts)
        return found

    def _inside(self, owner: str, node: Any) -> tuple[SelectionSetNode | None, str]:
        """What a fragment selects, and on which type."""
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments[node.name.value]
            return fragment.selection_set, fragment.type_condition.name.value
        if isinstance(node, InlineFragmentNode):
            return node.selection_set, node.type_condition.name.value if node.type_condition else owner
        return None, owner

    def _field(self, owner: str, node: FieldNode, sized: Mapping[str, Amount]) -> Amount:
        name = node.name.value
        if name.startswith("__"):
            return 0
        parent = self.weights.schema.type_map[owner]
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101  # unions have no other fields
        definition = parent.fields[name]
        target = get_named_type(definition.type)
        below: Mapping[str, Amount] = _NOTHING
        length: Amount = 1
        size = self.weights.size_of(owner, name)
        if size is not None and size.sized:
            below = dict.fromkeys(size.sized, self._length(size, node, definition))
            self.handed_down.append(below)
        elif name in sized:
            length = sized[name]
        elif _is_list(definition.type):
            length = self.weights.list_size if size is None else self._length(size, node, definition)
        own = self.weights.of_field(owner, name)
        each: Amount = self.weights.of_type(target.name, int(is_composite_type(target))) if own is None else own
        if node.selection_set is not None:
            each = _sum([each, self._selection(target.name, node.selection_set, below)])
        return _sum([_product(length, each), *self._arguments(owner, node, definition)])

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
            return _sum([self._value(named, own, each) for each in value.values])
        if isinstance(value, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
            parts: list[Amount] = [own]
            for each in value.fields:
                inner = named.fields[each.name.value]
                weight = self.weights.weights.get(f"{named.name}.{each.name.value}")
                parts.append(self._input(inner, weight, each.value))
            return _sum(parts)
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


def _guarded(amount: Amount, directives: Iterable[DirectiveNode] | None) -> Amount:
    """The amount where `@skip` and `@include` let it be asked, else 0."""
    for directive in directives or ():
        if directive.name.value not in {"skip", "include"}:
            continue
        condition = next((each.value for each in directive.arguments or () if each.name.value == "if"), None)
        wanted = directive.name.value == "include"
        if isinstance(condition, VariableNode):
            amount = _when(condition.name.value, amount, wanted=wanted)
        elif bool(getattr(condition, "value", wanted)) is not wanted:
            return 0
    return amount


def _when(name: str, amount: Amount, *, wanted: bool) -> Amount:
    return lambda variables: _value(amount, variables) if bool(variables.get(name)) is wanted else 0


def _value(amount: Amount, variables: Variables) -> int:
    return amount if isinstance(amount, int) else amount(variables)


def _sum(amounts: Iterable[Amount]) -> Amount:
    fixed, open_ = 0, []
    for amount in amounts:
        if isinstance(amount, int):
            fixed += amount
        else:
            open_.append(amount)
    fixed = _capped(fixed)
    if not open_:
        return fixed
    if len(open_) == 1 and not fixed:
        return open_[0]
    rest = tuple(open_)
    return lambda variables: _capped(fixed + sum([amount(variables) for amount in rest]))


def _product(left: Amount, right: Amount) -> Amount:
    if isinstance(left, int) and isinstance(right, int):
        return _capped(left * right)
    if left == 1:
        return right
    return lambda variables: _capped(_value(left, variables) * _value(right, variables))


def _capped(amount: int) -> int:
    return max(-CAP, min(CAP, amount))


def _integer(node: ValueNode, variables: Variables) -> int | None:
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        return value if isinstance(value, int) else None
    return int(node.value[:20]) if isinstance(node, IntValueNode) else None


def _is_list(of: Any) -> bool:
    return is_list_type(of.of_type if is_non_null_type(of) else of)


def _number(value: object) -> int | None:
    """A weight: an integer, or a number in a string as the specification writes them."""
    try:
        return int(float(value)) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _list_size(arguments: Mapping[str, object]) -> ListSize:
    slicing, sized = (arguments.get(name) or () for name in ("slicingArguments", "sizedFields"))
    assumed = arguments.get("assumedSize")
    return ListSize(
        assumed=assumed if isinstance(assumed, int) else None,
        slicing=tuple(map(str, slicing)) if isinstance(slicing, list | tuple) else (str(slicing),),
        sized=frozenset(map(str, sized)) if isinstance(sized, list | tuple) else frozenset((str(sized),)),
        require_one=arguments.get("requireOneSlicingArgument", True) is not False,
    )
