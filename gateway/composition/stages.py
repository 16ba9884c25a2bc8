"""The whole of composition as a straight line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.collector import collector_paused
from gateway.composition.diagnostics import Diagnostic, DiagnosticCollector
from gateway.composition.merge import merge_subgraphs
from gateway.composition.merge.emit import print_supergraph
from gateway.composition.places import with_places
from gateway.composition.post_merge import validate_merged
from gateway.composition.read import read_subgraphs
from gateway.composition.rules import validate_subgraphs
from gateway.composition.satisfiability import SatisfiabilityOptions, check_satisfiability
from gateway.composition.upgrade import FEDERATION_2, upgrade_subgraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.composition.merge import MergedSchema
    from gateway.composition.subgraph import SubgraphModel, SubgraphSource

__all__ = ["CompositionOptions", "CompositionResult", "compose", "finish", "prepare", "result_of"]


@dataclass(frozen=True, slots=True)
class CompositionOptions:
    """What can be chosen.

    satisfiability  whether to check that every query of the supergraph can be answered
    strict          give Apollo's answer where it refuses what a plan exists for; see `SatisfiabilityOptions`
    max_states      of that check, before it is given up
    """

    satisfiability: bool = True
    strict: bool = True
    max_states: int = 200_000


@dataclass(frozen=True, slots=True)
class CompositionResult:
    """The supergraph, or why there is none; hints in either case."""

    supergraph: str | None
    errors: tuple[Diagnostic, ...]
    hints: tuple[Diagnostic, ...]


@collector_paused()
def compose(subgraphs: Sequence[SubgraphSource], options: CompositionOptions | None = None) -> CompositionResult:
    """Compose subgraphs into a supergraph, in the order of their names.

    Every error of a stage is reported; a stage that found errors is the last one. Never raises for what is in an SDL.
    """
    diagnostics = DiagnosticCollector()
    models = prepare(subgraphs, diagnostics)
    merged = None if diagnostics.has_failed() else finish(models, options or CompositionOptions(), diagnostics)
    text = None if merged is None else print_supergraph(merged)
    return result_of(text, diagnostics, models)


def result_of(
    supergraph: str | None, diagnostics: DiagnosticCollector, models: tuple[SubgraphModel, ...]
) -> CompositionResult:
    """What was collected, every diagnostic with its places."""
    return CompositionResult(
        supergraph, with_places(diagnostics.errors, models), with_places(diagnostics.hints, models)
    )


@collector_paused()
def prepare(subgraphs: Sequence[SubgraphSource], diagnostics: DiagnosticCollector) -> tuple[SubgraphModel, ...]:
    """Parsed, linked, upgraded, validated models, sorted by name; to be used only if nothing failed."""
    models = read_subgraphs(subgraphs, diagnostics)
    # One subgraph that cannot be read does not hide what is wrong in another. Those of Federation 1 can be judged only
    # when all are there: what they mean depends on the others.
    validate_subgraphs(tuple(model for model in models if model.version >= FEDERATION_2), diagnostics)
    if diagnostics.has_failed():
        return models
    models = upgrade_subgraphs(models, diagnostics)
    if not diagnostics.has_failed():
        validate_subgraphs(tuple(model for model in models if model.upgraded), diagnostics)
    return models


@collector_paused()
def finish(
    models: tuple[SubgraphModel, ...], options: CompositionOptions, diagnostics: DiagnosticCollector
) -> MergedSchema | None:
    """Models merged, and what came of it checked; None when something failed."""
    merged = merge_subgraphs(models, diagnostics)
    if not diagnostics.has_failed():
        validate_merged(merged, models, diagnostics)
    if not diagnostics.has_failed() and options.satisfiability:
        chosen = SatisfiabilityOptions(strict=options.strict, max_states=options.max_states)
        check_satisfiability(merged, models, diagnostics, chosen)
    return None if diagnostics.has_failed() else merged
