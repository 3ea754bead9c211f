"""Coherence: equal to gensim, whatever the lengths of documents, and the same in blocks as at once."""

import numpy as np
import pytest

from mihwar.evaluate import coherence
from mihwar.evaluate.coherence import c_v, npmi, within_languages
from tests.evaluate.test_evaluate import corpus

TOPICS = [[0, 1, 2, 3], [4, 0, 9, 2, 7], [10, 3, 5]]
LENGTHS = {
    "equal": [30] * 40,
    "short and long": [3, 9, 10, 11, 50, 1, 200, 2] * 5,
    "longer than the window": [150, 111, 110, 109, 400] * 3,
}


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS.keys())
@pytest.mark.parametrize("window", [5, 110])
def test_c_v_equals_gensims(lengths: list[int], window: int) -> None:
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    documents, tokens, offsets = corpus(lengths, 40, seed=3)
    model = CoherenceModel(
        topics=[[f"w{w:02d}" for w in topic] for topic in TOPICS],
        texts=documents,
        dictionary=Dictionary(documents),
        coherence="c_v",
        window_size=window,
        processes=1,
    )
    assert c_v(TOPICS, tokens, offsets, window) == pytest.approx(model.get_coherence_per_topic(), abs=1e-6)


def test_by_document_a_word_far_away_is_still_together() -> None:
    tokens = np.array([0, *[9] * 50, 1, 2, 2, 3, 3], np.int32)
    offsets = np.array([0, 52, 54, 56])
    assert npmi([[0, 1]], tokens, offsets)[0] < -0.5
    assert npmi([[0, 1]], tokens, offsets, window=None)[0] == pytest.approx(1, abs=1e-6)


def test_by_document_equals_counting_documents() -> None:
    documents, tokens, offsets = corpus([20, 5, 40, 13] * 10, 30, seed=4)
    both = np.mean([{"w00", "w01"} <= set(document) for document in documents])
    one, other = (np.mean([word in document for document in documents]) for word in ("w00", "w01"))
    assert npmi([[0, 1]], tokens, offsets, window=None)[0] == pytest.approx(
        np.log(both / (one * other)) / -np.log(both)
    )


@pytest.mark.parametrize("at_once", [1, 50, 3000])
def test_blocks_of_documents_add_up(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _, tokens, offsets = corpus([30, 0, 3, 200, 12, 0, 0, 40], 20, seed=5)
    whole = npmi(TOPICS, tokens, offsets), c_v(TOPICS, tokens, offsets)
    monkeypatch.setattr(coherence, "_AT_ONCE", at_once)
    assert npmi(TOPICS, tokens, offsets) == pytest.approx(whole[0])
    assert c_v(TOPICS, tokens, offsets) == pytest.approx(whole[1])


@pytest.mark.parametrize("score", [npmi, c_v])
def test_what_cannot_be_scored_is_nan(score) -> None:
    tokens, offsets = np.array([0, 1], np.int32), np.array([0, 2])
    assert np.isnan(score([[], [1], [0, 99]], tokens, offsets)).all()
    assert np.isnan(score([[0, 1]], np.zeros(0, np.int32), np.array([0, 0]))).all()
    assert len(score([], tokens, offsets)) == 0


def test_within_languages_each_counts_by_its_documents() -> None:
    """Words 0 and 1 are always together in Arabic, 2 and 3 never in Chinese; the last document is in neither pair."""
    tokens, offsets = np.array([0, 1, 0, 1, 5, 5, 2, 4, 3, 4, 0, 2]), np.array([0, 2, 4, 6, 8, 10, 12])
    languages = np.array(["ar", "ar", "ar", "zh", "zh", "en"])
    found = within_languages(npmi, {"ar": [[0, 1], [0], [0, 1]], "zh": [[2, 3], [2], [4]]}, tokens, offsets, languages)
    assert found == pytest.approx([(3 * 1 + 2 * -1) / 5, np.nan, 1], abs=0.03, nan_ok=True)
    assert npmi([[0, 1, 2, 3]], tokens, offsets)[0] < found[0]


@pytest.mark.parametrize("measure", [npmi, c_v])
def test_within_one_language_it_is_the_measure(measure) -> None:
    _, tokens, offsets = corpus([30, 0, 20, 5], 12, seed=6)
    assert within_languages(measure, {"fa": TOPICS}, tokens, offsets, np.array(["fa"] * 4)) == pytest.approx(
        measure(TOPICS, tokens, offsets)
    )
