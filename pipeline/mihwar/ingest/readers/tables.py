"""Tables: JSON lines, JSON, CSV and Parquet give their rows one at a time, however long the file."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mihwar.ingest.readers.charsets import decode, guess_charset
from mihwar.ingest.readers.records import (
    FIELDS,
    MAX_RECORD,
    Found,
    Options,
    Record,
    Reject,
    head,
    is_damaged,
    missing,
    record,
    reject,
)
from mihwar.ingest.readers.streams import Line, Unreadable, lines, opened, read_whole

TOO_LONG = f"longer than {MAX_RECORD // 2**20} MiB"
_PEEKED = 64 * 2**10  # bytes of a table its charset is told from
_DELIMITERS = ",;\t|"


def json_lines(path: Path, options: Options) -> Found:
    """A JSON object a line."""
    with opened(path) as stream:
        yield from _objects(lines(stream), options)


def _objects(found: Iterator[Line], options: Options) -> Found:
    for line in found:
        content = _bare(line)
        if not line.whole:
            yield reject(f"line {line.number}", TOO_LONG, content)
        elif content:
            yield _object(f"line {line.number}", content, options)


def _bare(line: Line) -> bytes:
    return line.content.strip().removeprefix(codecs.BOM_UTF8)


def _object(place: str, content: bytes, options: Options) -> Record | Reject:
    try:
        values = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        return reject(place, f"not valid UTF-8 at byte {error.start + 1} of the line", content)
    except (ValueError, RecursionError) as error:
        return reject(place, f"not valid JSON: {error}", content)
    return _row(place, values, options)


def _row(place: str, values: object, options: Options) -> Record | Reject:
    if isinstance(values, dict):
        return record(place, values, options.fields)
    return reject(
        place, f"expected a JSON object, got {type(values).__name__}", json.dumps(values, ensure_ascii=False)[:1024]
    )


def json_whole(path: Path, options: Options) -> Found:
    """An array of objects, or one object; what has an object on its first line are JSON lines under another name."""
    with opened(path) as stream:
        found = lines(stream)
        first = next(found, None)
        if first and first.whole and isinstance(_object("", _bare(first), options), Record):
            yield from _objects(chain([first], found), options)
            return
    with opened(path) as stream:
        decoded = decode(read_whole(stream))
    if isinstance(decoded, str):
        yield Reject("", decoded)
    elif decoded.text.strip():
        yield from _entries(decoded.text, options)


def _entries(content: str, options: Options) -> Found:
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        yield reject("", f"not valid JSON: {error}", content)
        return
    for number, value in enumerate(values if isinstance(values, list) else [values], start=1):
        yield _row(f"entry {number}", value, options)


class _Lines:
    """The lines csv asks for; it knows how many were given, how much of a row they are, and whether more was asked for
    than there is.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream, self.number, self.ended = stream, 0, False
        self.begin()

    def begin(self) -> None:
        """A row begins."""
        self.first, self.head, self._held = self.number + 1, "", 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_RECORD + 1)
        self.number += bool(line)
        self.ended = not line
        self._held += len(line)
        self.head = self.head or line[:1024]
        if self._held > MAX_RECORD:
            while line and not line.endswith(("\n", "\r")):
                line = self._stream.readline(_PEEKED)
            raise Unreadable(TOO_LONG)
        if not line:
            raise StopIteration
        return line


def csv_rows(path: Path, options: Options) -> Found:
    """A row a record, by the names in the header; separated by what the header is, `.tsv` by tabs."""
    csv.field_size_limit(2 * MAX_RECORD)
    with opened(path) as stream:
        charset, guessed = _charset(stream.peek(_PEEKED)[:_PEEKED])
        given = _Lines(io.TextIOWrapper(stream, charset, errors="surrogateescape", newline=""))
        header = next(given, "")
        delimiter = "\t" if ".tsv" in path.name.lower() else _delimiter(header)
        columns = (
            [name.strip() for name in next(csv.reader(chain([header], given), delimiter=delimiter), [])]
            if header.strip()
            else []
        )
        if why_not := missing(columns, options.fields):
            yield reject("line 1", why_not, header)
            return
        for found in _cells(given, columns, delimiter, options.fields):
            yield (
                Record(found.place, found.values | {"_encoding": charset})
                if guessed and isinstance(found, Record)
                else found
            )


def _charset(first: bytes) -> tuple[str, bool]:
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", False
    whole_lines = first[: first.rfind(b"\n") + 1] or first
    try:
        whole_lines.decode("utf-8")
    except UnicodeDecodeError:
        guess = guess_charset(whole_lines)
        return guess or "utf-8-sig", guess is not None
    return "utf-8-sig", False


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter))))


def _cells(given: _Lines, columns: list[str], delimiter: str, fields: Mapping[str, str]) -> Found:
    rows = csv.reader(given, delimiter=delimiter)
    while True:
        given.begin()
        try:
            cells = next(rows, None)
        except (csv.Error, Unreadable) as error:
            yield reject(f"line {given.first}", f"not a CSV row: {error}", given.head)
            continue
        if cells is None:
            return
        if cells:
            yield _csv_row(given, cells, columns, fields)


def _csv_row(given: _Lines, cells: list[str], columns: list[str], fields: Mapping[str, str]) -> Record | Reject:
    place = f"line {given.first}"
    row = {**dict.fromkeys(columns), **{name: cell or None for name, cell in zip(columns, cells, strict=False)}}
    if given.ended:
        return reject(
            place, f"a quote opened in this row is not closed by the end of the file, at line {given.number}", row
        )
    if is_damaged(cells):
        return reject(place, "not valid UTF-8", row)
    if len(cells) > len(columns):
        return reject(place, f"{len(cells) - len(columns)} more cells than columns", row)
    return record(place, row, fields)


def parquet_rows(path: Path, options: Options) -> Found:
    """A row a record; columns nobody asked for are not read."""
    number = 0
    try:
        # The file is opened here because Arrow opens no name that is not UTF-8.
        with path.open("rb") as content, pq.ParquetFile(content, buffer_size=2**20) as file:
            columns = file.schema_arrow.names
            if why_not := missing(columns, options.fields):
                yield reject("", why_not)
                return
            asked = {*FIELDS, *options.fields.values(), *(name.split(".")[0] for name in options.fields.values())}
            for batch in file.iter_batches(batch_size=64, columns=[name for name in columns if name in asked]):
                for row in _rows(batch):
                    number += 1
                    yield (
                        reject(f"row {number}", row)
                        if isinstance(row, str)
                        else record(f"row {number}", row, options.fields)
                    )
    except (pa.ArrowException, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        yield Reject(f"after row {number}" if number else "", f"not a readable Parquet file: {head(error)}")


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """The batch's rows; one whose values Python cannot hold is a reason, and its neighbours are kept."""
    for i in range(batch.num_rows):
        try:
            yield batch.slice(i, 1).to_pylist()[0]
        except (pa.ArrowException, ValueError, OverflowError) as error:
            yield f"a value that cannot be read: {head(error)}"
