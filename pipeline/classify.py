"""Classification: new articles into the topics of a finished run, without finding them anew."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from pipeline.cluster.assign import Bar, Curve, classify
from pipeline.config import RunConfig
from pipeline.core.artifacts import NOISE, Clusters, Corpus, Projection
from pipeline.core.progress import Progress
from pipeline.core.rows import RowMemory
from pipeline.core.scratch import Scratch
from pipeline.embed.stage import embed
from pipeline.ingest.records import Record
from pipeline.ingest.stage import clean_records
from pipeline.reduce.centre import Centers, centre

Articles = Sequence[str | Mapping[str, Any]]
_COLUMNS = {"topic": NOISE, "theme": NOISE, "confidence": 0.0, "theme_confidence": 0.0, "reason": None}


def classified(articles: Articles, config: RunConfig, dtype: str, projection: Projection, clusters: Clusters, progress: Progress) -> pd.DataFrame:
    """A row an article: topic and theme (-1 refused), confidence, theme_confidence (0..1), reason (why there is no topic).

    An article is cleaned, embedded and centred as the run's were, and its 15 nearest neighbours among the run's clustered articles vote. What is said of it
    does not hang on the articles beside it.

    Args:
        articles: texts, or rows with text and maybe title and language.
        dtype: arithmetic of the run's vectors.
    """
    answers = pd.DataFrame(_COLUMNS, index=range(len(articles)))
    if not len(articles):
        return answers
    with TemporaryDirectory(prefix="mihwar-") as folder:
        corpus = clean_records(config.ingest, _records(articles), Scratch(Path(folder)), progress)
        for row in corpus.rejects.to_pylist():
            answers.loc[int(row["place"]), "reason"] = row["reason"]
        if not corpus.documents.num_rows:
            return answers
        settings = config.embed.model_copy(update={"dtype": dtype})
        vectors = np.asarray(embed(settings, corpus, RowMemory(Path(folder) / "rows"), progress).vectors)
    places = [int(place) for place in corpus.documents["id"].to_pylist()]
    found = _answers(_centred(vectors, corpus, projection), projection, clusters)
    answers.loc[places, list(found.columns)] = found.to_numpy()
    return answers.astype({"topic": int, "theme": int, "confidence": float, "theme_confidence": float})


def _records(articles: Articles) -> Iterator[Record]:
    for place, article in enumerate(articles):
        values = {"text": article} if isinstance(article, str) else {key: article.get(key) for key in ("title", "text", "language", "date")}
        yield Record(str(place), {**values, "id": str(place)})


def _centred(vectors: np.ndarray, corpus: Corpus, projection: Projection) -> np.ndarray:
    languages, means = (projection.centers[name].to_pylist() for name in ("language", "mean"))
    if not means:
        return vectors
    return centre(vectors, np.array(corpus.documents["language"].to_pylist(), str), Centers(languages[:-1], np.array(means, np.float32)))


def _answers(vectors: np.ndarray, projection: Projection, clusters: Clusters) -> pd.DataFrame:
    labels, themes, rule = np.asarray(clusters.labels), np.asarray(clusters.themes), clusters.rule
    if rule["bar"] is None:
        return pd.DataFrame(_COLUMNS | {"reason": "the run has no two topics to tell apart"}, index=range(len(vectors)))
    bar = Bar(Curve(**rule["bar"]["topic"]), Curve(**rule["bar"]["theme"]), rule["bar"]["likeness"])
    inside = np.flatnonzero(labels != NOISE)
    given = classify(np.asarray(projection.vectors)[inside], labels[inside], themes, bar, vectors, rule["confidence"])
    reason = [None if topic != NOISE else "its neighbours are not of one theme, or nothing in the run is like it" for topic in given.topics.tolist()]
    return pd.DataFrame({"topic": given.topics, "theme": np.append(themes, NOISE)[given.topics], "confidence": given.confidence,
                         "theme_confidence": given.theme_confidence, "reason": reason})  # fmt: skip
