"""Gathering: records of many files become one table of documents with ids of their own."""

import hashlib
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.core.artifacts import Corpus
from pipeline.core.progress import Progress
from pipeline.ingest.dates import parse_date
from pipeline.ingest.language import identify
from pipeline.ingest.read import Record, read_file

_TEXT = pa.large_string()
_DOCUMENTS = pa.schema({"id": _TEXT, "title": _TEXT, "text": _TEXT, "language": _TEXT, "date": pa.timestamp("us", "UTC"),
                        "source": _TEXT, "url": _TEXT, "label": _TEXT})  # fmt: skip
_REJECTS = pa.schema([(name, pa.string()) for name in ("file", "place", "reason")])


@dataclass
class _Ledger:
    """What has been read so far: every record is entered once, as a document or as a reject."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, str]] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    n_dates_unread: int = 0

    def __len__(self) -> int:
        return len(self.documents) + len(self.rejects)

    def reject(self, path: Path, place: str, reason: str) -> None:
        self.rejects.append({"file": str(path), "place": place, "reason": reason})

    def enter(self, path: Path, record: Record) -> None:
        raw, given_date = record.values.get("text"), record.values.get("date")
        if raw is not None and not isinstance(raw, str):
            return self.reject(path, record.place, f"expected 'text' to be a string, got {type(raw).__name__}")
        document: dict[str, Any] = {name: _string(record.values.get(name)) for name in _DOCUMENTS.names if name != "date"}
        document |= {name: _string(unescape(document[name])) for name in ("title", "text") if document[name]}
        if not document["text"]:
            return self.reject(path, record.place, "no text")
        document["date"] = parse_date(given_date)
        name = document["id"] or self._name(document)
        if name in self.row_of:
            row = self.row_of[name]
            same = "and the same text were" if self.documents[row]["text"] == document["text"] else "was given to another text,"
            return self.reject(path, record.place, f"the id '{name}' {same} read before, at {self.places[row]}")
        self.row_of[name] = len(self.documents)
        self.places.append(f"{path} {record.place}".strip())
        self.documents.append(document | {"id": name, "language": document["language"] or identify(document["text"])})
        self.n_dates_unread += document["date"] is None and given_date not in (None, "")
        return None

    def _name(self, document: dict[str, Any]) -> str:
        content = "\0".join(str(document[name]) for name in ("title", "text", "date", "source", "url"))
        base = hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]
        return next(name for copy in count(1) if (name := f"{base}-{copy}" if copy > 1 else base) not in self.row_of)


def gather(readable: list[Path], unknown: list[Path], progress: Progress) -> Corpus:
    """Read the files in order into a corpus.

    An article keeps the id it was given; one without is named by the hash of its content, and further articles with the very
    same content get `-2`, `-3`. Of two texts under one given id the first is kept and the other rejected.
    """
    ledger = _Ledger()
    with progress.track("reading articles") as advance:
        for path in [*readable, *unknown]:
            n_before = len(ledger)
            for found in read_file(path):
                ledger.enter(path, found) if isinstance(found, Record) else ledger.reject(path, found.place, found.reason)
                advance(1)
            if len(ledger) == n_before:
                ledger.reject(path, "", "the file is empty")
    n_kept, n_rejected = len(ledger.documents), len(ledger.rejects)
    notes = []
    if n_rejected:
        notes.append(f"{n_rejected:,} of {len(ledger):,} rows or files could not be read; the rejects table says which and why.")
    if ledger.n_dates_unread:
        notes.append(f"{ledger.n_dates_unread:,} articles have a date in a form that is not understood; their date is left empty.")
    return Corpus(
        documents=pa.Table.from_pylist(ledger.documents, _DOCUMENTS),
        rejects=pa.Table.from_pylist(ledger.rejects, _REJECTS),
        counts={"files": len(readable) + len(unknown), "read": len(ledger), "kept": n_kept, "rejected": n_rejected},
        notes=notes,
    )


def _string(value: object) -> str | None:
    """Text as it can be stored: trimmed, no lone surrogates, no NUL; None where nothing is left."""
    if value is None:
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None
