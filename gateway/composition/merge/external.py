"""External declarations take no part in merging; afterwards they are held against the result."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from gateway.composition.merge.arguments import default_of
from gateway.composition.merge.type_refs import is_subtype
from gateway.composition.merge.wording import differing, grouped, in_words
from gateway.composition.subgraph import Field, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.merge.model import MergedField


def check_no_merged_directives(context: MergeContext, external: Sources[Field]) -> None:
    """An external field says nothing about the supergraph, so it cannot carry a directive into it."""
    for index, field in external:
        for directive in field.directives:
            if context.propagates(index, directive):
                message = f'"{field.coordinate}" is @external, so {directive} would have no effect. Remove it here.'
                context.diagnostics.error(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    message,
                    subgraph=context.subgraphs[index].name,
                    location=directive.location,
                    coordinate=field.coordinate,
                )


@dataclass(frozen=True, slots=True)
class _Mismatch:
    """What kind of disagreement: the code, the element and the noun of what differs."""

    code: str
    element: str
    noun: str


_TYPE = _Mismatch("EXTERNAL_TYPE_MISMATCH", "Field", "type")
_ARGUMENT_TYPE = _Mismatch("EXTERNAL_ARGUMENT_TYPE_MISMATCH", "Argument", "type")
_ARGUMENT_DEFAULT = _Mismatch("EXTERNAL_ARGUMENT_DEFAULT_MISMATCH", "Argument", "default")


def check_external(
    context: MergeContext, external: Sources[Field], owned: Sources[Field], merged: MergedField, coordinate: str
) -> None:
    """Types, arguments and defaults of external declarations must agree with the merged field."""
    everywhere = tuple(sorted((*external, *owned), key=itemgetter(0)))
    equal = all(source.type == merged.type for _, source in owned)
    if any(not _type_agrees(context, source, merged, equal=equal) for _, source in external):
        _report(context, _TYPE, coordinate, [(index, str(field.type)) for index, field in everywhere])
    for name, argument in merged.arguments.items():
        where = f"{coordinate}({name}:)"
        lacking = context.subgraph_names([index for index, field in external if name not in field.arguments])
        if lacking:
            message = f'Argument "{where}" is missing in {in_words(lacking)}, where "{coordinate}" is @external. Add it there.'
            context.diagnostics.error("EXTERNAL_ARGUMENT_MISSING", message, coordinate=where)
        declared = [field.arguments[name] for _, field in external if name in field.arguments]
        holders = [(index, field.arguments[name]) for index, field in everywhere if name in field.arguments]
        if any(not is_subtype(context, argument.type, source.type) for source in declared):
            _report(context, _ARGUMENT_TYPE, where, [(index, str(source.type)) for index, source in holders])
        default = value_text(argument.default)
        if any(value_text(default_of(context, source)) != default for source in declared):
            _report(
                context, _ARGUMENT_DEFAULT, where, [(index, value_text(source.default)) for index, source in holders]
            )


def _type_agrees(context: MergeContext, source: Field, merged: MergedField, *, equal: bool) -> bool:
    """Equal, or (where the owners differ among themselves, so that the merged type is nobody's own) a subtype."""
    return source.type == merged.type or (not equal and is_subtype(context, source.type, merged.type))


def _report(context: MergeContext, mismatch: _Mismatch, coordinate: str, said: Sequence[tuple[int, str]]) -> None:
    groups = grouped((text, context.subgraphs[index].name) for index, text in said)
    message = (
        f'{mismatch.element} "{coordinate}" disagrees with its @external declarations: '
        f"{differing(mismatch.noun, groups)}. Make them agree."
    )
    context.diagnostics.error(mismatch.code, message, coordinate=coordinate)
