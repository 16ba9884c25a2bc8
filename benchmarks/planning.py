"""How long planning takes: the channels' operations, the suites, and two supergraphs made to be hard.

    python benchmarks/planning.py [--repeat 5] [--conformance CONFORMANCE_DIR] [--write]

The suites are our own small graphs, one for each thing that a gateway can get wrong (tests/gateway/differential), and
the conformance cases of others where their folder is named.
Interchangeable: seven subgraphs that hold the same entity under compound keys, each with a field of its own. Leaves: a
thousand fields that two subgraphs share.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphql import DocumentNode, parse

from gateway.composition import SubgraphSource, compose
from gateway.errors import ClientError
from gateway.planner.operation import normalise, used_booleans
from gateway.planner.options import PlanOptions
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph

if TYPE_CHECKING:
    from gateway.planner.nodes import Plan
    from gateway.supergraph.model import Supergraph

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "planning.md"
CLOCK = (
    "Milliseconds of the thread's processor time (what else the machine does does not count), best of the repeats, "
    "normalising included."
)
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation: milliseconds, and its plan's requests."""

    name: str
    milliseconds: float
    requests: int


def composed(sdls: dict[str, str], link: str = LINK) -> Supergraph:
    """Compose subgraphs that do compose."""
    result = compose([SubgraphSource(name, f"http://{name}.invalid", link + sdl) for name, sdl in sdls.items()])
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
        start = time.thread_time()
        made = once(supergraph, document, booleans)
        best = min(best, time.thread_time() - start)
    return Timing(name, best * 1_000, len(made.requests) if made is not None else 0)


def once(supergraph: Supergraph, document: DocumentNode, booleans: dict[str, bool]) -> Plan:
    """Plan without a limit of time; the steps are limited as ever."""
    return plan(normalise(document, None, booleans, supergraph), supergraph, PlanOptions(max_seconds=60))


def channels() -> list[tuple[str, DocumentNode]]:
    """Every operation of every channel, by file name."""
    files = sorted((ROOT / "schema" / "channels").glob("*/operations/*.graphql"), key=lambda file: file.name)
    return [(file.stem, parse(file.read_text("utf-8"))) for file in files]


def own_suites(repeat: int) -> list[Timing]:
    """Time the operations of our own graphs; they live with the tests that answer them."""
    sys.path.insert(0, str(ROOT))
    from tests.gateway.differential.audited import CASES

    found = []
    for case in CASES:
        supergraph = composed(case.texts(), link="")
        found += [timed(case.name, supergraph, parse(text), repeat) for text in case.operations]
    return found


def given_suites(folder: Path, repeat: int) -> list[Timing]:
    """Time the conformance cases that have a plan."""
    found = []
    for suite in sorted((folder / "federation").glob("*/cases.json")):
        supergraph = load_supergraph((suite.parent / "supergraph.graphql").read_text("utf-8"))
        for case in json.loads(suite.read_text("utf-8")):
            try:
                found.append(timed(suite.parent.name, supergraph, parse(case["query"]), repeat))
            except ClientError:
                continue
    return found


def summed(name: str, timings: list[Timing]) -> str:
    """One row: how many plans, mean, worst and which that is."""
    worst = max(timings, key=lambda each: each.milliseconds)
    mean = sum(each.milliseconds for each in timings) / len(timings)
    return f"| {name} | {len(timings)} | {mean:.1f} | {worst.milliseconds:.1f} | {worst.name} |"


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--conformance", type=Path)
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
    lines = [CLOCK, "", "| suites | plans | mean ms | worst ms | which |", "|---|---|---|---|---|"]
    lines += [summed("the channels' operations", own), summed("our own suites", own_suites(options.repeat))]
    if options.conformance is not None:
        lines.append(summed("the conformance cases", given_suites(options.conformance, options.repeat)))
    lines += ["", "| operation | ms | requests |", "|---|---|---|"]
    lines += [f"| {each.name} | {each.milliseconds:.1f} | {each.requests} |" for each in (*own, *hard)]
    text = "\n".join(lines)
    print(text)
    if options.write:
        from run import written  # beside this file; run.py owns how a page begins

        written(RESULTS, "Planning time", __doc__ or "", text)


if __name__ == "__main__":
    main()
