"""Runs every benchmark that needs nothing outside, one after the other, and writes a page for each.

    python benchmarks/run.py [--only NAME] [--no-write]

Pages lie in benchmarks/results, each with machine and date: figures are to be compared within one page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
SCRIPTS = {
    "planning": ("Planning time", ()),
    "composition": ("Composition time", ("--subgraphs", "50", "--types", "1000")),
    "executor_cpu": ("CPU of the executor", ()),
    "http_client": ("CPU of the HTTP client", ()),
}
"""Name of the script → title and arguments. plan_sizes.py and reverse_arrival.py need the conformance cases, import_retail.py a feed; soak.py and reload.py
write pages of their own with --page."""


def machine() -> str:
    """Describe where and when: processor, cores, Python, date."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.partition(": ")[2] for line in info.read_text("utf-8").splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {today}"


def written(page: Path, title: str, about: str, text: str) -> None:
    """Write a page of results."""
    page.parent.mkdir(exist_ok=True)
    first = about.strip().split("\n\n")[0]
    page.write_text(f"# {title}\n\n{first}\n\n{machine()}\n\n{text.strip()}\n", "utf-8")


def main() -> int:
    """Run them; the status is 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(SCRIPTS))
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    failed = 0
    for name, (title, arguments) in SCRIPTS.items():
        if options.only not in {None, name}:
            continue
        print(f"=== {title} ({name}.py)", flush=True)
        command = [sys.executable, str(FOLDER / f"{name}.py"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(done.stdout, end="")
        if done.returncode:
            failed += 1
            print(done.stderr.strip(), file=sys.stderr)
        elif not options.no_write:
            about = f"`python benchmarks/{name}.py {' '.join(arguments)}`".replace(" `", "`")
            body = done.stdout if name == "planning" else f"```\n{done.stdout.strip()}\n```"
            written(RESULTS / f"{name}.md", title, about, body)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
