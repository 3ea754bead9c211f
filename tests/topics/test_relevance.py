"""Relevance: words that set a topic apart and belong together, in each language."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from mihwar.topics.relevance import across_languages, relevance, shown_words, words_by_language


def test_a_word_common_everywhere_is_not_relevant() -> None:
    topic_word = np.array([[0.5, 0.4, 0.1], [0.5, 0.1, 0.4]])
    scores = relevance(topic_word, np.array([0.5, 0.25, 0.25]))
    assert scores[:, 0] == pytest.approx([0, 0])
    assert scores.argmax(axis=1).tolist() == [1, 2]
    assert scores.sum(axis=1) == pytest.approx([0.4 * np.log(1.6) + 0.1 * np.log(0.4)] * 2)


def test_one_topic_keeps_its_probabilities() -> None:
    assert relevance(np.array([[0.7, 0.3]]), np.array([0.7, 0.3])).tolist() == [[0.7, 0.3]]


def test_words_that_belong_together_are_preferred() -> None:
    """Words 0, 2 and 4 are in the same articles; 1 and 3 are relevant too, each in articles of its own."""
    counts = csr_matrix(np.repeat([[1, 0, 1, 0, 1], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]], 5, axis=0))
    scores = np.array([[0.5, 0.45, 0.4, 0.35, 0.3]])
    assert shown_words(scores, counts, 3) == [[0, 2, 4]]
    assert shown_words(scores, counts, 3, coherence=0) == [[0, 1, 2]]


def test_words_of_one_article_alone_do_not_vouch_for_each_other() -> None:
    """Word 0 is with 1 in one article, the only one of 1, and with 2 in seven of its nine."""
    counts = csr_matrix(np.repeat([[1, 1, 0], [1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]], [1, 7, 1, 5, 6], axis=0))
    assert shown_words(np.array([[0.5, 0.3, 0.3]]), counts, 2) == [[0, 2]]


def test_a_word_is_shown_where_it_says_most() -> None:
    counts, scores = csr_matrix(np.ones((3, 2))), np.array([[0.9, 0.1], [0.6, 0.5], [0.3, 0.0]])
    assert shown_words(scores, counts, 2, coherence=0) == [[0], [0, 1], []]
    assert shown_words(scores, counts, 2, coherence=0, share=0) == [[0, 1], [0, 1], [0]]
    assert shown_words(scores, counts, 2, coherence=0, share=1) == [[0], [1], []]


@given(st.integers(1, 4), st.integers(0, 9), st.integers(0, 12), st.integers(1, 6), st.integers(0, 99))
def test_any_shape(k: int, n_words: int, n: int, shown: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, scores = csr_matrix(rng.poisson(0.5, (n, n_words)).astype(float)), rng.normal(size=(k, n_words))
    lists = shown_words(scores, counts, shown)
    assert len(lists) == k
    for row, words in zip(scores, lists, strict=True):
        assert len(set(words)) == len(words) <= shown
        assert (row[words] > 0).all()
        assert row[words].tolist() == sorted(row[words], reverse=True)


def test_each_language_shows_its_own_words() -> None:
    """Two subjects in two languages; columns: كرة هدف نفط سعر, ball goal oil price, a name known in both."""
    sport, trade = [2, 1, 0, 0], [0, 0, 2, 1]
    articles = [[*sport, 0, 0, 0, 0, 1], [*trade, 0, 0, 0, 0, 0], [0, 0, 0, 0, *sport, 1], [0, 0, 0, 0, *trade, 0]]
    counts = csr_matrix(np.repeat(articles, [9, 9, 3, 3], axis=0).astype(float))
    languages = np.repeat(["ar", "ar", "en", "en"], [9, 9, 3, 3])
    topic_word = np.stack([counts[rows].sum(axis=0).A1 for rows in (np.r_[0:9, 18:21], np.r_[9:18, 21:24])])
    found = words_by_language(topic_word / topic_word.sum(axis=1, keepdims=True), counts, languages, 3)
    assert {language: [sorted(words) for words in lists] for language, lists in found.items()} == {
        "ar": [[0, 1, 8], [2, 3]],
        "en": [[4, 5, 8], [6, 7]],
    }


def test_in_one_language_it_is_the_plain_list() -> None:
    rng = np.random.default_rng(3)
    counts, topic_word = csr_matrix(rng.poisson(1, (30, 12)).astype(float)), rng.dirichlet(np.ones(12), 3)
    share = np.asarray(counts.sum(axis=0)).reshape(-1) / counts.sum()
    assert words_by_language(topic_word, counts, np.array(["zh"] * 30), 5) == {
        "zh": shown_words(relevance(topic_word, share), counts, 5)
    }


def test_a_language_without_words_is_left_out() -> None:
    counts = csr_matrix(np.array([[1.0, 2], [0, 0]]))
    assert list(words_by_language(np.array([[0.5, 0.5]]), counts, np.array(["ar", "zh"]), 2)) == ["ar"]


@pytest.mark.parametrize(
    ("shares", "n", "expected"),
    [
        ([6, 3], 3, [0, 1, 7]),
        ([1, 0], 3, [0, 1, 2]),
        ([0, 1], 3, [7, 2, 9]),
        ([1, 1], 4, [0, 7, 1, 2]),
        ([1, 1], 99, [0, 7, 1, 2, 9]),
    ],
)
def test_languages_share_a_list_as_they_share_the_topic(shares: list[float], n: int, expected: list[int]) -> None:
    found = across_languages({"ar": [[0, 1, 2]], "en": [[7, 2, 9]]}, np.array(shares, float)[:, None], n)
    assert found == [expected]


def test_no_language_no_words() -> None:
    assert across_languages({}, np.zeros((0, 2)), 5) == [[], []]
