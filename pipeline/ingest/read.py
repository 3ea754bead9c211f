"""Readers: a source of articles becomes records and rejects, one at a time, whatever is wrong with it."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.ingest import fetch, sql
from pipeline.ingest.charsets import decode
from pipeline.ingest.records import Found, Options, Record, Reject, reject
from pipeline.ingest.streams import COMPRESSED, Unreadable, opened, read_whole
from pipeline.ingest.tables import csv_rows, json_lines, json_whole, parquet_rows
from pipeline.ingest.warc import warc_pages
from pipeline.ingest.web import feed, html_page

__all__ = ["Options", "Record", "Reject", "digest", "find_sources", "read_source", "reader_of", "shown"]

SAMPLE = "bundled:sample"
_GLOB = frozenset("*?[")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def find_sources(source: str | list[str]) -> list[str | Path]:
    """Files named by folders, files and globs, in order of name within what names them, and addresses as they are; each once.

    Raises:
        InputError: a name matches nothing.
    """
    found: dict[str | Path, None] = {}
    for name in [source] if isinstance(source, str) else source:
        found |= dict.fromkeys([name] if _ADDRESS.match(name) else _named(name))
    return list(found)


def _named(name: str) -> list[Path]:
    if name == SAMPLE:
        return [Path(__file__).parent.parent / "sample" / "articles.jsonl"]
    path = Path(name).expanduser()
    if _is(Path.is_file, path):
        return [path]
    found: list[Path] = []
    missing = f"a file, a folder or a pattern with *, found nothing there (seen from {Path.cwd()})"
    if _is(Path.is_dir, path):
        found = [p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts)]
        missing = "a folder with articles in it, got an empty one"
    elif _GLOB & set(name):
        anchor = Path(path.anchor) if path.is_absolute() else Path()
        found = [p for p in anchor.glob(str(path.relative_to(path.anchor) if path.is_absolute() else path)) if not p.name.startswith(".")]
        missing = f"files to match it, found none (seen from {Path.cwd()})"
    found = sorted(p for p in found if _is(Path.is_file, p))  # pipes and devices are none
    if not found:
        raise InputError(f"ingest.source: {name}: expected {missing}.", f"Name {_ENDINGS} files, or an address.")
    return found  # hidden files are nobody's articles


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    with suppress(OSError):  # a name too long, a folder that is closed
        return kind(path)
    return False


def read_source(source: str | Path, options: Options) -> Found:
    """Every record and reject of a source; never raises for what is in it.

    Raises:
        InputError: an address that cannot be fetched, a database that does not answer.
    """
    if isinstance(source, str):
        yield from fetch.read_url(source, options.local_addresses) if _on_the_web(source) else sql.read_rows(source, options)
        return
    reader, place = reader_of(source), ""
    if reader is None:
        yield Reject("", f"unknown format '{source.suffix}'; read are {_ENDINGS}")
        return
    try:
        for found in reader(source, options):
            place = found.place
            yield found
    except OSError as error:
        yield Reject(_after(place), f"cannot be {'read further' if place else 'opened'}: {os.strerror(error.errno) if error.errno else error}")
    except (Unreadable, UnicodeError) as error:
        yield Reject(_after(place), str(error))


def reader_of(path: Path) -> Callable[[Path, Options], Found] | None:
    """The reader for a file's ending, or None."""
    return _READERS.get(_ending(path))


def _after(place: str) -> str:
    return f"after {place.removeprefix('after ')}" if place else ""


def _ending(path: Path) -> str:
    """What says how a file is read: its ending in lower case, before a compression's."""
    name = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    ending = name.suffix.lower()
    return "" if name is not path and ending == ".parquet" else ending  # needs to be read from its end


def _text(path: Path, options: Options) -> Found:  # noqa: ARG001
    with opened(path) as stream:
        content = read_whole(stream)
    decoded = decode(content)
    if isinstance(decoded, str):
        yield reject("", decoded, content)
    elif content:
        yield Record("", {"text": decoded.text} | decoded.note)


_READERS: dict[str, Callable[[Path, Options], Found]] = {
    ".txt": _text,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".json": json_whole,
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".parquet": parquet_rows,
    ".html": html_page,
    ".htm": html_page,
    ".xml": feed,
    ".rss": feed,
    ".atom": feed,
    ".warc": warc_pages,
}
_ENDINGS = f"{', '.join('*' + ending for ending in _READERS)} (all but parquet also with {' or '.join(COMPRESSED)} after it)"


def digest(source: str | Path, options: Options) -> str:
    """A short hash of what a source holds, with the ending that says how it is read; why not, where a file cannot be opened.

    Raises:
        InputError: as `read_source`.
    """
    from pipeline.core.store import sha256

    if isinstance(source, str):
        return fetch.digest_url(source, options.local_addresses) if _on_the_web(source) else sql.digest_rows(source, options)
    ending = "".join(source.suffixes[-2:]).lower() if source.suffix.lower() in COMPRESSED else source.suffix.lower()
    try:
        return sha256(source)[:32] + ending
    except OSError as error:
        return f"{error.strerror}{ending}"


def shown(source: str | Path) -> str:
    """A source as it may be shown and stored: an address without its password."""
    if isinstance(source, Path):
        return str(source)
    return fetch.shown(source) if _on_the_web(source) else sql.shown(source)


def _on_the_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))
