"""Tables in text: rows of cells, bounded line by line, the header being row 1."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from subgraphs.kit.importing.formats.json_list import Wrong
from subgraphs.kit.importing.source import Feed, lines


def rows(feed: Feed, text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with their numbers, as a spreadsheet counts them: a quoted cell may hold line ends; an empty line is no row.

    None    a row with a cell longer than the csv module allows (131,072 characters), as a quote that never closes makes;
            reading goes on with the line after it

    Raises  `FeedUnreadable` when a line is too long or the file is damaged.
    """
    reader = csv.reader(lines(feed, text), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        if cells:
            yield number, cells


def cells_of(names: list[str], cells: list[str] | None) -> dict[str, str]:
    """Column → cell of one row; a row may end early.

    Raises  `Wrong` for a row with a cell that is too long, or with more cells than columns.
    """
    if cells is None:
        raise Wrong(
            "", "a cell is longer than 131,072 characters", "close the quotation mark that was opened in this row"
        )
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        reason = f"the row has {len(cells)} cells for {len(names)} columns"
        raise Wrong("", reason, "put cells that hold the separator into quotation marks")
    return dict(zip(names, cells, strict=False))
