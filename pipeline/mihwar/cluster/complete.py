"""Completion: density topics become themes over topics over all articles."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mihwar.cluster.assign import VOTERS, Calibration, calibrate, elect, nearest_rows, votes
from mihwar.cluster.levels import Levels, largest_first, levels
from mihwar.core.artifacts import NOISE


@dataclass(frozen=True)
class Completion:
    """topics: (n,) int32 topics, NOISE where none is sure enough. confidence, theme_confidence: (n,) float32, 1 where
    HDBSCAN found the topic.

    calibration: None where there are not two topics to tell apart. own, own_theme: share of the clustered articles that
    get back their own topic, and theme, from their neighbours; None as well.
    """

    topics: np.ndarray
    confidence: np.ndarray
    theme_confidence: np.ndarray
    levels: Levels
    calibration: Calibration | None
    own: float | None
    own_theme: float | None


def complete(vectors: np.ndarray, labels: np.ndarray, wanted: Literal["auto"] | int, confidence: float) -> Completion:
    """Give the articles HDBSCAN left out to the topics of their neighbours, and join topics into themes.

    The themes are grown from every article at its likeliest topic; only then is it known how sure each theme is, and
    the unsure go back to noise.

    Args:
        vectors: (n, d) centred unit vectors.
        labels: (n,) 0..n_topics - 1 or NOISE, at least two not NOISE.
        wanted: how many themes.
        confidence: least confidence in its theme at which an article is taken out of the noise.
    """
    inside = labels != NOISE
    known, own_topics = vectors[inside], labels[inside]
    rows, similarity = nearest_rows(known, vectors[~inside], min(VOTERS, len(known)))
    likeliest = labels.copy()
    likeliest[~inside] = votes(own_topics, np.arange(int(labels.max()) + 1), rows, similarity)[0]
    found = levels(vectors, likeliest, wanted)
    calibration, own, own_theme = calibrate(known, own_topics, found.themes, similarity)
    given = elect(own_topics, found.themes, calibration, rows, similarity, confidence)
    topics, sure, theme_sure = (
        labels.astype(np.int32),
        np.ones(len(labels), np.float32),
        np.ones(len(labels), np.float32),
    )
    topics[~inside], sure[~inside], theme_sure[~inside] = given.topics, given.confidence, given.theme_confidence
    # The order of themes by size can change when the unsure go back to noise.
    sizes = np.bincount(topics[topics != NOISE], minlength=len(found.themes))
    ordered = replace(found, themes=largest_first(found.themes, sizes))
    return Completion(topics, sure, theme_sure, ordered, calibration, own, own_theme)


def as_found(labels: np.ndarray) -> Completion:
    """No topic, or one, has nothing to vote on: noise stays noise, and the topic is its own theme."""
    n_topics = int(labels.max(initial=NOISE)) + 1
    alone = Levels(np.zeros(n_topics, np.int32), np.zeros((0, 4)), np.zeros(0), "no more than one topic")
    sure = (labels != NOISE).astype(np.float32)
    return Completion(labels.astype(np.int32), sure, sure, alone, None, None, None)
