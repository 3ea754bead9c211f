"""Streams: a file is opened, decompressed while it is read, and cut into lines no longer than a record may be."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from mihwar.ingest.readers.records import MAX_FILE, MAX_RECORD

COMPRESSED = {".gz": "gzip", ".zst": "zstd"}
Stream = io.BufferedReader | gzip.GzipFile
_PIECE = (
    16 * 2**10
)  # bytes asked for at once; where zstd data are damaged, up to so much before the damage is lost with it
_NESTED = {
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\xfd7zXZ": "xz data",
    b"BZh": "bzip2 data",
    b"%PDF-": "a PDF",
}


class Unreadable(ValueError):
    """What was opened is not what its ending says, is damaged, or is too long."""


class Line(NamedTuple):
    """One line with its number; of a line that is too long, only how it begins."""

    number: int
    content: bytes
    whole: bool


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """A file's bytes, decompressed as its ending says.

    Raises:
        Unreadable: compressed data end early or are damaged, or what is inside is an archive again.
        OSError: it cannot be opened.
    """
    codec = COMPRESSED.get(path.suffix.lower())
    with path.open("rb") as file, _decompressed(file, codec) as stream:
        try:
            _refuse_archives(stream, codec)
            yield stream
        except (EOFError, OSError, zlib.error) as error:
            # An error of the codec has no number; one of the system has.
            if codec and not (isinstance(error, OSError) and error.errno):
                raise Unreadable(f"the {codec} data end early or are damaged: {error}") from error
            raise


def _decompressed(file: io.BufferedReader, codec: str | None) -> Stream:
    if codec == "gzip":
        return gzip.GzipFile(fileobj=file, mode="rb")
    return io.BufferedReader(pa.CompressedInputStream(file, codec), _PIECE) if codec else file


def _refuse_archives(stream: Stream, codec: str | None) -> None:
    first = stream.peek(8)[:8]
    if inside := next((name for mark, name in _NESTED.items() if first.startswith(mark)), None):
        raise Unreadable(
            f"a nested archive: it holds {inside}" if codec else f"it holds {inside}, which its ending does not say"
        )


def read_whole(stream: Stream, limit: int = MAX_FILE) -> bytes:
    """All that is in a stream.

    Raises:
        Unreadable: it is longer than the limit.
    """
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(f"longer than {limit // 2**20} MiB, which is more than is read at once")
    return content


def lines(stream: Stream) -> Iterator[Line]:
    """The lines of a stream; what is over-long is passed by in pieces, never held."""
    number = 0
    while line := stream.readline(MAX_RECORD + 1):
        number += 1
        if len(line) <= MAX_RECORD:
            yield Line(number, line, True)
            continue
        yield Line(number, line[:1024], False)
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE)
