"""ingest: raw articles -> `Corpus`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_serializer

from mihwar.core.artifacts import Corpus
from mihwar.core.errors import InputError
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.core.stage import Settings, Stage
from mihwar.ingest.readers.addresses import as_written, is_address, printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mihwar.ingest.ledger import Before, CleaningOptions
    from mihwar.ingest.readers.read import Options
    from mihwar.ingest.readers.records import Record

_MOST_FAILED = 10  # addresses whose failure is a note of its own


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("a time zone such as UTC or Asia/Riyadh") from error
    return name


class CleanSettings(BaseModel):
    """The cleaning steps, in the order they are taken; each counts what it changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repair: bool = Field(
        True, description="Text decoded as what it was not is decoded anew; entities such as &amp; become characters."
    )
    markup: bool = Field(True, description="HTML tags that were left in go.")
    spaces: bool = Field(True, description="One space between words, a line a paragraph, no marks without width.")
    links: bool = Field(
        True, description="Addresses of pages and lines of hashtags go; a hashtag in a sentence becomes words."
    )
    navigation: bool = Field(True, description="Lines of nothing but buttons and menus go: Share, Print, طباعة, Ru En.")
    dates: bool = Field(True, description="A line of nothing but a date, at head or tail, becomes the date.")
    titles: bool = Field(True, description="Without a title, a short first line becomes it.")
    credits: bool = Field(True, description="Bylines, picture credits and agencies' tails go: (Reuters) -, المصدر: ..")
    repeated: bool = Field(True, description="Lines that a source prints under many of its articles go.")


class IngestSettings(Settings):
    """Where articles come from, and how they become clean rows."""

    how: ClassVar[frozenset[str]] = frozenset(
        {"source", "query", "local_addresses"}
    )  # what is found there counts, see `contents`

    source: str | list[str] | None = Field(
        None,
        description=(
            "Folder, file, pattern such as articles/*.jsonl, feed address, database URL, or a list of these; "
            "bundled:sample is the embedded corpus."
        ),
    )
    fields: dict[str, str] = Field(
        {}, description="Where the source has other names: {text: body, date: published}; a.b is b within a."
    )
    query: str | None = Field(
        None, description="SQL that selects the articles, for a database URL such as sqlite:///news.db."
    )
    local_addresses: bool = Field(
        False,
        description="Fetch from this machine's own network too; off, so that a feed's redirect cannot reach into it.",
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="Zone of dates that name none, such as Asia/Riyadh."
    )
    clean: CleanSettings = CleanSettings()
    repeated_share: float = Field(
        0.05,
        gt=0,
        le=1,
        description="A line in at least this share of a source's articles, and in 10 of 20 or more, is repeated.",
    )
    near_duplicates: Annotated[float, Field(gt=0, le=1)] | None = Field(
        0.75,
        description=(
            "Share of the shorter article's wording (runs of 16 letters) that makes two articles copies. null: only "
            "the very same letters."
        ),
    )

    @field_serializer("source")
    def _source_without_secrets(self, source: str | list[str] | None) -> str | list[str] | None:
        """As it is recorded."""
        names = [
            shown(name) if is_address(name) else printable(name)
            for name in ([source] if isinstance(source, str) else source or [])
        ]
        return names if isinstance(source, list) else next(iter(names), None)

    @field_serializer("query")
    def _query_without_secrets(self, query: str | None) -> str | None:
        """As it is recorded."""
        return as_written(query) if query else query

    def __repr_args__(self) -> "Iterator[tuple[str, object]]":
        """As it is shown in a notebook or a traceback."""
        yield from self.model_dump().items()


def ingest(settings: IngestSettings, scratch: Scratch, progress: Progress, snapshot: Snapshot) -> Corpus:
    """Read and clean every article named by the settings; what cannot be read goes to `rejects` with its place and
    reason.

    Raises:
        InputError: nothing was named, nothing matched, or not one article could be read.
    """
    corpus, _ = _gather(settings, scratch, progress, snapshot)
    if not corpus.articles.num_rows:
        raise InputError(
            f"ingest.source: expected articles, got {corpus.counts['files']} sources with none that can be read.",
            "Why: " + "; ".join(_reasons(corpus)) + ".",
        )
    return corpus


