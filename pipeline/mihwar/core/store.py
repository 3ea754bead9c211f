"""The store: writes, reads and verifies artifacts; the only code that knows their files.

An artifact lies in `<root>/<stage>/<fingerprint>/`, a file a field and `manifest.json`. It is written aside and
renamed, so a folder that exists is whole.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mihwar.core.artifacts import Artifact, Html, Json
from mihwar.core.errors import StoreError

A = TypeVar("A", bound=Artifact)
SCHEMA = 1
ASIDE = ".aside"
_TIME = "%Y-%m-%dT%H-%M-%S"
_MAPPED_FROM = 4096  # bytes; an empty array cannot be mapped, and a small one need not be
_MANIFEST = "manifest.json"
_ENDINGS = {pa.Table: ".parquet", np.ndarray: ".npy", Html: ".html", str: ".txt"}


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system says about a place that cannot be written into words for its owner.

    Raises:
        StoreError: the disk is full, or the place is read-only or someone else's.
    """
    try:
        yield
    except OSError as error:
        remedy = (
            "Free space there, or name another folder as `artifacts`."
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            else "Make it writable for this user, or name another folder as `artifacts`."
        )
        raise StoreError(f"{place}: expected to be able to write, got: {error.strerror or error}.", remedy) from error


@contextmanager
def _cleared(*folders: Path) -> Iterator[None]:
    """Folders that are not there before and not there after, however the block ends."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, content: str) -> None:
    """Write a small text file aside, then rename it: readers see the old or the new, never half."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def now() -> str:
    """The time as run records are named, UTC."""
    return datetime.now(UTC).strftime(_TIME)


def sha256(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Store:
    """The artifacts under one root folder.

    Args:
        root: the folder.
        scratch: a folder of this process alone on the same disk, where artifacts are written before they are renamed.
    """

    def __init__(self, root: Path, scratch: Path | None = None) -> None:
        self.root = root
        self._scratch = scratch or root / ASIDE / str(os.getpid())

    def folder(self, stage: str, fingerprint: str) -> Path:
        """Where an artifact lies, or would."""
        return self.root / stage / fingerprint

    @contextmanager
    def aside(self, stage: str) -> Iterator[Path]:
        """A folder for what a stage is making; gone when the block ends."""
        folder = self._scratch / stage
        with _cleared(folder):
            yield folder

    def manifest(self, stage: str, fingerprint: str) -> Json | None:
        """An artifact's manifest, or None where there is no readable one."""
        try:
            found: Json = json.loads((self.folder(stage, fingerprint) / _MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else None

    def damage(self, stage: str, fingerprint: str) -> list[str]:
        """What is wrong with an artifact, a phrase a file; empty when every byte is as it was written."""
        folder, manifest = self.folder(stage, fingerprint), self.manifest(stage, fingerprint)
        if manifest is None:
            return [f"{folder / _MANIFEST}: missing or not readable"]
        found = []
        for name, digest in manifest["files"].items():
            path = folder / name
            if path.name != name:
                found.append(f"{folder / _MANIFEST}: names a file outside its folder")
            elif not path.is_file():
                found.append(f"{path}: missing")
            elif sha256(path) != digest:
                found.append(f"{path}: its content is not what was written")
        sealed = manifest.pop("sealed", None)
        return (
            found
            if sealed == seal(manifest)
            else [*found, f"{folder / _MANIFEST}: its content is not what was written"]
        )

    def artifacts(self) -> Iterator[tuple[str, str]]:
        """(stage, fingerprint) of every artifact folder."""
        for folder in sorted(self.root.glob("*/*/")):
            if not folder.parent.name.startswith(".") and folder.parent.name not in ("runs", "rows", "refs"):
                yield folder.parent.name, folder.name

    def write(self, stage: str, fingerprint: str, artifact: Artifact, facts: Json) -> Json:
        """Write an artifact and its manifest; what stood at its address before is replaced. Returns the manifest.

        Raises:
            StoreError: the place cannot be written.
        """
        place = self.folder(stage, fingerprint)
        aside, before = (self._scratch / f"{stage}-{fingerprint}{ending}" for ending in ("", "-before"))
        with writing(self.root), _cleared(aside, before):
            aside.mkdir(parents=True)
            for field in fields(artifact):
                _write_field(
                    aside, field.name, getattr(artifact, field.name), get_type_hints(type(artifact))[field.name]
                )
            files = sorted(aside.iterdir())
            for path in files:
                _sync(path)
            manifest = {
                "schema": SCHEMA,
                "stage": stage,
                "fingerprint": fingerprint,
                "gives": type(artifact).__name__,
                **facts,
                "files": {path.name: sha256(path) for path in files},
            }
            manifest["sealed"] = seal(manifest)
            write_whole(aside / _MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
            _sync(aside)
            place.parent.mkdir(exist_ok=True)
            if place.exists():
                os.replace(place, before)
            os.replace(aside, place)
            _sync(place.parent)
        return manifest

    def read(self, stage: str, fingerprint: str, kind: type[A]) -> A:
        """An artifact; its arrays and tables are mapped from disk, not copied.

        Raises:
            StoreError: it is not there or cannot be read.
        """
        folder, hints = self.folder(stage, fingerprint), get_type_hints(kind)
        try:
            return kind(**{field.name: _read_field(folder, field.name, hints[field.name]) for field in fields(kind)})
        except (OSError, ValueError, pa.ArrowException) as error:
            raise StoreError(
                f"{folder}: expected a whole artifact, got: {error}.", "Run again to make it anew."
            ) from error


def seal(record: Json) -> str:
    """Hash of a JSON record, to be kept in it as `sealed`: a byte that changes later is seen."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode("ascii")).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_field(folder: Path, name: str, value: Any, hint: Any) -> None:
    path = folder / (name + _ENDINGS.get(hint, ".json"))
    if hint is pa.Table:
        pq.write_table(value, path, compression="zstd")
    elif hint is np.ndarray:
        np.save(path, value, allow_pickle=False)
    elif path.suffix == ".json":
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    else:
        path.write_text(value, encoding="utf-8")


def _read_field(folder: Path, name: str, hint: Any) -> Any:
    path = folder / (name + _ENDINGS.get(hint, ".json"))
    if hint is pa.Table:
        return pq.read_table(path, memory_map=True)
    if hint is np.ndarray:
        return (
            np.load(path, allow_pickle=False)
            if path.stat().st_size < _MAPPED_FROM
            else np.load(path, mmap_mode="r", allow_pickle=False)
        )
    return json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else path.read_text(encoding="utf-8")
