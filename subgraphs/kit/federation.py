"""A Federation 2 schema over strawberry, with `_entities` as a subgraph on its own may dare to answer it.

Rule 1  Only keys are read from a representation, each coerced by its field's type; whatever else a caller states
        about an entity is dropped, except what the type marks @external for a @requires field.
Rule 2  What is wrong with one representation is an error of that index; the others are answered.
Rule 3  No type is ever built from a representation, but for stubs: types that are nothing beside their key.
Rule 4  All representations of a call are resolved at once, so that loaders see them together.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, cast

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    parse,
)
from strawberry.federation import Schema
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema_directives import External, Key
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition

from subgraphs.kit.context import Info
from subgraphs.kit.errors import BadUserInput, LimitExceeded
from subgraphs.kit.scalars import SCALARS

Resolve = Callable[..., Any]
FederationVersion = Literal["2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9"]
Fields = tuple[tuple[str, "Fields"], ...]
"""What a field set selects: each field, and what is selected of it."""


@dataclass(frozen=True, slots=True)
class _Entity:
    """How one type is resolved.

    keys        each @key's fields; a representation must hold all of one of them
    fields      readable field → its GraphQL type: keys, and @external fields that some @requires names
    resolve     `resolve_reference` of the class; None for a stub
    accepts     names of its parameters, `info` left out; None when it takes any keyword
    """

    name: str
    origin: type
    keys: tuple[Fields, ...]
    fields: Mapping[str, tuple[str, GraphQLOutputType]]
    resolve: Resolve | None
    accepts: frozenset[str] | None
    wants_info: bool


ROOT_TEXT: Final[Mapping[str, str]] = {
    "Query": "Everything that can be read.",
    "Mutation": "Everything that can be changed; of several changes in one request each waits for the one before.",
    "Subscription": "Everything that can be followed as it changes.",
}
"""Root type → its description: one text in all subgraphs, for it is one type of the graph."""


def _extends(root: GraphQLObjectType) -> bool:
    """Whether it is printed as `extend type`, where SDL has no place for a description."""
    return bool(getattr(root.extensions.get("strawberry-definition"), "extend", False))


class FederatedSchema(Schema):
    """The schema of a subgraph: Federation 2, the five services' scalars, checked `_entities`.

    version     of the federation specification that the SDL links; 2.9 knows all that the kit can write
    Example     schema = FederatedSchema(query=Query, mutation=Mutation, types=[Location, Order])
    """

    def __init__(
        self,
        *,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        types: Iterable[type] = (),
        version: FederationVersion = "2.9",
    ) -> None:
        super().__init__(
            query=query,
            mutation=mutation,
            subscription=subscription,
            types=types,
            federation_version=version,
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        )
        made = self.graphql_schema
        for root in (made.query_type, made.mutation_type, made.subscription_type):
            if root is not None and root.description is None and not _extends(root):
                root.description = ROOT_TEXT.get(root.name)

    @property
    def graphql_schema(self) -> GraphQLSchema:
        """The schema graphql-core validates and executes against."""
        return cast(GraphQLSchema, self._schema)  # type: ignore[redundant-cast]  # strawberry leaves it untyped in part

    async def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:  # type: ignore[override]  # the base is sync; its caller awaits either
        """Answer Query._entities (Apollo subgraph specification): as many answers as representations, in their order."""
        most = info.context.settings.entities
        if len(representations) > most:
            raise LimitExceeded(f"_entities takes at most {most} representations, not {len(representations)}")
        answers: list[Any] = [None] * len(representations)
        waiting: list[tuple[int, Awaitable[Any]]] = []
        for index, representation in enumerate(representations):
            try:
                answer = self._resolve(info, representation)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this index's alone
                answer = error
            if inspect.isawaitable(answer):
                waiting.append((index, answer))
            else:
                answers[index] = answer
        if waiting:
            found = await asyncio.gather(*(answer for _, answer in waiting), return_exceptions=True)
            for (index, _), answer in zip(waiting, found, strict=True):
                if isinstance(answer, asyncio.CancelledError):
                    raise answer
                answers[index] = answer
        return answers

    def _resolve(self, info: Info, representation: Any) -> Any:
        """The entity of one representation, or an awaitable of it; raises what is wrong with it."""
        if not isinstance(representation, dict) or not isinstance(representation.get("__typename"), str):
            raise BadUserInput("A representation is an object with __typename and a key")
        entity = self._entities.get(representation["__typename"])
        if entity is None:
            raise BadUserInput("A representation's __typename names no entity of this subgraph")
        key = next((dict(key) for key in entity.keys if _holds(representation, key)), None)
        if key is None:
            wanted = " or ".join(_printed(key) for key in entity.keys)
            raise BadUserInput(f"A representation of {entity.name} needs its key: {wanted}")
        # One key is enough to find it; fields that @requires asks for travel with it.
        others = {name for other in entity.keys for name, _ in other} - key.keys()
        values = {
            python_name: _coerced(entity.name, name, representation[name], kind, key.get(name, ()))
            for name, (python_name, kind) in entity.fields.items()
            if name in representation and name not in others
        }
        if entity.resolve is None:
            return entity.origin(**{python: values[python] for python in (entity.fields[name][0] for name in key)})
        if entity.accepts is not None:
            values = {name: value for name, value in values.items() if name in entity.accepts}
        return entity.resolve(info=info, **values) if entity.wants_info else entity.resolve(**values)

    @cached_property
    def _entities(self) -> dict[str, _Entity]:
        found: dict[str, _Entity] = {}
        for name, concrete in self.schema_converter.type_map.items():
            definition = concrete.definition
            if not isinstance(definition, StrawberryObjectDefinition) or not isinstance(
                concrete.implementation, GraphQLObjectType | GraphQLInterfaceType
            ):
                continue
            # An interface with a key is asked for by its own name from where another subgraph has it as @interfaceObject.
            keys = tuple(
                _key_fields(directive) for directive in definition.directives or () if isinstance(directive, Key)
            )
            if keys:
                found[name] = self._entity(name, definition, concrete.implementation, keys)
        return found

    def _entity(
        self,
        name: str,
        definition: StrawberryObjectDefinition,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        keys: tuple[Fields, ...],
    ) -> _Entity:
        key_names = {name for key in keys for name, _ in key}
        fields: dict[str, tuple[str, GraphQLOutputType]] = {}
        for field in definition.fields:
            graphql_name = self.config.name_converter.get_graphql_name(field)
            if graphql_name in key_names or any(isinstance(directive, External) for directive in field.directives):
                fields[graphql_name] = (field.python_name, kind.fields[graphql_name].type)
        resolve = getattr(definition.origin, "resolve_reference", None)
        if resolve is None:
            return _Entity(name, definition.origin, keys, fields, None, None, wants_info=False)
        parameters = inspect.signature(resolve).parameters
        anything = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())
        return _Entity(
            name,
            definition.origin,
            keys,
            fields,
            resolve,
            None if anything else frozenset(parameters),
            wants_info="info" in parameters,
        )


def _key_fields(key: Key) -> Fields:
    """The fields of a @key's field set, with what is selected of those that are objects."""
    return _fields(parse("{" + str(key.fields) + "}").definitions[0].selection_set)  # type: ignore[attr-defined]  # an operation has one


