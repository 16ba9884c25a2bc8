"""What a person sees of an import: a bar on a terminal, a line now and then elsewhere, a report at the end."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from subgraphs.kit.importing.records import Refused, Tally

STEPS = 10
"""Lines written where there is no terminal: one each tenth of the file."""


class Watch(Protocol):
    """Is told how far reading is, in bytes of the file and rows."""

    def __call__(self, place: int, rows: int) -> None: ...


@contextmanager
def watching(console: Console, name: str, size: int) -> Iterator[Watch]:
    """A progress bar on a terminal; plain lines elsewhere."""
    if not console.is_terminal:
        yield _plain(console, size)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(name, total=size, rows="0")
        yield lambda place, rows: progress.update(task, completed=place, rows=f"{rows:,}")


def _plain(console: Console, size: int) -> Watch:
    said = 0

    def watch(place: int, rows: int) -> None:
        nonlocal said
        step = place * STEPS // max(size, 1)
        if step > said:
            said = step
            console.print(f"{100 * step // STEPS} % read, {rows:,} rows", highlight=False)

    return watch


def show_report(
    console: Console,
    read: Mapping[str, int],
    tallies: Mapping[str, Tally],
    refused: Sequence[Refused],
    refusals: Path | None,
) -> None:
    """What was read, what each domain did with it, what was refused and why."""
    console.print("Read: " + ", ".join(f"{number:,} {thing}" for thing, number in read.items()), highlight=False)
    if tallies:
        table = Table("subgraph", "what", "new", "changed", "as before", box=None, pad_edge=False)
        for domain, tally in tallies.items():
            for thing in dict.fromkeys((*tally.created, *tally.updated, *tally.unchanged)):
                counts = (tally.created.get(thing, 0), tally.updated.get(thing, 0), tally.unchanged.get(thing, 0))
                table.add_row(domain, thing, *(f"{number:,}" for number in counts))
        console.print(table, highlight=False)
    if not refused:
        console.print("No row was refused.", highlight=False)
        return
    console.print(f"{len(refused):,} rows were refused:", highlight=False)
    for (column, why), number in Counter((one.column, one.explained) for one in refused).most_common(20):
        console.print(f"  {number:,} × {column + ': ' if column else ''}{why}", highlight=False, markup=False)
    if refusals is not None:
        console.print(f"Each of them: {refusals}", highlight=False, markup=False)


def write_refusals(path: Path, refused: Sequence[Refused]) -> None:
    """A CSV file with row, column, reason and advice of each refused row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row", "column", "reason", "what to do"))
        writer.writerows((one.row, one.column or "", one.reason, one.advice) for one in refused)
