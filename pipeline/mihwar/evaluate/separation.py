"""Separation: how far apart the clusters lie."""

import numpy as np

from mihwar.core.artifacts import NOISE

_SAMPLE = 5000
_DENSITY_SAMPLE = 3000
_DENSE = 4  # different points below which a spanning tree has too few inner points


def silhouette(space: np.ndarray, labels: np.ndarray, seed: int = 0) -> float | None:
    """Mean silhouette (Rousseeuw 1987) of the documents that have a topic, on at most 5,000 of them; None with fewer
    than two topics.
    """
    from sklearn.metrics import silhouette_score

    rows = np.flatnonzero(labels != NOISE)
    if len(rows) > _SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _SAMPLE, replace=False))
    n_topics = len(np.unique(labels[rows]))
    if not 1 < n_topics < len(rows):
        return None
    return float(silhouette_score(space[rows], labels[rows]))


def dbcv(space: np.ndarray, labels: np.ndarray, seed: int = 0) -> float | None:
    """Density-based clustering validation (Moulavi et al. 2014), -1 to 1, on at most 3,000 documents, noise among them.

    It asks whether clusters of any shape are denser within than between, which a silhouette does not; noise weighs it
    down by its share. Clusters of which fewer than four different points are in the sample have no density and count as
    noise.

    Returns:
        None with fewer than two clusters.
    """
    from hdbscan.validity import validity_index

    rows = np.arange(len(labels))
    if len(rows) > _DENSITY_SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _DENSITY_SAMPLE, replace=False))
    points, kept = space[rows].astype(np.float64), labels[rows].copy()
    for topic in np.unique(kept[kept != NOISE]):
        if len(np.unique(points[kept == topic], axis=0)) < _DENSE:
            kept[kept == topic] = NOISE
    found, numbers = np.unique(kept[kept != NOISE], return_inverse=True)
    if len(found) < 2:
        return None
    kept[kept != NOISE] = numbers
    return float(validity_index(points, kept))
