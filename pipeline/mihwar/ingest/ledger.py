"""The ledger: every record of every source is entered once, as a draft of a document or as a reject with its reason."""

import hashlib
import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from mihwar.core.artifacts import Json
from mihwar.core.scratch import TableWriter
from mihwar.ingest.cleaning.clean import FIRST, Draft, TooSlow, cleaned
from mihwar.ingest.cleaning.repeated import Lines
from mihwar.ingest.counts import source_of
from mihwar.ingest.dates.parse import Dated, parse_date
from mihwar.ingest.readers.addresses import MAX_ADDRESS, bare, scrubbed
from mihwar.ingest.readers.records import MAX_LETTERS, Record, Reject

HEAD_LETTERS = 80
TEXT = pa.large_string()
DOCUMENTS = pa.schema(
    {
        "id": TEXT,
        "title": TEXT,
        "text": TEXT,
        "language": TEXT,
        "language_confidence": pa.float32(),
        "script": TEXT,
        "date": pa.timestamp("us", "UTC"),
        "date_precision": pa.string(),
        "date_reason": TEXT,
        "source": TEXT,
        "url": TEXT,
        "label": TEXT,
        "parallel": TEXT,
    }
)
ENTERED = ("origin", "file", "place")  # where a draft is from
DRAFTS = pa.schema([*DOCUMENTS, *(pa.field(name, TEXT) for name in ENTERED)])
REJECTS = pa.schema([(name, TEXT) for name in ("file", "place", "id", "reason", "head")])
_GIVEN = ("id", "title", "text", "language", "source", "url", "label", "parallel")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
UNDATED = np.iinfo(np.int64).min  # older than any date


@dataclass(frozen=True)
class Before:
    """A kept article as its source had it."""

    row: int
    title: str | None
    text: str


@dataclass(frozen=True)
class CleaningOptions:
    """What is done to every article: the cleaning steps that are on,
    the time zone of dates without one, what makes a copy.
    """

    steps: frozenset[str]
    zone: tzinfo
    repeated: float | None
    near: float | None


