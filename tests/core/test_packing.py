"""Packing: values come back from bytes as they were, a row at a time."""

import pyarrow as pa
import pytest

from mihwar.core.packing import pack, unpack

WORDS = pa.struct([("words", pa.list_(pa.string())), ("n", pa.int32())])
VECTOR = pa.struct([("vector", pa.large_list(pa.float32())), ("cut", pa.bool_())])
CASES = [
    (pa.int64(), [1, -(2**40), 0]),
    (pa.bool_(), [True, False, True]),
    (pa.string(), ["", "محور", "a\0b"]),
    (pa.large_string(), ["x", ""]),
    (pa.list_(pa.string()), [["a", "", "بحث"], [], ["z" * 300]]),
    (pa.list_(pa.list_(pa.int16())), [[[1, 2], []], [], [[3]]]),
    (WORDS, [{"words": ["a", "b"], "n": 2}, {"words": [], "n": -1}]),
    (VECTOR, [{"vector": [0.5, -1.0], "cut": True}, {"vector": [2.0, 0.0], "cut": False}]),
]


@pytest.mark.parametrize(("kind", "values"), CASES, ids=lambda case: str(case)[:30])
def test_what_is_packed_comes_back_in_any_order(kind: pa.DataType, values: list) -> None:
    array = pa.array(values, kind)
    rows = pack(array)
    assert unpack(kind, rows).equals(array)
    assert unpack(kind, rows[::-1]).to_pylist() == values[::-1]
    assert pack(array.slice(1)) == rows[1:]
    assert unpack(kind, []).equals(array.slice(0, 0))
    assert pack(array.slice(0, 0)) == []


def test_a_null_is_refused() -> None:
    with pytest.raises(ValueError, match="without nulls, got 1"):
        pack(pa.array([["a"], [None]], pa.list_(pa.string())))
