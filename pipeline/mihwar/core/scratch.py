"""Scratch: tables that grow row by row on disk, so that what is being made never has to fit in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mihwar.core.store import writing

_ROWS_AT_A_TIME = 1024
_CHARACTERS_AT_A_TIME = 2**23  # that wait in memory, whatever the number of rows


class TableWriter:
    """A table that rows are added to; once `done`, it is mapped from disk."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema, self.n_rows = path, schema, 0
        self._waiting: list[dict[str, Any]] = []
        self._n_characters = 0  # of the strings in the waiting rows
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, schema)

    def add(self, row: dict[str, Any]) -> None:
        """One more row; missing fields are null."""
        self._waiting.append(row)
        self.n_rows += 1
        self._n_characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(self._waiting) >= _ROWS_AT_A_TIME or self._n_characters >= _CHARACTERS_AT_A_TIME:
            self._flush()

    def add_table(self, table: pa.Table) -> None:
        """Rows that are at hand as a table of the same columns."""
        self._flush()
        self.n_rows += len(table)
        with writing(self.path):
            self._writer.write_table(table.select(self.schema.names).cast(self.schema))

    def done(self) -> pa.Table:
        """The whole table, mapped; nothing can be added any more."""
        self._flush()
        with writing(self.path):
            self._writer.close()
            self._file.close()
        with pa.memory_map(str(self.path)) as source:
            return pa.ipc.open_file(source).read_all()

    def _flush(self) -> None:
        if self._waiting:
            with writing(self.path):
                self._writer.write_batch(pa.RecordBatch.from_pylist(self._waiting, self.schema))
            self._waiting, self._n_characters = [], 0


class Scratch:
    """A folder for growing tables; whoever made it removes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._n = 0

    def table(self, schema: pa.Schema) -> TableWriter:
        """A new empty table."""
        self._n += 1
        return TableWriter(self.folder / f"{self._n}.arrow", schema)


def taken(table: pa.Table, rows: np.ndarray) -> Iterator[pa.Table]:
    """Rows of a table in a given order, a few at a time in memory; `Table.take` would copy the whole table at every
    call.

    Args:
        table: any table, maybe mapped from disk.
        rows: (m,) int64 row numbers.
    """
    batches = table.to_batches()
    ends = np.cumsum([batch.num_rows for batch in batches])
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        some = np.sort(rows[start : start + _ROWS_AT_A_TIME])
        which = np.searchsorted(ends, some, side="right")
        parts = [
            batches[i].take(pa.array(some[which == i] - (ends[i] - batches[i].num_rows))) for i in np.unique(which)
        ]
        places = np.searchsorted(some, rows[start : start + _ROWS_AT_A_TIME])
        yield pa.Table.from_batches(parts).combine_chunks().take(pa.array(places))


def rows_of(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, a few at a time in memory."""
    for batch in table.to_batches(max_chunksize=_ROWS_AT_A_TIME):
        yield from batch.to_pylist()
