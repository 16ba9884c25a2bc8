"""A query that cannot be answered, written out for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.satisfiability.walk import Step
    from gateway.supergraph.model import Supergraph


def witness(supergraph: Supergraph, steps: Sequence[Step], kind: str) -> str:
    """The operation along the steps; required arguments are shown with their types, what lies deeper as dots."""
    lines = ["{" if kind == "query" else f"{kind} {{"]
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        indent = "  " * (depth + 1)
        if step.field_name is None:
            text, composite = f"... on {step.type_name}", True
        else:
            text, composite = _field(supergraph, step.type_name, step.field_name)
        if not last:
            lines.append(f"{indent}{text} {{")
        elif step.field_name is None:
            lines.append(f"{indent}{text} {{ … }}")
        else:
            lines.append(f"{indent}{text} {{ … }}" if composite else f"{indent}{text}")
    lines += [f"{'  ' * depth}}}" for depth in range(len(steps) - 1, -1, -1)]
    return "\n".join(lines)


def _field(supergraph: Supergraph, type_name: str, field_name: str) -> tuple[str, bool]:
    field = supergraph.types[type_name].fields[field_name]
    required = [f"{argument.name}: <{argument.type}>" for argument in field.arguments.values() if argument.required]
    target = supergraph.types.get(field.named_type)
    composite = target is not None and bool(target.fields or target.abstract)
    return field_name + (f"({', '.join(required)})" if required else ""), composite
