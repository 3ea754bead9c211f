"""Figures: equal to the libraries that define them, and never nan."""

import random
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mihwar.core.artifacts import Projection, Topics, Words
from mihwar.core.progress import Progress
from mihwar.evaluate.agreement import agreement
from mihwar.evaluate.coherence import diversity, npmi
from mihwar.evaluate.separation import silhouette
from mihwar.evaluate.stage import EvaluateSettings, evaluate
from mihwar.stability.stage import StabilitySettings, stability
from tests.conftest import clusters_of, corpus_of


def corpus(lengths: list[int], n_words: int, seed: int) -> tuple[list[list[str]], np.ndarray, np.ndarray]:
    rng = random.Random(seed)
    documents = [[f"w{min(int(rng.expovariate(0.15)), n_words - 1):02d}" for _ in range(length)] for length in lengths]
    tokens = np.array([int(word[1:]) for document in documents for word in document], np.int32)
    return documents, tokens, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@pytest.mark.parametrize("lengths", [[30] * 40, [3, 9, 10, 11, 50, 1, 200, 2] * 5], ids=["equal", "short and long"])
def test_npmi_equals_gensims(lengths: list[int]) -> None:
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    documents, tokens, offsets = corpus(lengths, 40, seed=1)
    topics = [[0, 1, 2, 3], [4, 0, 9, 2, 7], [10, 3, 5]]
    model = CoherenceModel(
        topics=[[f"w{w:02d}" for w in topic] for topic in topics],
        texts=documents,
        dictionary=Dictionary(documents),
        coherence="c_npmi",
        processes=1,
    )
    assert npmi(topics, tokens, offsets) == pytest.approx(model.get_coherence_per_topic(), abs=1e-6)


def test_one_empty_document_changes_nothing() -> None:
    _, tokens, offsets = corpus([20, 30, 12], 10, seed=2)
    with_empty = np.insert(offsets, 2, offsets[2])
    assert npmi([[0, 1, 2]], tokens, with_empty) == pytest.approx(npmi([[0, 1, 2]], tokens, offsets))


def test_words_always_and_never_together() -> None:
    tokens, offsets = np.array([0, 1, 0, 1, 2, 3], np.int32), np.array([0, 2, 4, 6])
    always, never = npmi([[0, 1], [0, 2]], tokens, offsets)
    assert always == pytest.approx(1, abs=1e-6)
    assert never < -0.9


@pytest.mark.parametrize("topics", [[[]], [[1]], [[0, 99]]])
def test_a_topic_that_cannot_be_scored_is_nan_here_and_null_in_the_metrics(topics: list[list[int]]) -> None:
    assert np.isnan(npmi(topics, np.array([0, 1], np.int32), np.array([0, 2]))[0])


def test_nothing_at_all() -> None:
    assert len(npmi([], np.zeros(0, np.int32), np.array([0]))) == 0
    assert np.isnan(npmi([[0, 1]], np.zeros(0, np.int32), np.array([0, 0]))[0])
    assert diversity([]) is None
    assert diversity([["a", "b"], ["a", "c"]]) == 0.75


def test_agreement_leaves_out_what_has_no_label() -> None:
    topics = np.array([0, 0, 1, 1, -1])
    perfect = agreement(topics, np.array(["a", "a", "b", "b", None], object))
    assert perfect == {"ami": pytest.approx(1), "ari": pytest.approx(1), "v_measure": pytest.approx(1)}
    assert agreement(topics, np.array([None] * 5, object)) == {"ami": None, "ari": None, "v_measure": None}
    assert agreement(np.array([0]), np.array(["a"], object))["ari"] == pytest.approx(1)


def test_silhouette() -> None:
    rng = np.random.default_rng(0)
    far = np.concatenate([rng.normal(0, 0.1, (30, 2)), rng.normal(9, 0.1, (30, 2))])
    labels = np.repeat([0, 1], 30)
    assert silhouette(far, labels) > 0.9
    assert silhouette(far, rng.permutation(labels)) < 0.2
    assert silhouette(np.concatenate([far, far[:5] + 4]), np.concatenate([labels, [-1] * 5])) > 0.9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [
            silhouette(far, np.zeros(60, int)),
            silhouette(far, np.full(60, -1)),
            silhouette(far[:2], np.array([0, 1])),
        ] == [None, None, None]


def test_coherence_and_diversity_are_those_of_stems() -> None:
    """Topic 0 shows مغربية and topic 1 المغربية: one word; it occurs wherever one of its forms does."""
    vocabulary = pa.table(
        {
            "word": pa.array(["المغربية", "ثقافة", "مغربية", "نفط"], pa.large_string()),
            "stem": pa.array([0, 1, 0, 3], pa.int32()),
        }
    )
    words = Words(
        vocabulary=vocabulary, tokens=np.array([0, 1, 2, 1, 3, 3], np.int32), offsets=np.array([0, 2, 4, 6]), notes=[]
    )
    shown = pa.table(
        {
            "lda_topic": pa.array([0, 0, 1, 1], pa.int32()),
            "rank": pa.array([1, 2, 1, 2], pa.int32()),
            "word": ["مغربية", "ثقافة", "المغربية", "نفط"],
            "weight": [1.0, 0.5, 1.0, 0.5],
        }
    )
    none = pa.table({})
    told = pa.table(
        {
            "level": ["lda"] * 4,
            "group": shown["lda_topic"],
            "language": ["ar"] * 4,
            "rank": shown["rank"],
            "word": shown["word"],
        }
    )
    topics = Topics(
        topics=none,
        themes=none,
        lda_words=shown,
        words_by_language=told,
        vocabulary=none,
        anchors=np.zeros(0, np.int32),
        topic_word=np.zeros((2, 3), np.float32),
        document_topic=np.zeros((3, 2), np.float32),
        representatives=none,
        crosswalk=none,
        notes=[],
    )
    one, other = (clusters_of(np.array(topics, np.int32), [0]) for topics in ([0, 0, 0], [0, 0, -1]))
    stable = stability(StabilitySettings(repeats=2), one, (other,))
    assert stable.groups.filter(pc.equal(stable.groups["level"], "topic"))["stability"].to_pylist() == [
        pytest.approx(2 / 3)
    ]
    assert stable.groups["fragile"].to_pylist() == [False, False]
    made = evaluate(
        EvaluateSettings(),
        corpus_of(3, language=["ar"] * 3),
        words,
        Projection(
            space=np.zeros((3, 2), np.float32),
            map=np.zeros((3, 2), np.float32),
            vectors=np.zeros((3, 2), np.float32),
            centers=none,
            notes=[],
        ),
        one,
        topics,
        stable,
        Progress(quiet=True),
    )
    assert made.metrics["diversity"] == 0.75
    assert made.lda_topics["npmi"].to_pylist() == [pytest.approx(1), pytest.approx(-1, abs=0.1)]
    assert made.metrics["stability_ami"] == stable.metrics["stability_ami"]
    assert made.notes == []
    assert made.metrics["themes"] == made.metrics["topics"] == 1
