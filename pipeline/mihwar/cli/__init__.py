"""The command line: parses, calls, prints."""

import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from mihwar.cli.preview import preview_articles
from mihwar.cli.tables import number, print_table, table
from mihwar.core.errors import PipelineError

app = typer.Typer(
    name="mihwar",
    help="محور: news articles in any language into clusters and topics that a person can read and trust.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
Config = Annotated[Path, typer.Argument(help="YAML file; configs/base.yaml shows every key.")]
Set = Annotated[
    list[str],
    typer.Option(
        "--set", "-s", metavar="KEY=VALUE", help="Override a key, such as cluster.min_cluster_size=20. Repeatable."
    ),
]
Root = Annotated[Path, typer.Option("--artifacts", "-a", help="Folder that runs are made in.")]
STAGES = "ingest, words, embed, reduce, cluster, stability, topics, evaluate or report"


@app.command()
def run(
    config: Config,
    set: Set = [],  # noqa: B006
    until: Annotated[str | None, typer.Option(help=f"Last stage to make: {STAGES}. Not recorded as a run.")] = None,
    force: Annotated[
        list[str], typer.Option(help="Stage to make in any case, with all that follow from it. Repeatable.")
    ] = [],  # noqa: B006
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made and why, and make nothing.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run of the same name instead of giving up (exit code 75).")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong; for schedules.")
    ] = False,
) -> None:
    """Make every stage that is missing, keep what is made, and say where the report lies."""
    import mihwar.runner as runner
    from mihwar.config import load_config
    from mihwar.core.progress import Progress

    settings = load_config(config, set)
    if dry_run:
        steps = runner.dry_run(settings, until, force)
        rows = [(str(step.node), "made" if step.why else "kept", step.why or "nothing changed") for step in steps]
        print_table(table("stage", "would be", "why", rows=rows))
        return
    progress = Progress(quiet=quiet)
    signal.signal(signal.SIGINT, progress.interrupt)
    try:
        record = runner.run(settings, until, force, wait, progress)
    except KeyboardInterrupt:
        typer.echo("mihwar: stopped. What was finished is kept; the next run goes on from there.", err=True)
        raise typer.Exit(130) from None
    if quiet:
        return
    entries = record["stages"].items()
    print_table(
        table(
            *("stage", "", ">rows", ">seconds"),
            rows=[
                (
                    name,
                    "made" if entry["made"] else "kept",
                    number(entry["rows"]),
                    f"{entry['seconds']:.1f}" if entry["made"] else "",
                )
                for name, entry in entries
            ],
        )
    )
    for name, entry in entries:
        for note in entry["notes"] if not entry["made"] or progress.on_terminal else []:
            typer.echo(f"{name}: {note}")
    if "report" in record["stages"]:
        page = Path(settings.artifacts) / "report" / record["stages"]["report"]["fingerprint"] / "page.html"
        typer.echo(
            f"run '{record['name']}' at {record['time']}, {record['seconds']:.1f} s. The report: {page.resolve()}"
        )


@app.command()
def check(
    config: Config,
    set: Set = [],  # noqa: B006
    articles: Annotated[
        bool, typer.Option("--articles", help="Read and clean them too: the counts, and ten before and after.")
    ] = False,
) -> None:
    """Check a config and its articles' files without making anything."""
    from mihwar.config import load_config
    from mihwar.core.errors import InputError
    from mihwar.ingest.readers.read import find_sources, reader_of, shown

    settings = load_config(config, set)
    if not settings.ingest.source:
        raise InputError(
            f"{config}: ingest.source: expected the place of the articles, got nothing.",
            "Set it there or with --set ingest.source=articles/*.jsonl",
        )
    sources = find_sources(settings.ingest.source)
    files = [source for source in sources if isinstance(source, Path)]
    n_bytes = sum(path.stat().st_size for path in files if path.is_file())
    others = f" and {len(sources) - len(files)} addresses" if len(sources) > len(files) else ""
    typer.echo(
        f"{config}: every key is right. Run '{settings.name}' would read {len(files)} files, {n_bytes:,} bytes{others}."
    )
    for path in files:
        if not reader_of(path):
            typer.echo(f"{shown(path)}: its format is not read; it would be listed with the rejects.")
    if articles:
        preview_articles(settings.ingest)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a run.")],
    artifacts: Root = Path("artifacts"),
    at: Annotated[str | None, typer.Option(help="Time of an older run, as `mihwar runs` lists it.")] = None,
) -> None:
    """Show a run: its figures, themes and topics."""
    from mihwar.runs import open_run

    found = open_run(name, artifacts, at)
    typer.echo(f"run '{found.name}' at {found.time}: {found.report.resolve()}")
    print_table(table("figure", ">value", rows=[(key, number(value)) for key, value in found.metrics.items()]))
    for level, groups in (("theme", found.themes), ("topic", found.topics)):
        rows = [
            (str(group), number(n), " · ".join(words[:8]))
            for group, n, words in groups[[level, "size", "words"]].itertuples(index=False)
        ]
        print_table(table(f">{level}", ">articles", "words", rows=rows))


@app.command()
def runs(artifacts: Root = Path("artifacts")) -> None:
    """List the runs in an artifact folder."""
    from mihwar.runs import list_runs

    found = list_runs(artifacts)
    if found.empty:
        typer.echo(f"{artifacts}: no runs yet.")
        return
    print_table(
        table(
            "name",
            "time (UTC)",
            ">seconds",
            ">stages made",
            ">articles",
            ">topics",
            ">themes",
            ">noise",
            ">npmi",
            rows=[[number(cell) for cell in row] for row in found.drop(columns="problem").itertuples(index=False)],
        )
    )
    for problem in found["problem"].dropna():
        typer.echo(problem)


@app.command()
def verify(artifacts: Root = Path("artifacts")) -> None:
    """Read every byte in an artifact folder and name what is not as it was written (exit code 1)."""
    from mihwar.runs import verify as look

    n, found = look(artifacts)
    for phrase in found:
        typer.echo(phrase)
    typer.echo(
        f"{artifacts}: {n} artifacts and records read, {len(found) or 'nothing'} wrong."
        + (" The next run makes anew what it needs of it." if found else "")
    )
    if found:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a config file, for editors to complete and check from."""
    import json

    from mihwar.config import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"mihwar {version('mihwar')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the command itself."""


def main() -> None:
    """Run the command; a user's mistake is answered in words and with an exit code of its own."""
    try:
        app(standalone_mode=True)
    except PipelineError as error:
        typer.echo(f"mihwar: {error.problem}\n        {error.remedy}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
