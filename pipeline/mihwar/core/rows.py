"""Row memory: computes only the rows never seen before, and keeps them while it goes on."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from mihwar.core import rowfile
from mihwar.core.errors import StoreError
from mihwar.core.packing import pack, unpack
from mihwar.core.store import sha256, writing

_LOCK = ".lock"  # one process at a time writes
_SECONDS_BETWEEN_SAVES = 20
_ROWS_BETWEEN_SAVES = 16_384
_ROWS_A_CHUNK = 512  # looked up at a time; a chunk of short texts stays far below Arrow's 2 GiB
_ROWS_CHECKED = 20_000  # of each file by each sweep, about 0.1 s

Compute = Callable[[list[int]], Iterable[tuple[list[int], pa.Array]]]


def row_key(*parts: str) -> bytes:
    """16 bytes that stand for a row's input."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8"), digest_size=16).digest()


class RowMemory:
    """Rows remembered under hash(input), one file `<way>.sqlite` for each way of computing them, looked up by key.

    A damaged row counts as never seen: it is computed again and replaced. Where a file's structure is damaged, the rows
    that can be read are kept. `computed` counts the rows computed so far.
    """

    def __init__(self, root: Path, say: Callable[[str], object] = lambda _: None) -> None:
        self.root, self.say, self.computed = root, say, 0
        self._lock = FileLock(root / _LOCK)

    def recall(self, way: str, keys: Sequence[bytes], compute: Compute, kind: pa.DataType) -> pa.ChunkedArray:
        """A value for every key, in order; `compute` is asked only for keys never seen, each once.

        Args:
            way: fingerprint of what computes the rows: model, settings, version. The kind belongs to it.
            keys: (n,) from `row_key`; equal keys get equal values.
            compute: given row numbers, yields (row numbers, values) for them in any order and in batches.
            kind: Arrow type of a value, see `pack`.

        Raises:
            StoreError: the place cannot be written, or does not keep what is written.
        """
        found, lacking = self._look_up(way, keys, kind, [None] * len(list(_chunks(keys))))
        for is_first in (True, False):
            # What is written into a page of damaged structure may be lost, and other rows of that page too.
            if lacking and not is_first:
                self._rebuild(self._file(way))
                found, lacking = self._look_up(way, keys, kind, found)
            if lacking:
                self._compute(way, keys, lacking, compute, kind)
                found, lacking = self._look_up(way, keys, kind, found)
        if lacking:
            path = self._file(way)
            raise StoreError(
                f"{path}: expected the rows just written, got {len(lacking)} fewer.", "Check the disk, and run again."
            )
        return pa.chunked_array(found, kind)

    def missing(self, way: str, keys: Sequence[bytes]) -> list[int]:
        """Row numbers of the keys never seen, each key once: what another machine would have to compute."""
        return self._look_up(way, keys, None, [None] * len(list(_chunks(keys))))[1]

    def adopt(self, shard: Path) -> None:
        """Take in the whole rows of a row file that was made elsewhere; its name says the way they were computed.

        Raises:
            StoreError: there is no such file, or the place cannot be written.
        """
        if not shard.is_file():
            raise StoreError(
                f"{shard}: expected a file of rows, got none.", "Name a file <way>.sqlite of another rows/ folder."
            )
        if not rowfile.is_whole(shard):
            self.say(f"{shard} is damaged; the rows that can be read are taken")
        rows = rowfile.readable(shard)
        while part := list(islice(rows, _ROWS_BETWEEN_SAVES)):
            self._save(shard.stem, part)

    def damaged(self) -> list[Path]:
        """Files whose content is not what was written; every byte is read."""
        old = [path for path in sorted(self.root.glob("*/*.parquet")) if not _is_whole_parquet(path)]
        return [*old, *(path for path in sorted(self.root.glob("*.sqlite")) if not rowfile.is_whole(path))]

    def sweep(self) -> None:
        """Remove what a killed run left half-written, forget what is damaged, adopt rows of an older version.

        Of a large file a part is checked, by the next sweep the next part.
        """
        with self._only_writer():
            for path in self.root.glob(".*"):
                if path.name != _LOCK:
                    path.unlink()
            for path in sorted(self.root.glob("*.sqlite")):
                if not rowfile.is_whole(path, _ROWS_CHECKED):
                    self._rebuild(path)
            for folder in sorted(self.root.glob("*/")):
                self._adopt_parquet(folder)

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def _file(self, way: str) -> Path:
        return self.root / f"{way}.sqlite"

    def _look_up(
        self, way: str, keys: Sequence[bytes], kind: pa.DataType | None, before: Sequence[pa.Array | None]
    ) -> tuple[list[pa.Array | None], list[int]]:
        """Values of every chunk, None for one that is not whole; and the row numbers of what it lacks, each key once.

        Args:
            way, keys: see `recall`.
            kind: see `recall`; None if only the row numbers are asked for.
            before: (number of chunks,) what was found before and is not looked up again.
        """
        found, lacking = list(before), dict[bytes, int]()
        for number, (start, part) in enumerate(_chunks(keys)):
            if found[number] is None:
                known = self._known(way, part)
                lacks = {key: start + i for i, key in reversed(list(enumerate(part))) if key not in known}
                lacking = lacks | lacking
                found[number] = unpack(kind, [known[key] for key in part]) if kind and not lacks else None
        return found, sorted(lacking.values())

    def _known(self, way: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        try:
            return rowfile.read(self._file(way), keys)
        except rowfile.DamagedFile:
            self._rebuild(self._file(way))
            return rowfile.read(self._file(way), keys)

    def _save(self, way: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        with self._only_writer():
            try:
                rowfile.write(self._file(way), rows)
            except rowfile.DamagedFile:
                self._rebuild(self._file(way))
                rowfile.write(self._file(way), rows)

    def _rebuild(self, path: Path) -> None:
        with self._only_writer():
            if not rowfile.is_whole(path):  # else another process has mended it meanwhile
                self.say(f"{path} is damaged; its damaged rows are computed again when they are needed")
                rowfile.rebuild(path)

    def _compute(self, way: str, keys: Sequence[bytes], rows: list[int], compute: Compute, kind: pa.DataType) -> None:
        unsaved: list[tuple[bytes, bytes]] = []
        saved_at = time.monotonic()
        for numbers, values in compute(rows):
            unsaved += zip((keys[i] for i in numbers), pack(values.cast(kind)), strict=True)
            self.computed += len(numbers)
            if time.monotonic() - saved_at > _SECONDS_BETWEEN_SAVES or len(unsaved) >= _ROWS_BETWEEN_SAVES:
                self._save(way, unsaved)
                unsaved, saved_at = [], time.monotonic()
        self._save(way, unsaved)

    def _adopt_parquet(self, folder: Path) -> None:
        """Take in the rows of a folder of Parquet files, which is how they were kept before, and remove it."""
        for path in sorted(folder.glob("*.parquet")):
            if _is_whole_parquet(path):
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(_ROWS_BETWEEN_SAVES):
                        self._save(folder.name, list(zip(batch["key"].to_pylist(), pack(batch["value"]), strict=True)))
            else:
                self.say(f"{path} is damaged; its rows are computed again when they are needed")
            with writing(path):
                path.unlink()
        with writing(folder):
            for path in folder.glob(".*"):
                path.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()


def _chunks(keys: Sequence[bytes]) -> Iterator[tuple[int, Sequence[bytes]]]:
    """(number of the first row, keys) of every chunk."""
    for start in range(0, len(keys), _ROWS_A_CHUNK):
        yield start, keys[start : start + _ROWS_A_CHUNK]


def _is_whole_parquet(path: Path) -> bool:
    return sha256(path)[:16] == path.stem
