"""Gathering: records of many sources become one table of clean documents; every record is entered once, kept or rejected."""

import hashlib
import random
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from pipeline.core.artifacts import Corpus, Json
from pipeline.core.progress import Progress
from pipeline.core.scratch import Growing, Scratch, rows_of
from pipeline.ingest.accounts import by_source, most, notes, source_of
from pipeline.ingest.clean import FIRST, LAST, Draft, TooSlow, cleaned
from pipeline.ingest.dates import Dated, parse_date
from pipeline.ingest.duplicates import group, signature
from pipeline.ingest.language import identify, script_of
from pipeline.ingest.records import MAX_LETTERS, Record, Reject
from pipeline.ingest.repeated import Lines, without_repeated

HEAD_LETTERS = 80
_TEXT = pa.large_string()
_SCHEMA = pa.schema({"id": _TEXT, "title": _TEXT, "text": _TEXT, "language": _TEXT, "language_confidence": pa.float32(), "script": _TEXT,
                     "date": pa.timestamp("us", "UTC"), "date_precision": pa.string(), "date_reason": _TEXT, "source": _TEXT, "url": _TEXT,
                     "label": _TEXT, "parallel": _TEXT})  # fmt: skip
_ENTERED = ("origin", "file", "place")  # where a draft is from
_DRAFTS = pa.schema([*_SCHEMA, *(pa.field(name, _TEXT) for name in _ENTERED)])
_REJECTS = pa.schema([(name, _TEXT) for name in ("file", "place", "id", "reason", "head")])
_GIVEN = ("id", "title", "text", "language", "source", "url", "label", "parallel")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


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
    texts: "array[int]" = field(default_factory=lambda: array("q"))  # hash of each kept text as it was given
    lines: Lines = field(default_factory=Lines)
    steps: dict[str, Json] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    repeated: dict[str, Counter[str]] = field(default_factory=dict)  # source -> line -> times cut
    dates_unread: int = 0
    reencoded: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return self.drafts.n_rows + self.rejected.n_rows

    def reject(self, file: str, found: Reject) -> Before | None:
        """List what is not kept."""
        self.unread[source_of(file)] += 1
        self.rejected.add({"file": file, "place": found.place, "id": found.id, "reason": found.reason, "head": _head(found.head)})
        return None

    def enter(self, file: str, record: Record) -> Before | None:
        """Keep a record, cleaned, or reject it; what it was is returned where it is kept."""
        raw = record.values.get("text")
        given = {name: _string(record.values.get(name)) for name in _GIVEN}

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
            draft, changed = cleaned(Draft(given["title"], given["text"], given["language"]), FIRST, self.ways.steps, self.ways.zone)
        except TooSlow as slow:
            return refuse(str(slow))
        if not draft.text:
            return refuse("nothing is left of the text once it is cleaned")
        name = given["id"] or self._name(given, record.values.get("date"))
        if (row := self.row_of.get(_key(name))) is not None:
            same = "with the same text" if self.texts[row] == hash(given["text"]) else "with another text"
            return refuse(f"the id '{name}' was read before, {same}; it is document {row + 1}")
        self._keep(file, record.place, name, given, record.values.get("date"), draft)
        self.count(changed)
        if encoding := record.values.get("_encoding"):
            self.reencoded[str(encoding)] += 1
        return Before(self.drafts.n_rows - 1, given["title"], given["text"])

    def count(self, changed: dict[str, int]) -> None:
        """An article that steps have changed, and how many characters each took."""
        for step, n_letters in changed.items():
            counted = self.steps.setdefault(step, {"articles": 0, "letters": 0})
            counted["articles"] += 1
            counted["letters"] += n_letters

    def _keep(self, file: str, place: str, name: str, given: dict[str, str | None], given_date: object, draft: Draft) -> None:
        date = _dated(parse_date(given_date, self.ways.zone, given["language"]), draft.date)
        origin = given["source"] or _host(given["url"]) or source_of(file)
        self.row_of[_key(name)] = self.drafts.n_rows
        self.texts.append(hash(given["text"]))
        self.lines.add(origin, draft.text)
        self.dates_unread += date.reason is not None
        self.drafts.add(given | {"id": name, "title": draft.title, "text": draft.text, "origin": origin, "file": file, "place": place,
                                 "date": date.date, "date_precision": date.precision, "date_reason": date.reason})  # fmt: skip

    def _name(self, given: dict[str, str | None], date: object) -> str:
        content = "\0".join(str(value) for value in (given["title"], given["text"], date, given["source"], given["url"]))
        base = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
        return next(name for copy in count(1) if _key(name := f"{base}-{copy}" if copy > 1 else base) not in self.row_of)


