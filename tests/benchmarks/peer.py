"""BERTopic (Grootendorst 2022) on the pipeline's own vectors, texts and tokens, with its own defaults.

It is spared what would hold it back for reasons that are not its method's: `language` is multilingual, since English
strikes out every letter beyond A to Z; its vectorizer keeps words whole whose vowels are marks, as in Arabic and Hindi;
its words are counted on the pipeline's tokens, free of stop words and one form a word; and `nr_topics`, which counts
the noise as a topic, is told one more.
"""

import logging
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from mihwar.core.artifacts import NOISE
from tests.benchmarks.grouping import WORDS, Grouping, Material

_WORD = regex.compile(r"\w{2,}")  # marks are part of a word, which they are not for the standard library


@dataclass(frozen=True)
class Projected:
    """A projection made once, in the place of a UMAP that BERTopic would fit anew for each of its variants to the same
    end.
    """

    space: np.ndarray

    def fit(self, vectors: np.ndarray, y: object = None) -> "Projected":
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        return self.space


def by_bertopic(material: Material, seed: int, n_groups: int) -> list[Grouping]:
    """BERTopic as it comes, and with topics joined by its own rule or to `n_groups`; each also with its noise given to
    topics.
    """
    logging.getLogger("BERTopic").disabled = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        space = _project(material.vectors, seed)
        projecting = time.perf_counter() - began
        plain = _variant(material, space, None, projecting, "BERTopic", ("embeddings", "c-tf-idf"))
        several = (
            len(np.unique(plain[0].groups[plain[0].groups != NOISE])) > 1
        )  # BERTopic raises where there are no two topics to join
        told = n_groups + int((plain[0].groups == NOISE).any())
        auto = _variant(
            material, space, "auto" if several else None, projecting, "BERTopic, nr_topics auto", ("embeddings",)
        )
        same = _variant(
            material, space, told if several else None, projecting, "BERTopic, nr_topics as mihwar", ("embeddings",)
        )
    return [*plain, *auto, *same]


def _project(vectors: np.ndarray, seed: int) -> np.ndarray:
    from umap import UMAP

    space: np.ndarray = (
        UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
        .fit(vectors)
        .embedding_
    )
    return space


def _variant(
    material: Material,
    space: np.ndarray,
    nr_topics: int | str | None,
    projecting: float,
    method: str,
    strategies: tuple[str, ...],
) -> list[Grouping]:
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer

    began = time.perf_counter()
    vectorizer = CountVectorizer(tokenizer=_WORD.findall, token_pattern=None)
    model = BERTopic(
        language="multilingual", nr_topics=nr_topics, umap_model=Projected(space), vectorizer_model=vectorizer
    )
    topics = [int(topic) for topic in model.fit_transform(material.texts, material.vectors)[0]]
    fitting = projecting + time.perf_counter() - began
    found = [(method, topics, fitting)]
    for strategy in strategies:
        began = time.perf_counter()
        moved = topics
        if -1 in topics and max(topics) > -1:  # BERTopic raises where there is nothing to move or nowhere to move it
            moved = [
                int(topic)
                for topic in model.reduce_outliers(
                    material.texts, topics, strategy=strategy, embeddings=material.vectors
                )
            ]
        found.append((f"{method}, reduce_outliers {strategy}", moved, fitting + time.perf_counter() - began))
    return [
        Grouping(name, np.array(groups)[material.story], _words(model, groups, material), seconds)
        for name, groups, seconds in found
    ]


def _words(model: Any, topics: list[int], material: Material) -> list[list[int]]:
    """BERTopic's words of each topic, by its class-based TF-IDF of the pipeline's tokens; the model keeps them."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not len(material.stems):
        return []
    documents = [
        " ".join(map(str, material.stems[start:stop]))
        for start, stop in zip(material.offsets[:-1], material.offsets[1:], strict=True)
    ]
    model.update_topics(
        documents, topics=topics, vectorizer_model=CountVectorizer(analyzer=str.split), top_n_words=WORDS
    )
    # a topic of fewer words is filled up with empty ones, and one of none has a placeholder
    return [
        [int(word) for word, _ in words if word.isdecimal()]
        for topic, words in sorted(model.get_topics().items())
        if topic != NOISE
    ]
