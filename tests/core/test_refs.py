"""Refs: moved by compare-and-swap, with a log; of many who move one at once each move has one winner."""

import multiprocessing
from pathlib import Path

import pytest

from mihwar.core.errors import StoreError
from mihwar.core.refs import Refs


def test_a_ref_points_where_it_was_moved_last_and_keeps_its_log(tmp_path: Path) -> None:
    refs = Refs(tmp_path)
    assert refs.read("runs/أخبار") is None
    assert refs.log("runs/أخبار") == []
    first = refs.move("runs/أخبار", "a", 0)
    second = refs.move("runs/أخبار", "b", first.number)
    back = refs.move("runs/أخبار", "a", second.number)
    assert refs.read("runs/أخبار") == back
    assert [move.to for move in refs.log("runs/أخبار")] == ["a", "b", "a"]
    assert [move.number for move in refs.log("runs/أخبار")] == [1, 2, 3]
    assert refs.read("runs/other") is None


def test_a_move_from_where_it_is_no_more_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    refs = Refs(tmp_path)
    first = refs.move("x", "a", 0)
    refs.move("x", "b", first.number)
    for believed in (0, first.number, 3):
        with pytest.raises(StoreError, match="got 2: it was moved meanwhile"):
            refs.move("x", "c", believed)
    assert [move.to for move in refs.log("x")] == ["a", "b"]
    assert not list(tmp_path.glob("refs/x/.*"))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"to": "z", "time": "t", "sealed": "0"}'])
def test_a_damaged_move_is_named_and_can_be_taken_away(tmp_path: Path, content: str) -> None:
    refs = Refs(tmp_path)
    first = refs.move("x", "a", 0)
    refs.move("x", "b", first.number)
    path = tmp_path / "refs" / "x" / "2.json"
    path.write_text(content)
    with pytest.raises(StoreError, match=r"2\.json"):
        refs.read("x")
    assert refs.damaged() == [path]
    path.unlink()
    assert refs.read("x") == first
    assert refs.damaged() == []


def count_up(root: Path, n: int) -> None:
    refs = Refs(root)
    done = 0
    while done < n:
        last = refs.read("count")
        try:
            refs.move("count", str(int(last.to) + 1 if last else 1), last.number if last else 0)
            done += 1
        except StoreError:
            continue


def test_many_at_once_lose_no_move(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count_up, args=(tmp_path, 50)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert [int(move.to) for move in Refs(tmp_path).log("count")] == list(range(1, 201))
