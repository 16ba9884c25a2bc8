"""The command `channelgraph`: names and options; what each does is in `gateway/commands/`.

Nothing heavy is imported here: `--help` answers at once. What is wrong with files, settings or operations becomes one
line on standard error and status 1; any other exception is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway.errors import ClientError, StartupError

app = typer.Typer(
    name="channelgraph",
    help="An Apollo Federation 2 gateway, and an omnichannel commerce graph behind it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

SupergraphFile = Annotated[Path, typer.Option("--supergraph", help="Composed supergraph SDL.")]
OperationFile = Annotated[Path, typer.Option("--operation", help="File with the GraphQL operation.")]
OperationName = Annotated[str | None, typer.Option("--operation-name", help="Which operation, if there are several.")]
Variables = Annotated[
    str | None,
    typer.Option(
        "--variables", help="JSON object; only what decides @skip and @include counts, the rest may be left out."
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65535, help="Port to listen on; 0 for any free one; default: server.port (4000)."
    ),
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on; default: server.host (127.0.0.1).")]
DataFolder = Annotated[Path, typer.Option("--data", help="Folder of the embedded databases and development keys.")]
SchemaFile = Annotated[
    Path | None, typer.Option("--config", help="supergraph.yaml; default: schema/ here, else the installed copy.")
]


class OutputFormat(StrEnum):
    """Forms of a result."""

    TEXT = "text"
    JSON = "json"


class SettingsFormat(StrEnum):
    """Forms of the list of settings."""

    JSON = "json"
    MARKDOWN = "markdown"


class Stage(StrEnum):
    """Stages of planning that can be shown."""

    OPERATION = "operation"
    PATHS = "paths"
    FETCHES = "fetches"
    PLAN = "plan"


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"channelgraph {version('channelgraph')}")
        raise typer.Exit


@app.callback()
def _channelgraph(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """An Apollo Federation 2 gateway, and an omnichannel commerce graph behind it."""


@app.command(short_help="Serve the gateway alone, over any supergraph.")
def gateway(
    supergraph: SupergraphFile,
    port: Port = None,
    host: Host = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML file of settings.")] = None,
) -> None:
    """Serve the gateway alone, over any supergraph: /graphql, /graphiql, /health."""
    from gateway.commands.gateway import run

    run(supergraph, port, host, config)


@app.command(short_help="Run all subgraphs and the gateway, with sample data.")
def up(
    data: DataFolder = Path(".data"),
    port: Port = None,
    host: Host = None,
    config: SchemaFile = None,
    settings: Annotated[Path | None, typer.Option("--settings", help="YAML file of gateway settings.")] = None,
) -> None:
    """Run every subgraph and the gateway in one process, with embedded databases and sample data on first start."""
    from gateway.commands.up import run

    run(data, port, host, config, settings)


@app.command(short_help="Serve one subgraph, or migrate its database.")
def subgraph(  # noqa: PLR0913, PLR0917  # one parameter an option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the subgraph in supergraph.yaml.")],
    port: Port = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the embedded database.")] = None,
    config: SchemaFile = None,
    migrate: Annotated[bool, typer.Option("--migrate", help="Only bring its database up to date.")] = False,
) -> None:
    """Serve one subgraph as its own HTTP service at /graphql; its port is that of its routing URL."""
    from gateway.commands.subgraph import migrate_database, run

    if migrate:
        migrate_database(name, data, config)
    else:
        run(name, port, host, data, config)


@app.command(short_help="Compose subgraphs, or say everything that is wrong.")
def compose(  # noqa: PLR0913, PLR0917  # one parameter an option
    config: SchemaFile = None,
    output: Annotated[Path | None, typer.Option("--output", help="Where to write the supergraph.")] = None,
    format_: Annotated[OutputFormat, typer.Option("--format", help="Form of the result.")] = OutputFormat.TEXT,
    lock: Annotated[bool, typer.Option("--lock", help="Write supergraph.lock.json beside the output.")] = False,
    check_lock: Annotated[bool, typer.Option("--check-lock", help="Fail if subgraphs differ from the lock.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Compose again whenever a subgraph changes.")] = False,
) -> None:
    """Compose the subgraphs into a supergraph, or say everything that is in the way."""
    from gateway.commands.compose import Asked, run

    raise typer.Exit(run(config, Asked(output, format_.value, lock=lock, check_lock=check_lock, watch=watch)))


@app.command(short_help="Print how an operation would be answered.")
def plan(
    supergraph: SupergraphFile,
    operation: OperationFile,
    operation_name: OperationName = None,
    variables: Variables = None,
    format_: Annotated[OutputFormat, typer.Option("--format", help="Form of the plan.")] = OutputFormat.TEXT,
) -> None:
    """Print how an operation would be answered: fetches, what each waits for, where its answer goes."""
    from gateway.commands.plan import Asked, run

    run("plan", supergraph, Asked(operation, operation_name, variables), format_.value)


@app.command(short_help="Print any stage of planning.")
def show(
    stage: Annotated[Stage, typer.Argument(metavar="STAGE", help="operation, paths, fetches or plan.")],
    supergraph: SupergraphFile,
    operation: OperationFile,
    operation_name: OperationName = None,
    variables: Variables = None,
) -> None:
    """Print any stage of planning as text."""
    from gateway.commands.plan import Asked, run

    run(stage.value, supergraph, Asked(operation, operation_name, variables), "text")


@app.command(short_help="Compare all that is checked in with the code.")
def check(
    config: SchemaFile = None,
    plans: Annotated[Path, typer.Option("--plans", help="Folder of the operations' plan pages.")] = Path(
        "tests/journeys/plans"
    ),
    write: Annotated[
        bool, typer.Option("--write", help="First renew what is derived: SDLs, supergraph, plans.")
    ] = False,
) -> None:
    """Compare composition, contracts, channel operations, budgets and plans with what is checked in."""
    from gateway.commands.check import run

    raise typer.Exit(run(config, plans, write=write))


@app.command("import", short_help="Import a feed into the graph.")
def import_(
    feed: Annotated[Path, typer.Argument(metavar="FEED", help="The feed's file.")],
    format_: Annotated[
        str, typer.Option("--format", help="Format, as docs/importing.md lists them; auto: told by the feed itself.")
    ] = "auto",
    data: DataFolder = Path(".data"),
    config: SchemaFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only; write nothing.")] = False,
) -> None:
    """Import a feed: products, orders, stores, categories."""
    from gateway.commands.importing import run

    raise typer.Exit(run(feed, format_, data, config, dry_run=dry_run))


@app.command(short_help="Export what a channel sells, as a feed.")
def export(
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="google-merchant, google-merchant-tsv, google-local, shopify.")
    ],
    channel: Annotated[str, typer.Option("--channel", help="Channel whose goods are exported.")] = "web",
    output: Annotated[
        Path | None, typer.Option("--output", help="File to write; standard output when left out.")
    ] = None,
    data: DataFolder = Path(".data"),
    config: SchemaFile = None,
) -> None:
    """Export what a channel sells, as a feed for outside shops."""
    from gateway.commands.exporting import run

    raise typer.Exit(run(format_, channel, output, data, config))


@app.command(short_help="Print a development token.")
def token(
    customer: Annotated[str | None, typer.Option("--customer", help="Customer id; the token's sub.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="Scope, e.g. staff:store; may be repeated.")
    ] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Channel code, e.g. watch.")] = None,
    data: DataFolder = Path(".data"),
    ttl: Annotated[int, typer.Option("--ttl", min=1, help="Seconds the token is good for.")] = 86_400,
) -> None:
    """Print a development token, accepted by `channelgraph up` over the same data folder."""
    from gateway.commands.token import run

    run(customer, scope or [], channel, data, ttl)


@app.command("settings", short_help="Print every setting of the gateway.")
def settings_(
    format_: Annotated[
        SettingsFormat, typer.Option("--format", help="JSON Schema, or the page of the documentation.")
    ] = SettingsFormat.JSON,
) -> None:
    """Print every setting of the gateway: name, meaning, default, bounds."""
    from gateway.commands.settings import run

    run(markdown=format_ is SettingsFormat.MARKDOWN)


def main() -> None:
    """Run the command line; the entry point of the package."""
    try:
        app()
    except (StartupError, ClientError) as error:  # a client's error: in an operation given to plan or show
        print(f"channelgraph: {error.message} [{error.code}]", file=sys.stderr)  # noqa: T201
        sys.exit(1)


if __name__ == "__main__":
    main()
