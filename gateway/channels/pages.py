"""Plan pages: one Markdown file an operation, whose prose people write and whose last fenced block the planner does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.channels.operations import ChannelOperation

_BLOCK = re.compile(r"^```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def plan_on(page: str) -> str | None:
    """The plan a page shows: its last block of text."""
    blocks = _BLOCK.findall(page)
    return blocks[-1] if blocks else None


def page_with(page: str | None, operation: ChannelOperation, plan: str) -> str:
    """The page with its plan replaced, and nothing else; a page that is not there yet is begun.

    Raises nothing; a page without a block gets one at its end.
    """
    if page is None:
        page = _new_page(operation)
    found = list(_BLOCK.finditer(page))
    block = f"```text\n{plan.rstrip()}\n```"
    if not found:
        return f"{page.rstrip()}\n\n{block}\n"
    return page[: found[-1].start()] + block + page[found[-1].end() :]


def _new_page(operation: ChannelOperation) -> str:
    comment = [line.removeprefix("#").strip() for line in operation.text.splitlines() if line.startswith("#")]
    intent = "\n".join(line for line in comment if line and not re.match(r"\w+: \S+$", line))
    body = "\n".join(line for line in operation.text.splitlines() if not line.startswith("#")).strip()
    return f"# {operation.name}\n\n{intent}\n\n```graphql\n{body}\n```\n"
