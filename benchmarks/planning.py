"""How long planning takes: the channels' operations over the checked-in graph, and two supergraphs made to be hard.

    python benchmarks/planning.py [--repeat 5] [--write]

Interchangeable: seven subgraphs that hold the same entity under compound keys, each with a field of its own. Leaves: a
thousand fields that two subgraphs share. Milliseconds of processor time, best of the repeats, normalising included.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphql import DocumentNode, parse

from gateway.composition import SubgraphSource, compose
from gateway.planner.operation import normalise, used_booleans
from gateway.planner.options import PlanOptions
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph

if TYPE_CHECKING:
    from gateway.planner.nodes import Plan
    from gateway.supergraph.model import Supergraph

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "planning.md"
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation: milliseconds, and its plan's requests."""

    name: str
    milliseconds: float
    requests: int


def composed(sdls: dict[str, str]) -> Supergraph:
    """Compose subgraphs that do compose."""
    result = compose([SubgraphSource(name, f"http://{name}.invalid", LINK + sdl) for name, sdl in sdls.items()])
    if result.supergraph is None:
        raise SystemExit("\n".join(each.message for each in result.errors))
    return load_supergraph(result.supergraph)


def interchangeable(count: int = 7) -> tuple[Supergraph, str]:
    """Each subgraph could lead to each other by either key, over any detour."""
    sdls = {
        f"s{number}": f"""
        type Query {{ root{number}: Thing }}
        type Thing @key(fields: "id code") @key(fields: "code place {{ name }}") {{
          id: ID! @shareable code: ID! @shareable place: Place @shareable own{number}: String next{number}: Thing
        }}
        type Place @shareable {{ name: String }}
        """
        for number in range(count)
    }
    leaves = " ".join(f"own{number}" for number in range(count))
    inner = " ".join(f"next{number} {{ {leaves} }}" for number in range(count))
    return composed(sdls), f"{{ root0 {{ {leaves} {inner} }} }}"


def leaves(count: int = 1_000) -> tuple[Supergraph, str]:
    """A thousand fields, each to be had from two subgraphs."""
    shared = " ".join(f"f{number}: String @shareable" for number in range(count))
    thing = f'type Thing @key(fields: "id") {{ id: ID! @shareable {shared} }}'
    sdls = {
        "start": 'type Query { all: [Thing!] } type Thing @key(fields: "id") { id: ID! @shareable }',
        "one": thing,
        "two": thing,
    }
    return composed(sdls), "{ all { " + " ".join(f"f{number}" for number in range(count)) + " } }"


def timed(name: str, supergraph: Supergraph, document: DocumentNode, repeat: int) -> Timing:
    """Plan several times, and keep the best."""
    booleans = dict.fromkeys(used_booleans(document, None), True)
    best, made = float("inf"), None
    for _ in range(repeat):
        start = time.process_time()
        made = once(supergraph, document, booleans)
        best = min(best, time.process_time() - start)
    return Timing(name, best * 1_000, len(made.requests) if made is not None else 0)


def once(supergraph: Supergraph, document: DocumentNode, booleans: dict[str, bool]) -> Plan:
    """Plan without a limit of time; the steps are limited as ever."""
    return plan(normalise(document, None, booleans, supergraph), supergraph, PlanOptions(max_seconds=60))


def channels() -> list[tuple[str, DocumentNode]]:
    """Every operation of every channel, by file name."""
    files = sorted((ROOT / "schema" / "channels").glob("*/operations/*.graphql"), key=lambda file: file.name)
    return [(file.stem, parse(file.read_text("utf-8"))) for file in files]


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"into {RESULTS.relative_to(ROOT)}")
    options = parser.parse_args()
    whole = load_supergraph((ROOT / "schema" / "supergraph.graphql").read_text("utf-8"))
    own = [timed(name, whole, document, options.repeat) for name, document in channels()]
    hard = [
        timed(name, supergraph, parse(text), min(2, options.repeat))
        for name, (supergraph, text) in (
            ("interchangeable subgraphs", interchangeable()),
            ("a thousand leaves", leaves()),
        )
    ]
    lines = ["| operation | ms | requests |", "|---|---|---|"]
    lines += [f"| {each.name} | {each.milliseconds:.1f} | {each.requests} |" for each in (*own, *hard)]
    mean = sum(each.milliseconds for each in own) / len(own)
    worst = max(own, key=lambda each: each.milliseconds)
    lines += [
        "",
        f"The channels' operations: {mean:.1f} ms on average, {worst.milliseconds:.1f} ms at worst ({worst.name}).",
    ]
    text = "\n".join(lines)
    print(text)
    if options.write:
        from run import written  # beside this file; run.py owns how a page begins

        written(RESULTS, "Planning time", __doc__ or "", text)


if __name__ == "__main__":
    main()
