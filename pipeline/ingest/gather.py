"""Gathering: records of many sources become one table of clean documents; every record is entered once, kept or rejected."""

import hashlib
import random
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from pipeline.core.artifacts import Corpus, Json
from pipeline.core.progress import Progress
from pipeline.core.scratch import Growing, Scratch, rows_of
from pipeline.ingest.accounts import by_source, most, notes
from pipeline.ingest.addresses import bare, scrubbed
from pipeline.ingest.clean import FIRST, LAST, Draft, cleaned
from pipeline.ingest.dates import Dated, parse_date
from pipeline.ingest.duplicates import canonical_order, group, letter_hashes, signature
from pipeline.ingest.language import identify, script_of
from pipeline.ingest.records import Record, Reject
from pipeline.ingest.repeated import Lines, without_repeated

HEAD_LETTERS = 80
_TEXT = pa.large_string()
_SCHEMA = pa.schema({"id": _TEXT, "title": _TEXT, "text": _TEXT, "language": _TEXT, "language_confidence": pa.float32(), "script": _TEXT,
                     "date": pa.timestamp("us", "UTC"), "date_precision": pa.string(), "date_reason": _TEXT, "source": _TEXT, "url": _TEXT,
                     "label": _TEXT, "parallel": _TEXT})  # fmt: skip
_DRAFTS = pa.schema([*_SCHEMA, ("origin", _TEXT), ("file", _TEXT), ("place", _TEXT)])
_REJECTS = pa.schema([(name, _TEXT) for name in ("file", "place", "id", "reason", "head")])
_GIVEN = ("id", "title", "text", "language", "source", "url", "label", "parallel")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_UNDATED = np.iinfo(np.int64).min  # older than any date


@dataclass(frozen=True)
class Before:
    """A kept article as its source had it."""

    row: int
    title: str | None
    text: str


@dataclass(frozen=True)
class Ways:
    """What is done to every article: the cleaning steps that are on, the time zone of dates without one, what makes a copy."""

    steps: frozenset[str]
    zone: tzinfo
    repeated: float | None
    near: float | None


@dataclass
class _Ledger:
    """What has been entered so far; texts lie on disk."""

    ways: Ways
    drafts: Growing
    rejected: Growing
    row_of: dict[bytes, int] = field(default_factory=dict)  # hash of an id -> its row
    n_named: dict[str, int] = field(default_factory=dict)  # id made from content -> articles with that content, from two on
    texts: "array[int]" = field(default_factory=lambda: array("q"))  # hash of each drafted text as it was given
    dates: "array[int]" = field(default_factory=lambda: array("q"))  # microseconds since 1970 of each draft, or _UNDATED
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
        self.unread[file] += 1
        self.rejected.add({"file": file, "place": found.place, "id": _string(found.id), "reason": _string(found.reason), "head": _head(found.head)})
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
        given["language"] = _code(given["language"])
        draft, changed = cleaned(Draft(given["title"], given["text"], given["language"]), FIRST, self.ways.steps, self.ways.zone)
        if not draft.text:
            return refuse("nothing is left of the text once it is cleaned")
        self.count(changed)
        if encoding := record.values.get("_encoding"):
            self.reencoded[str(encoding)] += 1
        origin = given["source"] or _host(given["url"]) or file
        self.lines.add(origin, draft.text)
        given_date = record.values.get("date")
        name = given["id"] or self._name(given, given_date)
        date = _dated(parse_date(given_date, self.ways.zone, given["language"]), draft.date)
        version = _microseconds(date.date), _content(given, given_date)
        if (row := self.row_of.get(_key(name))) is not None:
            before = self.dates[row], self.contents[row]
            text = "the same text" if self.texts[row] == hash(given["text"]) else "another text"
            why = "that one is newer" if before[0] != version[0] else "neither is newer, so their content decides"
            reason = f"the id '{name}' is also that of an article with {text}, which is kept: {why}"
            if version <= before:
                return refuse(reason)
            self.superseded[row] = reason
        self.row_of[_key(name)] = self.drafts.n_rows
        self.texts.append(hash(given["text"]))
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
        """An id for an article without one: the hash of its content; the second with the same content gets -2."""
        content = "\0".join(str(value) for value in (given["title"], given["text"], date, given["source"], given["url"]))
        base = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
        name = base
        while _key(name) in self.row_of:
            self.n_named[base] = self.n_named.get(base, 1) + 1
            name = f"{base}-{self.n_named[base]}"
        return name


