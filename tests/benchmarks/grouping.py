"""A grouping of a corpus, and the figures it is scored by: the same for every method."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from mihwar.core.artifacts import NOISE
from mihwar.embed.stage import texts_of
from mihwar.evaluate import mixing
from mihwar.evaluate.agreement import agreement, bcubed
from mihwar.evaluate.coherence import diversity, npmi
from mihwar.runs import Run

WORDS = 10  # of a group, that count towards coherence and diversity
WINDOW = 10  # words within which two words count as occurring together


@dataclass(frozen=True)
class Grouping:
    """What a method made of a corpus.

    groups: (n,) numbers, -1 noise. words: the stems of each group, the best first, None where the method names no
        words.
    seconds: without cleaning and embedding.
    """

    method: str
    groups: np.ndarray
    words: list[list[int]] | None
    seconds: float


@dataclass(frozen=True)
class Material:
    """What every method is given, and what it is scored on, read from a run."""

    run: Run

    @cached_property
    def documents(self) -> pd.DataFrame:
        return self.run.documents

    @cached_property
    def story(self) -> np.ndarray:
        """(n,) the row of the story that each article tells; vectors, texts and words have a row a story."""
        story: np.ndarray = pd.read_parquet(self.run.artifacts["ingest"].path / "articles.parquet", columns=["story"])[
            "story"
        ].to_numpy()
        return story

    @cached_property
    def texts(self) -> list[str]:
        """The cleaned texts of the stories, as the encoder saw them."""
        stories = pd.read_parquet(self.run.artifacts["ingest"].path / "stories.parquet", columns=["title", "text"])
        return texts_of(pa.Table.from_pandas(stories, preserve_index=False))

    @cached_property
    def vectors(self) -> np.ndarray:
        vectors: np.ndarray = np.load(self.run.artifacts["embed"].path / "vectors.npy")
        return vectors

    @cached_property
    def vocabulary(self) -> pd.DataFrame:
        return pd.read_parquet(self.run.artifacts["words"].path / "vocabulary.parquet")

    @cached_property
    def stems(self) -> np.ndarray:
        """(n_tokens,) the stem of every token of the corpus, in order."""
        stems: np.ndarray = self.vocabulary["stem"].to_numpy()[np.load(self.run.artifacts["words"].path / "tokens.npy")]
        return stems

    @cached_property
    def offsets(self) -> np.ndarray:
        offsets: np.ndarray = np.load(self.run.artifacts["words"].path / "offsets.npy")
        return offsets

    def column(self, name: str) -> np.ndarray:
        """(n,) objects; None where a document has none."""
        values = self.documents[name].astype(object)
        return values.where(values.notna(), None).to_numpy(object)

    def stems_of(self, words: list[list[str]]) -> list[list[int]]:
        """Words as they are shown, as the stems that they stand for; a stem counts once in a list."""
        stem = dict(zip(self.vocabulary["word"], self.vocabulary["stem"].tolist(), strict=True))
        return [list(dict.fromkeys(stem[word] for word in shown))[:WORDS] for shown in words]


def score(grouping: Grouping, material: Material) -> dict[str, float | None]:
    """Figures by name, over all documents; noise counts as one more group, and None is what has no meaning for the
    corpus.
    """
    groups, gold = grouping.groups, material.column("label")
    agreed = agreement(groups, gold)
    return {
        "groups": float(len(np.unique(groups[groups != NOISE]))),
        "noise": float((groups == NOISE).mean()),
        **{name: agreed[name] for name in ("ami", "ari", "v_measure")},
        "bcubed_f1": bcubed(groups, gold)["bcubed_f1"],
        "language_nmi": mixing.mixing(groups, material.column("language").astype(str))["language_nmi"],
        "parallel_together": mixing.parallel_together(groups, material.column("parallel")),
        "npmi": _coherence(grouping.words or [], material),
        "diversity": diversity(grouping.words or []),
        "seconds": grouping.seconds,
    }


def _coherence(words: list[list[int]], material: Material) -> float | None:
    scores = npmi(words, material.stems, material.offsets, WINDOW) if words else np.zeros(0)
    meant = scores[~np.isnan(scores)]
    return float(meant.mean()) if len(meant) else None