def _fields(selected: SelectionSetNode | None) -> Fields:
    found = cast(Iterable[FieldNode], selected.selections if selected is not None else ())
    return tuple((field.name.value, _fields(field.selection_set)) for field in found)


def _holds(representation: Any, fields: Fields) -> bool:
    """Whether every field is there and none of them null, however deep."""
    return isinstance(representation, dict) and all(
        representation.get(name) is not None and (not inner or _holds(representation[name], inner))
        for name, inner in fields
    )


def _printed(fields: Fields) -> str:
    return " ".join(f"{name} {{ {_printed(inner)} }}" if inner else name for name, inner in fields)


def _coerced(type_name: str, field_name: str, value: Any, kind: GraphQLOutputType, inner: Fields = ()) -> Any:
    """A representation's value as its field's type reads it.

    An object that is part of a key becomes a dictionary of the key's fields, by their names in GraphQL, and nothing
    else; any other object is left as JSON for the domain to read.
    Raises  `BadUserInput` for a value of another type, such as an object where a key is text.
    """
    if is_non_null_type(kind):
        return _coerced(type_name, field_name, value, kind.of_type, inner)
    if value is None:
        return None
    if is_list_type(kind):
        if not isinstance(value, list):
            raise BadUserInput(f"{type_name}.{field_name} in a representation must be a list")
        return [_coerced(type_name, field_name, item, kind.of_type, inner) for item in value]
    named = get_named_type(kind)
    if inner and isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return {name: _coerced(named.name, name, value[name], named.fields[name].type, deep) for name, deep in inner}
    if not isinstance(named, GraphQLScalarType):
        return value
    try:
        return named.parse_value(value)
    except (GraphQLError, ValueError, TypeError):
        raise BadUserInput(f"{type_name}.{field_name} in a representation has a value of the wrong type") from None
