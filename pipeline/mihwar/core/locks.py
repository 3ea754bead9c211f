"""Locks: who is at work on what, over all processes of a machine.
The system lets go when a process ends, however it ends.
"""

import json
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mihwar.core.errors import Busy
from mihwar.core.store import ASIDE, now, write_whole, writing

_FOLDER = ".locks"
# Digits of an address that name its lock: 256 files at most; two addresses that share one wait for each other.
_SLOTS = 2


class Locks:
    """The locks of one artifact folder, for one run.

    Args:
        root: the artifact folder, on a local disk.
        name: the run's name, which others are told.
        say: told when something is waited for.
    """

    def __init__(self, root: Path, name: str, say: Callable[[str], object]) -> None:
        self.root, self.name, self.say = root, name, say

    @contextmanager
    def only_run_of_its_name(self, wait: bool) -> Iterator[None]:
        """Hold the run's name.

        Raises:
            Busy: another run of this name is at work and `wait` is false.
        """
        with self._held(f"run-{self.name}", f"finish '{self.name}'", wait):
            yield

    @contextmanager
    def address(self, stage: str, address: str) -> Iterator[None]:
        """Hold the address of an artifact while it is made;
        who else needs it waits. A run holds one address at a time.
        """
        with self._held(f"address-{address[:_SLOTS]}", f"make {stage}", wait=True):
            yield

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of this process alone, gone at the end; those that dead processes left are removed."""
        from filelock import FileLock, Timeout

        aside = self.root / ASIDE
        with self._held("aside", "clear up", wait=True), writing(aside):
            aside.mkdir(exist_ok=True)
            for left in (path for path in aside.iterdir() if path.is_dir()):
                try:
                    with FileLock(left / ".lock", timeout=0):
                        shutil.rmtree(left)
                except Timeout:  # its process is at work
                    continue
            folder = aside / f"{os.getpid()}-{secrets.token_hex(4)}"
            folder.mkdir()
            own = FileLock(folder / ".lock")
            own.acquire()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            own.release()

    @contextmanager
    def _held(self, key: str, purpose: str, wait: bool) -> Iterator[None]:
        from filelock import FileLock, Timeout

        folder = self.root / _FOLDER
        with writing(self.root):
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / f"{key}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                holder = _holder(folder / f"{key}.json")
                if not wait:
                    raise Busy(
                        f"{self.root}: expected to be the only run named '{self.name}' there, but {holder} is at work.",
                        "Run again when it is done, or run with --wait.",
                    ) from None
                self.say(f"waiting for {holder} to {purpose} in {self.root}")
                lock.acquire(timeout=-1)
        try:
            with writing(self.root):
                about = {"name": self.name, "pid": os.getpid(), "host": socket.gethostname(), "since": now()}
                write_whole(folder / f"{key}.json", json.dumps(about))
            yield
        finally:
            lock.release()


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"run '{holder['name']}' (process {holder['pid']} on {holder['host']}, since {holder['since']} UTC)"
    except (OSError, ValueError, KeyError):
        return "another run"
