"""Weighting and LDA on counts whose topics are known."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipeline.topics.lda import fit_lda
from pipeline.topics.weighting import class_tfidf, count_words, ranked, useful_words

WORDS = [f"a{i}" for i in range(6)] + [f"b{i}" for i in range(6)]


@pytest.fixture
def two_subjects() -> csr_matrix:
    """40 documents about the words a, 40 about the words b, one without words."""
    rng = np.random.default_rng(0)
    counts = np.zeros((81, 12), np.float32)
    counts[:40, :6], counts[40:80, 6:] = rng.poisson(3, (40, 6)), rng.poisson(3, (40, 6))
    return csr_matrix(counts)


def test_counts() -> None:
    counts = count_words(np.array([0, 2, 2, 1]), np.array([0, 3, 3, 4]), 4)
    assert counts.toarray().tolist() == [[1, 0, 2, 0], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_lda_finds_the_subjects_and_repeats_to_the_bit(two_subjects: csr_matrix) -> None:
    topic_word, document_topic = fit_lda(two_subjects, WORDS, 2, 10, 42)
    assert np.allclose(topic_word.sum(axis=1), 1, atol=1e-4)
    assert np.allclose(document_topic[:80].sum(axis=1), 1, atol=1e-4)
    assert (document_topic[80] == 0).all()
    sides = document_topic[:80].argmax(axis=1)
    assert len(set(sides[:40])) == len(set(sides[40:])) == 1
    assert sides[0] != sides[79]
    assert topic_word[sides[0], :6].sum() > 0.95
    again = fit_lda(two_subjects, WORDS, 2, 10, 42)
    assert np.array_equal(topic_word, again[0])
    assert np.array_equal(document_topic, again[1])


def test_words_of_a_cluster_are_those_that_set_it_apart(two_subjects: csr_matrix) -> None:
    everywhere = csr_matrix(np.hstack([two_subjects.toarray(), np.full((81, 1), 3.0)]))
    labels = np.array([0] * 40 + [1] * 39 + [-1, -1])
    weights = class_tfidf(everywhere, labels)
    assert weights.shape == (2, 13)
    best = {row: [column for r, _, column, _ in ranked(weights, 6) if r == row] for row in range(2)}
    assert set(best[0]) == set(range(6))
    assert set(best[1]) == set(range(6, 12))


@pytest.mark.parametrize("labels", [[-1] * 81, [0] * 81])
def test_one_cluster_or_none(two_subjects: csr_matrix, labels: list[int]) -> None:
    assert class_tfidf(two_subjects, np.array(labels)).shape == (max(labels) + 1, 12)


def test_ranked_leaves_out_what_weighs_nothing() -> None:
    assert list(ranked(np.array([[0.5, 0.0, 0.7], [0, 0, 0]]), 3)) == [(0, 1, 2, 0.7), (0, 2, 0, 0.5)]


def test_useful_words() -> None:
    counts, languages = csr_matrix(np.array([[1, 1, 0, 1]] * 15 + [[1, 0, 1, 0]] * 5)), np.array(["ar"] * 20)
    assert useful_words(counts, languages, 1, 0.8, 10).tolist() == [1, 2, 3]
    assert useful_words(counts, languages, 6, 0.8, 10).tolist() == [1, 3]
    assert useful_words(counts, languages, 1, 0.8, 1).tolist() == [1]
    assert useful_words(counts, languages, 99, 0.8, 10).tolist() == [0, 1, 2, 3]
    assert useful_words(counts[:5], languages[:5], 1, 0.4, 10).tolist() == [0, 1, 3]


def test_a_word_everywhere_in_one_language_says_nothing() -> None:
    languages = np.array(["ig"] * 60 + ["ar"] * 200)
    counts = np.zeros((260, 3))
    counts[:60, 0], counts[:12, 1], counts[60:90, 2] = 1, 1, 1
    assert useful_words(csr_matrix(counts), languages, 1, 0.4, 10).tolist() == [1, 2]
    assert useful_words(csr_matrix(counts[20:]), languages[20:], 1, 0.4, 10).tolist() == [0, 2]
