"""Shares: how much is noise, in all, in each language, from each source."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from mihwar.core.artifacts import NOISE

_FEWEST = 20  # articles of a language or source from which a share of them says something


def noise_shares(labels: np.ndarray, reassigned: np.ndarray, languages: Sequence[str | None], sources: Sequence[str | None]) -> pa.Table:
    """by, value, documents, noise, reassigned: the shares in no topic before and after reassignment; documents without a value are left out."""
    rows: list[tuple[str, str, int, float, float]] = []
    for by, values in (("all", ["all"] * len(labels)), ("language", languages), ("source", sources)):
        names, which = np.unique(np.array(["" if value is None else value for value in values], str), return_inverse=True)
        counts, before, after = (np.bincount(which, weights, len(names)) for weights in (None, labels == NOISE, reassigned == NOISE))
        rows += [(by, str(name), int(counts[i]), before[i] / counts[i], after[i] / counts[i]) for i, name in enumerate(names) if name]
    kinds = {"by": pa.string(), "value": pa.string(), "documents": pa.int64(), "noise": pa.float64(), "reassigned": pa.float64()}
    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(kinds.items())})


def warnings_of(shares: pa.Table, most: float) -> list[str]:
    """A sentence for all, and for each language and source of 20 articles or more, where a larger share than `most` is still noise."""
    return [
        f"{row['reassigned']:.0%} of the {row['documents']:,} articles{'' if row['by'] == 'all' else ' of ' + row['by'] + ' ' + row['value']} are in no topic."
        for row in shares.to_pylist()
        if row["reassigned"] > most and (row["by"] == "all" or row["documents"] >= _FEWEST)
    ]
