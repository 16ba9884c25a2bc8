"""`channelgraph check`: whether what is checked in is what the code says, and every channel gets what it asks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from graphql import print_schema

from gateway.channels.checks import Problem, check_budget, check_document, check_page, check_text, plan_of
from gateway.channels.contracts import contract_filters, documents_of
from gateway.channels.operations import channel_operations, manifest_of
from gateway.channels.pages import page_with
from gateway.channels.served import API_FILE
from gateway.commands.sources import find_config, read_config, sdl_of
from gateway.composition import SubgraphSource, compose
from gateway.errors import ClientError
from gateway.planner.text import plan_text
from gateway.supergraph.load import load_supergraph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gateway.channels.operations import ChannelOperation
    from gateway.documents import Documents
    from gateway.supergraph.model import Supergraph


def run(config: Path | None, plans: Path, *, write: bool) -> int:
    """Check everything; print every problem; the exit status.

    write   first bring up to date what is derived: SDLs, supergraph, API schemas, hashes of trusted documents, the
            plans on their pages
    """
    schema = read_config(find_config(config))
    sdls = {name: sdl_of(entry, schema.folder) for name, entry in schema.subgraphs.items()}
    sources = [SubgraphSource(name=n, url=schema.subgraphs[n].routing_url, sdl=sdl) for n, sdl in sdls.items()]
    result = compose(sources)
    operations = channel_operations(schema.folder / "channels")
    files = {schema.folder / "subgraphs" / f"{name}.graphql": sdl for name, sdl in sdls.items()}
    problems = [Problem("composition", f"{each.code}: {each}") for each in result.errors]
    if result.supergraph is not None:
        supergraph = load_supergraph(result.supergraph)
        files[schema.folder / "supergraph.graphql"] = result.supergraph
        files[schema.folder / "api.graphql"] = print_schema(supergraph.api_schema)
        schemas: dict[str, Documents] = {}
        for name, each in contract_filters(schema.folder / "channels").items():
            documents, errors = documents_of(sources, each)
            problems += [Problem(f"contract {name}", f"{error.code}: {error}") for error in errors]
            if documents is not None:
                schemas[name] = documents
                folder = schema.folder / "channels" / name
                files[folder / API_FILE] = print_schema(documents.schema)
                files[folder / "trusted.json"] = manifest_of(operations, name)
        for operation in operations:
            problems += _operation(operation, supergraph, schemas, plans / f"{operation.name}.md", write=write)
    for path, text in files.items():
        if write:
            _write(path, text.rstrip() + "\n")
        problems += check_text(path, text, "channelgraph check --write renews it")
    for problem in problems:
        print(f"{problem.where}: {problem.what}", file=sys.stderr)  # noqa: T201
    count = f"{len(problems)} problems" if problems else "all as it should be"
    print(f"channelgraph check: {len(sdls)} subgraphs, {len(operations)} channel operations: {count}")  # noqa: T201
    return 1 if problems else 0


def _operation(
    operation: ChannelOperation, supergraph: Supergraph, schemas: Mapping[str, Documents], page: Path, *, write: bool
) -> list[Problem]:
    problems = check_document(operation, schemas)
    if problems:
        return problems
    try:
        made = plan_of(operation, supergraph)
    except ClientError as exc:
        return [Problem(str(operation.path), f"cannot be planned: {exc.message}")]
    if write:
        _write(page, page_with(page.read_text("utf-8") if page.is_file() else None, operation, plan_text(made)))
    return [*check_budget(operation, made), *check_page(page, made)]


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    print(f"{path}: written")  # noqa: T201