def gather(
    found: Iterable[tuple[str, Iterator[Record | Reject]]], ways: Ways, scratch: Scratch, progress: Progress, watch: int = 0
) -> tuple[Corpus, list[Before]]:
    """Read sources in order into a corpus, and `watch` kept articles, evenly drawn, as they were before.

    An article keeps the id it was given; one without is named by the hash of its content, and further articles with the very
    same content get `-2`, `-3`. Of two articles under one given id the newer is kept and the other rejected; where
    neither is newer, a hash of their content decides. So the order in which articles are read changes nothing but the
    order of the rows. Memory grows by about a kilobyte an article, whatever its length.
    """
    ledger = _Ledger(ways, scratch.table(_DRAFTS), scratch.table(_REJECTS))
    watched: list[Before] = []
    draw, n_sources = random.Random(0), 0  # noqa: S311
    with progress.track("reading and cleaning articles") as advance:
        for file, records in found:
            n_before, n_sources = len(ledger), n_sources + 1
            for record in records:
                kept = ledger.reject(file, record) if isinstance(record, Reject) else ledger.enter(file, record)
                if kept and (len(watched) < watch or draw.random() < watch / (kept.row + 1)):
                    place = len(watched) if len(watched) < watch else draw.randrange(watch)
                    watched[place : place + 1] = [kept]
                advance(1)
            if len(ledger) == n_before:
                ledger.reject(file, Reject("", "there is no article in it"))
    drafts = ledger.drafts.done()
    table, origins, first, letters = _documents(ledger, drafts, scratch, progress)
    rejects = ledger.rejected.done()
    n_copies = int((first != np.arange(len(first))).sum())
    counts = {"files": n_sources, "read": len(table) + len(rejects), "kept": len(table), "rejected": len(rejects),
              "stories": len(table) - n_copies, "copies": n_copies, "steps": ledger.steps,
              "sources": by_source(origins, first, ledger.unread), "repeated_lines": most(ledger.repeated)}  # fmt: skip
    leaders = np.flatnonzero(first == np.arange(len(first)))
    corpus = Corpus(
        documents=table.append_column("group", table["id"].take(pa.array(first))),
        story_rows=leaders[canonical_order(letters[leaders])],
        rejects=rejects,
        counts=counts,
        notes=notes(counts, len(table) - table["date_reason"].null_count, ledger.reencoded),
    )
    return corpus, _in_place(watched, ledger)


def _in_place(watched: list[Before], ledger: _Ledger) -> list[Before]:
    """The watched articles that are still kept, in order, with their rows in the final table."""
    gone = np.array(sorted(ledger.superseded), np.int64)
    kept = [before for before in watched if before.row not in ledger.superseded]
    moved = [replace(before, row=before.row - int(np.searchsorted(gone, before.row))) for before in kept]
    return sorted(moved, key=lambda before: before.row)


def _documents(ledger: _Ledger, drafts: pa.Table, scratch: Scratch, progress: Progress) -> tuple[pa.Table, pa.ChunkedArray, np.ndarray, np.ndarray]:
    """Make the final table: cut repeated lines, detect languages, group copies; reject superseded drafts.

    Returns:
        The table without `group`; the origin of each row; the row of each one's first of its group, (n,) int64; and a
        hash of the letters of each, (n, 2) uint64.
    """
    repeated = ledger.lines.repeated(ledger.ways.repeated) if ledger.ways.repeated else frozenset()
    whole, signatures = scratch.table(_SCHEMA), bytearray()
    with progress.track("telling languages and copies", len(drafts)) as advance:
        for number, row in enumerate(rows_of(drafts)):
            origin, file, place = (row.pop(name) for name in ("origin", "file", "place"))
            advance(1)
            if reason := ledger.superseded.get(number):
                ledger.reject(file, Reject(place, reason, row["id"], row["text"]))
                continue
            text, gone = without_repeated(origin, row["text"], repeated) if repeated else (row["text"], [])
            if gone:
                ledger.count({"repeated": len(row["text"]) - len(text)})
                ledger.repeated.setdefault(origin, Counter()).update(gone)
            draft, changed = cleaned(Draft(row["title"], text), LAST, ledger.ways.steps, ledger.ways.zone)
            ledger.count(changed)
            row |= {"title": draft.title, "text": draft.text}
            whole.add(row | _told(f"{row['title'] or ''}\n{row['text']}", row["language"]))
            signatures += signature(row["text"])
    kept = np.ones(len(drafts), bool)
    kept[list(ledger.superseded)] = False
    dates, contents = np.array(ledger.dates, np.int64)[kept], np.array(ledger.contents, np.uint64)[kept]
    undated_last = np.where(dates == _UNDATED, np.iinfo(np.int64).max, dates)
    letters = letter_hashes(signatures)
    order = canonical_order(letters, contents, undated_last)
    return whole.done(), drafts["origin"].filter(pa.array(kept)), group(signatures, ledger.ways.near, order), letters


def _code(language: str | None) -> str | None:
    """ar of ar-EG; None where what is given is no code."""
    found = _LANGUAGE.fullmatch(language or "")
    return found[1].lower() if found else None


def _addresses(record: Record) -> dict[str, str | None]:
    """The fields that are addresses, without secrets; an id that held one is none, for what is left of it may be another article's too."""
    url, name = (_text(record.values.get(key)) for key in ("url", "id"))
    return {"url": bare(url) or None if url else None, "id": name if scrubbed(name or "") == (name or "") else None}


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").netloc
    except ValueError:
        return ""


def _told(text: str, given: str | None) -> dict[str, Any]:
    if given:
        return {"script": script_of(text)}
    told = identify(text)
    return {"language": told.language, "language_confidence": told.confidence, "script": told.script}


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
    return (date - _EPOCH) // _MICROSECOND if date else _UNDATED


def _content(given: dict[str, str | None], date: object) -> int:
    """64 bits that stand for all that was given of an article."""
    content = "\0".join(map(str, (*given.values(), date))).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
