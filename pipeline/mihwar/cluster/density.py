"""Density clustering: groups are where points lie closer together than around."""

import math
import warnings
from dataclasses import dataclass

import numpy as np

from mihwar.core.artifacts import NOISE

COLLAPSE = 0.5  # share of all articles in one topic above which topics say too little
_SHATTER = 0.6  # share of noise above which topics are splinters
_LEAST = 5


@dataclass(frozen=True)
class Found:
    """labels: (n,) int32, 0 the largest topic, NOISE in none. probabilities: (n,) float32 membership strength, 0 for
    noise.

    size, selection: what they were found with. notes: why that is not what was asked for.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    size: int
    selection: str
    notes: list[str]


def auto_min_cluster_size(n: int) -> int:
    """An eighth of the square root of n, at least 5:
    5 up to 1,900 articles, 8 for 4,000, 15 for 15,000, 56 for 200,000.
    """
    return max(_LEAST, round(math.sqrt(n) / 8))


def largest_share(labels: np.ndarray) -> float:
    """Share of all documents that the largest topic holds."""
    return float(np.bincount(labels[labels != NOISE]).max(initial=0) / len(labels))


def hierarchy(space: np.ndarray, min_samples: int) -> np.ndarray:
    """HDBSCAN's single-linkage tree of mutual reachability (Campello et al. 2013): (n - 1, 4) float64; cut it at as
    many sizes as wanted.
    """
    from hdbscan import HDBSCAN

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = HDBSCAN(min_cluster_size=2, min_samples=min(min_samples, len(space) - 1), core_dist_n_jobs=1).fit(
            space.astype(np.float64)
        )
    return np.asarray(model.single_linkage_tree_.to_numpy())


def clusters(tree: np.ndarray, size: int, selection: str) -> tuple[np.ndarray, np.ndarray]:
    """HDBSCAN's clusters of at least `size` articles: (n,) int32 labels, 0 the largest, NOISE; (n,) float32 membership
    strength, 0 for noise.
    """
    from hdbscan.hdbscan_ import _tree_to_labels

    labels, probabilities, *_ = _tree_to_labels(None, tree, size, selection)
    return by_size(np.asarray(labels)), np.nan_to_num(probabilities).astype(np.float32)


def find(tree: np.ndarray, size: int, selection: str, may_change_size: bool) -> Found:
    """The topics of a tree, not collapsed, one of them holding more than half, where another cut avoids it; where they
    are splinters, a note says so.

    Clusters by excess of mass that collapse give way to leaves. Then, where the size may change, it is halved while
    topics are collapsed or there are fewer than two, down to 5.
    """
    notes = []
    labels, probabilities = clusters(tree, size, selection)
    if selection == "eom" and _collapsed(labels):
        selection = "leaf"
        labels, probabilities = clusters(tree, size, selection)
        notes.append(
            "The most persistent clusters would put more than half of the articles in one topic, so the finest are "
            "taken."
        )
    asked = size
    while may_change_size and _collapsed(labels) and size > _LEAST:
        size = max(_LEAST, size // 2)
        labels, probabilities = clusters(tree, size, selection)
    if size != asked:
        notes.append(f"Topics of at least {asked} articles would be too few, so {size} are asked for.")
    if np.mean(labels == NOISE) > _SHATTER:
        notes.append(
            f"{np.mean(labels == NOISE):.0%} of the articles lie in no dense place: the topics are splinters, and "
            "neighbours decide the rest."
        )
    return Found(labels, probabilities, size, selection, notes)


def _collapsed(labels: np.ndarray) -> bool:
    return int(labels.max(initial=NOISE)) < 1 or largest_share(labels) > COLLAPSE


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
