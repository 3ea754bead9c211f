"""Records: what every reader gives, a record or a reject with its place;
what a reader is told, and how much it may hold.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mihwar.core.errors import InputError
from mihwar.core.snapshot import Snapshot
from mihwar.ingest.readers.addresses import scrubbed

MAX_RECORD = 16 * 2**20  # bytes; a line, row or page longer than this is no article
MAX_LETTERS = 6_000_000  # characters of title and text; the longest articles seen have 50,000
MAX_FILE = 64 * 2**20  # bytes of a file that has to be read whole
FIELDS = ("id", "title", "text", "language", "date", "source", "url", "label", "parallel")
_HEAD = 80  # characters
_KEPT_ASIDE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Record:
    """One article as its source has it: field -> value, with the place it was found ("line 12")."""

    place: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reject:
    """Something that was there and could not be read; `head` is how it begins, where there was anything to show."""

    place: str
    reason: str
    id: str | None = None
    head: str | None = None


class Unanswered(InputError):
    """An address or a database does not give what it was asked for; the other sources are read all the same."""


@dataclass(frozen=True)
class Options:
    """What the settings say of reading.

    Args:
        fields: our field -> the source's name for it, with dots into nested objects; for sources that have columns or
            keys.
        query: SQL whose rows are the articles, for a database.
        local_addresses: whether a page may be fetched from this machine or a private network.
        snapshot: what this run has fetched already, and which sources failed.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    query: str | None = None
    local_addresses: bool = False
    snapshot: Snapshot = field(default_factory=Snapshot)


Found = Iterator[Record | Reject]


def head(content: object) -> str | None:
    """How something begins, as it can be shown and stored: one line, no NUL, no lone surrogates, no secrets of
    addresses; None for nothing.
    """
    if isinstance(content, Mapping):
        content = next(
            (value for value in (content.get("title"), content.get("text"), *content.values()) if value), None
        )
    text = (
        content[: 4 * _HEAD].decode("utf-8", "replace")
        if isinstance(content, bytes)
        else str(content or "")[: 4 * _HEAD]
    )
    return (
        " ".join(scrubbed(text.encode("utf-8", "replace").decode("utf-8")).replace("\0", " ").split())[:_HEAD] or None
    )


def reject(place: str, reason: str, content: object = None) -> Reject:
    """A reject that shows what was there: its beginning, and its id where it has one."""
    given = content.get("id") if isinstance(content, Mapping) else None
    said = reason.encode("utf-8", "replace").decode("utf-8")  # it may quote what was there
    return Reject(place, said, head(str(given)) if given not in (None, "") else None, head(content))


def is_damaged(values: Iterable[object]) -> bool:
    """Whether bytes that are not UTF-8 were kept aside in any of the strings, as `surrogateescape` does."""
    return any(isinstance(value, str) and not value.isascii() and _KEPT_ASIDE.search(value) for value in values)


def record(place: str, row: Mapping[str, Any], fields: Mapping[str, str]) -> Record | Reject:
    """A row under our names; one that holds more than any article does is rejected."""
    n_held = sum(len(value) for value in row.values() if isinstance(value, str | bytes))
    if n_held > MAX_RECORD:
        return reject(place, f"longer than {MAX_RECORD // 2**20} MiB", row)
    return Record(place, {**row, **{ours: _pick(row, theirs) for ours, theirs in fields.items()}})


def _pick(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    first, dot, rest = name.partition(".")
    inner = row.get(first)
    return _pick(inner, rest) if dot and isinstance(inner, Mapping) else None


def missing(columns: Collection[str], fields: Mapping[str, str]) -> str | None:
    """Why these columns cannot give articles, or None:
    a name the settings give is not among them, or there is no text.
    """
    for ours, theirs in {"text": "text", **fields}.items():
        if theirs not in columns and theirs.split(".")[0] not in columns:
            near = difflib.get_close_matches(theirs, columns, 1)
            told = f", which ingest.fields names as '{ours}'" if ours in fields else ""
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            return f"no column '{theirs}'{told}{hint}; the columns are {', '.join(columns) or 'none'}"
    return None
