"""Coherence: do the words of a topic occur together?"""

import numpy as np
from scipy.sparse import coo_matrix

_EPSILON = 1e-12


def npmi(topics: list[list[int]], tokens: np.ndarray, offsets: np.ndarray, window: int = 10) -> np.ndarray:
    """Mean normalised pointwise mutual information of each topic's words over a sliding window.

    The measure of Bouma (2009) and Röder et al. (2015) as gensim's `c_npmi` computes it: a window of `window` words slides by
    one word over each document; a shorter document is one window. A word that is twice in a window is forgotten when the first
    of the two leaves it: so gensim counts, and with it every published figure. Documents without words have no window.

    Args:
        topics: word numbers of each topic.
        tokens, offsets: the documents, see `Words`.

    Returns:
        (k,) float64 in [-1, 1]; nan for a topic of fewer than two words or whose words are nowhere.
    """
    asked = sorted({word for topic in topics for word in topic})
    together, n_windows = _cooccurrence(np.array(asked, np.int64), tokens, offsets, window)
    column = {word: i for i, word in enumerate(asked)}
    return np.array([_mean_npmi([column[word] for word in topic], together, n_windows) for topic in topics])


def only(rows: np.ndarray, tokens: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The tokens and offsets of some documents, by row, ascending."""
    lengths = np.diff(offsets)
    kept = np.zeros(len(lengths), bool)
    kept[rows] = True
    return tokens[np.repeat(kept, lengths)], np.concatenate([[0], np.cumsum(lengths[rows])])


def _mean_npmi(columns: list[int], together: np.ndarray, n_windows: int) -> float:
    later, earlier = np.tril_indices(len(columns), -1)
    rows, cols = np.array(columns, int)[later], np.array(columns, int)[earlier]
    alone = together[rows, rows] * together[cols, cols]
    if not len(rows) or not n_windows or not alone.all():
        return float("nan")
    both = together[rows, cols] / n_windows + _EPSILON
    return float(np.mean(np.log(both / (alone / n_windows**2)) / -np.log(both)))


def _cooccurrence(words: np.ndarray, tokens: np.ndarray, offsets: np.ndarray, window: int) -> tuple[np.ndarray, int]:
    """(w, w) number of windows in which both words are, and the number of windows in all."""
    lengths = np.diff(offsets)
    n_windows = np.where(lengths > 0, np.maximum(lengths - window + 1, 1), 0)
    first_window = np.concatenate([[0], np.cumsum(n_windows)])
    at = np.flatnonzero(np.isin(tokens, words))
    column = np.searchsorted(words, tokens[at])
    document = np.searchsorted(offsets, at, side="right") - 1
    enters = np.maximum(at - offsets[document] - window + 1, 0)
    run = column * (offsets[-1] + 1)  # keeps the words apart; positions keep the documents apart
    order = np.argsort(run + at)
    first = at[order][np.searchsorted((run + at)[order], run + offsets[document] + enters)]
    start = first_window[document] + enters
    stop = first_window[document] + np.minimum(first - offsets[document] + 1, n_windows[document])
    reach = stop - start
    rows = np.repeat(start - np.concatenate([[0], np.cumsum(reach)[:-1]]), reach) + np.arange(reach.sum())
    columns = np.repeat(column, reach)
    seen = coo_matrix((np.ones(len(rows), np.int64), (rows, columns)), shape=(int(first_window[-1]), len(words))).tocsr()  # equal cells add up
    seen.data[:] = 1
    return np.asarray((seen.T @ seen).todense()), int(first_window[-1])


def diversity(topics: list[list[int]]) -> float | None:
    """Share of the topics' words that are different words (Dieng et al. 2020); None without words."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else None
