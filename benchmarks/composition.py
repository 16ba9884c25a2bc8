"""How long composition takes: parsing apart, then every stage, beside the composers of npm where they are installed.

Processor time, so that a busy machine matters less; node's includes its threads for collection and compilation.
`cold` is the whole of a fresh process: interpreter, imports, parsing, composing.

    python benchmarks/composition.py [--subgraphs 200] [--types 4000] [--repeat 3] [--npm FOLDER] [--profile]

Two sets: the graph in schema/subgraphs, and a generated one that looks like what large companies have: many small
subgraphs, each with types of its own, entities extended by other subgraphs, and shared value types. `--npm` names a
folder whose node_modules hold @theguild/federation-composition and @apollo/composition; the first is MIT, the second
Elastic 2.0, which is fine to measure against and is never a dependency.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from graphql import parse

from gateway.composition.collector import collector_paused
from gateway.composition.diagnostics import DiagnosticCollector
from gateway.composition.merge import merge_subgraphs
from gateway.composition.merge.emit import print_supergraph
from gateway.composition.post_merge import validate_merged
from gateway.composition.satisfiability import check_satisfiability
from gateway.composition.stages import prepare
from gateway.composition.subgraph import SubgraphSource

ROOT = Path(__file__).parent.parent
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject"])\n'
)


def generated(subgraphs: int, types: int, seed: int = 7) -> list[SubgraphSource]:
    """A valid set: subgraph i owns types/subgraphs types; half are entities, extended by two others."""
    dice = random.Random(seed)
    each = max(1, types // subgraphs)
    parts: list[list[str]] = [[LINK] for _ in range(subgraphs)]
    fields: list[list[str]] = [[] for _ in range(subgraphs)]
    entities = [f"T{i}x{j}" for i in range(subgraphs) for j in range(0, each, 2)]
    shared = "type Money @shareable { amount: Int! currency: String! }"
    for i in range(subgraphs):
        parts[i].append(shared)
        for j in range(each):
            name = f"T{i}x{j}"
            other = f"T{i}x{dice.randrange(each)}"
            body = f"id: ID! name: String size: Int price: Money parent: {other} list(first: Int = 10): [{other}!]!"
            key = ' @key(fields: "id")' if j % 2 == 0 else ""
            parts[i].append(f"type {name}{key} {{ {body} }}")
            if j % 2 == 0:
                fields[i].append(f"{name.lower()}(id: ID!): {name}")
        for j in range(max(1, each // 2)):
            foreign = dice.choice(entities)
            if foreign.startswith(f"T{i}x"):
                continue
            line = f'type {foreign} @key(fields: "id") {{ id: ID! extra{i}x{j}: String link{i}x{j}: T{i}x0 }}'
            if not any(part.startswith(f"type {foreign} ") for part in parts[i]):
                parts[i].append(line)
        parts[i].append(f"type Query {{ {' '.join(fields[i])} }}")
    return [SubgraphSource(f"s{i}", f"http://s{i}/graphql", "\n".join(part)) for i, part in enumerate(parts)]


def commerce() -> list[SubgraphSource]:
    """The SDLs that are checked in."""
    files = sorted((ROOT / "schema" / "subgraphs").glob("*.graphql"))
    return [SubgraphSource(file.stem, f"http://{file.stem}/graphql", file.read_text("utf-8")) for file in files]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each stage; `prepare` includes the parsing it does itself."""

    parse: float
    prepare: float
    merge: float
    post_merge: float
    satisfiability: float
    emit: float

    @property
    def total(self) -> float:
        return self.prepare + self.merge + self.post_merge + self.satisfiability + self.emit


@collector_paused()
def measure(sources: list[SubgraphSource]) -> tuple[Timing, str]:
    marks = [time.process_time()]

    def mark() -> None:
        marks.append(time.process_time())

    for source in sources:
        parse(source.sdl)
    mark()
    diagnostics = DiagnosticCollector()
    models = prepare(sources, diagnostics)
    mark()
    stop(diagnostics)
    merged = merge_subgraphs(models, diagnostics)
    mark()
    stop(diagnostics)
    validate_merged(merged, models, diagnostics)
    mark()
    check_satisfiability(merged, models, diagnostics)
    mark()
    stop(diagnostics)
    text = print_supergraph(merged)
    mark()
    return Timing(*(after - before for before, after in pairwise(marks))), text


