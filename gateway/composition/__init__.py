"""Subgraph SDLs → supergraph SDL, with every error and hint on the way.

    result = compose([SubgraphSource(name="cart", url="http://…", sdl="…")])
    result.supergraph      # str | None
    result.errors          # tuple of Diagnostic
    result.hints           # the same

Composition is build time only; the server never imports it. It reads no file and no clock: same input, same bytes.
"""

from __future__ import annotations

from gateway.composition.contracts import ContractFilter, contract
from gateway.composition.diagnostics import Diagnostic, DiagnosticCollector, Level, Location, Place, Severity
from gateway.composition.stages import CompositionOptions, CompositionResult, compose
from gateway.composition.subgraph import SubgraphModel, SubgraphSource

__all__ = [
    "CompositionOptions",
    "CompositionResult",
    "ContractFilter",
    "Diagnostic",
    "DiagnosticCollector",
    "Level",
    "Location",
    "Place",
    "Severity",
    "SubgraphModel",
    "SubgraphSource",
    "compose",
    "contract",
]
