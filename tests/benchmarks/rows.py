"""What remembered rows cost: `python -m tests.benchmarks.rows 1000000` looks up 1,000 known and 10 new among so many
vectors.

The file is made first, in key order, then looked up in a process of its own, which prints a Markdown row: seconds, and
memory above what the process held before. The file was just written, so it is in the system's cache as far as it fits.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from mihwar.core import rowfile
from mihwar.core.packing import pack
from mihwar.core.rows import RowMemory, row_key

_WIDTH = 384
_KIND = pa.struct([("vector", pa.large_list(pa.float32())), ("cut", pa.bool_())])


def vectors(rows: list[int]) -> pa.Array:
    numbers = np.random.default_rng(rows[0]).random(len(rows) * _WIDTH, np.float32)
    offsets = np.arange(0, len(numbers) + 1, _WIDTH, dtype=np.int64)
    return pa.StructArray.from_arrays(
        [pa.LargeListArray.from_arrays(offsets, numbers), pa.array([False] * len(rows))], ["vector", "cut"]
    )


def fill(path: Path, n: int) -> None:
    keys = sorted((row_key(str(i)) for i in range(n)), key=lambda key: int.from_bytes(key[:8], "big", signed=True))

    def rows() -> Iterator[tuple[bytes, bytes]]:
        for start in range(0, n, 4096):
            part = keys[start : start + 4096]
            yield from zip(part, pack(vectors(list(range(start, start + len(part))))), strict=True)

    rowfile.write(path, rows())


def look_up(root: Path, n: int) -> None:
    memory = RowMemory(root)
    known = range(0, n, max(n // 1000, 1))
    keys = [row_key(str(i)) for i in [*known, *range(n, n + 10)]]
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    found = memory.recall("vectors", keys, lambda rows: [(rows, vectors(rows))], _KIND)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = (root / "vectors.sqlite").stat().st_size
    print(
        f"| {n:,} | {len(found) - memory.computed:,} | {memory.computed} | {seconds:.2f} | "
        f"{(after - before) / 1024:.0f} | {size / 2**30:.2f} |"
    )


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    if len(sys.argv) > 2:
        look_up(Path(sys.argv[2]), n)
        return
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "vectors.sqlite", n)
        print("| remembered | known | new | seconds | MiB | file GiB |\n|---|---|---|---|---|---|", flush=True)
        subprocess.run([sys.executable, "-m", "tests.benchmarks.rows", str(n), folder], check=True)


if __name__ == "__main__":
    main()
