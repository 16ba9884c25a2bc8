"""The code generated for one plan: a collector for each request with lookups, and the projection.

Generating costs as much as interpreting some tens of kilobytes of answers once. It is therefore left until a plan is
run for the second time, or its answers turn out to be large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.executor.collecting import Collect, collecting_source
from gateway.executor.projecting import Project, projecting_source

if TYPE_CHECKING:
    from gateway.executor.layout import Layout


@dataclass(frozen=True, slots=True)
class Compiled:
    """Generated functions; each may raise one of `source_code.GIVES_UP`, and the interpreter takes over.

    collect    by request; None where there is nothing to collect
    """

    collect: tuple[Collect | None, ...]
    project: Project


LARGE: Final = 16 * 1024
"""Bytes of answers in one run from which generating pays at once; measured with benchmarks/executor_cpu.py."""


@dataclass(slots=True)
class Code:
    """The generated code of a plan, once it is worth having; `large` is in bytes of answers."""

    layout: Layout
    large: int = LARGE
    runs: int = 0
    compiled: Compiled | None = None

    def started(self) -> None:
        """The plan is run once more."""
        self.runs += 1
        if self.runs == 2:
            self.compile()

    def received(self, size: int) -> None:
        """A run has received so many bytes up to now."""
        if size >= self.large and self.compiled is None:
            self.compile()

    def compile(self) -> Compiled:
        """Generate now, unless that has been done."""
        if self.compiled is None:
            self.compiled = compile_code(self.layout)
        return self.compiled


def compile_code(layout: Layout) -> Compiled:
    """Generate and compile everything for a plan."""
    return Compiled(
        collect=tuple(
            collecting_source(layout, request.id).function() if request.lookups else None
            for request in layout.plan.requests
        ),
        project=projecting_source(layout).function(),
    )
