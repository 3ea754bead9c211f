"""Run records: what each finished run made."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from mihwar.core.artifacts import Json
from mihwar.core.errors import RunNotFound, StoreError
from mihwar.core.refs import Refs
from mihwar.core.store import now, seal, write_whole, writing


class _Made(BaseModel):
    """What a record says of one stage."""

    fingerprint: str = Field(pattern="^[0-9a-f]{16}$")
    made: bool


class _Record(BaseModel):
    """What every reader of a record relies on."""

    name: str
    config: Json
    metrics: Json
    stages: dict[Annotated[str, Field(pattern="^[a-z]+$")], _Made]


def write_record(root: Path, record: Json) -> Json:
    """Write runs/<name>/<time>.json, then move the ref `runs/<name>` to it. Returns the record with its time.

    A second run within one second gets -2 after its time. Only for the holder of the name.
    """
    with writing(root):
        folder = root / "runs" / record["name"]
        folder.mkdir(parents=True, exist_ok=True)
        time, copy = now(), 1
        while (folder / (name := f"{time}-{copy}.json" if copy > 1 else f"{time}.json")).exists():
            copy += 1
        record = {**record, "time": name.removesuffix(".json")}
        write_whole(folder / name, json.dumps({**record, "sealed": seal(record)}, ensure_ascii=False, indent=1) + "\n")
    refs, ref = Refs(root), _ref(record["name"])
    refs.move(ref, record["time"], refs.last(ref))
    return record


def _ref(name: str) -> str:
    return f"runs/{name}"


def _newest(root: Path, name: str) -> str | None:
    try:
        last = Refs(root).read(_ref(name))
    except StoreError:
        return None
    return last.to if last else None


def find_record(root: Path, name: str, at: str | None = None) -> Json:
    """The record of a run: the one at which the ref of its name points, unless a time is given.

    Where there is no such ref, as in folders of older versions, where it is damaged, or where its record is gone, it is
    the newest of the name.

    Raises:
        RunNotFound: there is none, or it cannot be read.
    """
    if not (root / "runs").is_dir():
        raise RunNotFound(
            f"{root}: expected a folder with runs in it, got none.",
            "Make a run first, or name the folder it was made in.",
        )
    names = sorted(path.name for path in (root / "runs").iterdir() if path.is_dir())
    if name not in names:
        raise RunNotFound(
            f"{root}: expected one of the runs {', '.join(names) or '(none yet)'}, got '{name}'.",
            "Name one of these, or make a run first.",
        )
    times = sorted((path.stem for path in (root / "runs" / name).glob("[!.]*.json")), key=_order)
    if not times or (at is not None and at not in times):
        raise RunNotFound(
            f"{root}: expected a time of run '{name}' ({', '.join(times[-5:])}), got '{at}'.", "Name one of these."
        )
    if at is None:
        at = _newest(root, name)
        at = at if at in times else times[-1]
    return read_record(root / "runs" / name / f"{at}.json")


def _order(time: str) -> tuple[str, int]:
    copy = time[len("2026-11-21T10-00-00") + 1 :]
    return time[: len("2026-11-21T10-00-00")], int(copy) if copy.isdigit() else 1


def read_record(path: Path) -> Json:
    """A record.

    Raises:
        RunNotFound: it cannot be read.
    """
    try:
        record: Json = json.loads(path.read_text(encoding="utf-8"))
        if record.pop("sealed") != seal(record):
            raise ValueError("content that is not what was written")
        _Record.model_validate(record)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        another_form = isinstance(error, ValidationError)
        got = "a record in another form, as another version of mihwar may write it" if another_form else str(error)
        raise RunNotFound(
            f"{path}: expected a run's record, got: {got}.", "Take the file away, and run again."
        ) from error
    return record


def all_records(root: Path) -> Iterator[Path]:
    """Every record there is, by name and time."""
    for folder in sorted((root / "runs").glob("*/")):
        yield from sorted(folder.glob("[!.]*.json"), key=lambda path: _order(path.stem))
