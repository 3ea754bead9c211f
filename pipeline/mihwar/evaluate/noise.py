"""Noise: which share of articles has no topic, in all, in each language, from each source."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from mihwar.core.artifacts import NOISE

_FEWEST = 20  # articles of a language or source from which a share of them says something


def noise_shares(
    hdbscan: np.ndarray, final: np.ndarray, languages: Sequence[str | None], sources: Sequence[str | None]
) -> pa.Table:
    """The table `Evaluation.noise`; articles without a value are left out.

    Args:
        hdbscan, final: (n,) the topic of each article as HDBSCAN found it and as it is.
        languages, sources: (n,).
    """
    rows: list[tuple[str, str, int, float, float]] = []
    for by, values in (("all", ["all"] * len(final)), ("language", languages), ("source", sources)):
        names, which = np.unique(
            np.array(["" if value is None else value for value in values], str), return_inverse=True
        )
        counts, before, after = (
            np.bincount(which, weights, len(names)) for weights in (None, hdbscan == NOISE, final == NOISE)
        )
        rows += [
            (by, str(name), int(counts[i]), before[i] / counts[i], after[i] / counts[i])
            for i, name in enumerate(names)
            if name
        ]
    kinds = {
        "by": pa.string(),
        "value": pa.string(),
        "articles": pa.int64(),
        "hdbscan_noise": pa.float64(),
        "noise": pa.float64(),
    }
    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(kinds.items())})


def warnings_of(shares: pa.Table, most: float) -> list[str]:
    """A sentence for all, and for each language and source of 20 articles or more,
    where a larger share than `most` is still noise.
    """
    return [
        f"{row['noise']:.0%} of the {row['articles']:,} "
        f"articles{'' if row['by'] == 'all' else ' of ' + row['by'] + ' ' + row['value']} are in no topic."
        for row in shares.to_pylist()
        if row["noise"] > most and (row["by"] == "all" or row["articles"] >= _FEWEST)
    ]
