"""Anchored LDA: topic k speaks of cluster k, whatever the clusters look like."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse import hstack as sparse_hstack
from scipy.sparse import vstack as sparse_vstack

from mihwar.topics.anchored import anchor_prior, cluster_counts, damped, deal_out, fit_anchored
from mihwar.topics.lda import fit_lda

N_WORDS = 24
VOCABULARY = [f"كلمة{i}" for i in range(N_WORDS)]


def articles(sizes: list[int], seed: int = 0) -> tuple[csr_matrix, np.ndarray]:
    """Subject s uses the six words from 6 s on, and all use all words a little."""
    rng, labels = np.random.default_rng(seed), np.repeat(np.arange(len(sizes)), sizes)
    rates = np.full((len(labels), N_WORDS), 0.1)
    for s in range(len(sizes)):
        rates[labels == s, 6 * s : 6 * s + 6] = 3
    return csr_matrix(rng.poisson(rates).astype(np.float32)), labels


def test_topic_k_is_cluster_k_under_any_numbers() -> None:
    counts, subjects = articles([40, 40, 40])
    for numbers in ([0, 1, 2], [2, 0, 1]):
        labels = np.array(numbers)[subjects]
        topic_word, document_topic = fit_lda(counts, len(VOCABULARY), 3, 3, 42, anchor_prior(counts, labels, 3))
        assert (document_topic.argmax(axis=1) == labels).all()
        for subject, k in enumerate(numbers):
            assert set(np.argsort(-topic_word[k])[:6]) == set(range(6 * subject, 6 * subject + 6))


def test_noise_gets_the_mixture_its_words_ask_for() -> None:
    counts, subjects = articles([40, 40, 40])
    labels = subjects.copy()
    labels[::5] = -1
    _, document_topic = fit_lda(counts, len(VOCABULARY), 3, 3, 42, anchor_prior(counts, labels, 3))
    assert (document_topic[labels == -1].argmax(axis=1) == subjects[labels == -1]).all()


def test_a_cluster_of_few_articles_is_not_swallowed() -> None:
    counts, labels = articles([300, 6, 60])
    topic_word, document_topic = fit_lda(counts, len(VOCABULARY), 3, 3, 42, anchor_prior(counts, labels, 3))
    assert (document_topic[labels == 1].argmax(axis=1) == 1).all()
    assert set(np.argsort(-topic_word[1])[:6]) == set(range(6, 12))


def test_a_topic_without_an_anchor_takes_what_no_cluster_claims() -> None:
    counts, subjects = articles([40, 40, 40])
    labels = np.where(subjects == 2, -1, subjects)
    _, document_topic = fit_lda(counts, len(VOCABULARY), 3, 5, 42, anchor_prior(counts, labels, 3))
    assert (document_topic.argmax(axis=1) == subjects).mean() > 0.9


def test_the_same_to_the_bit_and_nothing_passed_in_is_changed() -> None:
    counts, labels = articles([20, 20])
    prior = anchor_prior(counts, labels, 2)
    before = counts.toarray(), labels.copy(), prior.copy()
    one, other = (fit_lda(counts, len(VOCABULARY), 2, 2, 7, prior) for _ in range(2))
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
    assert all(np.array_equal(a, b) for a, b in zip(before, (counts.toarray(), labels, prior), strict=True))


@example([0] * 6, 5, 1.0, 0)  # one cluster is the whole corpus: no word is its own
@given(
    st.lists(st.integers(-1, 3), min_size=1, max_size=12), st.integers(1, 5), st.floats(0.01, 10), st.integers(0, 99)
)
def test_a_prior_is_positive_and_weighs_what_it_was_asked_to(
    labels: list[int], n_words: int, strength: float, seed: int
) -> None:
    counts = csr_matrix(np.random.default_rng(seed).poisson(0.7, (len(labels), n_words)).astype(np.float32))
    prior, by_cluster = anchor_prior(counts, np.array(labels), 4, strength), cluster_counts(counts, np.array(labels), 4)
    assert prior.shape == (4, n_words)
    assert prior.dtype == np.float32
    assert (prior > 0).all()
    for row, own in zip(prior - prior.min(), by_cluster, strict=True):
        assert row.sum() == pytest.approx(strength * own.sum(), rel=1e-3, abs=1e-3) or row.sum() == pytest.approx(
            0, abs=1e-3
        )


@pytest.mark.parametrize(
    ("counts", "labels"),
    [
        ([[1.0]], [0]),
        ([[2, 0], [0, 1], [1, 1], [0, 3], [4, 0]], [0, 0, 1, 1, -1]),
        ([[1, 2], [2, 1], [0, 0], [0, 0]], [0, 0, 1, 1]),
        ([[1, 2], [2, 1]], [-1, -1]),
        ([[1, 1], [1, 1], [1, 1]], [0, 0, 0]),
    ],
    ids=["one word", "five articles", "a cluster without words", "all noise", "one cluster"],
)
def test_small_and_odd(counts: list[list[float]], labels: list[int]) -> None:
    matrix = csr_matrix(np.array(counts, np.float32))
    prior = anchor_prior(matrix, np.array(labels), 2)
    topic_word, document_topic = fit_lda(matrix, matrix.shape[1], 2, 3, 1, prior)
    assert np.isfinite(prior).all()
    assert topic_word.sum(axis=1) == pytest.approx(np.ones(2), abs=1e-4)
    assert document_topic.sum(axis=1) == pytest.approx((matrix.sum(axis=1).A1 > 0).astype(float), abs=1e-4)


def test_a_word_told_over_and_over_in_one_article_does_not_speak_for_the_topic() -> None:
    counts, labels = articles([40, 40])
    burst = counts.toarray()
    burst[0, 20] = 400
    for matrix, first in ((csr_matrix(burst), True), (damped(csr_matrix(burst)), False)):
        topic_word, _ = fit_lda(matrix, len(VOCABULARY), 2, 3, 42, anchor_prior(matrix, labels, 2))
        assert (topic_word[0].argmax() == 20) == first
    assert damped(csr_matrix(np.array([[9.0, 1, 0]]))).toarray().tolist() == [[3, 1, 0]]


def test_a_word_as_common_elsewhere_is_not_expected() -> None:
    counts = csr_matrix(np.array([[4.0, 5, 0], [4, 0, 5], [4, 2, 3]], np.float32))
    prior = anchor_prior(counts, np.array([0, 1, -1]), 3)
    everywhere, own, other = prior[0] - prior.min()
    assert everywhere < 0.01 * own
    assert other == 0
    assert np.ptp(prior[2]) == 0


def test_the_stronger_the_anchor_the_nearer_the_topic() -> None:
    counts, labels = articles([40, 40])
    turned = np.roll(anchor_prior(counts, labels, 2), 3, axis=1)  # expects other words than the clusters have
    expected = turned / turned.sum(axis=1, keepdims=True)
    gaps = [
        np.abs(fit_lda(counts, len(VOCABULARY), 2, 3, 42, strength * turned)[0] - expected).sum()
        for strength in (0.1, 1, 1000)
    ]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.05


def test_one_pass_is_enough_to_begin_as_the_clusters() -> None:
    counts, labels = articles([40, 40, 40, 40])
    topic_word, _ = fit_lda(counts, len(VOCABULARY), 4, 1, 42, anchor_prior(counts, labels, 4, strength=0.1))
    assert [topic_word[k, 6 * k : 6 * k + 6].sum() > 0.9 for k in range(4)] == [True] * 4


def test_the_place_of_an_article_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, labels = articles([40, 40, 40])
    monkeypatch.setattr("mihwar.topics.lda._CHUNK", 50)
    prior = anchor_prior(counts, labels, 3)
    forwards, backwards = (fit_lda(matrix, len(VOCABULARY), 3, 3, 42, prior)[0] for matrix in (counts, counts[::-1]))
    assert forwards == pytest.approx(backwards, abs=1e-3)


def test_topics_cross_languages_whatever_each_has_of_them() -> None:
    """Two subjects in three languages of words of their own; subjects are uneven between languages, and words of no
    subject abound.
    """
    rng = np.random.default_rng(0)
    parts = [("ar", 0, 60), ("ar", 1, 20), ("en", 0, 10), ("en", 1, 70), ("yo", 1, 15)]
    languages, subjects = (
        np.repeat([part[0] for part in parts], [part[2] for part in parts]),
        np.repeat([part[1] for part in parts], [part[2] for part in parts]),
    )
    counts = np.zeros((len(languages), 45), np.float32)
    for i, (language, subject) in enumerate(zip(languages, subjects, strict=True)):
        start = 15 * ["ar", "en", "yo"].index(language)
        counts[i, start : start + 5] = rng.poisson(3, 5)  # said of anything
        counts[i, start + 5 + 5 * subject : start + 10 + 5 * subject] = rng.poisson(2, 5)
    labels = np.where(rng.random(len(languages)) < 0.3, -1, subjects)
    topic_word, document_topic = fit_anchored(csr_matrix(counts), languages, labels, 2, 1.0, 2, 42)
    pooled = fit_lda(csr_matrix(counts), 45, 2, 2, 42, anchor_prior(csr_matrix(counts), labels, 2))[1]
    assert (document_topic.argmax(axis=1) == subjects).mean() > 0.9 > (pooled.argmax(axis=1) == subjects).mean()
    assert np.allclose(document_topic.sum(axis=1), 1, atol=1e-4)
    assert np.allclose(topic_word.sum(axis=1), 1, atol=1e-4)
    assert topic_word[0, 30:].sum() == 0  # Yoruba has no article of subject 0
    for start in (5, 20):
        assert topic_word[0, start : start + 5].sum() > 10 * topic_word[0, start + 5 : start + 10].sum()
    again = fit_anchored(csr_matrix(counts), languages, labels, 2, 1.0, 2, 42)
    assert np.array_equal(topic_word, again[0])
    assert np.array_equal(document_topic, again[1])


def test_a_language_without_an_anchored_article_has_no_mixture() -> None:
    counts = csr_matrix(np.array([[3, 1, 0], [1, 3, 0], [0, 0, 5]], np.float32))
    topic_word, document_topic = fit_anchored(counts, np.array(["ar", "ar", "yo"]), np.array([0, 1, -1]), 2, 1.0, 2, 42)
    assert document_topic[2].tolist() == [0, 0]
    assert topic_word[:, 2].tolist() == [0, 0]
    free = fit_anchored(counts, np.array(["ar", "ar", "yo"]), np.array([0, 1, -1]), 3, 1.0, 2, 42)[1]
    assert free[2].tolist() == [0, 0, 1]


def test_a_free_topic_is_of_one_language() -> None:
    counts, subjects = articles([40, 40, 40])
    other = csr_matrix(np.roll(counts.toarray(), 3, axis=1))  # the same subjects in words of another language
    none = csr_matrix(counts.shape)
    both = sparse_vstack([sparse_hstack([counts, none]), sparse_hstack([none, other])]).tocsr()
    languages = np.repeat(["ar", "yo"], 120)
    anchored = np.where(np.tile(subjects, 2) == 0, 0, -1)
    topic_word, document_topic = fit_anchored(both, languages, anchored, 5, 1.0, 5, 42)
    in_arabic = topic_word[:, :N_WORDS].sum(axis=1)
    assert 0.2 < in_arabic[0] < 0.8  # the anchor ties the languages together
    assert sorted(np.round(in_arabic[1:], 6)) == [0, 0, 1, 1]
    own = document_topic[languages == "yo"][subjects > 0][:, 1:]
    assert np.allclose(own[:, np.flatnonzero(in_arabic[1:] > 0.5)], 0)


def test_free_topics_go_to_languages_by_what_no_cluster_holds() -> None:
    assert deal_out(4, np.array([40, 10]), np.array([40, 900])).tolist() == [0, 0, 0, 1]
    assert deal_out(2, np.array([0, 0]), np.array([5, 9])).tolist() == [1, 0]
    assert deal_out(0, np.array([3]), np.array([3])).tolist() == []
