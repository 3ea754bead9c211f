"""The preview: what reading and cleaning articles come to, printed."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from mihwar.cli.tables import number, print_table, table

if TYPE_CHECKING:
    from mihwar.ingest.stage import IngestSettings


def preview_articles(settings: "IngestSettings") -> None:
    """What reading and cleaning come to: counts by step and source,
    the first rejects, ten articles before and after.
    """
    from mihwar.core.progress import Progress
    from mihwar.core.scratch import Scratch
    from mihwar.ingest.stage import preview
    from mihwar.views.articles import with_texts

    with TemporaryDirectory(prefix="mihwar-") as folder:
        corpus, watched = preview(settings, Scratch(Path(folder)), Progress(), 10)
        cleaned = with_texts(corpus)
        for before in watched:
            row = cleaned.slice(before.row, 1).to_pylist()[0]
            typer.echo(f"\n--- {row['id']} · {row['language']} · {_when(row)} · {row['source'] or 'no source'}")
            print_table(
                table(
                    "",
                    "before",
                    "after",
                    rows=[
                        ("title", before.title or "", row["title"] or ""),
                        ("text", _ends(before.text), _ends(row["text"])),
                    ],
                )
            )
        counts = corpus.counts
        print_table(
            table(
                "counted",
                ">articles",
                rows=[(key, number(value)) for key, value in counts.items() if isinstance(value, int)],
            )
        )
        print_table(
            table(
                "step",
                ">articles changed",
                ">characters cut",
                rows=[(key, *map(number, step.values())) for key, step in counts["steps"].items()],
            )
        )
        print_table(
            table(
                "source",
                ">kept",
                ">copies",
                ">rejected",
                rows=[(key, *map(number, row.values())) for key, row in [*counts["sources"].items()][:20]],
            )
        )
        for row in corpus.rejects.slice(0, 10).to_pylist():
            typer.echo(f"rejected: {' '.join(filter(None, (row['file'], row['place'], row['id'])))}: {row['reason']}")
        for note in corpus.notes:
            typer.echo(note)


def _when(row: dict[str, Any]) -> str:
    """A date as precise as it is, or why there is none."""
    if row["date"] is None:
        return row["date_reason"] or "no date"
    return f"{row['date']:%Y-%m-%d}" if row["date_precision"] == "day" else f"{row['date']:%Y-%m-%d %H:%M} UTC"


def _ends(text: str) -> str:
    """Head and tail of a text, where boilerplate stands, without its empty lines."""
    text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return text if len(text) <= 500 else f"{text[:300]} […] {text[-180:]}"
