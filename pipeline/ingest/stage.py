"""ingest: raw articles -> `Corpus`."""

from typing import ClassVar

from pydantic import Field

from pipeline.core.artifacts import Corpus
from pipeline.core.errors import InputError
from pipeline.core.progress import Progress
from pipeline.core.stage import Settings, Stage


class IngestSettings(Settings):
    """Where articles come from."""

    how: ClassVar[frozenset[str]] = frozenset({"source"})  # what is found there counts, see `contents`

    source: str | list[str] | None = Field(
        None,
        description="Folder, file, pattern such as articles/*.jsonl, or a list of these, seen from the current folder; bundled:sample is the embedded corpus.",
    )


def ingest(settings: IngestSettings, progress: Progress) -> Corpus:
    """Read every article named by the settings; what cannot be read goes to `rejects` with its place and reason.

    Raises:
        InputError: nothing was named, nothing matched, or not one article could be read.
    """
    from pipeline.ingest.gather import gather
    from pipeline.ingest.read import find_files

    corpus = gather(*find_files(_source(settings)), progress)
    if not corpus.documents.num_rows:
        raise InputError(f"ingest.source: expected articles, got {corpus.counts['files']} files with none that can be read.",
                         "Why: " + "; ".join(_reasons(corpus)) + ".")  # fmt: skip
    return corpus


def _reasons(corpus: Corpus) -> list[str]:
    rows = corpus.rejects.slice(0, 5).to_pylist()
    reasons = [" ".join(filter(None, (row["file"], row["place"]))) + ": " + row["reason"] for row in rows]
    return reasons or ["the files are empty"]


def _source(settings: IngestSettings) -> str | list[str]:
    if not settings.source:
        raise InputError("ingest.source: expected the place of the articles, got nothing.", "Set it in the config or with --set ingest.source=articles/*.jsonl")
    return settings.source


def contents(settings: IngestSettings) -> list[str]:
    """What the raw files hold, in reading order: a file counts by its content, not its place."""
    from pipeline.ingest.read import digest, find_files

    readable, unknown = find_files(_source(settings))
    return [digest(path) for path in readable] + sorted(path.suffix for path in unknown)


INGEST = Stage("ingest", 1, ingest, outside=contents)
