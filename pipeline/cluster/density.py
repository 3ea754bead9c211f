"""Density clustering: groups are where points lie closer together than around."""

import math
import warnings

import numpy as np

from pipeline.core.artifacts import NOISE


def auto_min_cluster_size(n: int) -> int:
    """Half the square root of n, at least 5: 5 for 100 articles, 7 for 200, 32 for 4,000, 62 for 15,000, 224 for 200,000."""
    return max(5, round(math.sqrt(n) / 2))


def largest_share(labels: np.ndarray) -> float:
    """Share of all documents that the largest topic holds."""
    return float(np.bincount(labels[labels != NOISE]).max(initial=0) / len(labels))


def density_clusters(space: np.ndarray, min_cluster_size: int, min_samples: int, selection: str) -> tuple[np.ndarray, np.ndarray]:
    """HDBSCAN (Campello et al. 2013): (n,) int32 labels, 0 the largest, -1 noise; (n,) float32 membership strength, 0 for noise."""
    from hdbscan import HDBSCAN

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = HDBSCAN(min_cluster_size=min_cluster_size, min_samples=min(min_samples, len(space) - 1), cluster_selection_method=selection, core_dist_n_jobs=1)
        model.fit(space.astype(np.float64))
    return by_size(model.labels_), np.nan_to_num(model.probabilities_).astype(np.float32)


def by_size(labels: np.ndarray) -> np.ndarray:
    """Number the clusters anew from the largest to the smallest; noise stays noise."""
    found, first, counts = np.unique(labels[labels != NOISE], return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    renamed = np.full(len(labels), NOISE, np.int32)
    for new, old in enumerate(found[order]):
        renamed[labels == old] = new
    return renamed


def exemplars(space: np.ndarray, labels: np.ndarray, probabilities: np.ndarray, n: int) -> list[tuple[int, int, int]]:
    """The most typical members of each cluster: (topic, rank from 1, row).

    Typical is near the mean of the members HDBSCAN is surest of; of several at one spot only the first is taken.
    """
    found: list[tuple[int, int, int]] = []
    for topic in range(labels.max(initial=NOISE) + 1):
        rows = np.flatnonzero(labels == topic)
        sure = rows[probabilities[rows] >= np.quantile(probabilities[rows], 0.5)]
        distances = np.linalg.norm(space[rows] - space[sure].mean(axis=0), axis=1)
        nearest = rows[np.argsort(distances, kind="stable")]
        _, first = np.unique(space[nearest], axis=0, return_index=True)
        found.extend((topic, rank, int(row)) for rank, row in enumerate(nearest[np.sort(first)][:n], start=1))
    return found
