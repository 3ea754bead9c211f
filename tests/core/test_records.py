"""Run records: named by their time, newest last."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mihwar.core import records
from mihwar.core.errors import RunNotFound
from mihwar.core.records import find_record, write_record
from mihwar.core.refs import Refs
from mihwar.runs import list_runs, verify

RECORD = {"name": "أخبار", "stages": {}, "time": "", "seconds": 1.0, "config": {}, "metrics": {}}


def test_two_in_one_second_are_two_and_the_second_is_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "now", lambda: "2026-11-21T10-00-00")
    times = [write_record(tmp_path, RECORD | {"n": n})["time"] for n in range(12)]
    assert times[:2] == ["2026-11-21T10-00-00", "2026-11-21T10-00-00-2"]
    assert find_record(tmp_path, "أخبار")["n"] == 11
    assert find_record(tmp_path, "أخبار", "2026-11-21T10-00-00-3")["n"] == 2
    monkeypatch.setattr(records, "now", lambda: "2026-11-21T10-00-01")
    write_record(tmp_path, RECORD | {"n": 99})
    assert find_record(tmp_path, "أخبار")["n"] == 99


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        ("x", None, "expected one of the runs أخبار, got 'x'"),
        (
            "أخبار",
            "2020-01-01T00-00-00",
            "expected a time of run 'أخبار' (2026-11-21T10-00-00), got '2020-01-01T00-00-00'",
        ),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: str | None, words: str
) -> None:
    monkeypatch.setattr(records, "now", lambda: "2026-11-21T10-00-00")
    write_record(tmp_path, RECORD)
    with pytest.raises(RunNotFound) as caught:
        find_record(tmp_path, name, at)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x"}', "\xff"])
def test_a_damaged_record_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "runs" / "x").mkdir(parents=True)
    (tmp_path / "runs" / "x" / "2026-11-21T10-00-00.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(RunNotFound, match=r"2026-11-21T10-00-00\.json"):
        find_record(tmp_path, "x")


def test_one_damaged_record_is_listed_beside_the_others(tmp_path: Path) -> None:
    record = write_record(tmp_path, RECORD | {"name": "a", "seconds": 1.0, "metrics": {"topics": 3}})
    (tmp_path / "runs" / "b").mkdir()
    (tmp_path / "runs" / "b" / "2026-11-21T10-00-00.json").write_text("{", encoding="utf-8")
    found = list_runs(tmp_path)
    assert found[["name", "time"]].values.tolist() == [["a", record["time"]], ["b", "2026-11-21T10-00-00"]]
    assert found["topics"].iloc[0] == 3
    assert pd.isna(found["problem"].iloc[0])
    assert "2026-11-21T10-00-00.json: expected a run's record" in found["problem"].iloc[1]


def test_a_byte_that_changed_is_seen(tmp_path: Path) -> None:
    write_record(tmp_path, RECORD | {"seconds": 12.5})
    (path,) = tmp_path.glob("runs/*/*.json")
    path.write_text(path.read_text(encoding="utf-8").replace("12.5", "12.6"), encoding="utf-8")
    with pytest.raises(RunNotFound, match="not what was written"):
        find_record(tmp_path, "أخبار")


@pytest.mark.parametrize(
    "changed",
    [
        {"stages": {"ingest": {}}},
        {"stages": {"ingest": None}},
        {"stages": {"ingest": {"made": True, "fingerprint": "../../elsewhere"}}},
        {"stages": {"../x": {"made": True, "fingerprint": "0123456789abcdef"}}},
        {"stages": []},
        {"metrics": None},
        {"config": "x"},
    ],
)
def test_a_sealed_record_of_another_form_is_told_in_words(tmp_path: Path, changed: dict) -> None:
    write_record(tmp_path, RECORD | changed)
    with pytest.raises(RunNotFound, match="in another form"):
        find_record(tmp_path, "أخبار")
    assert list_runs(tmp_path)["problem"].str.contains("in another form").all()
    assert len(verify(tmp_path)[1]) == 1


def test_a_damaged_ref_stops_nothing_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for second in range(2):
        monkeypatch.setattr(records, "now", lambda second=second: f"2026-11-21T10-00-0{second}")
        write_record(tmp_path, RECORD | {"n": second})
    path = tmp_path / "refs" / "runs" / "أخبار" / "2.json"
    path.write_text("{half")
    assert find_record(tmp_path, "أخبار")["n"] == 1
    assert verify(tmp_path)[1] == [f"{path}: its content is not what was written"]
    monkeypatch.setattr(records, "now", lambda: "2026-11-21T10-00-09")
    write_record(tmp_path, RECORD | {"n": 9})
    assert find_record(tmp_path, "أخبار")["n"] == 9


def test_the_newest_run_is_the_one_its_ref_points_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for second in range(2):
        monkeypatch.setattr(records, "now", lambda second=second: f"2026-11-21T10-00-0{second}")
        write_record(tmp_path, RECORD | {"n": second})
    refs = Refs(tmp_path)
    refs.move("runs/أخبار", "2026-11-21T10-00-00", refs.last("runs/أخبار"))
    assert find_record(tmp_path, "أخبار")["n"] == 0
    shutil.rmtree(tmp_path / "refs")  # a folder of a version without refs
    assert find_record(tmp_path, "أخبار")["n"] == 1
