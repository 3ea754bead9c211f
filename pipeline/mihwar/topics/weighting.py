"""Weighting: counts of words by document and by cluster, and which words set a cluster apart."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix, issparse

from mihwar.core.artifacts import NOISE

_ENOUGH_OF_A_LANGUAGE = 50


def count_words(tokens: np.ndarray, offsets: np.ndarray, n_words: int) -> csr_matrix:
    """(n_documents, n_words) float32 counts."""
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return csr_matrix((np.ones(len(tokens), np.float32), (rows, tokens)), shape=(len(offsets) - 1, n_words))


def useful_words(
    counts: csr_matrix, languages: np.ndarray, min_documents: int, max_share: float, most: int
) -> np.ndarray:
    """Numbers, ascending, of words that may say something of a subject, the `most` frequent of them.

    They are in at least `min_documents` documents, and in at most `max_share` of all and of each language's, so that a
    language without a stop list loses its commonest words too. Fewer than 50 documents of a language, or 11 in all, are
    too few to say that a word is everywhere; if nothing would be left, every word is.

    Args:
        counts: (n_documents, n_words).
        languages: (n_documents,) codes.
    """
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    useful = (frequency >= min_documents) & ((frequency <= max_share * counts.shape[0]) | (counts.shape[0] <= 10))
    for language, n in zip(*np.unique(languages, return_counts=True), strict=True):
        if n >= _ENOUGH_OF_A_LANGUAGE:
            useful &= np.bincount(counts[languages == language].indices, minlength=counts.shape[1]) <= max_share * n
    found = np.flatnonzero(useful if useful.any() else frequency)
    return np.sort(found[np.argsort(-frequency[found], kind="stable")[:most]])


def by_cluster(labels: np.ndarray) -> csr_matrix:
    """(1 + n_topics, n_documents) float32, 1 where a document is in a cluster; noise is the first row."""
    shape = (int(labels.max(initial=NOISE)) + 1 - NOISE, len(labels))
    return csr_matrix((np.ones(len(labels), np.float32), (labels - NOISE, np.arange(len(labels)))), shape=shape)


def ranked(weights: csr_matrix | np.ndarray, n: int) -> Iterator[tuple[int, int, int, float]]:
    """The n largest positive weights of each row: (row, rank from 1, column, weight)."""
    for number in range(weights.shape[0]):
        row = weights[number] if isinstance(weights, np.ndarray) else weights[[number]].toarray()[0]
        order = np.argsort(-row, kind="stable")[:n]
        yield from (
            (number, rank, int(column), float(row[column]))
            for rank, column in enumerate(order, start=1)
            if row[column] > 0
        )


def commonest_forms(
    wanted: Sequence[tuple[int, int]], members: csr_matrix | np.ndarray, forms: csr_matrix, stems: np.ndarray
) -> list[int]:
    """The form of a stem that is commonest in a topic, for each topic and stem that are wanted; of equals the first.

    Args:
        wanted: (topic, stem) pairs.
        members: (n_topics, n_documents) how much of a document belongs to a topic.
        forms: (n_documents, n_forms) counts.
        stems: (n_forms,) the stem of each form.
    """
    asked = sorted({stem for _, stem in wanted})
    columns = np.flatnonzero(np.isin(stems, asked))
    of_topic = members @ forms[:, columns]
    times = of_topic.toarray() if issparse(of_topic) else of_topic
    of_stem = {stem: np.flatnonzero(stems[columns] == stem) for stem in asked}
    return [int(columns[of_stem[stem][times[topic, of_stem[stem]].argmax()]]) for topic, stem in wanted]
