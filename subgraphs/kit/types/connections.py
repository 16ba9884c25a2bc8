"""From a page of rows to the fields of a Relay connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from subgraphs.kit.pagination import Page
from subgraphs.kit.types.values import PageInfo

T = TypeVar("T")
E = TypeVar("E")
C = TypeVar("C")


def page_info(page: Page[Any]) -> PageInfo:
    """Where the page stands."""
    return PageInfo(
        has_next_page=page.has_next_page,
        has_previous_page=page.has_previous_page,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )


def connection(
    kind: Callable[..., C], edge: Callable[..., E], page: Page[T], show: Callable[[T], Any], **more: Any
) -> C:
    """A connection of `kind` with an `edge` for each item, shown by `show`; `more` fills fields such as total_count.

    Example  connection(ReviewConnection, ReviewEdge, page, Review.of, total_count=7)
    """
    nodes = [show(item) for item in page.items]
    edges = [edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)]
    return kind(edges=edges, nodes=nodes, page_info=page_info(page), **more)
