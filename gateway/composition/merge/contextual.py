"""Arguments set with `@fromContext`, as `@join__field(contextArguments:)` carries them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.composition.merge.values import listing, record, string

if TYPE_CHECKING:
    from graphql.language import ValueNode

    from gateway.composition.merge.context import MergeContext
    from gateway.composition.subgraph import Field

_REFERENCE = re.compile(r"\s*\$([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)


def contextual_arguments(context: MergeContext, index: int, field: Field) -> ValueNode | None:
    """`[{context, name, type, selection}]`, or None when no argument is set from context."""
    entries: list[ValueNode] = []
    for argument in field.arguments.values():
        directive = argument.first("fromContext")
        match = _REFERENCE.fullmatch((directive.text("field") or "") if directive is not None else "")
        if match is None:
            continue
        name, selection = match.groups()
        entries.append(
            record(
                (
                    ("context", string(f"{context.subgraphs[index].name}__{name}")),
                    ("name", string(argument.name)),
                    ("type", string(str(argument.type))),
                    ("selection", string(selection)),
                )
            )
        )
    return listing(entries) if entries else None
