"""Readers: a file of articles becomes records and rejects, one at a time, whatever is wrong with it."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.errors import InputError

SAMPLE = "bundled:sample"
TITLE_LETTERS = 120  # a first line longer than this is a lead, not a title
_GLOB = frozenset("*?[")


@dataclass(frozen=True)
class Record:
    """One article as its file has it: field -> value, with the place it was found ("line 12")."""

    place: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reject:
    """Something that was there and could not be read."""

    place: str
    reason: str


Found = Iterator[Record | Reject]


def find_files(source: str | list[str]) -> tuple[list[Path], list[Path]]:
    """Files named by folders, files and globs, each once, in order of name within what names them: (readable, of unknown format).

    Raises:
        InputError: a name matches nothing.
    """
    readable: dict[Path, None] = {}
    unknown: dict[Path, None] = {}
    for name in [source] if isinstance(source, str) else source:
        for path in _named(name):
            (readable if reader_of(path) else unknown)[path] = None
    return list(readable), list(unknown)


def _named(name: str) -> list[Path]:
    if name == SAMPLE:
        return [Path(__file__).parent.parent / "sample" / "articles.jsonl"]
    path = Path(name).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        found = [p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts)]
        missing = "a folder with articles in it, got an empty one"
    elif _GLOB & set(name):
        anchor = Path(path.anchor) if path.is_absolute() else Path()
        found = [p for p in anchor.glob(str(path.relative_to(path.anchor) if path.is_absolute() else path)) if not p.name.startswith(".")]
        missing = f"files to match it, found none (seen from {Path.cwd()})"
    else:
        found, missing = [], f"a file, a folder or a pattern with *, found nothing there (seen from {Path.cwd()})"
    found = sorted(p for p in found if p.is_file())
    if not found:
        raise InputError(f"ingest.source: {name}: expected {missing}.", f"Name {', '.join('*' + ending for ending in READERS)} files.")
    return found  # hidden files are nobody's articles


def reader_of(path: Path) -> Callable[[Path], Found] | None:
    """The reader for a file's ending, or None."""
    return next((reader for ending, reader in READERS.items() if path.name.lower().endswith(ending)), None)


def read_file(path: Path) -> Found:
    """Every record and reject of a file; never raises for what is in it."""
    reader = reader_of(path)
    if reader is None:
        yield Reject("", f"unknown format '{path.suffix}'; read are {', '.join(READERS)}")
        return
    try:
        yield from reader(path)
    except OSError as error:
        yield Reject("", f"cannot be opened: {error.strerror or error}")


def _text(path: Path) -> Found:
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Reject(f"byte {error.start + 1}", "not valid UTF-8")
        return
    yield Record("", _split_title(content) | {"source": None})


def _split_title(content: str) -> dict[str, str | None]:
    """The first line of at least three words is the title, if it is short and an article follows; else there is none."""
    lines = content.strip().splitlines()
    for number, line in enumerate(lines[:3]):
        if len(line.split()) >= 3:
            rest = "\n".join(lines[number + 1 :]).strip()
            short = len(line.strip()) <= TITLE_LETTERS
            return {"title": line.strip(), "text": rest} if short and rest else {"title": None, "text": content}
    return {"title": None, "text": content}


def _json_lines(path: Path) -> Found:
    with path.open("rb") as file:
        yield from _json_records(file)


def _json_lines_gz(path: Path) -> Found:
    number = 0
    try:
        with gzip.open(path, "rb") as file:
            for found in _json_records(file):
                yield found
                number = int(found.place.split()[1])
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Reject(f"after line {number}", f"the gzip data ends early or is damaged: {error}")


def _json_records(file: Iterable[bytes]) -> Found:
    for number, line in enumerate(file, start=1):
        place, line = f"line {number}", line.strip().removeprefix(b"\xef\xbb\xbf")
        if not line:
            continue
        try:
            values = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            yield Reject(place, f"not valid UTF-8 at byte {error.start + 1} of the line")
        except (ValueError, RecursionError) as error:
            yield Reject(place, f"not valid JSON: {error}")
        else:
            yield Record(place, values) if isinstance(values, dict) else Reject(place, f"expected a JSON object, got {type(values).__name__}")


def _csv(path: Path) -> Found:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file)
        try:
            if "text" not in (reader.fieldnames or ()):
                yield Reject("line 1", f"no column 'text'; the columns are {', '.join(reader.fieldnames or ()) or 'none'}")
                return
            for row in reader:
                place = f"line {reader.line_num}"
                if any("\udc80" <= c <= "\udcff" for value in row.values() if isinstance(value, str) for c in value):
                    yield Reject(place, "not valid UTF-8")
                elif None in row:
                    yield Reject(place, f"{len(row[None])} more cells than columns")
                else:
                    yield Record(place, {name: value or None for name, value in row.items()})
        except csv.Error as error:
            yield Reject(f"after line {reader.line_num}", f"not valid CSV: {error}")


def _parquet(path: Path) -> Found:
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            if "text" not in file.schema_arrow.names:
                yield Reject("", f"no column 'text'; the columns are {', '.join(file.schema_arrow.names)}")
                return
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield Record(f"row {number}", row)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        yield Reject(f"after row {number}", f"not a readable Parquet file: {error}")


READERS: dict[str, Callable[[Path], Found]] = {
    ".txt": _text,
    ".jsonl": _json_lines,
    ".jsonl.gz": _json_lines_gz,
    ".csv": _csv,
    ".parquet": _parquet,
}


def digest(path: Path) -> str:
    """A short hash of a file's content, with the ending that says how it is read; why not, where it cannot be opened."""
    from pipeline.core.store import sha256

    ending = next((e for e in READERS if path.name.lower().endswith(e)), path.suffix)
    try:
        return sha256(path)[:32] + ending
    except OSError as error:
        return f"{error.strerror}{ending}"
