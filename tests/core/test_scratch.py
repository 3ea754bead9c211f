"""Tables that grow on disk."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from mihwar.core.scratch import Scratch, rows_of, taken

SCHEMA = pa.schema({"id": pa.large_string(), "n": pa.int64()})


def test_rows_come_back_in_order_and_missing_fields_are_null(tmp_path: Path) -> None:
    growing = Scratch(tmp_path / "new").table(SCHEMA)
    for i in range(3000):
        growing.add({"id": f"محور {i}"} if i % 2 else {"id": f"محور {i}", "n": i})
    table = growing.done()
    assert (growing.n_rows, table.num_rows, table.schema) == (3000, 3000, SCHEMA)
    assert table["n"].slice(1998, 3).to_pylist() == [1998, None, 2000]
    assert [row["id"] for row in rows_of(table)] == [f"محور {i}" for i in range(3000)]


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    table = Scratch(tmp_path).table(SCHEMA).done()
    assert (table.num_rows, table.schema) == (0, SCHEMA)
    assert list(rows_of(table)) == []


def test_what_is_read_back_lies_on_disk_and_not_in_memory(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    growing = scratch.table(SCHEMA)
    for i in range(20_000):
        growing.add({"id": "x" * 1000, "n": i})
    assert growing.path.stat().st_size > 18_000_000  # rows go to disk while they come, and do not wait for the end
    before = pa.total_allocated_bytes()
    table = growing.done()
    assert table.nbytes > 20_000_000
    assert pa.total_allocated_bytes() - before < 2_000_000
    assert scratch.table(SCHEMA).path != growing.path


def test_rows_are_written_before_long_ones_fill_the_memory(tmp_path: Path) -> None:
    growing = Scratch(tmp_path).table(SCHEMA)
    for i in range(40):
        growing.add({"id": "x" * 2**20, "n": i})
    table = growing.done()
    assert max(batch.nbytes for batch in table.to_batches()) < 10 * 2**20
    assert table["n"].to_pylist() == list(range(40))


@given(st.lists(st.lists(st.text(max_size=3), max_size=5), max_size=6), st.data())
def test_rows_are_taken_in_the_order_asked_for(chunks: list[list[str]], data: st.DataObject) -> None:
    table = pa.table({"n": pa.chunked_array(chunks, pa.large_string())})
    rows = data.draw(st.lists(st.integers(0, len(table) - 1), max_size=20)) if len(table) else []
    found = [value for part in taken(table, np.array(rows, np.int64)) for value in part["n"].to_pylist()]
    assert found == [table["n"][row].as_py() for row in rows]


def test_many_rows_are_taken_a_few_at_a_time() -> None:
    table = pa.table({"n": range(3000)})
    rows = np.random.default_rng(0).permutation(3000)
    parts = list(taken(table, rows))
    assert max(map(len, parts)) < 3000
    assert [n for part in parts for n in part["n"].to_pylist()] == rows.tolist()


def test_a_table_is_added_after_the_rows_before_it(tmp_path: Path) -> None:
    whole = Scratch(tmp_path).table(pa.schema([("a", pa.large_string()), ("n", pa.int64())]))
    whole.add({"a": "x", "n": 1})
    whole.add_table(pa.table({"n": [2], "a": ["y"], "left out": [0]}))
    whole.add({"a": "z"})
    assert whole.n_rows == 3
    assert whole.done().to_pylist() == [{"a": "x", "n": 1}, {"a": "y", "n": 2}, {"a": "z", "n": None}]
