"""Levels: topics joined step by step into a tree, and the height at which the tree gives themes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mihwar.cluster.assign import nearest_rows
from mihwar.cluster.density import COLLAPSE
from mihwar.core.artifacts import NOISE

MOST_THEMES = 25  # more than a reader takes in at one look
# 0 joins by direction alone, and small strange topics stay apart for ever; 1 is Ward's, and all themes come out one
# size
_EVENNESS = 0.25
_SMOOTHED = 20_000  # most articles the tree is grown from


@dataclass(frozen=True)
class Levels:
    """themes: (n_topics,) int32, 0 the theme with the most articles. merges: see `topic_tree`. cohesion: see
    `cohesions`. why: how many, and by what rule.
    """

    themes: np.ndarray
    merges: np.ndarray
    cohesion: np.ndarray
    why: str


def levels(vectors: np.ndarray, topics: np.ndarray, wanted: Literal["auto"] | int) -> Levels:
    """The themes of topics.

    Args:
        vectors: (n, d) centred unit vectors.
        topics: (n,) 0..n_topics - 1 or NOISE; every topic has an article.
        wanted: how many themes; more than there are topics gives every topic its own.
    """
    rows = _sample(topics)
    sums, sizes = topic_sums(smooth(vectors[rows]), topics[rows])
    merges = topic_tree(sums, sizes)
    cohesion = cohesions(sums, sizes, merges)
    shares = np.bincount(topics[topics != NOISE], minlength=len(sizes))
    n_themes, why = (
        choose(merges, cohesion, shares) if wanted == "auto" else (max(1, min(wanted, len(sizes))), "as set")
    )
    return Levels(largest_first(cut(merges, len(sizes), n_themes), shares), merges, cohesion, why)


def smooth(vectors: np.ndarray, times: int = 2) -> np.ndarray:
    """Move each vector half way to the mean of its neighbours, `times` over: (n, d) unit vectors.

    Diffusion over the neighbour graph (Coifman and Lafon 2006) takes out of a vector what only that article has. There
    are as many neighbours as the square root of n, from 15 to 128, so that an article's near copies and translations
    are not all of them.
    """
    import scipy.sparse as sp

    n = len(vectors)
    k = min(n - 1, 128, max(15, round(np.sqrt(n))))
    if k < 1:
        return vectors
    rows, similarity = nearest_rows(vectors, vectors, k, own=np.arange(n))
    graph = sp.csr_matrix((np.maximum(similarity, 1e-6).ravel(), (np.repeat(np.arange(n), k), rows.ravel())), (n, n))
    graph = graph.maximum(graph.T)
    step = sp.diags(1 / np.asarray(graph.sum(axis=1)).ravel()) @ graph
    smoothed = vectors.astype(np.float64)
    for _ in range(times):
        smoothed = (smoothed + step @ smoothed) / 2
    return np.asarray(smoothed / np.maximum(np.linalg.norm(smoothed, axis=1, keepdims=True), 1e-12))


def topic_sums(vectors: np.ndarray, topics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each topic's vectors added up, (n_topics, d) float64, and their number, (n_topics,)."""
    inside = topics != NOISE
    sums = np.zeros((int(topics.max(initial=NOISE)) + 1, vectors.shape[1]))
    np.add.at(sums, topics[inside], vectors[inside])
    return sums, np.bincount(topics[inside], minlength=len(sums))


