"""Anchors: LDA whose topic k begins as cluster k, so that both speak of the same thing."""

import numpy as np
from scipy.sparse import csr_matrix

from mihwar.topics.lda import fit_lda

_ROUNDING = 1e-9  # a word that is as frequent in the cluster as in the corpus may come out this much above
_FLOOR = 0.01  # pseudo-count of every word in every topic


def damped(counts: csr_matrix) -> csr_matrix:
    """Square roots of counts: a word said nine times in one article says more than one said once, but not nine times as
    much.

    Words come in bursts (Church and Gale 1995), and LDA takes each for a new witness; so a name told over and over in
    two articles would speak for a whole topic.
    """
    return counts.sqrt()


def anchor_prior(counts: csr_matrix, labels: np.ndarray, n_topics: int, strength: float = 1.0) -> np.ndarray:
    """Dirichlet prior of LDA that expects in topic k the words that set cluster k apart (guided LDA, Jagarlamudi et al.
    2012, from clusters).

    A word's pseudo-count is its count in the cluster x log(its share there / its share in the corpus), where that is
    above 0; a cluster's pseudo-counts together are `strength` x its words, so the articles and the prior weigh alike at
    1, whatever their number.

    Args:
        counts: (n, n_words).
        labels: (n,) clusters below `n_topics`, -1 for noise, whose articles say nothing of any topic here.

    Returns:
        (n_topics, n_words) float32, above 0; a topic without a cluster, or whose cluster has no words of its own,
        expects all words alike.
    """
    by_cluster = cluster_counts(counts, labels, n_topics)
    n_words = by_cluster.sum(axis=1, keepdims=True)
    corpus = np.asarray(counts.sum(axis=0), np.float64).reshape(1, -1)
    lift = by_cluster / np.maximum(n_words, 1) * corpus.sum() / np.maximum(corpus, 1e-12)
    own = by_cluster * np.log(np.where(lift > 1 + _ROUNDING, lift, 1))
    own *= strength * n_words / np.maximum(own.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(_FLOOR + own, np.float32)


def fit_anchored(
    counts: csr_matrix,
    languages: np.ndarray,
    labels: np.ndarray,
    n_topics: int,
    strength: float,
    passes: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """LDA whose topic k is about cluster k, in every language that the cluster has.

    An article of one language says nothing of another's words, so a topic has words of its own in each (polylingual
    topics, Mimno et al. 2009) and the anchors alone tie them together. In one model for all, articles would go to the
    topics that their language is commonest in: a topic is found by its language then, not by its subject. Within a
    language only topics with an anchored article there can be found.

    Args:
        counts: (n, n_words). languages: (n,) codes. labels: (n,) clusters below `n_topics`, -1 for noise.

    Returns:
        topic_word (n_topics, n_words), document_topic (n, n_topics), float32; rows sum to 1, or to 0: for documents
        without words, or of a language without an anchored article or a free topic. Topics from the number of clusters
        on have no anchor: these are free, and each is of one language, since nothing ties what it is in one language to
        what it would be in another.
    """
    mass, document_topic = np.zeros((n_topics, counts.shape[1])), np.zeros((counts.shape[0], n_topics), np.float32)
    found, which = np.unique(languages, return_inverse=True)
    free = np.arange(int(labels.max(initial=-1)) + 1, n_topics)
    owner = deal_out(len(free), np.bincount(which[labels < 0], minlength=len(found)), np.bincount(which))
    for number in range(len(found)):
        rows = np.flatnonzero(which == number)
        active = np.union1d(labels[rows][labels[rows] >= 0], free[owner == number]).astype(int)
        columns = np.flatnonzero(np.bincount(counts[rows].indices, minlength=counts.shape[1]))
        if not len(active) or not len(columns):
            continue
        own = counts[rows][:, columns].tocsr()
        place = np.full(n_topics + 1, -1)
        place[active] = np.arange(len(active))
        prior = anchor_prior(own, place[labels[rows]], len(active), strength)
        topic_word, shares = fit_lda(own, len(columns), len(active), passes, seed, prior)
        document_topic[np.ix_(rows, active)] = shares
        mass[np.ix_(active, columns)] += topic_word * shares.sum(axis=0)[:, None]
    return np.asarray(mass / np.maximum(mass.sum(axis=1, keepdims=True), 1e-12), np.float32), document_topic


def deal_out(n_topics: int, n_unanchored: np.ndarray, n_articles: np.ndarray) -> np.ndarray:
    """Deal free topics out to languages in proportion to their articles without an anchor (D'Hondt's method).

    Args:
        n_topics: how many free topics there are.
        n_unanchored, n_articles: (n_languages,) articles of each language that no cluster holds, and all of them; the
            latter decides where the former is equal.

    Returns:
        (n_topics,) the place of each free topic's language.
    """
    weight = n_unanchored + n_articles / (n_articles.sum() + 1)
    dealt = np.zeros(len(weight), int)
    owner = np.empty(n_topics, int)
    for topic in range(n_topics):
        owner[topic] = np.argmax(weight / (dealt + 1))
        dealt[owner[topic]] += 1
    return owner


def cluster_counts(counts: csr_matrix, labels: np.ndarray, n_topics: int) -> np.ndarray:
    """(n_topics, n_words) float64 how often each word is in each cluster's articles."""
    rows = np.flatnonzero(labels >= 0)
    member = csr_matrix((np.ones(len(rows)), (labels[rows], rows)), shape=(n_topics, len(labels)))
    return np.asarray((member @ counts).toarray(), np.float64)
