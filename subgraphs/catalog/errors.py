"""What the catalogue refuses, beside the kit's refusals.

NotFound
└── UnknownChannel      UNKNOWN_CHANNEL
"""

from __future__ import annotations

from subgraphs.kit.errors import NotFound


class UnknownChannel(NotFound):
    """No channel has this code; `channels` lists them."""

    code = "UNKNOWN_CHANNEL"
