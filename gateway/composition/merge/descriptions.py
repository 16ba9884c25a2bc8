"""The description of an element that several subgraphs describe."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gateway.composition.merge.wording import chosen, grouped

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.subgraph import Annotated


def merge_descriptions(context: MergeContext, texts: Sources[str | None], coordinate: str) -> str | None:
    """The most frequent description that is not empty, the first of equally frequent ones; a hint when they differ."""
    given = [(index, text) for index, text in texts if text]
    if not given:
        return None
    counts = Counter(text for _, text in given)
    if len(counts) == 1:
        return given[0][1]
    text, _ = counts.most_common(1)[0]  # equal counts stay in order of appearance
    groups = grouped((_quoted(text), context.subgraphs[index].name) for index, text in given)
    message = f'"{coordinate}" has different descriptions: {chosen("description", _quoted(text), groups)}.'
    context.diagnostics.hint("INCONSISTENT_DESCRIPTION", message, coordinate=coordinate)
    return text


def description_of(context: MergeContext, sources: Sources[Annotated], coordinate: str) -> str | None:
    """`merge_descriptions` over elements."""
    if len(sources) == 1:
        return sources[0][1].description or None
    return merge_descriptions(context, tuple((index, source.description) for index, source in sources), coordinate)


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return f'"{flat if len(flat) <= 60 else flat[:59] + "…"}"'
