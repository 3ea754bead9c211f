"""Votes of neighbours: noise reassigned, new articles classified."""

import numpy as np
import pytest

from mihwar.cluster.assign import Assignment, Calibration, calibrate, classify, nearest_rows, votes
from mihwar.cluster.complete import as_found, complete
from mihwar.cluster.density import by_size


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def topics() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Six topics of 40 articles in three themes: vectors, topic of each, theme of each topic."""
    rng = np.random.default_rng(0)
    themes = rng.normal(size=(3, 24))
    centres = np.repeat(themes, 2, axis=0) + 0.5 * rng.normal(size=(6, 24))
    topic = np.repeat(np.arange(6), 40).astype(np.int32)
    return unit(centres[topic] + 0.4 * rng.normal(size=(240, 24))), topic, np.array([0, 0, 1, 1, 2, 2], np.int32)


@pytest.fixture
def calibration(topics: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Calibration:
    vectors, labels, themes = topics
    return calibrate(vectors, labels, themes, np.zeros((0, 15)))[0]


def test_neighbours_are_the_most_similar_and_ties_go_to_the_lower_row() -> None:
    reference = unit(np.array([[1, 0], [0, 1], [1, 0], [1, 1], [1, 0]]))
    rows, similarity = nearest_rows(reference, unit(np.array([[2.0, 0]])), 4)
    assert rows.tolist() == [[0, 2, 4, 3]]
    assert similarity[0] == pytest.approx([1, 1, 1, 0.5**0.5])


def test_an_article_does_not_find_itself_but_does_find_its_copy() -> None:
    reference = unit(np.array([[1, 0], [0, 1], [1, 0.0]]))
    assert nearest_rows(reference, reference, 1, own=np.arange(3))[0].tolist() == [[2], [0], [0]]


def test_neighbours_have_the_same_bits_alone_and_in_any_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    reference = unit(rng.normal(size=(3000, 384)))
    reference[1500:1560] = reference[0]  # more copies than are asked for
    queries = np.vstack([reference[:3], unit(rng.normal(size=(1100, 384)))])
    rows, similarity = nearest_rows(reference, queries, 15)
    assert rows[0].tolist() == [0, *range(1500, 1514)]
    for i in (0, 1, 511, 512, 513, 1102):
        alone = nearest_rows(reference, queries[i : i + 1], 15)
        assert np.array_equal(alone[0][0], rows[i])
        assert np.array_equal(alone[1][0], similarity[i])
    assert np.array_equal(nearest_rows(reference, queries[::-1], 15)[1][::-1], similarity)
    monkeypatch.setattr("mihwar.cluster.assign._BLOCK", 3000 * 7)
    assert np.array_equal(nearest_rows(reference, queries, 15)[1], similarity)


def test_the_theme_is_elected_first_and_then_a_topic_in_it() -> None:
    labels, themes = np.array([0, 0, 1, 1, 2], np.int32), np.array([0, 1, 1], np.int32)
    rows, similarity = np.array([[0, 1, 2, 3, 4]]), np.array([[0.9, 0.8, 0.7, 0.7, 0.6]])
    elected, share, theme_share = votes(labels, themes, rows, similarity)
    assert elected.tolist() == [1]
    assert share == pytest.approx(1.4 / 3.7)
    assert theme_share == pytest.approx(2.0 / 3.7)


def test_articles_get_back_their_own_topic_when_left_out(topics: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    vectors, labels, themes = topics
    _, own, own_theme = calibrate(vectors, labels, themes, np.zeros((0, 15)))
    assert own >= 0.97
    assert own_theme >= own


def test_the_bar_of_many_is_learnt_from_a_part(
    topics: tuple[np.ndarray, np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, labels, themes = topics
    monkeypatch.setattr("mihwar.cluster.assign._MOST_CALIBRATED", 50)
    found, own, _ = calibrate(vectors, labels, themes, np.zeros((0, 15)))
    assert own >= 0.97
    assert len(found.topic.shares) >= 1


def test_confidence_rises_with_the_share_and_is_what_was_seen(calibration: Calibration) -> None:
    shares = np.linspace(0, 1, 50)
    for curve in (calibration.topic, calibration.theme):
        sure = curve(shares)
        assert (np.diff(sure) >= 0).all()
        assert ((sure >= 0) & (sure <= 1)).all()


def test_confidence_of_labels_without_meaning_is_low() -> None:
    rng = np.random.default_rng(2)
    vectors, labels = unit(rng.normal(size=(300, 16))), rng.integers(0, 3, 300).astype(np.int32)
    found, own, _ = calibrate(vectors, labels, np.arange(3), np.zeros((0, 15)))
    assert own < 0.5
    assert (
        classify(vectors, labels, np.arange(3), found, unit(rng.normal(size=(50, 16))), 0.7).topics.tolist().count(-1)
        > 40
    )


def test_new_articles_are_classified(
    topics: tuple[np.ndarray, np.ndarray, np.ndarray], calibration: Calibration
) -> None:
    vectors, labels, themes = topics
    new = unit(vectors[::7] + 0.02)
    found = classify(vectors, labels, themes, calibration, new, 0.7)
    assert (found.topics == labels[::7]).mean() > 0.97
    assert (found.theme_confidence >= found.confidence - 1e-6).mean() > 0.9


def test_what_is_like_nothing_is_refused(
    topics: tuple[np.ndarray, np.ndarray, np.ndarray], calibration: Calibration
) -> None:
    vectors, labels, themes = topics
    assert classify(
        vectors, labels, themes, calibration, -unit(vectors.mean(axis=0, keepdims=True)), 0.0
    ).topics.tolist() == [-1]


def test_classification_has_the_same_bits_alone(
    topics: tuple[np.ndarray, np.ndarray, np.ndarray], calibration: Calibration
) -> None:
    vectors, labels, themes = topics
    new = unit(np.random.default_rng(5).normal(size=(70, 24)))
    together = classify(vectors, labels, themes, calibration, new, 0.7)
    for i in range(0, 70, 9):
        alone = classify(vectors, labels, themes, calibration, new[i : i + 1], 0.7)
        for name in Assignment.__dataclass_fields__:
            assert np.array_equal(getattr(alone, name)[0], getattr(together, name)[i])


def test_noise_goes_to_its_topic_and_the_topics_found_stay(topics: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    vectors, gold, themes = topics
    labels = gold.copy()
    labels[::4] = -1
    before = labels.copy()
    done = complete(vectors, labels, 3, 0.7)
    assert np.array_equal(labels, before)
    assert np.array_equal(done.topics[labels >= 0], labels[labels >= 0])
    assert (done.confidence[labels >= 0] == 1).all()
    taken = (labels < 0) & (done.topics >= 0)
    assert taken.sum() > 50
    assert (done.topics[taken] == gold[taken]).mean() > 0.95
    assert len({*zip(done.levels.themes.tolist(), themes.tolist(), strict=True)}) == 3
    assert (done.theme_confidence[taken] >= 0.7).all()


def test_a_higher_bar_leaves_more_noise(topics: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    vectors, gold, _ = topics
    muddled = np.where(np.arange(240) % 3 == 0, -1, np.random.default_rng(0).permutation(gold)).astype(np.int32)
    left = [int((complete(vectors, muddled, "auto", confidence).topics < 0).sum()) for confidence in (0.0, 0.4, 1.0)]
    assert left[0] <= left[1] <= left[2]
    assert left[0] < left[2]


@pytest.mark.parametrize("labels", [[0, 0, 1, 1], [0, 1, -1, -1], [1, 0, -1, 2]])
def test_four_articles(labels: list[int]) -> None:
    done = complete(unit(np.eye(4) + 0.1), np.array(labels, np.int32), "auto", 0.7)
    assert len(done.levels.themes) == max(labels) + 1
    assert done.topics.max() <= max(labels)


@pytest.mark.parametrize(("labels", "n_topics"), [([-1, -1], 0), ([0, -1, 0], 1)])
def test_no_topic_and_one_topic_are_kept_as_found(labels: list[int], n_topics: int) -> None:
    done = as_found(np.array(labels, np.int32))
    assert done.topics.tolist() == labels
    assert len(done.levels.themes) == n_topics
    assert done.calibration is None


@pytest.mark.parametrize("seed", range(12))
def test_themes_are_numbered_by_the_stories_they_hold_in_the_end(
    topics: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    vectors, gold, _ = topics
    muddled = np.where(np.random.default_rng(seed).random(240) < 0.6, -1, gold).astype(np.int32)
    muddled[np.flatnonzero(gold == 5)[:2]] = 5  # every topic has a story
    done = complete(vectors, by_size(muddled), 3, 0.97)
    sizes = np.bincount(done.levels.themes[done.topics[done.topics >= 0]], minlength=3)
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
