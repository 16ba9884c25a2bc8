"""Scalars are the same when they have the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.applied import merge_applied
from gateway.composition.merge.descriptions import description_of
from gateway.composition.merge.join_types import join_types
from gateway.composition.merge.model import MergedType
from gateway.composition.subgraph import Kind, TypeDefinition

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources


def merge_scalar(context: MergeContext, name: str, sources: Sources[TypeDefinition]) -> MergedType:
    """A custom scalar."""
    return MergedType(
        name=name,
        description=description_of(context, sources, name),
        joins=join_types(context, name, sources),
        directives=merge_applied(context, sources, name),
        kind=Kind.SCALAR,
    )
