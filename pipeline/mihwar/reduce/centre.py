"""Centring: takes out of vectors what they say of the language rather than the subject."""

from dataclasses import dataclass

import numpy as np

_PRIOR = 5  # a language's mean is believed as if this many articles stood at the mean of all


@dataclass(frozen=True)
class Centers:
    """What is subtracted: languages, sorted; means, (n_languages + 1, d) float32, the last for any other language."""

    languages: list[str]
    means: np.ndarray


def centers(vectors: np.ndarray, languages: np.ndarray) -> Centers:
    """Each language's mean vector.

    The mean of a language with few articles is drawn towards the mean of all, so that one article does not vanish.
    Libovický et al. 2020 ("On the Language Neutrality of Pre-trained Multilingual Representations") centre so, without
    the shrinkage. A corpus of
    one language is centred too: what all its articles share tells none from another (Mu and Viswanath 2018,
        "All-but-the-Top").

    Args:
        vectors: (n, d) unit vectors, n >= 1.
        languages: (n,) codes.
    """
    found, which = np.unique(languages, return_inverse=True)
    overall = vectors.mean(axis=0, dtype=np.float64)
    sums = np.zeros((len(found), vectors.shape[1]))
    np.add.at(sums, which, vectors)
    means = (sums + _PRIOR * overall) / (np.bincount(which) + _PRIOR)[:, None]
    return Centers([str(language) for language in found], np.vstack([means, overall]).astype(np.float32))


def centre(vectors: np.ndarray, languages: np.ndarray, known: Centers) -> np.ndarray:
    """Subtract from each vector its language's mean, and give it unit length again: (n, d) float32.

    A row comes out with the same bits whatever stands beside it. A vector that is its language's mean stays as it is,
    for it has no direction else.

    Args:
        vectors: (n, d) unit vectors.
        languages: (n,) codes; one that is not known is centred at the mean of all.
    """
    place = {language: row for row, language in enumerate(known.languages)}
    rows = np.array([place.get(str(language), len(place)) for language in languages], np.int64)
    moved = vectors.astype(np.float64) - known.means[rows]
    norms = np.sqrt((moved * moved).sum(axis=1, keepdims=True))
    return np.where(norms > 1e-6, moved / np.maximum(norms, 1e-12), vectors).astype(np.float32)
