"""Assignment: the topic of an article from the topics of those nearest to it."""

from dataclasses import dataclass

import numpy as np

from mihwar.core.artifacts import NOISE

VOTERS = 15
_STRANGE = 0.001  # share of the run's articles that are less like their neighbours than is asked of new ones
_BLOCK = 2**25  # similarities at a time: memory is a block of queries times the reference, never all times all
_MOST_CALIBRATED = 20_000  # most stories the calibration is learnt from
_ROUNDING = 1e-4  # far above what float32 products of unit vectors can be off by


@dataclass(frozen=True)
class Curve:
    """How often a vote of a share was right: equally long, both rising."""

    shares: list[float]
    right: list[float]

    def __call__(self, shares: np.ndarray) -> np.ndarray:
        """The confidence that each share deserves, 0..1."""
        return np.asarray(np.interp(shares, self.shares, self.right))


@dataclass(frozen=True)
class Calibration:
    """What a vote must reach, learnt from articles whose topic is known.
    least_similarity: least mean similarity to the voters.
    """

    topic: Curve
    theme: Curve
    least_similarity: float


@dataclass(frozen=True)
class Assignment:
    """topics: (m,) int32, NOISE where refused. confidence, theme_confidence: (m,) float32, 0..1, of the best guess,
    refused or not.
    """

    topics: np.ndarray
    confidence: np.ndarray
    theme_confidence: np.ndarray


def nearest_rows(
    reference: np.ndarray, queries: np.ndarray, k: int, own: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The k rows of `reference` most similar to each query, (m, k) int64, and their cosine, (m, k) float64.

    A query's answer has the same bits whatever stands beside it: matrix products, whose rounding depends on the batch,
    only pick candidates, and each is measured anew on its own. Ties go to the lower row.

    Args:
        reference: (n, d) unit vectors, n >= k, and n > k where `own` is given.
        queries: (m, d) unit vectors.
        own: (m,) the row of the reference that each query is, and is not to find.
    """
    rows, similarity = np.empty((len(queries), k), np.int64), np.empty((len(queries), k))
    block = max(1, _BLOCK // len(reference))
    for start in range(0, len(queries), block):
        rough = queries[start : start + block] @ reference.T
        if own is not None:
            rough[np.arange(len(rough)), own[start : start + len(rough)]] = -np.inf
        least = np.partition(rough, -k, axis=1)[:, -k] - _ROUNDING
        for i in range(len(rough)):
            candidates = np.flatnonzero(rough[i] >= least[i])
            exact = (reference[candidates].astype(np.float64) * queries[start + i].astype(np.float64)).sum(axis=1)
            best = np.lexsort((candidates, -exact))[:k]
            rows[start + i], similarity[start + i] = candidates[best], exact[best]
    return rows, similarity


def votes(
    labels: np.ndarray, themes: np.ndarray, rows: np.ndarray, similarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the neighbours are for, each counting as much as it is similar: first the theme, then the topic in it.

    Args:
        labels: (n,) topics, none NOISE.
        themes: (n_topics,) theme of each topic.
        rows, similarity: (m, k) neighbours among the n.

    Returns:
        Topics (m,) int32, and the shares of the vote for the topic and for its theme, (m,) 0..1.
    """
    weights = np.maximum(similarity, 1e-6)
    elected, shares = np.empty(len(rows), np.int32), np.empty((2, len(rows)))
    for i, (near, weight) in enumerate(zip(labels[rows], weights, strict=True)):
        by_theme = np.bincount(themes[near], weight)
        theme = int(by_theme.argmax())
        by_topic = np.bincount(near, np.where(themes[near] == theme, weight, 0))
        elected[i] = by_topic.argmax()
        shares[:, i] = by_topic[elected[i]] / weight.sum(), by_theme[theme] / weight.sum()
    return elected, shares[0], shares[1]


def calibrate(
    vectors: np.ndarray, labels: np.ndarray, themes: np.ndarray, noise_similarity: np.ndarray
) -> tuple[Calibration, float, float]:
    """What a vote must reach, learnt from clustered stories (20,000 at most) each left out of its own vote.

    Also the shares of these stories that get back their topic and their theme.

    The confidence of a share is how often such a vote was right, made to rise with the share (isotonic regression).

    Args:
        vectors: (n, d) centred unit vectors of articles in a topic, n >= 2.
        labels: (n,) their topics, none NOISE.
        themes: (n_topics,) theme of each topic.
        noise_similarity: (m, k) of the articles in no topic, to their neighbours among the n.
    """
    sampled = np.arange(0, len(vectors), -(-len(vectors) // _MOST_CALIBRATED))
    rows, similarity = nearest_rows(vectors, vectors[sampled], min(VOTERS, len(vectors) - 1), own=sampled)
    elected, share, theme_share = votes(labels, themes, rows, similarity)
    right, theme_right = elected == labels[sampled], themes[elected] == themes[labels[sampled]]
    least = float(np.quantile(np.concatenate([similarity.mean(axis=1), noise_similarity.mean(axis=1)]), _STRANGE))
    return (
        Calibration(_curve(share, right), _curve(theme_share, theme_right), least),
        float(right.mean()),
        float(theme_right.mean()),
    )


def classify(
    vectors: np.ndarray,
    labels: np.ndarray,
    themes: np.ndarray,
    calibration: Calibration,
    queries: np.ndarray,
    confidence: float,
) -> Assignment:
    """The topic of each query; refused where its theme is not sure enough, or where nothing in the run is like it.

    Args:
        vectors: (n, d) centred unit vectors of the run's articles in a topic, n >= 1.
        labels: (n,) their topics, none NOISE.
        themes: (n_topics,) theme of each topic.
        queries: (m, d) unit vectors, centred as the run's were.
        confidence: least confidence in the theme.
    """
    return elect(labels, themes, calibration, *nearest_rows(vectors, queries, min(VOTERS, len(vectors))), confidence)


def elect(
    labels: np.ndarray,
    themes: np.ndarray,
    calibration: Calibration,
    rows: np.ndarray,
    similarity: np.ndarray,
    confidence: float,
) -> Assignment:
    """`classify` for queries whose neighbours are known."""
    elected, share, theme_share = votes(labels, themes, rows, similarity)
    sure = (calibration.theme(theme_share) >= confidence) & (similarity.mean(axis=1) >= calibration.least_similarity)
    topics = np.where(sure, elected, NOISE).astype(np.int32)
    return Assignment(
        topics, calibration.topic(share).astype(np.float32), calibration.theme(theme_share).astype(np.float32)
    )


def _curve(shares: np.ndarray, right: np.ndarray) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(shares, right.astype(float))
    return Curve(model.X_thresholds_.tolist(), model.y_thresholds_.tolist())
