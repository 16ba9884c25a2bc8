"""Where clients are sent for what is not GraphQL: receipts, labels, tracking pages. The hosts are the shop's to set up."""

from __future__ import annotations

from datetime import datetime

from subgraphs.fulfilment.rules.passes import link_key, token

ORDERS = "https://shop.example/orders"
RECEIPTS = "https://receipts.example"
LABELS = "https://labels.example"
TRACKING = "https://track.example"


def receipt(order_id: str, number: str, secret: str | None) -> str | None:
    """The receipt as a PDF; None for a purchase that was never signed for here (an imported ledger)."""
    return f"{RECEIPTS}/{number}/{link_key(order_id, secret, 'receipt')}.pdf" if secret else None


def invitation(order_id: str, secret: str, link_round: int, until: datetime) -> str:
    """The address to put into a text: it opens the order without a password."""
    return f"{ORDERS}?open={token(order_id, secret, link_round, until)}"


def label(order_id: str, return_number: str, secret: str | None) -> str | None:
    """The label to print for a parcel that goes back."""
    return f"{LABELS}/{return_number}/{link_key(order_id, secret, return_number)}.pdf" if secret else None


def tracking(carrier: str | None, number: str | None) -> str | None:
    """The carrier's page for a parcel; None as long as it has no number."""
    return f"{TRACKING}/{carrier or 'parcel'}/{number}" if number else None
