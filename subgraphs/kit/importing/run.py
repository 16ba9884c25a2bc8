"""One import, from a path to a report."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.importing.errors import FeedUnreadable, ImportStopped
from subgraphs.kit.importing.formats import Format, formats
from subgraphs.kit.importing.records import Refused, RetailInvoice, Tally
from subgraphs.kit.importing.screen import show_report, watching, write_refusals
from subgraphs.kit.importing.sinks import SINKS, Sink, domain_of, load_sink
from subgraphs.kit.importing.source import Feed, open_feed
from subgraphs.kit.settings import SubgraphSettings

log = logging.getLogger("subgraphs")

MOST_REFUSALS = 100_000
"""Refused rows kept for the report; a file with more is no feed of its format."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did.

    read        things read, by kind
    tallies     domain → what its sinks did
    refused     rows that were not taken, by readers and sinks
    """

    read: dict[str, int]
    tallies: dict[str, Tally]
    refused: tuple[Refused, ...]


def main(
    feed_path: str | Path,
    format: str = "auto",
    data_dir: str | Path = "data",
    dry_run: bool = False,
    *,
    console: Console | None = None,
    sinks: Mapping[str, tuple[str, ...]] = SINKS,
) -> int:
    """Import a feed and say how it went.

    format      one of `formats()`, or `auto`: told by the first bytes
    data_dir    folder of the embedded databases; `CHANNELGRAPH_<DOMAIN>_DATABASE_URL` names another database
    dry_run     read and check everything, write nothing
    sinks       format → who takes it, as `SINKS` says
    Gives       0 when the file was read to its end, 1 (after one clear line) when it was not
    """
    screen = console or Console()
    try:
        feed = open_feed(Path(feed_path))
        kind = choose_format(feed, format)
        screen.print(
            f"{'Checking' if dry_run else 'Importing'} {feed.path} as {kind.name}", highlight=False, markup=False
        )
        outcome = asyncio.run(import_feed(feed, kind, () if dry_run else sinks[kind.name], Path(data_dir), screen))
    except (ImportStopped, ServiceUnavailable) as stopped:
        screen.print(f"Import stopped: {stopped}", highlight=False, markup=False, soft_wrap=True)
        return 1
    refusals = Path(data_dir) / "imports" / f"{feed.path.name}.refused.csv"
    if outcome.refused and not dry_run:
        write_refusals(refusals, outcome.refused)
    show_report(screen, outcome.read, outcome.tallies, outcome.refused, None if dry_run else refusals)
    return 0


def choose_format(feed: Feed, name: str) -> Format:
    """The format named, or for `auto` the first whose files begin like this one.

    Raises  `FeedUnreadable` for an unknown name, or when no format fits.
    """
    known = formats()
    if name != "auto":
        if name not in known:
            message = f"There is no format {name!r}; known are auto, {', '.join(known)}"
            raise FeedUnreadable(message)
        return known[name]
    head = feed.head()
    found = next((one for one in known.values() if one.matches(head)), None)
    if found is None:
        message = f"{feed.path}: of no known format; say which with --format ({', '.join(known)})"
        raise FeedUnreadable(message)
    return found


async def import_feed(feed: Feed, kind: Format, takers: Sequence[str], data_dir: Path, console: Console) -> Outcome:
    """Read the feed and let each taker (a sink by name) write its part, batch by batch; without any it is only checked."""
    counts: Counter[str] = Counter()
    refused: list[Refused] = []
    tallies: dict[str, Tally] = {}
    async with AsyncExitStack() as stack:
        sinks = await _open_sinks(stack, takers, data_dir, console)
        with watching(console, feed.path.name, feed.size) as watch:
            for rows in kind.rows(feed):
                for domain, sink in sinks:
                    tallies.setdefault(domain, Tally()).merge(await sink.take(rows.records))
                refused += rows.refused
                counts["rows"] += rows.read
                counts.update(_what(rows.records))
                watch(rows.place, counts["rows"])
                if len(refused) > MOST_REFUSALS:
                    message = f"{feed.path}: more than {MOST_REFUSALS:,} rows refused, the last in row {refused[-1].row}: {refused[-1].reason}"
                    raise ImportStopped(message)
        for domain, sink in sinks:
            tallies.setdefault(domain, Tally()).merge(await sink.finish())
    refused += [one for tally in tallies.values() for one in tally.refused]
    return Outcome(dict(counts), tallies, tuple(sorted(refused, key=lambda one: one.row)))


async def _open_sinks(
    stack: AsyncExitStack, takers: Sequence[str], data_dir: Path, console: Console
) -> list[tuple[str, Sink]]:
    found: list[tuple[str, Sink]] = []
    for path in takers:
        domain = domain_of(path)
        try:
            sink = load_sink(path)
            if sink is None:
                console.print(f"{domain} takes no part: it is not installed here", highlight=False)
                continue
            found.append((domain, await stack.enter_async_context(sink(sink_settings(domain, data_dir)))))
        except (ImportStopped, ServiceUnavailable):
            raise
        except Exception as error:
            log.debug("opening %s failed", path, exc_info=True)
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            message = f"{domain} cannot take its part ({reason}); nothing was written"
            raise ImportStopped(message) from error
    if takers and not found:
        raise ImportStopped("No subgraph that takes feeds of this format is installed here")
    return found


def sink_settings(domain: str, data_dir: Path) -> SubgraphSettings:
    """Settings of one domain's database, as the domain itself would have them."""
    url = os.environ.get(f"CHANNELGRAPH_{domain.upper()}_DATABASE_URL", "")
    return SubgraphSettings(name=domain, data_dir=data_dir, database_url=url, relay=False)


def _what(records: tuple[object, ...]) -> Counter[str]:
    """Things by kind: `sale` and `cancellation` invoices and `goods`, `postage` … lines, or just `records`."""
    found: Counter[str] = Counter()
    for record in records:
        if isinstance(record, RetailInvoice):
            found[f"{record.kind.value} invoices"] += 1
            found.update(f"{line.kind.value} lines" for line in record.lines)
        else:
            found["records"] += 1
    return found
