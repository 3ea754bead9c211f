"""Classification: new articles into the topics of a finished run, without finding them anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mihwar.cluster.assign import Calibration, Curve, classify
from mihwar.core.artifacts import NOISE, Clusters, Json, Projection
from mihwar.core.errors import ModelError
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch
from mihwar.embed.encoder import ModelChoice, encode, identity_of, load, resolve_device
from mihwar.embed.stage import texts_of
from mihwar.ingest.readers.records import Record
from mihwar.ingest.stage import IngestSettings, clean_records
from mihwar.reduce.centre import Centers, centre
from mihwar.views.articles import with_texts

Articles = Sequence[str | Mapping[str, Any]]
_COLUMNS = {"topic": NOISE, "theme": NOISE, "confidence": 0.0, "theme_confidence": 0.0, "reason": None}
_BATCH = 64  # articles


@dataclass(frozen=True, repr=False)
class Classifier:
    """A finished run, ready to place new articles: its model is loaded and checked once, at the first article.

    ingest: how articles are cleaned. model: what the run's vectors were made with, see `Embeddings.model`.
    weights: identity of the model's weights then.
    """

    ingest: IngestSettings
    model: Json
    weights: object
    projection: Projection
    clusters: Clusters

    def classified(self, articles: Articles) -> pd.DataFrame:
        """Find topic and theme of each article by the vote of its 15 nearest neighbours among the run's clustered
        stories.

        An article is cleaned, embedded and centred as the run's were. Its answer does not depend on the articles beside
        it.

        Args:
            articles: texts, or rows with text and maybe title and language.

        Returns:
            A row an article: topic and theme (-1 refused), confidence, theme_confidence (0..1), reason (why there is
                none).

        Raises:
            ModelError: the model is not there, or its weights are not those of the run.
        """
        answers = pd.DataFrame(_COLUMNS, index=range(len(articles)))
        with TemporaryDirectory(prefix="mihwar-") as folder:
            corpus = clean_records(self.ingest, _records(articles), Scratch(Path(folder)), Progress(quiet=True))
            for row in corpus.rejects.to_pylist():
                if row["place"]:
                    answers.loc[int(row["place"]), "reason"] = row["reason"]
            if corpus.articles.num_rows:
                cleaned = with_texts(corpus)
                places = [int(place) for place in cleaned["id"].to_pylist()]
                found = self._answers(self._vectors(cleaned))
                answers.loc[places, list(found.columns)] = found.to_numpy()
        return answers.astype({"topic": int, "theme": int, "confidence": float, "theme_confidence": float})

    @cached_property
    def _choice(self) -> ModelChoice:
        used = self.model
        try:
            device = resolve_device(used["device"])
        except ModelError:  # the run was made on another machine
            device = resolve_device("auto")
        return ModelChoice(used["id"], used["revision"], used["prompt"], used["max_tokens"], device, used["dtype"])

    @cached_property
    def _encoder(self) -> Any:
        if identity_of(self._choice.model, self._choice.revision) != self.weights:
            raise ModelError(
                f"embed.model: expected '{self._choice.model}' to hold the weights that the run was made with, got "
                "others.",
                "Put the former weights back, or run again with these.",
            )
        return load(self._choice, lambda _: None)

    @cached_property
    def _reference(self) -> tuple[np.ndarray, np.ndarray]:
        """Centred vectors of the clustered stories, (n, d) float32, and their topics, (n,)."""
        topics = np.asarray(self.clusters.hdbscan_topics)
        return np.asarray(self.projection.vectors)[topics != NOISE], topics[topics != NOISE]

    def _vectors(self, cleaned: pa.Table) -> np.ndarray:
        """(n, d) float32 unit vectors of articles, centred by language as the run's were."""
        texts = texts_of(cleaned)
        vectors = np.empty((len(texts), self.model["dimension"]), np.float32)
        for rows, batch, _ in encode(self._encoder, texts, self._choice.prompt, self._choice.max_tokens, _BATCH):
            vectors[rows] = batch
        languages, means = (self.projection.centers[name].to_pylist() for name in ("language", "mean"))
        if not means:
            return vectors
        known = Centers(languages[:-1], np.array(means, np.float32))
        return centre(vectors, np.array(cleaned["language"].to_pylist(), str), known)

    def _answers(self, vectors: np.ndarray) -> pd.DataFrame:
        themes, rule = np.asarray(self.clusters.themes), self.clusters.rule
        if rule["calibration"] is None:
            return pd.DataFrame(
                _COLUMNS | {"reason": "the run has no two topics to tell apart"}, index=range(len(vectors))
            )
        learnt = rule["calibration"]
        calibration = Calibration(Curve(**learnt["topic"]), Curve(**learnt["theme"]), learnt["least_similarity"])
        given = classify(*self._reference, themes, calibration, vectors, rule["confidence"])
        refused = "its neighbours are not of one theme, or nothing in the run is like it"
        return pd.DataFrame(
            {
                "topic": given.topics,
                "theme": np.append(themes, NOISE)[given.topics],
                "confidence": given.confidence,
                "theme_confidence": given.theme_confidence,
                "reason": [None if topic != NOISE else refused for topic in given.topics.tolist()],
            }
        )


def _records(articles: Articles) -> Iterator[Record]:
    for place, article in enumerate(articles):
        if isinstance(article, str):
            values: dict[str, Any] = {"text": article}
        else:
            values = {key: article.get(key) for key in ("title", "text", "language", "date")}
        yield Record(str(place), {**values, "id": str(place)})
