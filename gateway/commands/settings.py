"""`channelgraph settings`: every setting, as JSON Schema."""

from __future__ import annotations

import json

from gateway.settings import Settings


def run() -> None:
    """Print the schema."""
    print(json.dumps(Settings.model_json_schema(), indent=2))  # noqa: T201
