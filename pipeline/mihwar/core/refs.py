"""Refs: names that point at something and move; the only thing in an artifact folder that changes.

A ref lies in `<root>/refs/<name>/`, a file a move, numbered from 1: the last says where it points now, all together are
its log. A move is made whole or not at all, and only from where the mover believes the ref to be (compare-and-swap):
two who move it at once cannot both succeed, and neither needs a lock.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mihwar.core.errors import StoreError
from mihwar.core.store import now, seal, writing


@dataclass(frozen=True)
class Move:
    """One move of a ref. number: from 1. to: what it points at since. time: when, UTC."""

    number: int
    to: str
    time: str


class Refs:
    """The refs of one artifact folder."""

    def __init__(self, root: Path) -> None:
        self.root = root / "refs"

    def read(self, name: str) -> Move | None:
        """Where a ref points, by its last move; None where it was never moved.

        Raises:
            StoreError: its last move cannot be read.
        """
        numbers = self._numbers(name)
        return self._move(name, numbers[-1]) if numbers else None

    def last(self, name: str) -> int:
        """The number of a ref's last move, whether it can be read or not; 0 for a ref that was never moved."""
        return (self._numbers(name) or [0])[-1]

    def damaged(self) -> list[Path]:
        """Moves that are not what was written."""
        found = []
        for path in sorted(self.root.rglob("[!.]*.json")):
            try:
                self._move(path.parent.relative_to(self.root).as_posix(), int(path.stem))
            except (StoreError, ValueError):
                found.append(path)
        return found

    def log(self, name: str) -> list[Move]:
        """All moves of a ref, the first one first.

        Raises:
            StoreError: a move cannot be read.
        """
        return [self._move(name, number) for number in self._numbers(name)]

    def move(self, name: str, to: str, expected: int) -> Move:
        """Point a ref at something else.

        Args:
            name: letters, digits, dots, spaces, - and _; `/` divides it.
            to: what it is to point at.
            expected: the number of its last move, as far as the mover knows; 0 for a ref that was never moved.

        Raises:
            StoreError: it was moved meanwhile, or the place cannot be written.
        """
        folder, number = self.root / name, expected + 1
        moved = {"to": to, "time": now()}
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            aside = folder / f".{os.getpid()}-{secrets.token_hex(4)}"
            with aside.open("w", encoding="utf-8") as file:
                file.write(json.dumps({**moved, "sealed": seal(moved)}, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
            stands = self.last(name) == expected
            try:
                if stands:
                    os.link(aside, folder / f"{number}.json")
            except FileExistsError:
                stands = False
            finally:
                aside.unlink()
        if not stands:
            raise StoreError(
                f"{folder}: expected {expected} to be the number of the last move of '{name}', got {self.last(name)}: "
                "it was moved meanwhile.",
                "Look at where it points now, and move it again if that is still right.",
            )
        return Move(number, to, moved["time"])

    def _numbers(self, name: str) -> list[int]:
        return sorted(int(path.stem) for path in (self.root / name).glob("[0-9]*.json") if path.stem.isdecimal())

    def _move(self, name: str, number: int) -> Move:
        path = self.root / name / f"{number}.json"
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found.pop("sealed") != seal(found):
                raise ValueError("content that is not what was written")
            return Move(number, str(found["to"]), str(found["time"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{path}: expected a move of the ref '{name}', got: {error}.",
                "Take the file away to go back to the move before.",
            ) from error
