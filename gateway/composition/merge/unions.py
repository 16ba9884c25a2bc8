"""Unions: the union of their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.applied import merge_applied
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.join_types import join_types
from gateway.composition.merge.model import Applied, MergedType
from gateway.composition.merge.values import enum, string
from gateway.composition.merge.wording import presence
from gateway.composition.subgraph import Kind, TypeDefinition

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources


def merge_union(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> MergedType:
    """A union, with `@join__unionMember` for each subgraph and member."""
    members = context.members[name]
    for member in members:
        _hint_on_presence(context, name, sources, member)
    return MergedType(
        name=name,
        description=description_of(context, sources, name),
        joins=(*join_types(context, name, sources), *_join_members(context, sources)),
        directives=merge_applied(context, sources, name),
        kind=Kind.UNION,
        members=members,
    )


def _join_members(context: MergeContext, sources: Sources[TypeDefinition]) -> tuple[Applied, ...]:
    return tuple(
        Applied("join__unionMember", {"graph": enum(context.graphs[index].value), "member": string(member)})
        for index, definition in sources
        for member in definition.members
    )


def _hint_on_presence(context: MergeContext, name: str, sources: Sources[TypeDefinition], member: str) -> None:
    having = [index for index, definition in sources if member in definition.members]
    if len(having) == len(sources):
        return
    lacking = [index for index, definition in sources if member not in definition.members]
    message = (
        f'Union "{name}" has member "{member}" in some subgraphs only: '
        f"{presence(context.subgraph_names(having), context.subgraph_names(lacking))}."
    )
    context.diagnostics.hint("INCONSISTENT_UNION_MEMBER", message, coordinate=name)
