"""Relevance: which words tell a reader what a topic is about, in each of its languages."""

import numpy as np
from scipy.sparse import csr_matrix

_EPSILON = 1e-12
_POOL = 30  # most relevant words of a topic among which those shown are chosen


def relevance(topic_word: np.ndarray, word_share: np.ndarray) -> np.ndarray:
    """How much a word sets a topic apart: its part in the Kullback-Leibler divergence of the topic from the corpus.

    A probable word that is as probable everywhere weighs nothing, a rare word little: no setting as in LDAvis'
    relevance (Sievert and Shirley 2014). A single topic is set apart from nothing, and keeps its probabilities.

    Args:
        topic_word: (k, n_words) rows that sum to 1, or to 0.
        word_share: (n_words,) share of each word in the corpus.

    Returns:
        (k, n_words), below 0 for words rarer than elsewhere.
    """
    if len(topic_word) == 1:
        return topic_word
    return np.asarray(topic_word * np.log(np.maximum(topic_word, _EPSILON) / np.maximum(word_share, _EPSILON)))


def shown_words(
    scores: np.ndarray, counts: csr_matrix, n: int, coherence: float = 1.0, share: float = 0.5
) -> list[list[int]]:
    """Words that are relevant and belong together, the most relevant first.

    From a topic's 30 most relevant words the first is taken, then ever the one whose relevance (0 to 1 among the 30) +
    `coherence` x mean NPMI with those taken is largest. NPMI (Bouma 2009) counts the documents here in which two words
    both are; so a coherence measured on the same corpus afterwards is the higher for it. Of words in few documents it
    counts for less.

    Args:
        scores: (k, n_words) relevance; only words above 0 are shown.
        counts: (n_documents, n_words).
        coherence: 0 ranks by relevance alone.
        share: a word may be shown for a topic if its relevance is at least this share of that for its best topic; 1
            shows it once.

    Returns:
        Up to n columns for each topic.
    """
    allowed = np.where((scores > 0) & (scores >= share * scores.max(axis=0, initial=0)), scores, 0)
    pools = [
        order[row[order] > 0]
        for row, order in ((row, np.argsort(-row, kind="stable")[: max(_POOL, n)]) for row in allowed)
    ]
    by_word = counts.tocsc()
    return [
        pool[_choose(row[pool], _document_npmi(by_word[:, pool]), n, coherence)].tolist()
        for row, pool in zip(allowed, pools, strict=True)
    ]


def words_by_language(
    topic_word: np.ndarray, counts: csr_matrix, languages: np.ndarray, n: int, coherence: float = 1.0
) -> dict[str, list[list[int]]]:
    """What a topic is about in the words of each language: topics of clusters that cross languages have words of
    several.

    A topic's probability of a word is dealt out to languages as the word's count is; within a language, words are then
    ranked and chosen against that language's articles alone.

    Args:
        topic_word: (k, n_words). counts: (n, n_words). languages: (n,) codes.

    Returns:
        language -> up to n columns for each topic, see `shown_words`; no language without words.
    """
    totals = np.maximum(_column_sums(counts), _EPSILON)
    found = {}
    for language in np.unique(languages).tolist():
        own = counts[languages == language]
        in_language = _column_sums(own)
        if in_language.any():
            words = np.flatnonzero(in_language)
            dealt = topic_word[:, words] * (in_language / totals)[words]
            dealt /= np.maximum(dealt.sum(axis=1, keepdims=True), _EPSILON)
            scores = relevance(dealt, in_language[words] / in_language.sum())
            found[str(language)] = [
                words[chosen].tolist() for chosen in shown_words(scores, own[:, words], n, coherence)
            ]
    return found


def across_languages(by_language: dict[str, list[list[int]]], shares: np.ndarray, n: int) -> list[list[int]]:
    """One list of n words for each topic, to each language as many as its share of the topic asks for (D'Hondt's
    method), no word twice.

    Args:
        by_language: see `words_by_language`.
        shares: (n_languages, k) how much of each topic is in each language, in the order of `by_language`.
    """
    lists: list[list[int]] = []
    for topic, share in enumerate(shares.T):
        waiting = [list(words[topic]) for words in by_language.values()]
        taken, chosen = np.zeros(len(waiting)), list[int]()
        while len(chosen) < n and any(waiting):
            quotient = np.where([bool(words) for words in waiting], share / (taken + 1), -1)
            word = waiting[best := int(quotient.argmax())].pop(0)
            if word not in chosen:
                chosen.append(word)
                taken[best] += 1
        lists.append(chosen)
    return lists


def _choose(relevances: np.ndarray, associations: np.ndarray, n: int, coherence: float) -> np.ndarray:
    """Places of the chosen, ascending: the pool is sorted, so the most relevant come first."""
    if not len(relevances):
        return np.zeros(0, int)
    span = relevances.max() - relevances.min()
    worth = (relevances - relevances.min()) / (span if span > 0 else 1)
    chosen = [0]
    while len(chosen) < min(n, len(worth)):
        gain = worth + coherence * associations[:, chosen].mean(axis=1)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return np.sort(chosen)


def _document_npmi(counts: csr_matrix) -> np.ndarray:
    """(n_words, n_words) NPMI of every two words by the documents in which both are; -1 where there is none.

    Where above 0 it is discounted for few documents (Pantel and Lin 2002): else any two words of one article alone
    would have 1.
    """
    found = csr_matrix((counts > 0).astype(np.float32))
    together = (found.T @ found).toarray().astype(np.float64)
    n, alone = max(counts.shape[0], 1), np.maximum(np.diagonal(together), 1)
    both, rarer = together / n + _EPSILON, np.minimum.outer(alone, alone)
    npmi = np.log(both * n**2 / np.outer(alone, alone)) / -np.log(both)
    return np.asarray(npmi * np.where(npmi > 0, together / (together + 1) * rarer / (rarer + 1), 1))


def _column_sums(counts: csr_matrix) -> np.ndarray:
    return np.asarray(counts.sum(axis=0), np.float64).reshape(-1)
