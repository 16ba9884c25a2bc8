"""What can go wrong with orders, beside what can go wrong everywhere (`subgraphs.kit.errors`)."""

from __future__ import annotations

from subgraphs.kit.errors import InvalidInput


class UnbalancedOrder(InvalidInput):
    """The lines, offers and delivery of an order do not come to its total: it is not placed."""
