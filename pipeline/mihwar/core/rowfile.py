"""A row file: a SQLite database of values under 16-byte keys, each row with a checksum.

It is in WAL mode: many processes read while one writes, and after a `kill -9` the last whole transaction stands. WAL
needs a local disk, as processes share a mapped file. A row's number is the first half of its key, so a lookup reads one
path of one tree; of two keys with the same first half the one written last is kept, and the other is absent.
"""

import errno
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path

from mihwar.core.store import writing

_TABLE = "CREATE TABLE rows (id INTEGER PRIMARY KEY, key BLOB NOT NULL, sum INTEGER NOT NULL, value BLOB NOT NULL)"
_HEADER = b"SQLite format 3\0\x20\x00\x02\x02"  # pages of 8 KiB, WAL
_ROWS = "SELECT id, key, sum, value FROM rows"
_SECONDS_TO_WAIT = 60  # for another process that writes
_ROWS_A_TRANSACTION = 4096
# SQLITE_ERROR: the table is not the one that was made.
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
_NO_SPACE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


class DamagedFile(Exception):
    """The structure of the file is damaged; `rebuild` keeps the rows that can still be read."""


def read(path: Path, keys: Iterable[bytes]) -> dict[bytes, bytes]:
    """The values of those keys that are there and whole.

    Raises:
        DamagedFile: see there.
        StoreError: the file cannot be opened.
    """
    found: dict[bytes, bytes] = {}
    if path.exists():
        with _opened(path) as db:
            for number, key in sorted((_number(key), key) for key in set(keys)):
                row = db.execute(f"{_ROWS} WHERE id = ?", (number,)).fetchone()
                if row and row[1] == key and _is_whole(row):
                    found[key] = row[3]
    return found


def write(path: Path, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """Write (key, value) rows, in the place of rows of the same keys; makes the file where there is none.

    Raises:
        DamagedFile: see there.
        StoreError: the place cannot be written.
    """
    if not path.exists():
        _create(path)
    rows = iter(rows)
    with _opened(path) as db:
        while part := sorted(
            (_number(key), key, zlib.crc32(key + value), value) for key, value in islice(rows, _ROWS_A_TRANSACTION)
        ):
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", part)
            db.execute("COMMIT")


def readable(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """(key, value) of all whole rows that can be reached:
    from the first on and, if a page is damaged, from the last back.
    """
    last = -(2**63) - 1
    for order in ("ASC", "DESC"):
        with suppress(DamagedFile), _opened(path) as db:
            for row in db.execute(f"{_ROWS} ORDER BY id {order}"):
                if order == "DESC" and row[0] <= last:
                    return
                last = row[0] if order == "ASC" else last
                if _is_whole(row):
                    yield row[1], row[3]
            return


def is_whole(path: Path, at_most: int | None = None) -> bool:
    """Whether header, rows and structure are what was written.

    Args:
        path: a row file.
        at_most: read so many rows only, from where the call before ended; the structure is read when the last row is.
    """
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return False
    try:
        with _opened(path) as db:
            begin = db.execute("PRAGMA user_version").fetchone()[0] % 2**32 if at_most else 0
            n, last = 0, (begin << 32) - 2**63 - 1
            for row in db.execute(f"{_ROWS} WHERE id > ? ORDER BY id LIMIT ?", (max(last, -(2**63)), at_most or -1)):
                if row[0] <= last or not _is_whole(row):
                    return False
                n, last = n + 1, row[0]
            ended = not at_most or n < at_most
            goes_on = 0 if ended else (last + 2**63) >> 32
            if at_most and goes_on != begin:
                db.execute(f"PRAGMA user_version = {goes_on - 2**32 * (goes_on >= 2**31)}")
            tables = db.execute("SELECT sql FROM sqlite_schema").fetchall()
            return tables == [(_TABLE.encode(),)] and (
                not ended or db.execute("PRAGMA quick_check(1)").fetchall() == [(b"ok",)]
            )
    except DamagedFile:
        return False


def rebuild(path: Path) -> None:
    """Replace a file by one that holds its readable rows."""
    aside = path.with_name(f".{path.name}")
    with writing(path):
        remove(aside)
        _create(aside)
        write(aside, readable(path))
        remove(path, "-wal", "-shm")  # of the old file; with the new one they would be damage
        os.replace(aside, path)


def remove(path: Path, *endings: str) -> None:
    """Remove a row file and what SQLite keeps beside it, or only the latter."""
    for ending in endings or ("-wal", "-shm", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _create(path: Path) -> None:
    """An empty file that is there whole or not at all; one that another process made meanwhile stays."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}-{os.getpid()}")
        remove(new)
        new.touch()
        with _opened(new) as db:
            db.execute("PRAGMA page_size = 8192")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(_TABLE)
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection, with SQLite's errors turned into ours."""
    mode = "mode=rw" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"  # a reader too makes files beside it
    with writing(path):
        try:
            address = f"{path.resolve().as_uri()}?{mode}"
            with closing(sqlite3.connect(address, uri=True, timeout=_SECONDS_TO_WAIT, isolation_level=None)) as db:
                db.text_factory = bytes  # a damaged row may say that it holds text, and this cannot fail
                yield db
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in _DAMAGE or (code == sqlite3.SQLITE_READONLY and os.access(path, os.W_OK)):
                raise DamagedFile(str(path)) from error
            raise OSError(errno.ENOSPC if code in _NO_SPACE else errno.EACCES, str(error)) from error


def _number(key: bytes) -> int:
    return int.from_bytes(key[:8], "big", signed=True)


def _is_whole(row: Sequence[object]) -> bool:
    """Whether an (id, key, sum, value) row is what was written."""
    number, key, checksum, value = row
    return (
        isinstance(key, bytes)
        and isinstance(value, bytes)
        and number == _number(key)
        and checksum == zlib.crc32(key + value)
    )
