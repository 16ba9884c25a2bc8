"""Whether every query that the API schema allows can be answered by the subgraphs together.

The check walks over states: an API type, and the nodes one could stand on there. The next nodes are found with the
planner's own search, so that what composes can be planned. A field that no node reaches is an error, with a query
that asks for it and, per subgraph, why it cannot be reached from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.composition.merge.emit import document_of
from gateway.composition.satisfiability.reasons import reasons_of
from gateway.composition.satisfiability.runtime_types import RuntimeTypes
from gateway.composition.satisfiability.walk import Problem, SearchLimitError, Walk
from gateway.composition.satisfiability.witness import witness
from gateway.errors import SupergraphInvalid
from gateway.supergraph.load import read_supergraph

if TYPE_CHECKING:
    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import Applied, MergedSchema, MergedType
    from gateway.composition.subgraph import SubgraphModel
    from gateway.supergraph.model import Supergraph

__all__ = ["SatisfiabilityOptions", "check_satisfiability"]


@dataclass(frozen=True, slots=True)
class SatisfiabilityOptions:
    """What can be chosen.

    strict      give Apollo's answer where it refuses what a plan exists for: a field that depends on an override
                label is out of reach until the path has decided the label
    max_states  states to look at before giving up
    """

    strict: bool = True
    max_states: int = 200_000


def check_satisfiability(
    merged: MergedSchema,
    subgraphs: tuple[SubgraphModel, ...],
    diagnostics: DiagnosticCollector,
    options: SatisfiabilityOptions | None = None,
) -> None:
    """Report every field of the API schema that no plan can reach, and shared fields that cannot mean the same."""
    del subgraphs  # all of it is in the supergraph
    chosen = options or SatisfiabilityOptions()
    try:
        supergraph = supergraph_of(merged)
    except SupergraphInvalid as exc:
        diagnostics.error("INVALID_GRAPHQL", f"The API schema would not be valid. {exc.message}")
        return
    walk = Walk(supergraph, RuntimeTypes(supergraph, diagnostics), strict=chosen.strict, max_states=chosen.max_states)
    try:
        problems = walk.run()
    except SearchLimitError as exc:
        diagnostics.error("MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED", str(exc))
        return
    for problem in problems:
        _report(supergraph, problem, diagnostics)


def supergraph_of(merged: MergedSchema) -> Supergraph:
    """The merged schema as the planner reads it; context is left out, it plays no part in what can be reached."""
    return read_supergraph(document_of(_without_context(merged)))


def _without_context(merged: MergedSchema) -> MergedSchema:
    links = tuple(link for link in merged.links if "/context/" not in link.url)
    if len(links) == len(merged.links):
        return merged
    return replace(
        merged,
        links=links,
        extra_scalars=tuple(name for name in merged.extra_scalars if not name.startswith("context__")),
        types={name: _without_context_arguments(item) for name, item in merged.types.items()},
    )


def _without_context_arguments(item: MergedType) -> MergedType:
    def plain(applied: Applied) -> Applied:
        kept = {name: value for name, value in applied.arguments.items() if name != "contextArguments"}
        return replace(applied, arguments=kept)

    fields = {
        name: replace(field, joins=tuple(plain(applied) for applied in field.joins))
        for name, field in item.fields.items()
    }
    return replace(item, fields=fields)


def _report(supergraph: Supergraph, problem: Problem, diagnostics: DiagnosticCollector) -> None:
    coordinate = f"{problem.type_name}.{problem.field_name}" if problem.field_name else problem.type_name
    if problem.field_name:
        claim = "cannot be answered by the subgraphs"
    else:
        claim = f'cannot be answered: no subgraph that can be reached tells which type a "{coordinate}" is'
    query = witness(supergraph, problem.steps, problem.kind)
    reasons = "\n".join(f"- {reason}" for reason in reasons_of(supergraph, problem))
    diagnostics.error(
        "SATISFIABILITY_ERROR", f"This query {claim}:\n{query}\n{reasons}".rstrip(), coordinate=coordinate
    )