@dataclass
class Ledger:
    """What has been entered so far; texts lie on disk."""

    options: CleaningOptions
    drafts: TableWriter
    rejected: TableWriter
    row_of: dict[bytes, int] = field(default_factory=dict)  # hash of an id -> its row
    n_named: dict[str, int] = field(default_factory=dict)  # id made from content -> articles with that content
    dates: "array[int]" = field(default_factory=lambda: array("q"))  # microseconds since 1970 of each draft, or UNDATED
    contents: "array[int]" = field(default_factory=lambda: array("Q"))  # hash of all that was given of each draft
    superseded: dict[int, str] = field(default_factory=dict)  # row of a draft that lost its id to another -> the reason
    lines: Lines = field(default_factory=Lines)
    steps: dict[str, Json] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    repeated: dict[str, Counter[str]] = field(default_factory=dict)  # source -> line -> times cut
    reencoded: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return self.drafts.n_rows + self.rejected.n_rows

    def reject(self, file: str, found: Reject) -> Before | None:
        """List what is not kept."""
        self.unread[source_of(file)] += 1
        self.rejected.add(
            {
                "file": file,
                "place": found.place,
                "id": _string(found.id),
                "reason": _string(found.reason),
                "head": _head(found.head),
            }
        )
        return None

    def enter(self, file: str, record: Record) -> Before | None:
        """Keep a record, cleaned, or reject it; what it was is returned where it is kept."""
        raw = record.values.get("text")
        given = {name: _string(record.values.get(name)) for name in _GIVEN} | _addresses(record)

        def refuse(reason: str) -> Before | None:
            return self.reject(file, Reject(record.place, reason, given["id"], given["text"] or given["title"]))

        if raw is not None and not isinstance(raw, str):
            return refuse(f"expected 'text' to be a string, got {type(raw).__name__}")
        if not given["text"]:
            return refuse("no text")
        if len(given["title"] or "") + len(given["text"]) > MAX_LETTERS:
            return refuse(f"longer than {MAX_LETTERS:,} characters")
        given["language"] = _code(given["language"])
        try:
            draft, changed = cleaned(
                Draft(given["title"], given["text"], given["language"]), FIRST, self.options.steps, self.options.zone
            )
        except TooSlow as slow:
            return refuse(str(slow))
        if not draft.text:
            return refuse("nothing is left of the text once it is cleaned")
        self.count(changed)
        if encoding := record.values.get("_encoding"):
            self.reencoded[str(encoding)] += 1
        origin = given["source"] or _host(given["url"]) or source_of(file)
        self.lines.add(origin, draft.text)
        given_date = record.values.get("date")
        name = given["id"] or self._name(given, given_date)
        date = _dated(parse_date(given_date, self.options.zone, given["language"]), draft.date)
        version = _microseconds(date.date), _content(given, given_date)
        if (row := self.row_of.get(_key(name))) is not None:
            reason = (
                f"the id '{name}' is also that of an article which is kept: the newest is, and of those as new their "
                "content decides"
            )
            if version <= (self.dates[row], self.contents[row]):
                return self.reject(file, Reject(record.place, reason, name, draft.text))
            self.superseded[row] = reason
        self.row_of[_key(name)] = self.drafts.n_rows
        self.dates.append(version[0])
        self.contents.append(version[1])
        found = {"title": draft.title, "text": draft.text, "origin": origin, "file": file, "place": record.place}
        dated = {"date": date.date, "date_precision": date.precision, "date_reason": _string(date.reason)}
        self.drafts.add(given | {"id": name} | found | dated)
        return Before(self.drafts.n_rows - 1, given["title"], given["text"])

    def count(self, changed: dict[str, int]) -> None:
        """An article that steps have changed, and how many characters each took."""
        for step, n_letters in changed.items():
            counted = self.steps.setdefault(step, {"articles": 0, "letters": 0})
            counted["articles"] += 1
            counted["letters"] += n_letters

    def _name(self, given: dict[str, str | None], date: object) -> str:
        """An id for an article without one: the hash of all that was given of it; the second such article gets -2.

        All of it counts, because of two articles that differ in anything, the order of reading may not decide which is
        -2. Nor does it count whether another article was given this very id:
        then the newer of the two is kept, as always.
        """
        content = "\0".join(map(str, (*given.values(), date)))
        name = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
        self.n_named[name] = number = self.n_named.get(name, 0) + 1
        return f"{name}-{number}" if number > 1 else name


def _code(language: str | None) -> str | None:
    """ar of ar-EG; None where what is given is no code."""
    found = _LANGUAGE.fullmatch(language or "")
    return found[1].lower() if found else None


def _addresses(record: Record) -> dict[str, str | None]:
    """The fields that are addresses, without secrets; a url longer than any address is none.

    An id that held a secret is none either, for what is left of it may be another article's too.
    """
    url, name = (_text(record.values.get(key)) for key in ("url", "id"))
    stored = bare(url) if url and len(url) <= MAX_ADDRESS else ""
    return {"url": stored or None, "id": name if scrubbed(name or "") == (name or "") else None}


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").netloc
    except ValueError:
        return ""


def _dated(given: Dated, found: Dated | None) -> Dated:
    """The date a field gives; without a readable one, the date a line of the text gives."""
    return found if found and not given.date and (found.date or not given.reason) else given


def _text(value: object) -> str | None:
    """Text as it can be stored: trimmed, no lone surrogates, no NUL; None where nothing is left."""
    if value is None:
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None


def _string(value: object) -> str | None:
    """Text as it can be stored, with the secrets of addresses in it hidden."""
    text = _text(value)
    return scrubbed(text) if text else None


def _head(text: str | None) -> str | None:
    return (_string(text[: HEAD_LETTERS * 4]) or "")[:HEAD_LETTERS].strip() or None if text else None


def _microseconds(date: datetime | None) -> int:
    return (date - _EPOCH) // _MICROSECOND if date else UNDATED


def _content(given: dict[str, str | None], date: object) -> int:
    """64 bits that stand for all that was given of an article."""
    content = "\0".join(map(str, (*given.values(), date))).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
