"""Row memory: a row is computed once, kept while a run goes on, and computed again when its file is damaged."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from mihwar.core import rows as rows_module
from mihwar.core.rows import RowMemory, row_key

KIND = pa.list_(pa.string())


class Computer:
    """Splits texts, and remembers which it was asked for."""

    def __init__(self, texts: list[str], fail_after: int | None = None) -> None:
        self.texts, self.asked, self.fail_after = texts, [], fail_after

    def __call__(self, rows: list[int]) -> Iterator[tuple[list[int], pa.Array]]:
        for row in reversed(rows):
            if len(self.asked) == self.fail_after:
                raise KeyboardInterrupt
            self.asked.append(self.texts[row])
            yield [row], pa.array([self.texts[row].split()], KIND)


def recall(root: Path, computer: Computer, way: str = "w") -> list[list[str]]:
    return RowMemory(root).recall(way, [row_key(text) for text in computer.texts], computer, KIND).to_pylist()


def test_only_what_is_new_is_computed_and_equal_rows_once(tmp_path: Path) -> None:
    first = Computer(["a b", "c", "a b", ""])
    assert recall(tmp_path, first) == [["a", "b"], ["c"], ["a", "b"], []]
    assert sorted(first.asked) == ["", "a b", "c"]
    second = Computer(["d e", "c", "a b"])
    assert recall(tmp_path, second) == [["d", "e"], ["c"], ["a", "b"]]
    assert second.asked == ["d e"]
    assert recall(tmp_path, Computer([])) == []


def test_another_way_of_computing_shares_nothing(tmp_path: Path) -> None:
    recall(tmp_path, Computer(["a"]), "one")
    other = Computer(["a"])
    recall(tmp_path, other, "two")
    assert other.asked == ["a"]


def test_what_was_done_before_an_interruption_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_SECONDS_BETWEEN_SAVES", -1)
    texts = [str(i) for i in range(10)]
    with pytest.raises(KeyboardInterrupt):
        recall(tmp_path, Computer(texts, fail_after=6))
    again = Computer(texts)
    assert recall(tmp_path, again) == [[text] for text in texts]
    assert len(again.asked) == 4


def test_many_small_files_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_FILES_BEFORE_MERGE", 3)
    for i in range(6):
        recall(tmp_path, Computer([str(i)]))
    assert len(list(tmp_path.glob("w/*"))) <= 4
    everything = Computer([str(i) for i in range(6)])
    assert recall(tmp_path, everything) == [[str(i)] for i in range(6)]
    assert everything.asked == []


def test_a_damaged_file_is_named_and_its_rows_computed_again(tmp_path: Path) -> None:
    recall(tmp_path, Computer(["a", "b"]))
    (path,) = tmp_path.glob("w/*.parquet")
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    assert RowMemory(tmp_path).damaged() == [path]
    again = Computer(["a", "b"])
    assert recall(tmp_path, again) == [["a"], ["b"]]
    assert sorted(again.asked) == ["a", "b"]
    assert RowMemory(tmp_path).damaged() == []


def test_a_sweep_forgets_what_is_damaged_or_half_written_and_nothing_else(tmp_path: Path) -> None:
    recall(tmp_path, Computer(["a"]))
    (whole,) = tmp_path.glob("w/*.parquet")
    (tmp_path / "w" / "0123456789abcdef.parquet").write_bytes(whole.read_bytes())
    (tmp_path / "w" / ".77").write_bytes(b"half")
    said: list[str] = []
    RowMemory(tmp_path, said.append).sweep()
    assert list((tmp_path / "w").iterdir()) == [whole]
    assert [line.split()[0] for line in said] == [str(tmp_path / "w" / "0123456789abcdef.parquet")]


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({row_key("ab", "c"), row_key("a", "bc"), row_key("abc")}) == 3
