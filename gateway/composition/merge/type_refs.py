"""Which type a field or an argument has when subgraphs differ: the rules of subtyping, and choosing among sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.merge.wording import chosen, differing, grouped
from gateway.composition.subgraph import Field, InputValue, ListRef, NamedRef, NonNullRef, TypeRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.merge.context import MergeContext, Sources


def is_subtype(context: MergeContext, sub: TypeRef, general: TypeRef) -> bool:
    """Whether every value of `sub` is one of `general`: non-null, lists, members and implementations."""
    if sub == general:
        return True
    if isinstance(sub, NonNullRef):
        return is_subtype(context, sub.of, general.of if isinstance(general, NonNullRef) else general)
    if isinstance(sub, ListRef):
        return isinstance(general, ListRef) and is_subtype(context, sub.of, general.of)
    if not isinstance(general, NamedRef):
        return False
    return general.name in context.implements.get(sub.name, ()) or sub.name in context.members.get(general.name, ())


@dataclass(frozen=True, slots=True)
class MergedRef:
    """`type` in the supergraph, and whether every source has just that one."""

    type: TypeRef
    equal: bool


def merge_field_type(context: MergeContext, sources: Sources[Field], coordinate: str) -> MergedRef:
    """The most general type: what a client may get from any of the subgraphs."""
    return _merge(context, sources, coordinate, _Position("field", "FIELD_TYPE_MISMATCH", "FIELD", specific=False))


def merge_argument_type(context: MergeContext, sources: Sources[InputValue], coordinate: str) -> MergedRef:
    """The most specific type: what every subgraph accepts."""
    position = _Position("argument", "FIELD_ARGUMENT_TYPE_MISMATCH", "ARGUMENT", specific=True)
    return _merge(context, sources, coordinate, position)


def merge_input_field_type(context: MergeContext, sources: Sources[InputValue], coordinate: str) -> MergedRef:
    """The most specific type, as for arguments; the codes are those of fields."""
    return _merge(context, sources, coordinate, _Position("field", "FIELD_TYPE_MISMATCH", "FIELD", specific=True))


@dataclass(frozen=True, slots=True)
class _Position:
    noun: str
    error: str
    hint: str
    specific: bool


def _merge(
    context: MergeContext, sources: Sequence[tuple[int, Field | InputValue]], coordinate: str, position: _Position
) -> MergedRef:
    merged = sources[0][1].type
    compatible = incompatible = False
    for _, source in sources[1:]:
        if source.type == merged:
            continue
        if is_subtype(context, merged, source.type):
            compatible = True
            merged = merged if position.specific else source.type
        elif is_subtype(context, source.type, merged):
            compatible = True
            merged = source.type if position.specific else merged
        else:
            incompatible = True
    if incompatible:
        _report_incompatible(context, sources, coordinate, position)
    elif compatible:
        groups = _said(context, sources)
        message = (
            f'Type of {position.noun} "{coordinate}" is inconsistent but compatible across subgraphs: '
            f"{chosen('type', str(merged), groups)}."
        )
        code = f"INCONSISTENT_BUT_COMPATIBLE_{position.hint}_TYPE"
        context.diagnostics.hint(code, message, coordinate=coordinate)
    return MergedRef(merged, equal=not (compatible or incompatible))


def _report_incompatible(
    context: MergeContext, sources: Sequence[tuple[int, Field | InputValue]], coordinate: str, position: _Position
) -> None:
    groups = _said(context, sources)
    message = f'Type of {position.noun} "{coordinate}" is incompatible across subgraphs: {differing("type", groups)}. Make them agree.'
    _, first = sources[0]
    context.diagnostics.error(position.error, message, location=first.location, coordinate=coordinate)


def _said(context: MergeContext, sources: Sequence[tuple[int, Field | InputValue]]) -> dict[str, tuple[str, ...]]:
    return grouped((str(source.type), context.subgraphs[index].name) for index, source in sources)