def stop(diagnostics: DiagnosticCollector) -> None:
    if diagnostics.has_failed():
        raise SystemExit("\n".join(str(error) for error in diagnostics.errors[:20]))


GUILD = """
const {composeServices} = require('@theguild/federation-composition'); const {parse} = require('graphql');
const sets = JSON.parse(require('fs').readFileSync(process.argv[2]));
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };
const start = cpu();
const services = sets.map(s => ({name: s.name, url: s.url, typeDefs: parse(s.sdl)}));
const middle = cpu();
const result = composeServices(services);
const end = cpu();
console.log(JSON.stringify({parse: middle - start, compose: end - middle,
  errors: (result.errors || []).length}));
"""
APOLLO = """
const {composeServices} = require('@apollo/composition'); const {parse} = require('graphql');
const sets = JSON.parse(require('fs').readFileSync(process.argv[2]));
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };
const start = cpu();
const services = sets.map(s => ({name: s.name, url: s.url, typeDefs: parse(s.sdl)}));
const middle = cpu();
const result = composeServices(services);
const end = cpu();
console.log(JSON.stringify({parse: middle - start, compose: end - middle,
  errors: (result.errors || []).length}));
"""


def peers(folder: Path | None, sources: list[SubgraphSource]) -> None:
    for name, package, script in (
        ("guild", "@theguild/federation-composition", GUILD),
        ("apollo", "@apollo/composition", APOLLO),
    ):
        if folder is None or not (folder / "node_modules" / package).is_dir():
            print(f"  {name:8} skipped: {package} is not installed; name a folder that has it with --npm")
            continue
        node = shutil.which("node")
        if node is None:
            print(f"  {name:8} skipped: node is not installed")
            continue
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            data, program = Path(scratch) / "set.json", Path(scratch) / "run.cjs"
            data.write_text(json.dumps([{"name": s.name, "url": s.url, "sdl": s.sdl} for s in sources]))
            program.write_text(script)
            before = processor_time_of_children()
            run = subprocess.run([node, str(program), str(data)], capture_output=True, text=True, check=False)
            cold = processor_time_of_children() - before
        if run.returncode:
            print(f"  {name:8} failed: {(run.stderr.strip().splitlines() or ['no message'])[-1]}")
            continue
        found = json.loads(run.stdout)
        print(
            f"  {name:8} parse {found['parse']:6.2f}  compose {found['compose']:6.2f}  errors {found['errors']}  cold {cold:.2f}"
        )


def processor_time_of_children() -> float:
    """Seconds of all processes started and ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


COLD = """
import json, sys
from gateway.composition import SubgraphSource, compose
compose([SubgraphSource(**each) for each in json.load(sys.stdin)])
"""


def cold_start(sources: list[SubgraphSource]) -> float:
    """Processor time of a fresh interpreter that composes them: imports included."""
    sets = json.dumps([{"name": s.name, "url": s.url, "sdl": s.sdl} for s in sources])
    before = processor_time_of_children()
    subprocess.run([sys.executable, "-c", COLD], input=sets, text=True, check=True, cwd=ROOT)
    return processor_time_of_children() - before


def report(title: str, sources: list[SubgraphSource], repeat: int) -> None:
    size = sum(len(source.sdl) for source in sources) / 1e6
    print(f"{title}: {len(sources)} subgraphs, {size:.2f} MB of SDL; seconds of processor time, best of {repeat}")
    timings = [measure(sources) for _ in range(repeat)]
    best, text = min(timings, key=lambda pair: pair[0].total)
    print(
        f"  ours     parse {best.parse:6.2f}  prepare {best.prepare:.2f}  merge {best.merge:.2f}  post {best.post_merge:.2f}  "
        f"satisfiability {best.satisfiability:.2f}  emit {best.emit:.2f}  total {best.total:.2f}  "
        f"supergraph {len(text) / 1e6:.2f} MB  cold {min(cold_start(sources) for _ in range(repeat)):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subgraphs", type=int, default=200)
    parser.add_argument("--types", type=int, default=4000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--npm", type=Path, default=None)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    for title, sources in (("commerce", commerce()), ("generated", generated(options.subgraphs, options.types))):
        if not sources:
            print(f"{title}: nothing in schema/subgraphs")
            continue
        if options.profile:
            profile = cProfile.Profile()
            profile.runcall(measure, sources)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
            continue
        report(title, sources, options.repeat)
        peers(options.npm, sources)


if __name__ == "__main__":
    main()
