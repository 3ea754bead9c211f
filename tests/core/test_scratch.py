"""Tables that grow on disk."""

from pathlib import Path

import pyarrow as pa

from mihwar.core.scratch import Scratch, rows_of

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
