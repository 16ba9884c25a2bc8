"""How long composition takes: parsing apart, then every stage, beside the composers of npm where they are installed.

Processor time, so that a busy machine matters less; node's includes its threads for collection and compilation.
`cold` is the whole of a fresh process: interpreter, imports, parsing, composing.

    python benchmarks/composition.py [--subgraphs 200] [--types 4000] [--repeat 3] [--npm FOLDER] [--target FOLDER]
                                     [--write FILE] [--profile]

Two sets, and a third with `--target`, a folder of SDLs (where they are other than the first): the graph in
schema/subgraphs, and a generated one that looks like what large companies have: many small
subgraphs, each with types of its own, entities extended by other subgraphs, and shared value types. `--npm` names a
folder whose node_modules hold @theguild/federation-composition and @apollo/composition; the first is MIT, the second
Elastic 2.0, which is fine to measure against and is never a dependency. All composers of a set run one after the other
in the same minute; `--write` puts the tables into a page, benchmarks/results/composition.md.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
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


NODE = """
const {composeServices} = require(process.argv[3]); const {parse} = require('graphql');
const sets = JSON.parse(require('fs').readFileSync(process.argv[2]));
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };
const start = cpu();
const services = sets.map(s => ({name: s.name, url: s.url, typeDefs: parse(s.sdl)}));
const middle = cpu();
const result = composeServices(services);
const end = cpu();
console.log(JSON.stringify({parse: middle - start, compose: end - middle, errors: (result.errors || []).length}));
"""
PEERS = {"apollo": "@apollo/composition", "guild": "@theguild/federation-composition"}


@dataclass(frozen=True, slots=True)
class Row:
    """One composer on one set: seconds of processor time, the best of the runs for each figure."""

    composer: str
    parse: float
    compose: float
    cold: float


def peers(folder: Path | None, sources: list[SubgraphSource], repeat: int) -> list[Row]:
    node = shutil.which("node")
    rows: list[Row] = []
    for name, package in PEERS.items():
        if folder is None or not (folder / "node_modules" / package).is_dir():
            print(f"  {name:8} skipped: {package} is not installed; name a folder that has it with --npm")
        elif node is None:
            print(f"  {name:8} skipped: node is not installed")
        else:
            runs = [run for _ in range(repeat) if (run := peer(node, folder, name, sources)) is not None]
            if runs:
                rows.append(best_of(runs))
    return rows


def peer(node: str, folder: Path, name: str, sources: list[SubgraphSource]) -> Row | None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        data, program = Path(scratch) / "set.json", Path(scratch) / "run.cjs"
        data.write_text(json.dumps([{"name": s.name, "url": s.url, "sdl": s.sdl} for s in sources]))
        program.write_text(NODE)
        before = processor_time_of_children()
        run = subprocess.run([node, str(program), str(data), PEERS[name]], capture_output=True, text=True, check=False)
        cold = processor_time_of_children() - before
    if run.returncode:
        print(f"  {name:8} failed: {(run.stderr.strip().splitlines() or ['no message'])[-1]}")
        return None
    found = json.loads(run.stdout.strip().splitlines()[-1])
    if found["errors"]:
        print(f"  {name:8} refused the set with {found['errors']} errors")
        return None
    return Row(name, found["parse"], found["parse"] + found["compose"], cold)


def best_of(rows: list[Row]) -> Row:
    return Row(
        rows[0].composer,
        min(row.parse for row in rows),
        min(row.compose for row in rows),
        min(row.cold for row in rows),
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


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured on one set."""

    title: str
    rows: list[Row]
    stages: Timing


def report(title: str, sources: list[SubgraphSource], repeat: int, npm: Path | None) -> Report:
    size = sum(len(source.sdl) for source in sources) / 1e6
    title = f"{title}: {len(sources)} subgraphs, {size:.2f} MB"
    print(f"{title} of SDL; seconds of processor time, best of {repeat}")
    stages = min((measure(sources)[0] for _ in range(repeat)), key=lambda timing: timing.total)
    ours = Row("ours", stages.parse, stages.total, min(cold_start(sources) for _ in range(repeat)))
    rows = [ours, *peers(npm, sources, repeat)]
    for row in rows:
        print(f"  {row.composer:8} parse {row.parse:6.2f}  compose {row.compose:6.2f}  cold {row.cold:6.2f}")
    print(f"  {in_stages(stages)}")
    return Report(title, rows, stages)


def in_stages(timing: Timing) -> str:
    return (
        f"prepare {timing.prepare:.2f} (parsing in it), merge {timing.merge:.2f}, after merging {timing.post_merge:.2f}, "
        f"satisfiability {timing.satisfiability:.2f}, print {timing.emit:.2f}"
    )


def page(reports: list[Report], options: argparse.Namespace) -> str:
    """The results as Markdown, with machine, date and versions."""
    versions = []
    for package in PEERS.values():
        manifest = (options.npm or Path()) / "node_modules" / package / "package.json"
        if options.npm and manifest.is_file():
            versions.append(f"`{package}` {json.loads(manifest.read_text())['version']}")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    lines = [
        "# Composition",
        "",
        f"{datetime.now(tz=UTC).date().isoformat()}, {machine()}, {os.cpu_count()} cores, load {load}, CPython {platform.python_version()}.",
        f"`python benchmarks/composition.py --repeat {options.repeat} --npm FOLDER --write FILE`, written by it, with",
        f"{' and '.join(versions) or 'no other composer'} in FOLDER.",
        "Seconds of processor time, the best of the runs; `compose` has the parsing in it, `cold` is the whole of a fresh",
        "process, imports included. The Guild's composer gives no hints.",
        "",
        "| set | composer | parse | compose | cold |",
        "|---|---|---|---|---|",
    ]
    for each in reports:
        for index, row in enumerate(each.rows):
            first = each.title if index == 0 else ""
            lines.append(f"| {first} | {row.composer} | {row.parse:.2f} | {row.compose:.2f} | {row.cold:.2f} |")
    lines += ["", "Ours by stage:", ""]
    lines += [f"- {each.title}: {in_stages(each.stages)}." for each in reports]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The processor's name, as the system tells it."""
    try:
        described = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def commerce(folder: Path) -> list[SubgraphSource]:
    """The SDLs of a folder, one subgraph a file."""
    files = sorted(folder.glob("*.graphql"))
    return [SubgraphSource(file.stem, f"http://{file.stem}/graphql", file.read_text("utf-8")) for file in files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subgraphs", type=int, default=200)
    parser.add_argument("--types", type=int, default=4000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--npm", type=Path, default=None)
    parser.add_argument("--target", type=Path, default=None)
    parser.add_argument("--write", type=Path, default=None)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    sets = [("commerce", commerce(ROOT / "schema" / "subgraphs"))]
    if options.target is not None:
        sets.append(("target", commerce(options.target)))
    sets.append(("generated", generated(options.subgraphs, options.types)))
    reports: list[Report] = []
    for title, sources in sets:
        if not sources:
            print(f"{title}: there is no .graphql file")
            continue
        if options.profile:
            profile = cProfile.Profile()
            profile.runcall(measure, sources)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
            continue
        reports.append(report(title, sources, options.repeat, options.npm))
    if options.write is not None:
        options.write.write_text(page(reports, options), "utf-8")


if __name__ == "__main__":
    main()
