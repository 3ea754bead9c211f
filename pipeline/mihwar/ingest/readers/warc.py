"""Web archives: the HTML pages of a WARC file, one record in memory at a time (ISO 28500)."""

import http.client
import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import pyarrow as pa

from mihwar.ingest.readers.records import MAX_RECORD, Found, Options, Record, Reject, reject
from mihwar.ingest.readers.streams import Stream, opened
from mihwar.ingest.readers.web import MAX_PAGE, page

_CODECS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "gzip", "br": "brotli", "zstd": "zstd"}
_LINE = 64 * 2**10


class _Response(NamedTuple):
    """What a server answered, as it was archived; `n_bytes` of it, of which at most MAX_RECORD are held."""

    place: str
    url: str
    block: bytes
    n_bytes: int


def warc_pages(path: Path, options: Options) -> Found:  # noqa: ARG001
    """Every page that was served as HTML with status 200; other records are passed over, damaged ones rejected."""
    any_found = False
    with opened(path) as stream:
        for response in _responses(stream):
            found = response if isinstance(response, Reject) else _page(response)
            if found:
                any_found = True
                yield found
        if not any_found and stream.tell():
            yield Reject("", "no HTML page among its records")


def _responses(stream: Stream) -> Iterator[_Response | Reject]:
    number, lost = 0, False
    while line := stream.readline(_LINE):
        if line.startswith(b"WARC/"):
            number, lost = number + 1, False
            found = _response(stream, f"record {number}")
            if found:
                yield found
        elif line.strip() and not lost:  # whole records are looked for again further on
            lost = True
            yield reject(
                f"after record {number}" if number else "record 1", "expected a WARC record to begin here", line
            )


def _response(stream: Stream, place: str) -> _Response | Reject | None:
    try:
        headers = http.client.parse_headers(stream)
        n_bytes = int(headers.get("Content-Length", ""))
    except (http.client.HTTPException, ValueError) as error:
        return reject(place, f"a damaged record header: {error}")
    url = headers.get("WARC-Target-URI", "").strip("<> ")
    wanted = headers.get("WARC-Type", "").lower() == "response" and url.lower().startswith(("http:", "https:"))
    block = stream.read(min(max(n_bytes, 0), MAX_RECORD)) if wanted else b""
    left = n_bytes - len(block)
    while left > 0 and (passed := stream.read(min(left, _LINE))):
        left -= len(passed)
    if left:
        return reject(place, f"ends early: {n_bytes - left:,} of {n_bytes:,} bytes are there", block)
    return _Response(place, url, block, n_bytes) if wanted else None


class _Archived:
    """As much of a socket as reading an answer from it takes."""

    def __init__(self, stream: io.BytesIO) -> None:
        self._stream = stream

    def makefile(self, _mode: str) -> io.BytesIO:
        return self._stream


def _page(archived: _Response) -> Record | Reject | None:
    stream = io.BytesIO(archived.block)
    answer = http.client.HTTPResponse(cast("socket.socket", _Archived(stream)))
    try:
        answer.begin()
    except (http.client.HTTPException, ValueError) as error:
        return reject(archived.place, f"a damaged HTTP answer: {error}", archived.block)
    if answer.status != 200 or "html" not in answer.headers.get_content_type():
        return None
    if archived.n_bytes > MAX_RECORD:
        return reject(archived.place, f"longer than {MAX_RECORD // 2**20} MiB", archived.block)
    body = _decompressed(
        _joined(answer, archived.block[stream.tell() :]), answer.headers.get("Content-Encoding", "").strip().lower()
    )
    if len(body) > MAX_PAGE:
        return reject(archived.place, f"a page longer than {MAX_PAGE // 2**20} MiB", body)
    return page(archived.place, body, archived.url, answer.headers.get_content_charset())


def _joined(answer: http.client.HTTPResponse, body: bytes) -> bytes:
    """The body without its chunk lengths; many archives took them out and left the header."""
    try:
        return answer.read() if answer.chunked else body
    except (http.client.HTTPException, ValueError):
        return body


def _decompressed(body: bytes, encoding: str) -> bytes:
    """The body as it was before it was compressed; many archives did that and left the header."""
    if encoding not in _CODECS:
        return body
    try:
        with pa.CompressedInputStream(io.BytesIO(body), _CODECS[encoding]) as stream:
            return bytes(stream.read(MAX_PAGE + 1))
    except OSError:
        return body
