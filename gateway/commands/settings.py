"""`channelgraph settings`: every setting, as JSON Schema or as the page of the documentation."""

from __future__ import annotations

import json
import sys

from gateway.settings import Settings


def run(*, markdown: bool) -> None:
    """Print the schema or the page."""
    if markdown:
        from gateway.settings_docs import settings_docs

        sys.stdout.write(settings_docs())
        return
    print(json.dumps(Settings.model_json_schema(), indent=2))  # noqa: T201
