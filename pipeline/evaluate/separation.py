"""Separation: how far apart the clusters lie."""

import numpy as np

from pipeline.core.artifacts import NOISE

_SAMPLE = 5000


def silhouette(space: np.ndarray, labels: np.ndarray, seed: int = 0) -> float | None:
    """Mean silhouette (Rousseeuw 1987) of the documents that have a topic, on at most 5,000 of them; None with fewer than two topics."""
    from sklearn.metrics import silhouette_score

    rows = np.flatnonzero(labels != NOISE)
    if len(rows) > _SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _SAMPLE, replace=False))
    n_topics = len(np.unique(labels[rows]))
    if not 1 < n_topics < len(rows):
        return None
    return float(silhouette_score(space[rows], labels[rows]))
