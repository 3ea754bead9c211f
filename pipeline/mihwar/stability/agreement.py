"""Stability: what comes back when the same articles are clustered again with another seed?"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mihwar.core.artifacts import NOISE

# A topic whose mean best Jaccard is below this does not come back (Hennig 2007 calls such a cluster dissolved).
FRAGILE = 0.5


@dataclass(frozen=True)
class Agreement:
    """ami, ari: means over all pairs of runs, None with one run. best_jaccard: (k,) for each topic of the first run,
    nan with one run.
    """

    ami: float | None
    ari: float | None
    best_jaccard: np.ndarray

    @property
    def fragile(self) -> list[int]:
        """Topics of the first run that do not come back."""
        return [int(topic) for topic in np.flatnonzero(self.best_jaccard < FRAGILE)]


def agreement_between(runs: list[np.ndarray]) -> Agreement:
    """How far runs over the same articles agree, and how much of each topic of the first is found again in the others.

    Noise counts as one more topic towards AMI (Vinh et al. 2010) and ARI (Hubert and Arabie 1985), and is never what a
    topic is found again as. Of a topic, the Jaccard similarity to its best match in each other run is averaged (Hennig
    2007, "clusterwise stability").

    Args:
        runs: at least one; (n,) labels each, row i the same article in all.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    first, *others = runs
    pairs = list(combinations(runs, 2))
    k = int(first.max(initial=NOISE)) + 1
    if not pairs:
        return Agreement(None, None, np.full(k, np.nan))
    return Agreement(
        float(np.mean([adjusted_mutual_info_score(a, b) for a, b in pairs])),
        float(np.mean([adjusted_rand_score(a, b) for a, b in pairs])),
        np.mean([best_jaccard(first, other) for other in others], axis=0),
    )


def best_jaccard(topics: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(k,) for each topic the largest share that it and one of the other topics have in common of both together; 0
    where none does.
    """
    n_topics, n_others = int(topics.max(initial=NOISE)) + 1, int(others.max(initial=NOISE)) + 1
    both = (topics != NOISE) & (others != NOISE)
    shared = np.zeros((n_topics, n_others + 1))
    np.add.at(shared, (topics[both], others[both]), 1)
    sizes, other_sizes = (
        np.bincount(x[x != NOISE], minlength=n) for x, n in ((topics, n_topics), (others, n_others + 1))
    )
    return np.asarray((shared / np.maximum(sizes[:, None] + other_sizes[None, :] - shared, 1)).max(axis=1))
