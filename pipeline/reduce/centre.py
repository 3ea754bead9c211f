"""Centring: takes out of multilingual vectors what they say of the language rather than the subject."""

import numpy as np

_PRIOR = 20  # a language's mean is believed as if this many articles stood at the mean of all


def centre(vectors: np.ndarray, languages: np.ndarray) -> np.ndarray:
    """Subtract from each vector its language's mean, and give it unit length again.

    The mean of a language with few articles is drawn towards the mean of all, so that one article does not vanish. Libovický
    et al. 2020 ("On the Language Neutrality of Pre-trained Multilingual Representations") centre so, without the shrinkage.

    Args:
        vectors: (n, d) unit vectors.
        languages: (n,) codes.

    Returns:
        (n, d) unit vectors; the very same where there is only one language.
    """
    found, which = np.unique(languages, return_inverse=True)
    if len(found) < 2:
        return vectors
    overall = vectors.mean(axis=0)
    counts = np.bincount(which)
    means = np.zeros((len(found), vectors.shape[1]))
    np.add.at(means, which, vectors)
    shrunk = (means + _PRIOR * overall) / (counts + _PRIOR)[:, None]
    centred = vectors - shrunk[which]
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(norms, 1e-12), dtype=np.float32)
