"""Row memory: a row is computed once, kept while a run goes on, and computed again when it is damaged."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mihwar.core import rowfile
from mihwar.core import rows as rows_module
from mihwar.core.errors import StoreError
from mihwar.core.rows import RowMemory, row_key
from mihwar.core.store import sha256

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


def test_what_is_known_and_what_is_new_keep_their_order_over_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "_ROWS_A_CHUNK", 3)
    recall(tmp_path, Computer([str(i) for i in range(0, 20, 2)]))
    more = Computer([str(i % 13) for i in range(20)])
    assert recall(tmp_path, more) == [[str(i % 13)] for i in range(20)]
    assert sorted(more.asked, key=int) == ["1", "3", "5", "7", "9", "11"]


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_damaged_row_is_named_and_computed_again_and_the_others_stay(tmp_path: Path) -> None:
    recall(tmp_path, Computer(["a", "bbbb", "c"]))
    path = tmp_path / "w.sqlite"
    flip(path, path.read_bytes().index(b"bbbb"))
    assert RowMemory(tmp_path).damaged() == [path]
    again = Computer(["a", "bbbb", "c"])
    assert recall(tmp_path, again) == [["a"], ["bbbb"], ["c"]]
    assert again.asked == ["bbbb"]
    assert RowMemory(tmp_path).damaged() == []


def test_no_flipped_byte_gives_a_wrong_row_or_loses_one_unseen(tmp_path: Path) -> None:
    texts = ["x" * length for length in range(1, 40)]
    recall(tmp_path, Computer(texts))
    path = tmp_path / "w.sqlite"
    whole = path.read_bytes()
    for place in [
        *range(120),
        *range(8192, 8192 + 120),
        *range(200, len(whole), 83),
    ]:  # the headers of both pages, and samples
        rowfile.remove(path)
        path.write_bytes(whole)
        flip(path, place)
        seen = bool(RowMemory(tmp_path).damaged())
        again = Computer(texts)
        assert recall(tmp_path, again) == [[text] for text in texts], place
        assert seen or not again.asked, place


def test_a_sweep_mends_a_damaged_page_and_keeps_the_rows_of_the_others(tmp_path: Path) -> None:
    texts = [f"{i} " * 100 for i in range(500)]
    recall(tmp_path, Computer(texts))
    path = tmp_path / "w.sqlite"
    content = bytearray(path.read_bytes())
    assert len(content) > 10 * 8192
    content[5 * 8192 : 6 * 8192] = bytes(8192)
    path.write_bytes(content)
    said: list[str] = []
    assert RowMemory(tmp_path).damaged() == [path]
    RowMemory(tmp_path, said.append).sweep()
    assert [line.split()[0] for line in said] == [str(path)]
    assert RowMemory(tmp_path).damaged() == []
    again = Computer(texts)
    assert recall(tmp_path, again) == [text.split() for text in texts]
    assert 0 < len(again.asked) < 50


def test_sweeps_go_through_a_large_file_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_ROWS_CHECKED", 10)
    texts = [f"word{i:02}" for i in range(35)]
    recall(tmp_path, Computer(texts))
    path = tmp_path / "w.sqlite"
    last = max(texts, key=lambda text: int.from_bytes(row_key(text)[:8], "big", signed=True))
    flip(path, path.read_bytes().index(last.encode()))
    said: list[str] = []
    for n_said in (0, 0, 0, 1, 1):
        RowMemory(tmp_path, said.append).sweep()
        assert len(said) == n_said
    assert RowMemory(tmp_path).damaged() == []


def test_a_file_that_is_none_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "w.sqlite").write_bytes(b"no database" * 1000)
    again = Computer(["a"])
    assert recall(tmp_path, again) == [["a"]]
    assert recall(tmp_path, again) == [["a"]]
    assert again.asked == ["a"]


def test_a_sweep_removes_what_is_half_written_and_nothing_else(tmp_path: Path) -> None:
    recall(tmp_path, Computer(["a"]))
    (tmp_path / ".w.sqlite-77").write_bytes(b"half")
    RowMemory(tmp_path).sweep()
    assert [path for path in tmp_path.iterdir() if path.name != ".lock"] == [tmp_path / "w.sqlite"]


def test_rows_computed_elsewhere_are_adopted_and_damaged_ones_are_not(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    texts = ["a", "bbbb", "c", "a", "d"]
    keys = [row_key(text) for text in texts]
    recall(here, Computer(["a"]))
    assert RowMemory(here).missing("w", keys) == [1, 2, 4]
    recall(there, Computer(["bbbb", "c"]))
    shard = there / "w.sqlite"
    flip(shard, shard.read_bytes().index(b"bbbb"))
    said: list[str] = []
    memory = RowMemory(here, said.append)
    memory.adopt(shard)
    assert [line.split()[0] for line in said] == [str(shard)]
    assert memory.missing("w", keys) == [1, 4]
    with pytest.raises(StoreError, match="expected a file of rows"):
        memory.adopt(there / "none.sqlite")


def test_rows_of_an_older_version_are_adopted_by_a_sweep(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    for texts in (["a b", "c"], ["d"]):
        made = tmp_path / "w" / "new"
        pq.write_table(
            pa.table(
                {
                    "key": pa.array(map(row_key, texts), pa.binary(16)),
                    "value": pa.array([text.split() for text in texts], KIND),
                }
            ),
            made,
        )
        made.rename(tmp_path / "w" / f"{sha256(made)[:16]}.parquet")
    bad = tmp_path / "w" / "0123456789abcdef.parquet"
    bad.write_bytes(b"damaged")
    said: list[str] = []
    memory = RowMemory(tmp_path, said.append)
    assert memory.damaged() == [bad]
    memory.sweep()
    assert [line.split()[0] for line in said] == [str(bad)]
    again = Computer(["d", "a b", "c", "e"])
    assert recall(tmp_path, again) == [["d"], ["a", "b"], ["c"], ["e"]]
    assert again.asked == ["e"]
    assert [path for path in tmp_path.iterdir() if path.name != ".lock"] == [tmp_path / "w.sqlite"]


WRITER = """
import sys, pathlib
from mihwar.core import rowfile
from mihwar.core.rows import row_key
path, name, n = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for i in range(n):
    rowfile.write(path, [(row_key(name, str(i)), b"v" * 3000)])
    print(i, flush=True)
"""


def writer(path: Path, name: str, n: int) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(n)], stdout=subprocess.PIPE, text=True)


def test_processes_write_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    writers = [writer(path, str(name), 30) for name in range(3)]
    for process in writers:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert len(rowfile.read(path, [row_key(str(name), str(i)) for name in range(3) for i in range(30)])) == 90


def test_what_was_written_before_kill_9_is_there(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    with writer(path, "k", 10_000) as process:
        assert process.stdout
        said = [int(process.stdout.readline() or -1) for _ in range(20)]
        process.kill()
        said += [int(line) for line in process.stdout if line.endswith("\n")]
    assert said[0] == 0
    assert rowfile.is_whole(path)
    assert len(rowfile.read(path, [row_key("k", str(i)) for i in said])) == len(said) < 10_000


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({row_key("ab", "c"), row_key("a", "bc"), row_key("abc")}) == 3
