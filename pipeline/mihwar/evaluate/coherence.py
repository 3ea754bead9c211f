"""Coherence: do the words of a topic occur together?"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix

_EPSILON = 1e-12
_AT_ONCE = 4_000_000  # (window, word) pairs held in memory together


def npmi(topics: list[list[int]], tokens: np.ndarray, offsets: np.ndarray, window: int | None = 10) -> np.ndarray:
    """Mean normalised pointwise mutual information of each topic's words over a sliding window, or over whole
    documents.

    The measure of Bouma (2009) and Röder et al. (2015) as gensim's `c_npmi` computes it: a window of `window` words
    slides by one word over each document; a shorter document is one window. A word that is twice in a window is
    forgotten when the first
    of the two leaves it: so gensim counts, and with it every published figure. Documents without words have no window.

    Args:
        topics: word numbers of each topic.
        tokens, offsets: the documents, see `Words`.
        window: None makes each document one window.

    Returns:
        (k,) float64 in [-1, 1]; nan for a topic of fewer than two words or whose words are nowhere.
    """
    return _score(topics, tokens, offsets, window, _mean_of_pairs)


def only(rows: np.ndarray, tokens: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The tokens and offsets of some documents, by row, ascending."""
    lengths = np.diff(offsets)
    kept = np.zeros(len(lengths), bool)
    kept[rows] = True
    return tokens[np.repeat(kept, lengths)], np.concatenate([[0], np.cumsum(lengths[rows])])


def c_v(topics: list[list[int]], tokens: np.ndarray, offsets: np.ndarray, window: int | None = 110) -> np.ndarray:
    """C_v of Röder et al. (2015) as gensim's `c_v` computes it: how alike are each word's associations and those of all
    the topic's words?

    A word's associations are its NPMI with every word of the topic, itself too; alike is the cosine. It runs higher
    than NPMI and forgives words that are never together, so it is shown beside NPMI and not instead of it.

    Args:
        topics, tokens, offsets, window: see `npmi`.

    Returns:
        (k,) float64 in [-1, 1]; nan for a topic of fewer than two words or whose words are nowhere.
    """
    return _score(topics, tokens, offsets, window, _mean_cosine)


def within_languages(
    measure: Callable[[list[list[int]], np.ndarray, np.ndarray], np.ndarray],
    topics: dict[str, list[list[int]]],
    tokens: np.ndarray,
    offsets: np.ndarray,
    languages: np.ndarray,
) -> np.ndarray:
    """Coherence of each topic's words of one language over that language's documents, mean over languages, each
    counting by its documents.

    Words of two languages are never together, so the coherence of a list that mixes them says how many languages there
    are and not how well the words fit. In a corpus of one language this is the measure itself.

    Args:
        measure: `npmi` or `c_v`.
        topics: language -> word numbers of each topic, as many topics for each.
        tokens, offsets: see `npmi`. languages: (n,) codes.

    Returns:
        (k,) float64; nan for a topic that can be scored in no language.
    """
    scores, weights = [], []
    for language, lists in topics.items():
        own = languages == language
        scores.append(measure(lists, *only(np.flatnonzero(own), tokens, offsets)))
        weights.append(np.where(np.isnan(scores[-1]), 0, own.sum()))
    total = np.sum(weights, axis=0)
    return np.asarray(np.sum(np.nan_to_num(scores) * weights, axis=0) / np.where(total > 0, total, np.nan))


def _score(
    topics: list[list[int]],
    tokens: np.ndarray,
    offsets: np.ndarray,
    window: int | None,
    score: Callable[[np.ndarray], float],
) -> np.ndarray:
    asked = np.array(sorted({word for topic in topics for word in topic}), np.int64)
    together, n_windows = _cooccurrence(asked, tokens, offsets, window or int(np.diff(offsets).max(initial=1)))
    associations = _associations(together, n_windows)
    columns = [np.searchsorted(asked, np.array(topic, np.int64)) for topic in topics]
    return np.array(
        [score(associations[np.ix_(at, at)]) if len(at) > 1 and together[at, at].all() else np.nan for at in columns]
    )


def _associations(together: np.ndarray, n_windows: int) -> np.ndarray:
    """(w, w) NPMI of every two words; a word with itself has 1."""
    alone = np.maximum(np.diagonal(together), 1)
    both = together / max(n_windows, 1) + _EPSILON
    # A word that is in every window says nothing: gensim, too, divides by zero there.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(both * n_windows**2 / np.outer(alone, alone)) / -np.log(both))


def _mean_of_pairs(associations: np.ndarray) -> float:
    return float(np.mean(associations[np.tril_indices(len(associations), -1)]))


def _mean_cosine(associations: np.ndarray) -> float:
    whole = associations.sum(axis=0)
    return float(np.mean(associations @ whole / (np.linalg.norm(associations, axis=1) * np.linalg.norm(whole))))


def _cooccurrence(words: np.ndarray, tokens: np.ndarray, offsets: np.ndarray, window: int) -> tuple[np.ndarray, int]:
    """(w, w) number of windows in which both words are, and the number of windows in all."""
    lengths = np.diff(offsets)
    n_windows = np.where(lengths > 0, np.maximum(lengths - window + 1, 1), 0)
    together = np.zeros((len(words), len(words)), np.int64)
    first, share = 0, np.cumsum(np.minimum(n_windows, window) * lengths)  # at most so many pairs up to each document
    while len(words) and first < len(lengths):
        last = max(first + 1, int(np.searchsorted(share, (share[first - 1] if first else 0) + _AT_ONCE, side="right")))
        seen = _seen(
            words,
            tokens[offsets[first] : offsets[last]],
            offsets[first : last + 1] - offsets[first],
            n_windows[first:last],
            window,
        )
        together += (seen.T @ seen).toarray()
        first = last
    return together, int(n_windows.sum())


def _seen(words: np.ndarray, tokens: np.ndarray, offsets: np.ndarray, n_windows: np.ndarray, window: int) -> csr_matrix:
    """(windows, w) 1 where the word is in the window;
    a word stays from the window it enters to the one its first place leaves.
    """
    first_window = np.concatenate([[0], np.cumsum(n_windows)])
    at = np.flatnonzero(np.isin(tokens, words))
    column = np.searchsorted(words, tokens[at])
    document = np.searchsorted(offsets, at, side="right") - 1
    enters = np.maximum(at - offsets[document] - window + 1, 0)
    run = column * (offsets[-1] + 1)  # keeps the words apart; positions keep the documents apart
    order = np.argsort(run + at)
    earliest = at[order][np.searchsorted((run + at)[order], run + offsets[document] + enters)]
    start = first_window[document] + enters
    reach = first_window[document] + np.minimum(earliest - offsets[document] + 1, n_windows[document]) - start
    rows = np.repeat(start - np.concatenate([[0], np.cumsum(reach)[:-1]]), reach) + np.arange(reach.sum())
    seen = csr_matrix(
        (np.ones(len(rows), np.int64), (rows, np.repeat(column, reach))), shape=(int(first_window[-1]), len(words))
    )
    seen.data[:] = 1  # equal cells were added up
    return seen


def diversity(topics: list[list[int]]) -> float | None:
    """Share of the topics' words that are different words (Dieng et al. 2020); None without words."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else None
