"""Readers: a source of articles becomes records and rejects, one at a time, whatever is wrong with it."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mihwar.core.errors import InputError
from mihwar.ingest.readers import fetch, sql
from mihwar.ingest.readers.addresses import hide, is_address, mistyped, printable, shown, split_login
from mihwar.ingest.readers.charsets import decode
from mihwar.ingest.readers.records import Found, Options, Record, Reject, Unanswered, reject
from mihwar.ingest.readers.streams import COMPRESSED, Unreadable, opened, read_whole
from mihwar.ingest.readers.tables import csv_rows, json_lines, json_whole, parquet_rows
from mihwar.ingest.readers.warc import warc_pages
from mihwar.ingest.readers.web import feed, html_page

__all__ = ["Options", "Record", "Reject", "digest", "find_sources", "read_source", "reader_of", "shown"]

SAMPLE = "bundled:sample"
_GLOB = frozenset("*?[")


def find_sources(source: str | list[str]) -> list[str | Path]:
    """Files named by folders, files and globs, in order of name within what names them, and addresses as they are; each
    once.

    Broken links, pipes and folders that are closed are among them, to be rejected by name when they are read.

    Raises:
        InputError: a name matches nothing.
    """
    found: dict[str | Path, None] = {}
    for name in [source] if isinstance(source, str) else source:
        found |= dict.fromkeys([name] if is_address(name) else _named(name))
    return list(found)


def _named(name: str) -> list[Path]:
    if name == SAMPLE:
        return [Path(__file__).parents[2] / "sample" / "articles.jsonl"]
    path = Path(name).expanduser()
    if _is(Path.is_file, path):
        return [path]
    found: list[Path] = []
    missing = f"a file, a folder or a pattern with *, found nothing there (seen from {Path.cwd()})"
    if _is(Path.is_dir, path):
        found = list(_inside(path))
        missing = "a folder with articles in it, got an empty one"
    elif _GLOB & set(name):
        anchor = Path(path.anchor) if path.is_absolute() else Path()
        named = anchor.glob(str(path.relative_to(path.anchor) if path.is_absolute() else path))
        found = [p for p in named if not p.name.startswith(".") and not _is(Path.is_dir, p)]
        missing = f"files to match it, found none (seen from {Path.cwd()})"
    if not found:
        raise InputError(
            f"ingest.source: {mistyped(name)}: expected {missing}.", f"Name {_ENDINGS} files, or an address."
        )
    return sorted(found)


def _inside(folder: Path) -> Iterator[Path]:
    """All that is in a folder and its folders and is none itself, and folders that cannot be entered;
    what is hidden is nobody's article.
    """
    closed: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=lambda error: closed.append(error.filename)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if not name.startswith("."))
    yield from map(Path, closed)


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    with suppress(OSError):  # a name too long, a folder that is closed
        return kind(path)
    return False


def read_source(source: str | Path, options: Options) -> Found:
    """Every record and reject of a source; never raises for what is in it, nor for an address or a database that does
    not answer.

    Raises:
        InputError: a database without a query, or an address of no known kind.
    """
    if isinstance(source, str):
        yield from _asked(source, options)
        return
    reader, place = reader_of(source), ""
    if fault := _no_file(source):
        yield Reject("", f"cannot be opened: {fault}")
        return
    if reader is None:
        yield Reject("", f"unknown format '{printable(source.suffix)}'; read are {_ENDINGS}")
        return
    try:
        for found in reader(source, options):
            place = found.place
            yield found
    except OSError as error:
        yield Reject(
            _after(place),
            f"cannot be {'read further' if place else 'opened'}: {os.strerror(error.errno) if error.errno else error}",
        )
    except (Unreadable, UnicodeError) as error:
        yield Reject(_after(place), str(error))


def _asked(source: str, options: Options) -> Found:
    """The records of an address or a database; the reason where it fails, which is the same all through a run."""
    place, failed = "", options.snapshot.failed
    if source not in failed:
        try:
            for found in fetch.read_url(source, options) if _on_the_web(source) else sql.read_rows(source, options):
                place = found.place
                yield found if isinstance(found, Record) else _hidden(found, source)
            return
        except Unanswered as error:
            failed[source] = _reason(source, error)
    yield Reject(_after(place), failed[source])


def _hidden(found: Reject, source: str) -> Reject:
    """A reject without the secrets of its address, which servers repeat when they refuse."""
    return replace(found, reason=hide(found.reason, source), head=hide(found.head, source) if found.head else None)


def _reason(source: str, error: Unanswered) -> str:
    """What went wrong, and at which address where that is another one, reached by redirects."""
    start, _, rest = split_login(source)
    reason = error.problem.removeprefix("ingest.source: ").removesuffix(".")
    return reason.removeprefix(f"{shown(source)}: ").removeprefix(f"{shown(start + rest)}: ")


def _no_file(path: Path) -> str | None:
    """Why something is not opened: a pipe would be waited for, for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            os.scandir(path).close()  # a folder that can be entered is none of the sources
            return os.strerror(errno.EISDIR)
    except (OSError, ValueError) as error:
        return error.strerror if isinstance(error, OSError) else str(error)
    return None if stat.S_ISREG(mode) else "it is neither a file nor a folder"


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
_ENDINGS = (
    f"{', '.join('*' + ending for ending in _READERS)} (all but parquet also with {' or '.join(COMPRESSED)} after it)"
)


def digest(source: str | Path, options: Options) -> str:
    """A short hash of what a source holds, with the ending that says how it is read; why not, where it cannot be read.

    Raises:
        InputError: as `read_source`.
    """
    from mihwar.core.store import sha256

    if isinstance(source, str):
        return _digest_of_address(source, options)
    ending = "".join(source.suffixes[-2:]).lower() if source.suffix.lower() in COMPRESSED else source.suffix.lower()
    try:
        held = _no_file(source) or sha256(source)[:32]
    except OSError as error:
        held = error.strerror or str(error)
    return printable(held + ending)


def _digest_of_address(source: str, options: Options) -> str:
    failed = options.snapshot.failed
    if source not in failed:
        try:
            return fetch.digest_url(source, options) if _on_the_web(source) else sql.digest_rows(source, options)
        except Unanswered as error:
            failed[source] = _reason(source, error)
    return failed[source]


def _on_the_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))
