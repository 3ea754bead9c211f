"""Mixing: do topics gather articles of one subject, or of one language or source?"""

import numpy as np

from mihwar.core.artifacts import NOISE


def mixing(topics: np.ndarray, languages: np.ndarray) -> dict[str, float | None]:
    """How little a topic says of the language of its articles; noise is left out.

    language_nmi is the normalised mutual information of topic and language (Strehl and Ghosh 2002, arithmetic mean): 0
    where languages are mixed alike in every topic, 1 where each topic is one language. language_entropy is the mean
    entropy of languages in a topic, a topic counting by its size, over that of all the articles that have one: 1 where
    mixed alike, 0 where each topic is one language.

    Returns:
        Both None with fewer than two languages among the articles that have a topic.
    """
    from sklearn.metrics import normalized_mutual_info_score

    kept = topics != NOISE
    if len(np.unique(languages[kept])) < 2:
        return {"language_nmi": None, "language_entropy": None}
    table = _contingency(topics[kept], languages[kept])
    sizes = table.sum(axis=1)
    within = float(np.sum(sizes * _entropy(table)) / sizes.sum())
    whole = float(_entropy(table.sum(axis=0, keepdims=True))[0])
    return {
        "language_nmi": float(normalized_mutual_info_score(languages[kept], topics[kept])),
        "language_entropy": within / whole,
    }


def topic_entropy(topics: np.ndarray, languages: np.ndarray) -> np.ndarray:
    """(k,) entropy of languages in each topic over that of the whole corpus;
    nan where a topic is empty or there is one language only.
    """
    k = int(topics.max(initial=NOISE)) + 1
    found, which = np.unique(languages, return_inverse=True)
    table = np.zeros((k, len(found)), np.int64)
    np.add.at(table, (topics[topics != NOISE], which[topics != NOISE]), 1)
    whole = _entropy(np.bincount(which, minlength=1)[None, :])[0]
    return np.where((table.sum(axis=1) > 0) & (whole > 0), _entropy(table) / (whole or 1), np.nan)


def parallel_together(topics: np.ndarray, parallel: np.ndarray) -> float | None:
    """Share of pairs of articles that tell the same in other words (translations) and have the same topic; two in noise
    are not together.

    Args:
        topics: (n,) numbers.
        parallel: (n,) ids, equal where articles are parallel; None where an article has no such id.

    Returns:
        None where no two articles are parallel.
    """
    known = np.array([key is not None for key in parallel], bool)
    if not known.any():
        return None
    groups = np.unique(parallel[known].astype(str), return_inverse=True)[1]
    pairs = _pairs(np.bincount(groups))
    placed = topics[known] != NOISE
    cells = np.unique(np.stack([groups[placed], topics[known][placed]]), axis=1, return_counts=True)[1]
    return float(_pairs(cells) / pairs) if pairs else None


def _contingency(topics: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    (found, rows), (other, columns) = np.unique(topics, return_inverse=True), np.unique(kinds, return_inverse=True)
    table = np.zeros((len(found), len(other)), np.int64)
    np.add.at(table, (rows, columns), 1)
    return table


def _entropy(table: np.ndarray) -> np.ndarray:
    """(rows,) in nats; 0 for an empty row."""
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    return np.asarray(-np.sum(share * np.log(np.where(share > 0, share, 1)), axis=1))


def _pairs(sizes: np.ndarray) -> int:
    return int(np.sum(sizes * (sizes - 1)) // 2)
