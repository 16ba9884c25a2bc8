r"""Field sets: selections written inside directives, as `"id org { id } price(currency: \"USD\")"`."""

from __future__ import annotations

from functools import lru_cache

from graphql import GraphQLError, parse
from graphql.language import FieldNode, OperationDefinitionNode, SelectionSetNode

from gateway.errors import SupergraphInvalid


@lru_cache(maxsize=20_000)
def parse_field_set(fields: str) -> SelectionSetNode:
    """Read a field set, with or without its outer braces.

    Raises  SupergraphInvalid when it is not a selection
    Source  Apollo Federation, scalar FieldSet
    """
    text = fields if fields.lstrip().startswith("{") else "{" + fields + "}"
    try:
        definition = parse(text, no_location=True).definitions[0]
    except GraphQLError as exc:
        raise SupergraphInvalid(f'The field set "{fields}" cannot be read: {exc.message}') from exc
    if not isinstance(definition, OperationDefinitionNode):
        raise SupergraphInvalid(f'The field set "{fields}" is not a selection of fields.')
    return definition.selection_set


def leading_fields(fields: str) -> frozenset[str]:
    """Name the fields at the top of a field set: `"id org { id }"` → id, org."""
    return frozenset(node.name.value for node in parse_field_set(fields).selections if isinstance(node, FieldNode))
