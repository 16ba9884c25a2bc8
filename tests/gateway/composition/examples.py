"""Short ways to say what is composed: `read(SDL)`, `codes_of(stage(...))`.

Texts are written as in `gateway.composition.error_examples`: `[name]` starts a subgraph, the link to federation is put
in front. A text without a heading is one subgraph called `cart`.
"""

from __future__ import annotations

from gateway.composition import DiagnosticCollector, SubgraphModel
from gateway.composition.error_examples import sources_of
from gateway.composition.read import read_subgraphs
from gateway.composition.stages import prepare
from gateway.composition.upgrade import upgrade_subgraphs


def sources(text: str):
    """The subgraphs of a text."""
    return sources_of(text if text.strip().startswith("[") else f"[cart]\n{text.strip()}")


def read_all(text: str) -> dict[str, SubgraphModel]:
    """The models as read, before any upgrade; they must be without fault."""
    found = DiagnosticCollector()
    models = read_subgraphs(sources(text), found)
    assert not found.errors, [str(error) for error in found.errors]
    return {model.name: model for model in models}


def read(text: str) -> SubgraphModel:
    """The model of a single subgraph."""
    (model,) = read_all(text).values()
    return model


def upgraded(text: str) -> dict[str, SubgraphModel]:
    """The models after the upgrade; without fault."""
    found = DiagnosticCollector()
    models = upgrade_subgraphs(tuple(read_all(text).values()), found)
    assert not found.errors, [str(error) for error in found.errors]
    return {model.name: model for model in models}


def faults(text: str) -> list[str]:
    """`CODE [subgraph] message` of everything wrong before merging."""
    found = DiagnosticCollector()
    prepare(sources(text), found)
    return [f"{error.code} {error}" for error in found.errors]


def codes(text: str) -> list[str]:
    """The codes of `faults`."""
    return [fault.split(" ", 1)[0] for fault in faults(text)]
