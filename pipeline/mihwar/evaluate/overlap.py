"""Overlap: how much do topics say the same, the top of a list counting more than its end?"""

from itertools import combinations

import numpy as np


def inverted_rbo(topics: list[list[int]], persistence: float = 0.9) -> float | None:
    """Mean over all pairs of topics of 1 - rank-biased overlap (Bianchi et al. 2021, "inverted RBO"): 1 where no two
    share a word.

    Args:
        topics: word numbers of each topic, the best first, none twice; empty ones are left out.
        persistence: p of Webber et al. (2010), below 1; near 1 looks further down the lists.

    Returns:
        None with fewer than two topics that have words.
    """
    lists = [topic for topic in topics if topic]
    return (
        float(np.mean([1 - _rank_biased_overlap(a, b, persistence) for a, b in combinations(lists, 2)]))
        if len(lists) > 1
        else None
    )


def _rank_biased_overlap(one: list[int], other: list[int], p: float) -> float:
    """RBO extrapolated from what is seen of both lists: equation 32 of Webber et al. (2010)."""
    short, long = sorted((one, other), key=len)
    depth, s = np.arange(1, len(long) + 1), len(short)
    shared = np.array([len(set(short[:d]) & set(long[:d])) for d in depth])
    tail = depth[s:]
    seen = np.sum(shared / depth * p**depth) + np.sum(shared[s - 1] * (tail - s) / (s * tail) * p**tail)
    return float((1 - p) / p * seen + ((shared[-1] - shared[s - 1]) / len(long) + shared[s - 1] / s) * p ** len(long))
