"""Row memory: computes only the rows never seen before, and keeps them while it goes on."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mihwar.core.store import sha256, writing

_KEY = pa.binary(16)
_SECONDS_BETWEEN_SAVES = 20
_FILES_BEFORE_MERGE = 16

Compute = Callable[[list[int]], Iterable[tuple[list[int], pa.Array]]]


def row_key(*parts: str) -> bytes:
    """16 bytes that stand for a row's input."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8"), digest_size=16).digest()


class RowMemory:
    """Rows remembered under hash(input), one folder for each way of computing them.

    A folder holds Parquet files (key, value), each named by the hash of its content: a damaged file is seen,
    forgotten, and its rows are computed again.
    """

    def __init__(self, root: Path, say: Callable[[str], object] = lambda _: None) -> None:
        self.root, self.say, self.computed = root, say, 0

    def recall(self, way: str, keys: Sequence[bytes], compute: Compute, kind: pa.DataType) -> pa.ChunkedArray:
        """A value for every key, in order; `compute` is asked only for keys never seen, each once.

        Args:
            way: fingerprint of what computes the rows: model, settings, version.
            keys: (n,) from `row_key`; equal keys get equal values.
            compute: given row numbers, yields (row numbers, values) for them in any order and in batches.
            kind: Arrow type of a value.
        """
        folder = self.root / way
        known = self._load(folder, kind)
        wanted = pa.array(keys, _KEY)
        where = pc.index_in(wanted, known["key"].combine_chunks())
        first = {keys[i]: i for i in reversed(pc.indices_nonzero(pc.is_null(where)).to_pylist())}
        if first:
            known = pa.concat_tables([known, *self._compute(folder, keys, sorted(first.values()), compute, kind)])
            where = pc.index_in(wanted, known["key"].combine_chunks())
        return known["value"].take(where)

    def damaged(self) -> list[Path]:
        """Files whose content is not what was written."""
        return [path for path in sorted(self.root.glob("*/*.parquet")) if sha256(path)[:16] != path.stem]

    def sweep(self) -> None:
        """Remove what a killed run left half-written and what is damaged. Only for the holder of the lock."""
        damaged = self.damaged()
        for path in damaged:
            self.say(f"{path} is damaged; its rows are computed again when they are needed")
        with writing(self.root):
            for path in [*damaged, *self.root.glob("*/.*")]:
                path.unlink(missing_ok=True)

    def _load(self, folder: Path, kind: pa.DataType) -> pa.Table:
        schema, tables = pa.schema([("key", _KEY), ("value", kind)]), []
        for path in sorted(folder.glob("*.parquet")):
            if sha256(path)[:16] == path.stem:
                tables.append(pq.read_table(path, schema=schema))
            else:
                self.say(f"{path} is damaged; its rows are computed again")
                path.unlink()
        known = pa.concat_tables([schema.empty_table(), *tables])
        if len(tables) > _FILES_BEFORE_MERGE:
            whole = self._save(folder, known)
            for path in folder.glob("*.parquet"):
                if path != whole:
                    path.unlink()
        return known

    def _compute(self, folder: Path, keys: Sequence[bytes], rows: list[int], compute: Compute, kind: pa.DataType) -> list[pa.Table]:
        tables, unsaved, saved_at = [], [], time.monotonic()
        for numbers, values in compute(rows):
            unsaved.append(pa.table({"key": pa.array([keys[i] for i in numbers], _KEY), "value": values.cast(kind)}))
            self.computed += len(numbers)
            if time.monotonic() - saved_at > _SECONDS_BETWEEN_SAVES:
                tables.append(pa.concat_tables(unsaved))
                self._save(folder, tables[-1])
                unsaved, saved_at = [], time.monotonic()
        if unsaved:
            tables.append(pa.concat_tables(unsaved))
            self._save(folder, tables[-1])
        return tables

    def _save(self, folder: Path, table: pa.Table) -> Path:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            aside = folder / f".{os.getpid()}"
            pq.write_table(table, aside, compression="zstd")
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            whole = folder / f"{sha256(aside)[:16]}.parquet"
            os.replace(aside, whole)
        return whole
