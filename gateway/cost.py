"""Demand control: what an operation would cost, estimated from `@cost` and `@listSize` before anything is asked.

    cost of a field = length × (weight + cost of what is selected below it) + weights of its arguments
    cost of an operation = 10 for a mutation, else 0, + the cost of each of its root fields

Weight     of a field: its `@cost`, else its type's, else 1 for an object, interface or union and 0 for a leaf. Of an
           argument or input field: the same, with 1 for an input object, for each of the objects given. On an abstract
           type the dearest of its runtime types counts.
Length     1 unless the field is a list. Then, in this order: what the parent's `sizedFields` hand down, the greatest
           of the `slicingArguments` given, their defaults, `assumedSize`, and at last the settings' `list_size`.
Merged     Fields of one response key are one field, as in execution (`cost_compiler.py`).
Compiled   once an operation: what depends on no variable is a number already, so that most requests add up a few.
Bounds     Sums stop at `CAP`, they never overflow.
Source     IBM GraphQL cost directives specification; Apollo Federation, demand control
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.amounts import sum_of, value_of
from gateway.cost_compiler import Compiler
from gateway.errors import PlanningLimit
from gateway.planner.operation import fragments_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

    from gateway.amounts import Amount, Variables
    from gateway.supergraph.model import Supergraph

MUTATION_COST: Final = 10
"""What a mutation costs before any of its fields."""


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
        return max(0, value_of(self.total, variables))

    def explain(self, variables: Variables) -> Estimate:
        """The cost, and what it is made of; raises `ListSizeUnknown`."""
        fields = {key: value_of(amount, variables) for key, amount in self.roots}
        return Estimate(self.estimate(variables), fields)


def compile_cost(document: DocumentNode, node: OperationDefinitionNode, weights: Weights) -> OperationCost:
    """The cost of one operation of a valid document; raises `PlanningLimit` for one nested too deeply."""
    root = weights.schema.get_root_type(node.operation)
    assert root is not None  # noqa: S101  # documents are valid
    compiler = Compiler(weights, fragments_of(document))
    base = MUTATION_COST if node.operation.value == "mutation" else 0
    try:
        roots = tuple(compiler.roots(root.name, node.selection_set))
    except RecursionError as exc:
        raise PlanningLimit("The operation is nested too deeply to be estimated.") from exc
    return OperationCost(base, roots, sum_of([base, *(amount for _, amount in roots)]))


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
