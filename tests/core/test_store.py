"""The store: what is written is read back; what is damaged, missing or half-written is seen."""

import errno
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from mihwar.core import store as store_module
from mihwar.core.artifacts import Artifact, Html
from mihwar.core.errors import StoreError
from mihwar.core.stage import fingerprint
from mihwar.core.store import Store


@dataclass(frozen=True, kw_only=True)
class Thing(Artifact):
    table: pa.Table
    array: np.ndarray
    empty: np.ndarray
    page: Html
    facts: dict


@pytest.fixture
def thing() -> Thing:
    table = pa.table({"word": ["محور", "axis", None], "n": [1, 2, 3]})
    array = np.arange(3000, dtype=np.float32).reshape(-1, 3)
    return Thing(
        table=table,
        array=array,
        empty=np.zeros((0, 4), np.float32),
        page=Html("<p>محور</p>"),
        facts={"a": None, "ب": 1.5},
        notes=["n"],
    )


def test_round_trip(tmp_path: Path, thing: Thing) -> None:
    store = Store(tmp_path)
    manifest = store.write("thing", "f00", thing, {"rows": 3})
    back = store.read("thing", "f00", Thing)
    assert back.table.equals(thing.table)
    assert np.array_equal(back.array, thing.array)
    assert isinstance(back.array, np.memmap)
    assert back.empty.shape == (0, 4)
    assert (back.page, back.facts, back.notes) == (thing.page, thing.facts, thing.notes)
    assert manifest == store.manifest("thing", "f00")
    assert store.damage("thing", "f00") == []
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith(".")) == ["thing"]


@pytest.mark.parametrize(
    "name", ["table.parquet", "array.npy", "empty.npy", "page.html", "facts.json", "notes.json", "manifest.json"]
)
def test_a_flipped_byte_is_found_in_any_file(tmp_path: Path, thing: Thing, name: str) -> None:
    store = Store(tmp_path)
    store.write("thing", "f00", thing, {"rows": 3})
    path = store.folder("thing", "f00") / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any(name in phrase for phrase in store.damage("thing", "f00"))


def test_a_missing_file_is_found(tmp_path: Path, thing: Thing) -> None:
    store = Store(tmp_path)
    store.write("thing", "f00", thing, {})
    (store.folder("thing", "f00") / "array.npy").unlink()
    assert store.damage("thing", "f00") == [f"{store.folder('thing', 'f00') / 'array.npy'}: missing"]
    with pytest.raises(StoreError):
        store.read("thing", "f00", Thing)


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, thing: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.write("thing", "f00", thing, {"rows": 1})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store_module, "_sync", full)
    with pytest.raises(StoreError, match="Free space"):
        store.write("thing", "f00", thing, {"rows": 2})
    assert store.manifest("thing", "f00")["rows"] == 1
    assert store.damage("thing", "f00") == []


def test_half_written_folders_are_no_artifacts(tmp_path: Path, thing: Thing) -> None:
    store = Store(tmp_path)
    store.write("thing", "f00", thing, {})
    shutil.copytree(store.folder("thing", "f00"), tmp_path / ".aside" / "1" / "thing-f01")
    assert list(store.artifacts()) == [("thing", "f00")]


def test_objects_are_refused(tmp_path: Path, thing: Thing) -> None:
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        Store(tmp_path).write("thing", "f", Thing(**{**vars(thing), "array": np.array([object()])}), {})
    with pytest.raises(ValueError, match=r"nan|NaN|Out of range"):
        Store(tmp_path).write("thing", "f", Thing(**{**vars(thing), "facts": {"x": float("nan")}}), {})


@pytest.mark.parametrize("value", [{1, 2}, object(), float("nan"), b"x", Path()])
def test_what_has_no_stable_form_has_no_fingerprint(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        fingerprint({"key": value})


def test_a_fingerprint_depends_on_values_not_on_order() -> None:
    assert (
        fingerprint({"a": 1, "b": "ب"})
        == fingerprint(json.loads('{"b": "ب", "a": 1}'))
        != fingerprint({"a": 1, "b": "c"})
    )


def test_a_manifest_cannot_name_a_file_outside_its_folder(tmp_path: Path, thing: Thing) -> None:
    store = Store(tmp_path)
    manifest = store.write("thing", "f00", thing, {})
    (tmp_path / "secret").write_text("x")
    path = store.folder("thing", "f00") / "manifest.json"
    path.write_text(
        json.dumps(manifest | {"files": manifest["files"] | {"../../secret": store_module.sha256(tmp_path / "secret")}})
    )
    assert any("names a file outside its folder" in phrase for phrase in store.damage("thing", "f00"))