def preview(settings: IngestSettings, scratch: Scratch, progress: Progress, n: int) -> "tuple[Corpus, list[Before]]":
    """The corpus, and n of its articles as they were before they were cleaned."""
    return _gather(settings, scratch, progress, Snapshot(scratch.folder / "fetched"), n)


def clean_records(
    settings: IngestSettings, records: "Iterator[Record]", scratch: Scratch, progress: Progress
) -> Corpus:
    """Records that are at hand, cleaned as articles are;
    none is another's copy, and no line is known to be repeated.
    """
    from mihwar.ingest.gather import gather

    corpus, _ = gather(
        [("articles", records)], replace(_cleaning_options(settings), repeated=None, near=None), scratch, progress
    )
    return corpus


def _gather(
    settings: IngestSettings, scratch: Scratch, progress: Progress, snapshot: Snapshot, watch: int = 0
) -> "tuple[Corpus, list[Before]]":
    from mihwar.ingest.gather import gather
    from mihwar.ingest.readers.read import find_sources, read_source

    options, sources = _options(settings, snapshot), find_sources(_source(settings))
    corpus, watched = gather(
        ((shown(source), read_source(source, options)) for source in sources),
        _cleaning_options(settings),
        scratch,
        progress,
        watch,
    )
    failed = [f"{shown(source)} could not be read: {why}." for source, why in snapshot.failed.items()]
    more = (
        [f"{len(failed) - _MOST_FAILED:,} more addresses could not be read; the rejects table says why."]
        if len(failed) > _MOST_FAILED
        else []
    )
    return replace(corpus, notes=[*failed[:_MOST_FAILED], *more, *corpus.notes]), watched


def _cleaning_options(settings: IngestSettings) -> "CleaningOptions":
    from mihwar.ingest.ledger import CleaningOptions

    steps = frozenset(name for name, on in settings.clean if on)
    return CleaningOptions(
        steps,
        ZoneInfo(settings.timezone),
        settings.repeated_share if "repeated" in steps else None,
        settings.near_duplicates,
    )


def _options(settings: IngestSettings, snapshot: Snapshot) -> "Options":
    from mihwar.ingest.readers.read import Options

    return Options(settings.fields, settings.query, settings.local_addresses, snapshot)


def _reasons(corpus: Corpus) -> list[str]:
    rows = corpus.rejects.slice(0, 5).to_pylist()
    reasons = [" ".join(filter(None, (row["file"], row["place"]))) + ": " + row["reason"] for row in rows]
    return reasons or ["the files are empty"]


def _source(settings: IngestSettings) -> str | list[str]:
    if not settings.source:
        raise InputError(
            "ingest.source: expected the place of the articles, got nothing.",
            "Set it in the config or with --set ingest.source=articles/*.jsonl",
        )
    return settings.source


def contents(settings: IngestSettings, snapshot: Snapshot) -> list[str]:
    """What the raw sources hold, in reading order: a file counts by its content, not its place.

    Of files that are one article each it also counts which of them lie in one folder, as that is their source.
    """
    from mihwar.ingest.counts import source_of
    from mihwar.ingest.readers.read import digest, find_sources, shown

    options, folders = _options(settings, snapshot), dict[str, int]()

    def content(source: "str | Path") -> str:
        file = shown(source)
        folder = source_of(file)  # its files are one source, of which the repeated lines are learned
        return digest(source, options) + (
            "" if folder == file else f" in folder {folders.setdefault(folder, len(folders) + 1)}"
        )

    return [content(source) for source in find_sources(_source(settings))]


INGEST = Stage("ingest", 6, ingest, outside=contents)
