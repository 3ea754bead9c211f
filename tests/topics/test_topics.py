"""Weighting and LDA on counts whose topics are known."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from pipeline.core.artifacts import Clusters, Corpus, Words
from pipeline.core.progress import Progress
from pipeline.topics.lda import fit_lda
from pipeline.topics.stage import TopicsSettings, topics
from pipeline.topics.weighting import by_cluster, class_tfidf, commonest_forms, count_words, ranked, useful_words

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


def test_the_form_shown_is_the_commonest_of_its_stem_in_that_topic() -> None:
    forms, stems = csr_matrix(np.array([[3, 1, 0, 2], [0, 2, 0, 0], [1, 2, 5, 0], [0, 0, 1, 0]])), np.array([1, 1, 2, 3])
    wanted = [(0, 1), (1, 1), (1, 2), (0, 3), (0, 2)]
    assert commonest_forms(wanted, by_cluster(np.array([0, 0, 1, 1]))[1:], forms, stems) == [0, 1, 2, 3, 2]
    shares = np.array([[0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0]])
    assert commonest_forms([(0, 1), (1, 1)], shares, forms, stems) == [1, 0]
    assert commonest_forms([], shares, forms, stems) == []


def test_topics_count_stems_and_show_words() -> None:
    """Three forms of one word, of which none is in enough documents alone; each cluster shows the one that it writes most."""
    vocabulary = ["النفط", "بوتين", "صواريخ", "مغربي", "مغربية", "المغربية", "نفط"]
    stems = [0, 1, 2, 5, 5, 5, 0]
    documents = [[3, 3, 1], [3, 4, 1], [4, 2, 1], [5, 5, 0], [5, 6, 6], [5, 6, 2]] * 2
    words = Words(vocabulary=pa.table({"word": pa.array(vocabulary, pa.large_string()), "stem": pa.array(stems, pa.int32())}),
                  tokens=np.array(documents, np.int32).reshape(-1), offsets=np.arange(0, 37, 3), notes=[])  # fmt: skip
    labels = np.array([0, 0, 0, 1, 1, 1] * 2, np.int32)
    clusters = Clusters(labels=labels, probabilities=np.ones(12, np.float32), exemplars=pa.table({}), rule={}, notes=[])
    ids = [str(i) for i in range(12)]
    corpus = Corpus(documents=pa.table({"id": ids, "group": ids, "language": ["ar"] * 12}), rejects=pa.table({}), counts={}, notes=[])
    made = topics(TopicsSettings(max_share=1.0, min_documents=3), words, clusters, corpus, Progress(quiet=True))
    shown = {row["topic"]: row["words"] for row in made.clusters.to_pylist()}
    assert {"مغربي", "بوتين"} <= set(shown[0])
    assert {"المغربية", "نفط"} <= set(shown[1])
    assert made.vocabulary["word"].to_pylist() == ["النفط", "بوتين", "صواريخ", "المغربية"]
    assert made.topic_word.shape == (2, 4)
    assert all(len({stems[vocabulary.index(word)] for word in words}) == len(words) for words in shown.values())
