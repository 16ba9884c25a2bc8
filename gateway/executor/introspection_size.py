"""How much an introspection shows, counted before it is executed: aliases and cycles of types multiply.

Each selection is counted once for each element of the schema it stands at, so that counting costs a document's length
times the schema's, whatever the product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    get_introspection_query,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_wrapping_type,
    parse,
)

from gateway.errors import CostLimitExceeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode, SelectionSetNode

ALWAYS: Final = 20_000
"""Values that may be shown whatever the schema; a tenth of a second."""
TIMES: Final = 3
"""How often all of the schema, as common tools ask for it, may be shown in one answer."""

_whole: Final[WeakKeyDictionary[GraphQLSchema, int]] = WeakKeyDictionary()


def check_size(schema: GraphQLSchema, document: DocumentNode) -> None:
    """Raise `CostLimitExceeded` for an introspection that would show more than a few times all there is."""
    found = size_of(schema, document)
    if found > ALWAYS and found > (most := TIMES * _size_of_all(schema)):
        raise CostLimitExceeded(
            f"The introspection would show {found:,} values; at most {max(most, ALWAYS):,} are shown at once. "
            "Ask for the schema once, without aliases."
        )


def size_of(schema: GraphQLSchema, document: DocumentNode) -> int:
    """How many values the introspection fields of a document's first operation show, conditions left aside."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return _Count(schema, fragments).selections((operation.selection_set,), _ROOT)


def _size_of_all(schema: GraphQLSchema) -> int:
    found = _whole.get(schema)
    if found is None:
        query = get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
        )
        found = _whole[schema] = size_of(schema, parse(query))
    return found


class _Root:
    """Where the operation begins."""


_ROOT: Final = _Root()


class _Count:
    """Counts over one schema; what is known is kept by selection and element."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments
        self.known: dict[tuple[tuple[int, ...], int], int] = {}

    def selections(self, selections: tuple[SelectionSetNode, ...], element: Any) -> int:
        """What merged selections show of one element of the schema."""
        memo = (tuple(id(each) for each in selections), id(element))
        found = self.known.get(memo)
        if found is not None:
            return found
        fields: dict[str, list[FieldNode]] = {}
        entered: set[str] = set()
        for each in selections:
            self._gather(each, fields, entered)
        count = len(fields)
        for nodes in fields.values():
            inner = tuple(node.selection_set for node in nodes if node.selection_set is not None)
            if inner:
                below = [self.selections(inner, each) for each in self._below(nodes[0], element)]
                # `__type` names one of them, perhaps by a variable: as if it were the largest
                count += max(below, default=0) if nodes[0].name.value == "__type" else sum(below)
        self.known[memo] = count
        return count

    def _gather(self, selections: SelectionSetNode, fields: dict[str, list[FieldNode]], entered: set[str]) -> None:
        """Collect fields by response key, each fragment once (GraphQL specification, section 6.3.2)."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._gather(node.selection_set, fields, entered)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered:
                entered.add(node.name.value)
                self._gather(self.fragments[node.name.value].selection_set, fields, entered)

    def _below(self, node: FieldNode, element: Any) -> Sequence[Any]:
        """The elements a field of introspection leads to (GraphQL specification, section 4.2)."""
        name = node.name.value
        if element is _ROOT:
            if name == "__schema":
                return (self.schema,)
            return self._types() if name == "__type" else ()
        if element is self.schema:
            roots = {
                "queryType": "query_type",
                "mutationType": "mutation_type",
                "subscriptionType": "subscription_type",
            }
            if name in roots:
                return tuple(filter(None, (getattr(element, roots[name]),)))
            if name == "types":
                return self._types()
            return self.schema.directives if name == "directives" else ()
        return self._inside(name, element)

    def _types(self) -> Sequence[Any]:
        return tuple(self.schema.type_map.values())

    def _inside(self, name: str, element: Any) -> Sequence[Any]:
        fielded = is_object_type(element) or is_interface_type(element)
        if name == "type":
            return (element.type,)
        if name == "ofType":
            return (element.of_type,) if is_wrapping_type(element) else ()
        if name == "args":
            return tuple(element.args.values())
        if name == "fields":
            return tuple(element.fields.values()) if fielded else ()
        if name == "inputFields":
            return tuple(element.fields.values()) if is_input_object_type(element) else ()
        if name == "interfaces":
            return tuple(element.interfaces) if fielded else ()
        if name == "possibleTypes":
            return tuple(self.schema.get_possible_types(element)) if is_abstract_type(element) else ()
        if name == "enumValues":
            return tuple(element.values.values()) if is_enum_type(element) else ()
        return ()