def gather(
    found: Iterable[tuple[str, Iterator[Record | Reject]]], ways: Ways, scratch: Scratch, progress: Progress, watch: int = 0
) -> tuple[Corpus, list[Before]]:
    """Read sources in order into a corpus, and `watch` kept articles, evenly drawn, as they were before.

    An article keeps the id it was given; one without is named by the hash of its content, and further articles with the very
    same content get `-2`, `-3`. Of two texts under one given id the first is kept and the other rejected. Memory grows by about a
    kilobyte an article, whatever its length.
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
    documents, first, kept_rows = _documents(ledger, drafts, scratch, progress)
    rejects, origins = ledger.rejected.done(), drafts["origin"].take(pa.array(kept_rows))
    n_copies = int((first != np.arange(len(first))).sum())
    n_kept = len(documents)
    counts = {"files": n_sources, "read": n_kept + len(rejects), "kept": n_kept, "rejected": len(rejects), "stories": n_kept - n_copies, "copies": n_copies,
              "steps": ledger.steps, "sources": by_source(origins, first, ledger.unread), "repeated_lines": most(ledger.repeated)}  # fmt: skip
    row_now = dict(zip(kept_rows.tolist(), range(n_kept), strict=True))
    shown = [replace(before, row=row_now[before.row]) for before in watched if before.row in row_now]
    return Corpus(documents=documents, rejects=rejects, counts=counts, notes=notes(counts, ledger.dates_unread, ledger.reencoded)), sorted(
        shown, key=lambda before: before.row
    )


def _documents(ledger: _Ledger, drafts: pa.Table, scratch: Scratch, progress: Progress) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """The final table: repeated lines cut, languages told, copies grouped.

    Returns:
        The documents; (n,) the row of the first document of each one's group; (n,) the row of the draft each was.
    """
    repeated = ledger.lines.repeated(ledger.ways.repeated) if ledger.ways.repeated else frozenset()
    whole, signatures, kept_rows = scratch.table(_SCHEMA), bytearray(), array("q")
    with progress.track("telling languages and copies", len(drafts)) as advance:
        for number, row in enumerate(rows_of(drafts)):
            advance(1)
            origin, file, place = (row.pop(name) for name in _ENTERED)
            text, gone = without_repeated(origin, row["text"], repeated) if repeated else (row["text"], [])
            try:
                draft, changed = cleaned(Draft(row["title"], text), LAST, ledger.ways.steps, ledger.ways.zone)
            except TooSlow as slow:
                ledger.reject(file, Reject(place, str(slow), row["id"], row["text"]))
                continue
            if gone:
                ledger.count({"repeated": len(row["text"]) - len(text)})
                ledger.repeated.setdefault(origin, Counter()).update(gone)
            ledger.count(changed)
            kept_rows.append(number)
            row |= {"title": draft.title, "text": draft.text}
            whole.add(row | _told(f"{row['title'] or ''}\n{row['text']}", row["language"]))
            signatures += signature(row["text"])
        table, first = whole.done(), group(signatures, ledger.ways.near)
    return table.append_column("group", table["id"].take(pa.array(first))), first, np.array(kept_rows, np.int64)


def _code(language: str | None) -> str | None:
    """ar of ar-EG; None where what is given is no code."""
    found = _LANGUAGE.fullmatch(language or "")
    return found[1].lower() if found else None


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


def _string(value: object) -> str | None:
    """Text as it can be stored: trimmed, no lone surrogates, no NUL; None where nothing is left."""
    if value is None:
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None


def _head(text: str | None) -> str | None:
    return _string(text[: HEAD_LETTERS * 4].strip()[:HEAD_LETTERS]) if text else None


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
