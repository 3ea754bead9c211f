"""Topics into themes, on trees whose shape is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mihwar.cluster.levels import choose, cohesions, cut, levels, smooth, topic_sums, topic_tree


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def themed(n_themes: int, topics_each: int, articles: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Articles of topics of themes: vectors, topic, and the theme of each topic."""
    rng = np.random.default_rng(seed)
    themes = rng.normal(size=(n_themes, 32))
    topics = np.repeat(themes, topics_each, axis=0) + 0.45 * rng.normal(size=(n_themes * topics_each, 32))
    topic = np.repeat(np.arange(len(topics)), articles)
    return (
        unit(topics[topic] + 0.3 * rng.normal(size=(len(topic), 32))),
        topic.astype(np.int32),
        np.repeat(np.arange(n_themes), topics_each),
    )


def same(ours: np.ndarray, gold: np.ndarray) -> bool:
    return len({*zip(ours.tolist(), gold.tolist(), strict=True)}) == len(set(ours.tolist())) == len(set(gold.tolist()))


@pytest.mark.parametrize("n_themes", [3, 5, 8])
def test_themes_are_found_and_counted(n_themes: int) -> None:
    vectors, topic, gold = themed(n_themes, 5, 12)
    found = levels(vectors, topic, "auto")
    assert same(found.themes, gold)
    assert "elbow" in found.why


def test_the_number_can_be_set() -> None:
    vectors, topic, gold = themed(4, 3, 10)
    assert same(levels(vectors, topic, 4).themes, gold)
    assert set(levels(vectors, topic, 1).themes) == {0}
    assert same(levels(vectors, topic, 99).themes, np.arange(12))


def test_themes_are_numbered_from_the_largest() -> None:
    vectors, topic, gold = themed(3, 2, 10)
    keep = ~((gold[topic] == 0) & (np.arange(len(topic)) % 2 == 0))
    found = levels(vectors[keep], topic[keep], 3)
    counts = np.bincount(found.themes[topic[keep]])
    assert (np.diff(counts) <= 0).all()
    assert set(found.themes[gold == 0]) == {2}


def test_noise_has_no_part_in_the_tree() -> None:
    vectors, topic, _ = themed(3, 3, 10)
    strange = unit(np.random.default_rng(9).normal(size=(40, 32)))
    with_noise = levels(np.vstack([vectors, strange]), np.append(topic, np.full(40, -1, np.int32)), "auto")
    assert np.array_equal(with_noise.merges, levels(vectors, topic, "auto").merges)


@pytest.mark.parametrize(("n_topics", "n_themes"), [(1, 1), (2, 2), (3, 3)])
def test_few_topics_are_themes_of_their_own(n_topics: int, n_themes: int) -> None:
    vectors, topic, _ = themed(n_topics, 1, 5)
    found = levels(vectors, topic, "auto")
    assert len(found.merges) == n_topics - 1
    assert len(set(found.themes.tolist())) == n_themes


def test_no_topic_gives_an_empty_tree() -> None:
    found = levels(unit(np.ones((4, 3))), np.full(4, -1, np.int32), "auto")
    assert (len(found.themes), found.merges.shape) == (0, (0, 4))


def test_a_theme_is_not_allowed_more_than_half_where_another_cut_avoids_it() -> None:
    rng = np.random.default_rng(0)
    centres = np.vstack([10 * np.eye(40)[0] + 5 * np.eye(40)[1:9], 10 * np.eye(40)[20:24]])
    topic = np.repeat(np.arange(12), [30] * 8 + [12] * 4).astype(np.int32)
    vectors = unit(centres[topic] + 0.2 * rng.normal(size=(len(topic), 40)))
    found = levels(vectors, topic, "auto")
    assert np.bincount(found.themes[topic]).max() <= len(topic) / 2
    assert "no theme holds more than half" in found.why


def test_what_no_cut_avoids_is_said() -> None:
    sums, sizes = np.eye(4), np.array([90, 4, 3, 3])
    merges = topic_tree(sums, sizes)
    assert "more than half at any number" in choose(merges, cohesions(sums, sizes, merges), sizes)[1]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14), st.integers(0, 10_000))
def test_any_two_cuts_are_nested_and_the_tree_adds_up(n_topics: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 50, n_topics)
    sums = rng.normal(size=(n_topics, 6)) * sizes[:, None]
    merges = topic_tree(sums, sizes)
    assert len(merges) == n_topics - 1
    assert not n_topics > 1 or merges[-1, 3] == sizes.sum()
    coarser = cut(merges, n_topics, 1)
    for k in range(2, n_topics + 1):
        finer = cut(merges, n_topics, k)
        assert len(set(finer.tolist())) == k
        assert len({*zip(finer.tolist(), coarser.tolist(), strict=True)}) == k
        coarser = finer
    cohesion = cohesions(sums, sizes, merges)
    assert len(cohesion) == n_topics
    assert (np.diff(cohesion) >= -1e-9).all()
    for k in range(1, n_topics + 1):
        group = cut(merges, n_topics, k)
        lengths = [np.linalg.norm(sums[group == g].sum(axis=0)) for g in range(k)]
        assert cohesion[k - 1] == pytest.approx(sum(lengths) / sizes.sum())


def test_smoothing_brings_articles_of_a_subject_together_and_mutates_nothing() -> None:
    vectors, topic, _ = themed(4, 1, 60)
    before = vectors.copy()
    smoothed = smooth(vectors)
    assert np.array_equal(vectors, before)
    assert np.allclose(np.linalg.norm(smoothed, axis=1), 1)
    sums, sizes = topic_sums(vectors, topic)
    smooth_sums, _ = topic_sums(smoothed, topic)
    assert (np.linalg.norm(smooth_sums, axis=1) / sizes > np.linalg.norm(sums, axis=1) / sizes).all()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_smoothing_of_very_few(n: int) -> None:
    assert smooth(unit(np.eye(3)[:n])).shape == (n, 3)


def test_a_large_corpus_gives_its_tree_from_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, topic, gold = themed(4, 3, 40)
    monkeypatch.setattr("mihwar.cluster.levels._SMOOTHED", 100)
    found = levels(vectors, topic, 4)
    assert same(found.themes, gold)
    assert found.merges[-1, 3] <= 100 + 12


def test_the_same_articles_give_the_same_levels() -> None:
    vectors, topic, _ = themed(5, 4, 9)
    first, again = (levels(vectors, topic, "auto") for _ in range(2))
    assert np.array_equal(first.merges, again.merges)
    assert np.array_equal(first.themes, again.themes)
