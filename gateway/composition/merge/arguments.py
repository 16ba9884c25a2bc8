"""Arguments of fields and directives: only those that every subgraph understands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from graphql.language import ListValueNode, StringValueNode, ValueNode

from gateway.composition.merge.applied import merge_applied
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.model import MergedInput
from gateway.composition.merge.type_refs import merge_argument_type
from gateway.composition.merge.values import enum, listing
from gateway.composition.merge.wording import chosen, differing, grouped, in_words, presence
from gateway.composition.subgraph import InputValue, Kind, base_name, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.merge.context import MergeContext, Sources


class HasArguments(Protocol):
    """A field, or the definition of a directive."""

    @property
    def arguments(self) -> Mapping[str, InputValue]:
        """By name."""


def merge_arguments_of(context: MergeContext, sources: Sources[HasArguments], owner: str) -> dict[str, MergedInput]:
    """The arguments of `owner` ("Type.field" or "@directive") that all of its sources have.

    An argument missing somewhere is left out with a hint, or an error if another subgraph requires it. Arguments set
    from context are not part of the supergraph's field.
    """
    found: dict[str, list[tuple[int, InputValue]]] = {}
    for index, source in sources:
        for name, argument in source.arguments.items():
            found.setdefault(name, []).append((index, argument))
    merged: dict[str, MergedInput] = {}
    for name, having in found.items():
        coordinate = f"{owner}({name}:)"
        if any(argument.has("fromContext") for _, argument in having):
            _check_contextual(context, tuple(having), coordinate)
        elif len(having) < len(sources):
            _report_absence(context, sources, tuple(having), coordinate)
        else:
            merged[name] = _merge_argument(context, name, tuple(having), coordinate)
    return merged


def _merge_argument(context: MergeContext, name: str, sources: Sources[InputValue], coordinate: str) -> MergedInput:
    return MergedInput(
        name=name,
        description=description_of(context, sources, coordinate),
        joins=(),
        directives=merge_applied(context, sources, coordinate),
        type=merge_argument_type(context, sources, coordinate).type,
        default=merge_default(context, sources, coordinate, "argument"),
    )


def merge_default(context: MergeContext, sources: Sources[InputValue], coordinate: str, noun: str) -> ValueNode | None:
    """The default all sources share; `noun` is "argument" or "input field" and decides the code.

    Two different defaults are an error. A default that only some have is dropped with a hint, because the others would
    not apply it.
    """
    if all(source.default is None for _, source in sources):
        return None
    defaults = [(index, default_of(context, source)) for index, source in sources]
    given = {value_text(default): default for _, default in defaults if default is not None}
    groups = grouped((value_text(default), context.subgraphs[index].name) for index, default in defaults)
    if len(given) > 1:
        code = "FIELD_ARGUMENT_DEFAULT_MISMATCH" if noun == "argument" else "INPUT_FIELD_DEFAULT_MISMATCH"
        message = f'{noun.capitalize()} "{coordinate}" has different defaults: {differing("default", groups)}. Give it one everywhere.'
        context.diagnostics.error(code, message, location=sources[0][1].location, coordinate=coordinate)
    elif "" in groups:
        message = (
            f'{noun.capitalize()} "{coordinate}" has a default in some subgraphs only: {chosen("default", "", groups)}.'
        )
        context.diagnostics.hint("INCONSISTENT_DEFAULT_VALUE_PRESENCE", message, coordinate=coordinate)
        return None
    return next(iter(given.values()))


def default_of(context: MergeContext, source: InputValue) -> ValueNode | None:
    """The default as written, but a string given for an enum is the enum's value, as Apollo's composer has it."""
    if source.default is None or context.kinds.get(base_name(source.type)) is not Kind.ENUM:
        return source.default
    return _as_enum(source.default)


def _as_enum(value: ValueNode) -> ValueNode:
    if isinstance(value, StringValueNode):
        return enum(value.value)
    if isinstance(value, ListValueNode):
        return listing(_as_enum(item) for item in value.values)
    return value


def _report_absence(
    context: MergeContext, sources: Sources[HasArguments], having: Sources[InputValue], coordinate: str
) -> None:
    present = {index for index, _ in having}
    lacking = context.subgraph_names([index for index, _ in sources if index not in present])
    required = [index for index, argument in having if argument.required]
    if required:
        message = (
            f'Argument "{coordinate}" is required in some subgraphs but missing in others: '
            f"{presence(context.subgraph_names(required), lacking, 'is required')}. Add it there, or make it optional."
        )
        context.diagnostics.error(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH", message, location=having[0][1].location, coordinate=coordinate
        )
        return
    message = (
        f'Optional argument "{coordinate}" is left out of the supergraph because some subgraphs do not have it: '
        f"{presence(context.subgraph_names(sorted(present)), lacking)}."
    )
    context.diagnostics.hint("INCONSISTENT_ARGUMENT_PRESENCE", message, coordinate=coordinate)


def _check_contextual(context: MergeContext, having: Sources[InputValue], coordinate: str) -> None:
    plain = [(index, argument) for index, argument in having if not argument.has("fromContext")]
    if not plain:
        return
    where = in_words(context.subgraph_names([index for index, _ in plain]))
    code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
    if any(argument.required for _, argument in plain):
        message = f'Argument "{coordinate}" is set from context in some subgraphs, but a required argument in {where}; use @fromContext there, too, or make it optional.'
        context.diagnostics.error(code, message, location=plain[0][1].location, coordinate=coordinate)
    else:
        message = (
            f'Argument "{coordinate}" is set from context in some subgraphs and left out of the supergraph; '
            f"in {where} it is an ordinary optional argument."
        )
        context.diagnostics.hint(code, message, coordinate=coordinate)
