"""Anchors: LDA whose topic k begins as cluster k, so that both speak of the same thing."""

import numpy as np
from scipy.sparse import csr_matrix

_FLOOR = 0.01  # pseudo-count of every word in every topic


def damped(counts: csr_matrix) -> csr_matrix:
    """Square roots of counts: a word said nine times in one article says more than one said once, but not nine times as much.

    Words come in bursts (Church and Gale 1995), and LDA takes each for a new witness; so a name told over and over in two
    articles would speak for a whole topic.
    """
    return counts.sqrt()


def anchor_prior(counts: csr_matrix, labels: np.ndarray, n_topics: int, strength: float = 1.0) -> np.ndarray:
    """Dirichlet prior of LDA that expects in topic k the words that set cluster k apart (guided LDA, Jagarlamudi et al. 2012, from clusters).

    A word's pseudo-count is its count in the cluster x log(its share there / its share in the corpus), where that is above 0; a
    cluster's pseudo-counts together are `strength` x its words, so the articles and the prior weigh alike at 1, whatever their number.

    Args:
        counts: (n, n_words).
        labels: (n,) clusters below `n_topics`, -1 for noise, whose articles say nothing of any topic here.

    Returns:
        (n_topics, n_words) float32, above 0; a topic without a cluster, or whose cluster has no words of its own, expects all words alike.
    """
    by_cluster = cluster_counts(counts, labels, n_topics)
    n_words = by_cluster.sum(axis=1, keepdims=True)
    corpus = np.asarray(counts.sum(axis=0), np.float64).reshape(1, -1)
    lift = by_cluster / np.maximum(n_words, 1) * corpus.sum() / np.maximum(corpus, 1e-12)
    own = by_cluster * np.log(np.maximum(lift, 1))
    own *= strength * n_words / np.maximum(own.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(_FLOOR + own, np.float32)


def cluster_counts(counts: csr_matrix, labels: np.ndarray, n_topics: int) -> np.ndarray:
    """(n_topics, n_words) float64 how often each word is in each cluster's articles."""
    rows = np.flatnonzero(labels >= 0)
    member = csr_matrix((np.ones(len(rows)), (labels[rows], rows)), shape=(n_topics, len(labels)))
    return np.asarray((member @ counts).toarray(), np.float64)
