"""Coercion of the variables a client sends, compiled once per operation (GraphQL specification, section 6.1.2).

Values pass through as they were sent, but for two things the specification asks for: defaults are filled in, and a
single value where a list is expected becomes a list of one. The types are the API schema's, so that an input field or
an enum value which it hides is refused like one that never existed.

Errors    one `VariablesInvalid` for the first fault, naming the variable, the path within it and what was expected.
          Names a client made up are shown cut; values never.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    ListTypeNode,
    NonNullTypeNode,
    TypeNode,
    Undefined,
    VariableDefinitionNode,
    value_from_ast_untyped,
)

from gateway.errors import InternalError, VariablesInvalid

MAX_NAME: Final = 60
"""Characters of a client's name that an error repeats."""

INT_32: Final = 2**31

Coerce = Callable[[Any], Any]


class Unfit(Exception):  # noqa: N818 - a signal inside this module, which never leaves it
    """A value does not fit; the path grows, innermost step first, while it passes upwards."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.path: list[str | int] = []


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable. `default` is `Undefined` where there is none."""

    name: str
    required: bool
    printed: str
    coerce: Coerce
    default: Any


@dataclass(frozen=True, slots=True)
class Coercer:
    """The variables of one operation."""

    variables: tuple[Variable, ...]

    def coerce(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What to run with: given values and defaults; what was neither given nor has a default is absent.

        Raises `VariablesInvalid`. What the operation does not declare is dropped.
        """
        coerced: dict[str, Any] = {}
        for variable in self.variables:
            value = given.get(variable.name, Undefined)
            if value is Undefined:
                if variable.default is not Undefined:
                    coerced[variable.name] = variable.default
                elif variable.required:
                    raise VariablesInvalid(
                        f"Variable '${variable.name}' of type '{variable.printed}' is required: it was not given."
                    )
                continue
            try:
                coerced[variable.name] = variable.coerce(value)
            except Unfit as unfit:
                raise VariablesInvalid(_explained(variable, unfit)) from None
            except RecursionError:
                raise VariablesInvalid(f"Variable '${variable.name}' is nested too deeply.") from None
        return coerced


def compile_variables(definitions: Sequence[VariableDefinitionNode], schema: GraphQLSchema) -> Coercer:
    """Compile the declarations of a validated operation against the API schema."""
    types = _Types(schema)
    return Coercer(tuple(_variable(types, node) for node in definitions))


def _variable(types: _Types, node: VariableDefinitionNode) -> Variable:
    coerce = types.of_node(node.type)
    default = Undefined
    if node.default_value is not None:
        default = _default(coerce, value_from_ast_untyped(node.default_value))
    return Variable(
        name=node.variable.name.value,
        required=isinstance(node.type, NonNullTypeNode),
        printed=_printed(node.type),
        coerce=coerce,
        default=default,
    )


def _default(coerce: Coerce, value: Any) -> Any:
    try:
        return coerce(value)
    except Unfit as unfit:
        raise InternalError(f"A default value passed validation but does not fit: {unfit.expected}") from unfit


class _Types:
    """Makes one coercion per type; input objects may contain themselves, so theirs is looked up when used."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._named: dict[str, Coerce] = {}

    def of_node(self, node: TypeNode) -> Coerce:
        """The coercion for a type as written in a document."""
        if isinstance(node, NonNullTypeNode):
            return _non_null(self._nullable_node(node.type), _printed(node))
        return _nullable(self._nullable_node(node))

    def _nullable_node(self, node: TypeNode) -> Coerce:
        if isinstance(node, ListTypeNode):
            return _list(self.of_node(node.type))
        name: str = node.name.value  # type: ignore[attr-defined]  # a named type is what is left
        return self.named(name)

    def of_type(self, of: Any) -> Coerce:
        """The coercion for a type of the schema."""
        if isinstance(of, GraphQLNonNull):
            return _non_null(self._nullable_type(of.of_type), str(of))
        return _nullable(self._nullable_type(of))

    def _nullable_type(self, of: Any) -> Coerce:
        return _list(self.of_type(of.of_type)) if isinstance(of, GraphQLList) else self.named(of.name)

    def named(self, name: str) -> Coerce:
        """The coercion of a non-null value of a named type."""
        if name not in self._named:
            of = self._schema.type_map.get(name)
            if isinstance(of, GraphQLInputObjectType):
                self._named[name] = lambda value: self._named[name](value)  # noqa: PLW0108 - the name is given its own coercion below
                self._named[name] = self._object(of)
            elif isinstance(of, GraphQLEnumType):
                self._named[name] = _enum(name, frozenset(of.values))
            else:
                self._named[name] = SCALARS.get(name, _anything)
        return self._named[name]

    def _object(self, of: GraphQLInputObjectType) -> Coerce:
        fields: dict[str, tuple[Coerce, GraphQLInputField]] = {
            name: (self.of_type(field.type), field) for name, field in of.fields.items()
        }
        required = tuple(
            n for n, (_, f) in fields.items() if isinstance(f.type, GraphQLNonNull) and not _has_default(f)
        )
        defaulted = tuple(n for n, (_, f) in fields.items() if _has_default(f))
        coercions = {name: coerce for name, (coerce, _) in fields.items()}
        one_of = of.is_one_of

        def coerce(value: Any) -> Any:
            if not isinstance(value, dict):
                raise Unfit(f"expected an object of type '{of.name}'")
            result: dict[str, Any] = {}
            for name, given in value.items():
                field = coercions.get(name)
                if field is None:
                    raise Unfit(f"field '{_cut(name)}' is not defined by type '{of.name}'")
                try:
                    result[name] = field(given)
                except Unfit as unfit:
                    unfit.path.append(name)
                    raise
            for name in required:
                if name not in result:
                    raise Unfit(f"field '{name}' of required type '{fields[name][1].type}' was not given")
            for name in defaulted:
                if name not in result:
                    result[name] = _default(coercions[name], _default_value(fields[name][1]))
            if one_of and (len(result) != 1 or next(iter(result.values())) is None):
                raise Unfit(f"exactly one field of '{of.name}' must be given, and not null")
            return result

        return coerce


def _has_default(field: GraphQLInputField) -> bool:
    return field.default is not None or field.default_value is not Undefined


def _default_value(field: GraphQLInputField) -> Any:
    if field.default is None:
        return field.default_value
    literal = field.default.literal
    return field.default.value if literal is None else value_from_ast_untyped(literal)


def _nullable(inner: Coerce) -> Coerce:
    return lambda value: None if value is None else inner(value)


def _non_null(inner: Coerce, printed: str) -> Coerce:
    def coerce(value: Any) -> Any:
        if value is None:
            raise Unfit(f"expected a value of non-null type '{printed}', found null")
        return inner(value)

    return coerce


def _list(item: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if not isinstance(value, list):
            return [item(value)]
        result = []
        for index, given in enumerate(value):
            try:
                result.append(item(given))
            except Unfit as unfit:
                unfit.path.append(index)
                raise
        return result

    return coerce


def _enum(name: str, values: frozenset[str]) -> Coerce:
    def coerce(value: Any) -> Any:
        if isinstance(value, str) and value in values:
            return value
        raise Unfit(f"expected a value of enum '{name}'")

    return coerce


def _anything(value: Any) -> Any:
    return value


def _int(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        if -INT_32 <= value < INT_32:
            return value
        raise Unfit("expected an Int of 32 bits")
    raise Unfit("expected an Int")


def _float(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise Unfit("expected a Float")


def _string(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise Unfit("expected a String")


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise Unfit("expected a Boolean")


def _id(value: Any) -> Any:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Unfit("expected an ID, a string or an integer")


SCALARS: Final[Mapping[str, Coerce]] = {
    "Int": _int,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "ID": _id,
}
"""The five built-in scalars; a custom scalar is judged by the subgraph that owns it."""


def _explained(variable: Variable, unfit: Unfit) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{_cut(step)}" for step in reversed(unfit.path))
    at = f" at '{variable.name}{where}'" if where else ""
    return f"Variable '${variable.name}' has an invalid value{at}: {unfit.expected}."


def _printed(node: TypeNode) -> str:
    if isinstance(node, NonNullTypeNode):
        return f"{_printed(node.type)}!"
    if isinstance(node, ListTypeNode):
        return f"[{_printed(node.type)}]"
    return str(node.name.value)  # type: ignore[attr-defined]  # a named type is what is left


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
