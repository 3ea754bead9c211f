"""Packing: the values of an Arrow array as bytes, a row at a time, and back.

A row is the bytes of its fields one after the other: a number as it is, a text or list as its length (uint32, little
endian) and then its content. All rows of one array are packed or unpacked at once, a field after the other.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.types as types

_LENGTH = np.dtype("<u4")


def pack(values: pa.Array) -> list[bytes]:
    """(n,) bytes a row. Kinds: numbers, booleans, texts, and lists or structs of these, without nulls.

    Raises:
        ValueError: a value is null.
    """
    parts = [(starts.tolist(), content) for starts, content in _parts(values)]
    return [
        b"".join([content[starts[row] : starts[row + 1]] for starts, content in parts]) for row in range(len(values))
    ]


def unpack(kind: pa.DataType, rows: Sequence[bytes]) -> pa.Array:
    """(n,) values of a kind from what `pack` gave for them."""
    return _read(kind, _Rows(rows), np.ones(len(rows), np.int64))


def _parts(values: pa.Array) -> list[tuple[np.ndarray, memoryview]]:
    """(where each row begins, content) of every field; a row ends where the next begins."""
    kind = values.type
    if values.null_count:
        raise ValueError(f"packing: expected values without nulls, got {values.null_count} of {kind}.")
    if types.is_struct(kind):
        return [part for field in values.flatten() for part in _parts(field)]
    if types.is_list(kind) or types.is_large_list(kind):
        offsets = values.offsets.to_numpy().astype(np.int64)
        return [
            _lengths(offsets),
            *((starts[offsets - offsets[0]], content) for starts, content in _parts(values.flatten())),
        ]
    if types.is_string(kind) or types.is_large_string(kind):
        wide = values.cast(pa.large_string())
        _, starts, content = wide.buffers()
        offsets = (
            np.frombuffer(starts, np.int64, len(wide) + 1, wide.offset * 8) if len(wide) else np.zeros(1, np.int64)
        )
        return [_lengths(offsets), (offsets, memoryview(content or b""))]
    if types.is_boolean(kind):
        return _parts(values.cast(pa.uint8()))
    numbers = np.ascontiguousarray(values.to_numpy(zero_copy_only=False))
    return [(np.arange(len(numbers) + 1) * numbers.itemsize, memoryview(numbers.tobytes()))]


def _lengths(offsets: np.ndarray) -> tuple[np.ndarray, memoryview]:
    return np.arange(len(offsets)) * _LENGTH.itemsize, memoryview(np.diff(offsets).astype(_LENGTH).tobytes())


class _Rows:
    """Packed rows, each read up to a place of its own."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        self.rows, self.read = rows, np.zeros(len(rows), np.int64)

    def take(self, n_bytes: np.ndarray) -> bytes:
        """The next bytes of every row, (n,) so many of each, joined."""
        begin, self.read = self.read, self.read + n_bytes
        return b"".join([row[a:b] for row, a, b in zip(self.rows, begin.tolist(), self.read.tolist(), strict=True)])


def _read(kind: pa.DataType, rows: _Rows, counts: np.ndarray) -> pa.Array:
    """The next values of every row, (n,) so many of each, in one array."""
    n = int(counts.sum())
    if types.is_struct(kind):
        return pa.StructArray.from_arrays([_read(field.type, rows, counts) for field in kind], fields=list(kind))
    if types.is_boolean(kind):
        return pa.array(np.frombuffer(rows.take(counts), np.uint8).astype(bool))
    if not (types.is_list(kind) or types.is_large_list(kind) or types.is_string(kind) or types.is_large_string(kind)):
        return pa.Array.from_buffers(kind, n, [None, pa.py_buffer(rows.take(counts * (kind.bit_width // 8)))])
    lengths = np.frombuffer(rows.take(counts * _LENGTH.itemsize), _LENGTH)
    ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    last = np.cumsum(counts)
    inner = ends[last] - ends[last - counts]
    wide = types.is_large_list(kind) or types.is_large_string(kind)
    offsets = pa.py_buffer(ends.astype(np.int64 if wide else np.int32).tobytes())
    if types.is_list(kind) or types.is_large_list(kind):
        return pa.Array.from_buffers(kind, n, [None, offsets], children=[_read(kind.value_type, rows, inner)])
    return pa.Array.from_buffers(kind, n, [None, offsets, pa.py_buffer(rows.take(inner))])
