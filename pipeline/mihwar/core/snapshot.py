"""Snapshot: what one run found outside, so that all of the run sees the same and the next run looks again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mihwar.core.store import writing


class Snapshot:
    """Contents that were fetched, and sources that failed, in one run.

    Args:
        folder: where contents are written; whoever made it removes it. None: they are held in memory, for a few.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.failed: dict[str, str] = {}  # source -> why; it is not asked again
        self._found: dict[str, tuple[Any, bytes | Path]] = {}

    def once(self, key: str, get: Callable[[], tuple[Any, bytes]]) -> tuple[Any, bytes]:
        """What `get` gives, a description and a content; it is called the first time only.

        Raises:
            StoreError: the folder cannot be written.
        """
        if key not in self._found:
            about, content = get()
            self._found[key] = about, self._kept(content)
        about, kept = self._found[key]
        return about, kept.read_bytes() if isinstance(kept, Path) else kept

    def _kept(self, content: bytes) -> bytes | Path:
        if self.folder is None:
            return content
        path = self.folder / str(len(self._found))
        with writing(path):
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return path
