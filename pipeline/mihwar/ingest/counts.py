"""Counts: what became of how many articles, by source and in words."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from mihwar.core.artifacts import Json

_MOST_LINES, _MOST_SOURCES = 20, 1000  # that are listed
_ONE_ARTICLE = (".txt", ".html", ".htm")  # endings of files that hold one article each


def source_of(file: str) -> str:
    """The source of articles that name none: the folder of a file that is one article, else the file itself."""
    name = file.lower().removesuffix(".gz").removesuffix(".zst")
    return str(Path(file).parent) if name.endswith(_ONE_ARTICLE) and "://" not in file else file


def by_source(origins: pa.ChunkedArray, first: np.ndarray, unread: Counter[str]) -> Json:
    """Source (see `source_of` where none is named) -> kept, copies, rejected; the largest ones, the others together."""
    encoded = origins.combine_chunks().dictionary_encode()
    names, numbers = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    kept = np.bincount(numbers, minlength=len(names))
    copies = np.bincount(numbers[first != np.arange(len(first))], minlength=len(names))
    rows = {
        name: {"kept": int(kept[i]), "copies": int(copies[i]), "rejected": unread.get(name, 0)}
        for i, name in enumerate(names)
    }
    rows |= {name: {"kept": 0, "copies": 0, "rejected": n} for name, n in unread.items() if name not in rows}
    order = sorted(rows, key=lambda name: -(rows[name]["kept"] + rows[name]["rejected"]))
    shown = {name: rows[name] for name in order[:_MOST_SOURCES]}
    if rest := order[_MOST_SOURCES:]:
        shown[f"{len(rest):,} others"] = {
            key: sum(rows[name][key] for name in rest) for key in ("kept", "copies", "rejected")
        }
    return shown


def most(lines: dict[str, Counter[str]]) -> Json:
    """Source -> its most repeated lines and how often each was cut."""
    return {source: dict(counter.most_common(_MOST_LINES)) for source, counter in lines.items()}


def notes(counts: Json, n_dates_unread: int, reencoded: Counter[str]) -> list[str]:
    """What a reader should know of the reading: rejects, copies, unread dates, cut lines, guessed encodings."""
    said = []
    if counts["rejected"]:
        said.append(
            f"{counts['rejected']:,} of {counts['read']:,} rows or files were rejected; the rejects table says which "
            "and why."
        )
    if counts["copies"]:
        said.append(
            f"{counts['copies']:,} of {counts['kept']:,} articles are copies of others; {counts['stories']:,} "
            "stories are told apart."
        )
    if n_dates_unread:
        said.append(
            f"{n_dates_unread:,} articles have a date that cannot be read; it is left empty, and date_reason says why."
        )
    if repeated := counts["repeated_lines"]:
        said.append(
            f"Lines that {len(repeated):,} sources print under their articles were cut: "
            f"{sum(map(len, repeated.values())):,} different ones."
        )
    said += [
        f"{n:,} files or pages were read as {encoding}, which is a guess." for encoding, n in reencoded.most_common()
    ]
    return said
