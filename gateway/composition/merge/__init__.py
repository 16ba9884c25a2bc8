"""Validated subgraph models → the merged schema, with every error and hint of merging.

One file per kind of element; `context` is what they share. What the rules are is told where they are applied.
"""

from __future__ import annotations

from gateway.composition.merge.model import MergedSchema
from gateway.composition.merge.schema import merge_subgraphs

__all__ = ["MergedSchema", "merge_subgraphs"]