def topic_tree(sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Join the two nearest groups until one is left: (n_topics - 1, 4) float64 of left, right, height, articles.

    Topics are 0..n_topics - 1 and the group made by merge i is n_topics + i, as in SciPy. The distance of groups a and
    b is (n_a n_b / (n_a + n_b)) ** evenness * (1 - cosine of their sums):
    between centroid linkage (evenness 0) and Ward's (1).
    """
    n_topics = len(sums)
    products, counts, names = sums @ sums.T, sizes.astype(np.float64), list(range(n_topics))
    alive = np.ones(n_topics, bool)
    distance = np.stack([_distances(products, counts, i) for i in range(n_topics)]) if n_topics else np.zeros((0, 0))
    np.fill_diagonal(distance, np.inf)
    merges = np.zeros((max(n_topics - 1, 0), 4))
    for step in range(len(merges)):
        i, j = sorted(divmod(int(np.argmin(distance)), n_topics))
        merges[step] = names[i], names[j], distance[i, j], counts[i] + counts[j]
        names[i] = n_topics + step
        products[i] += products[j]
        products[:, i] += products[:, j]
        counts[i] += counts[j]
        alive[j] = False
        distance[j], distance[:, j] = np.inf, np.inf
        distance[i] = distance[:, i] = np.where(
            alive & (np.arange(n_topics) != i), _distances(products, counts, i), np.inf
        )
    return merges


def _distances(products: np.ndarray, counts: np.ndarray, i: int) -> np.ndarray:
    squares = np.maximum(np.diag(products), 1e-12)
    weight = (counts[i] * counts / (counts[i] + counts)) ** _EVENNESS
    return np.asarray(weight * (1 - products[i] / np.sqrt(squares[i] * squares)))


def cut(merges: np.ndarray, n_topics: int, n_themes: int) -> np.ndarray:
    """(n_topics,) int32: the group of each topic where `n_themes` are left; any two cuts of a tree are nested."""
    group = np.arange(n_topics)
    for step in range(n_topics - min(n_themes, n_topics)):
        left, right = merges[step, :2].astype(int)
        group[(group == left) | (group == right)] = n_topics + step
    return np.unique(group, return_inverse=True)[1].reshape(-1).astype(np.int32)


def cohesions(sums: np.ndarray, sizes: np.ndarray, merges: np.ndarray) -> np.ndarray:
    """(n_topics,): entry k - 1 is the mean cosine of an article to
    the direction of its theme, where there are k themes.
    """
    lengths = {i: float(np.linalg.norm(row)) for i, row in enumerate(sums)}
    groups = dict(enumerate(sums))
    total = [sum(lengths.values())]
    for step, (left, right) in enumerate(merges[:, :2].astype(int)):
        joined = groups.pop(left) + groups.pop(right)
        groups[len(sums) + step], length = joined, float(np.linalg.norm(joined))
        lengths[len(sums) + step] = length
        total.append(total[-1] + length - lengths[left] - lengths[right])
    return np.array(total[::-1][: len(sums)]) / max(int(sizes.sum()), 1)


def choose(merges: np.ndarray, cohesion: np.ndarray, sizes: np.ndarray) -> tuple[int, str]:
    """How many themes, and why: the elbow of cohesion from 2 to 25, and then as many more as it takes that none holds
    more than half of the articles.

    The elbow is the number that lies furthest above the line between both ends (Satopaa et al. 2011, "Kneedle").
    """
    n_topics = len(sizes)
    if n_topics <= 3:
        return n_topics, "no more than three topics: each is a theme"
    numbers = np.arange(2, min(MOST_THEMES, n_topics) + 1)
    line = np.linspace(cohesion[numbers[0] - 1], cohesion[numbers[-1] - 1], len(numbers))
    elbow = int(numbers[np.argmax(cohesion[numbers - 1] - line)])
    for more in range(elbow, numbers[-1] + 1):
        if _largest_share(cut(merges, n_topics, more), sizes) <= COLLAPSE:
            why = f"elbow of cohesion at {elbow}"
            return more, why if more == elbow else f"{why}; {more} so that no theme holds more than half"
    return elbow, f"elbow of cohesion at {elbow}; one theme holds more than half at any number up to {numbers[-1]}"


def _largest_share(groups: np.ndarray, sizes: np.ndarray) -> float:
    return float(np.bincount(groups, sizes).max() / max(sizes.sum(), 1))


def largest_first(groups: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Number groups of topics from the largest to the smallest.

    Args:
        groups: (n_topics,) the group of each topic.
        sizes: (n_topics,) stories of each topic.
    """
    counts = np.bincount(groups, sizes)
    place = np.empty(len(counts), np.int32)
    place[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return np.asarray(place[groups])


def _sample(topics: np.ndarray) -> np.ndarray:
    """Rows the tree is grown from: all in a topic, or every so many of each."""
    rows = np.flatnonzero(topics != NOISE)
    if len(rows) <= _SMOOTHED:
        return rows
    ordered = rows[np.argsort(topics[rows], kind="stable")]
    sizes = np.bincount(topics[rows])
    rank = np.arange(len(ordered)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(ordered[rank % -(-len(rows) // _SMOOTHED) == 0])
